"""What a model has that mistakes are made with: activations, biases, observations, outputs."""

from __future__ import annotations

from typing import NamedTuple

from bpdebug.checks.mistakes.trees import statements_of, terms_of
from bpdebug.notation.equation import symbols
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import Call, Expression, Sum, walk
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.quantities import Kind


class Slope(NamedTuple):
    """The derivative of an activation: the statement that computes it, what it is the derivative
    of and by, and the activation's own rule.
    """

    statement: Statement
    of: Reference
    by: Reference
    rule: Call


def slopes(program: Program) -> list[Slope]:
    """The derivatives of activations that have operations of their own."""
    rules = {
        each.target.name: each.equation.value
        for each in statements_of(program, Phase.FORWARD, Phase.LOSS)
    }
    found = []
    for each in statements_of(program, Phase.BACKWARD):
        target = each.equation.target
        if each.target.kind is Kind.LOCAL and isinstance(target, Derivative):
            rule = rules.get(target.of.name)
            if isinstance(rule, Call):
                found.append(Slope(each, target.of, target.by, rule))
    return found


def biases(program: Program) -> dict[str, Statement]:
    """The parameters that are added alone in a forward equation, and the statement that does."""
    found = {}
    for statement in statements_of(program, Phase.FORWARD, Phase.LOSS):
        several = terms_of(statement.equation.value)
        for term in several if len(several) > 1 else ():
            if isinstance(term, Reference):
                quantity = program.quantities[term.name]
                if quantity.kind is Kind.PARAMETER and len(quantity.shape) < 2:
                    found[quantity.name] = statement
    return found


def owner(program: Program, statement: Statement) -> str:
    """The parameter that a statement of an update belongs to; empty if there is none."""
    if statement.phase is not Phase.UPDATE:
        return ""
    name = statement.target.name
    if statement.target.kind is Kind.PARAMETER:
        return name
    own = name.partition("_")[2]
    return own if own in program.quantities else ""


def observation_letters(program: Program) -> dict[str, int]:
    """The letters that run over observations, by the name that layers give them, and how far."""
    return {
        node.index: statement.ranges[node.index]
        for statement in program.statements
        for node in walk(statement.equation.value)
        if isinstance(node, Sum) and is_observation(node.index)
    }


def is_observation(letter: str) -> bool:
    """Whether an index is that of an observation: `n`, or `n2` where there are two sums."""
    return letter.rstrip("0123456789") == "n"


def observation_count(program: Program) -> int:
    """How many observations an iteration has; 1 if there is no index for them."""
    return next(iter(observation_letters(program).values()), 1)


def compared(program: Program, loss: Expression) -> tuple[Reference, Reference] | None:
    """The output and the target that a loss compares; None if it does nothing so simple."""
    outputs: list[Reference] = []
    targets: list[Reference] = []
    for symbol in dict.fromkeys(symbols(loss)):
        if not isinstance(symbol, Reference):
            continue
        kind = program.quantities[symbol.name].kind
        if kind is Kind.COMPUTED:
            outputs.append(symbol)
        elif kind is Kind.TARGET:
            targets.append(symbol)
    if len(outputs) == len(targets) == 1 and outputs[0].indices == targets[0].indices:
        return outputs[0], targets[0]
    return None
