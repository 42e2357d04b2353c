"""The observations of a loss: their letter, how many there are, and whether it averages them."""

from __future__ import annotations

from dataclasses import dataclass

from bpdebug.notation.equation import different_symbols
from bpdebug.notation.symbols import Derivative, Reference, symbol_letters
from bpdebug.notation.tree import Binary, Expression, Negation, Number, Sum
from bpdebug.program.program import Phase, Program
from bpdebug.program.quantities import Kind

_SHARES = (0.5, 1.0, 2.0)
"""What a loss may multiply a mean by: E = (1/2m) sum(n: …)."""


@dataclass(frozen=True, slots=True)
class Observations:
    """`count` observations with the index `letter`; `averaged` if the loss is a mean over them."""

    letter: str
    count: int
    averaged: bool

    def carried_by(self, program: Program, name: str) -> bool:
        """Whether a quantity that is computed has a value for each observation."""
        for statement in program.statements:
            if statement.equation.target.family == name:
                return self.letter in statement.equation.target.indices
        return False


def observations(program: Program) -> Observations | None:
    """Those that the loss of a program sums over; None if it has a single one."""
    loss = next(
        (
            statement
            for statement in program.statements
            if statement.phase is Phase.LOSS
            and statement.equation.target.family == program.model.loss
        ),
        None,
    )
    if loss is None:
        return None
    of_inputs = _letters_of_inputs(program)
    node, share = loss.equation.value, 1.0
    while True:
        match node:
            case Sum(letter, body):
                if letter in of_inputs:
                    count = loss.ranges[letter]
                    return Observations(letter, count, share * count in _SHARES)
                node = body
            case Negation(operand):
                node = operand
            case Binary("/", left, right) if (value := _constant(program, right)) is not None:
                share, node = share / value if value else 0.0, left
            case Binary("*", left, right) if (value := _constant(program, left)) is not None:
                share, node = share * value, right
            case Binary("*", left, right) if (value := _constant(program, right)) is not None:
                share, node = share * value, left
            case _:
                return None


def _letters_of_inputs(program: Program) -> set[str]:
    found: set[str] = set()
    for statement in program.statements:
        if statement.phase is not Phase.FORWARD:
            continue
        for symbol in different_symbols(statement.equation.value):
            if isinstance(symbol, Derivative):
                continue
            quantity = program.quantities.get(symbol.name)
            if quantity is not None and quantity.kind is Kind.INPUT:
                found.update(symbol_letters(symbol))
    # A letter that every use of the inputs sums over is not that of the observations.
    return found


def _constant(program: Program, tree: Expression) -> float | None:
    match tree:
        case Number(value):
            return value
        case Reference(name, ()):
            quantity = program.quantities.get(name)
            if quantity is not None and quantity.kind is Kind.CONSTANT and not quantity.shape:
                return float(program.start[quantity.offset])
        case Binary("/", Number(above), Number(below)) if below:
            return above / below
    return None
