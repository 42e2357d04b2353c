"""Reading a hand-written derivation: what each of its symbols means in a program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.forms import is_matrix_form
from bpdebug.checks.derivations.indexed import ArrayFormula, read_indexed
from bpdebug.checks.derivations.paths import Between, PathEdge, PathGraph, TooManyError
from bpdebug.checks.derivations.terms import Meaning
from bpdebug.notation.equation import Equation, different_symbols, symbols
from bpdebug.notation.errors import NotationError
from bpdebug.notation.names import did_you_mean
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol, positions_of
from bpdebug.notation.tree import Over, SumWhere, parts
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind, Quantity

_MOST_NAMES = 5_000
"""Names that one is compared with for a suggestion."""

_LOSSES = ("E", "L", "C", "J")
"""What a loss is called, mostly."""

_KNOWN = (Kind.INPUT, Kind.TARGET, Kind.CONSTANT, Kind.PARAMETER, Kind.STATE, Kind.COMPUTED)


@dataclass(frozen=True, slots=True)
class Derivation:
    """A formula for the derivative of the element in slot `of` by the one in slot `by`.

    `meaning` says what each symbol on its right-hand side stands for, as on the page: a
    derivative of the loss is the total over all paths; any other is the local derivative, or the
    total where the one element does not use the other directly. `in_two_ways` are the local ones
    that could be meant as totals.
    """

    name: str
    of: int
    by: int
    equation: Equation
    meaning: Meaning
    in_two_ways: Meaning

    def readings(self) -> Iterator[Meaning]:
        """What the symbols may mean, the most likely first."""
        yield self.meaning
        if self.in_two_ways:
            yield {**self.meaning, **self.in_two_ways}


def read_formulas(graph: PathGraph, text: str) -> tuple[Equation, tuple[ArrayFormula, ...]]:
    """What `text` is: an equation for the derivative of one element; or, if it is for a whole array
    or has sums, what it may say in index notation, the most likely first.

    That it names what is there has been seen then; a look at the paths, which takes its time in a
    large program, has not been taken. Raises HandDerivationError.
    """
    program = graph.program
    if is_matrix_form(program, text):
        from bpdebug.checks.derivations.matrices import read_matrix_form

        formulas = tuple(read_matrix_form(program, text))
    else:
        equation, target = _parsed(text)
        reader = _Reader(graph)
        if not _has_letters(equation):
            reader.check(equation, target)
            return equation, ()
        formulas = (read_indexed(program, equation, reader.quantity),)
    for formula in formulas:
        formula.check_work()
        first = formula.first(program)
        assert isinstance(first.target, Derivative)
        _Reader(graph).check(first, first.target)
    return formulas[0].equation, formulas


def read_derivation(graph: PathGraph, equation: Equation) -> Derivation:
    """The derivation of one element that an equation is. Raises HandDerivationError."""
    assert isinstance(equation.target, Derivative)
    try:
        return _Reader(graph).derivation(equation, equation.target)
    except TooManyError as error:
        raise HandDerivationError(f"this is too large to check: {error}") from error


def _has_letters(equation: Equation) -> bool:
    """Whether it has sums, or letters for indices."""
    if any(isinstance(node, Over | SumWhere) for node in parts(equation.value)):
        return True
    found = (equation.target, *different_symbols(equation.value))
    return any(positions_of(symbol) is None for symbol in found)


def _parsed(text: str) -> tuple[Equation, Derivative]:
    """The equation that `text` is, and the derivative on its left."""
    try:
        equation = parse_equation(text)
    except NotationError as error:
        raise HandDerivationError(str(error)) from error
    if not isinstance(equation.target, Derivative):
        raise HandDerivationError(
            f"the left side is {to_text(equation.target)}; write the derivative that the formula "
            "is for, such as dE/dw7 = …"
        )
    return equation, equation.target


class _Reader:
    def __init__(self, graph: PathGraph) -> None:
        self.graph = graph
        self.program = graph.program

    def check(self, equation: Equation, target: Derivative) -> None:
        """That all names are there and of the right kind."""
        self._pair(target)
        for symbol in dict.fromkeys(symbols(equation.value)):
            if isinstance(symbol, Reference):
                self._value(symbol)
            else:
                self._pair(symbol)

    def derivation(self, equation: Equation, target: Derivative) -> Derivation:
        program = self.program
        of, by = self._pair(target)
        name = f"d{program.name(of)}/d{program.name(by)}"
        if self.graph.between(of, by).count() == 0 or of == by:
            raise HandDerivationError(
                f"{program.name(of)} does not depend on {program.name(by)}: "
                f"there is nothing to derive for {name}"
            )
        meaning: dict[Symbol, int | PathEdge | Between] = {}
        in_two_ways: dict[Symbol, int | PathEdge | Between] = {}
        for symbol in dict.fromkeys(symbols(equation.value)):
            if isinstance(symbol, Reference):
                meaning[symbol] = self._value(symbol)
                continue
            pair = self._pair(symbol)
            if pair == (of, by):
                raise HandDerivationError(f"the formula for {name} uses {name} itself")
            between = self.graph.between(*pair)
            direct = between.direct()
            is_loss = program.name(pair[0]) == program.model.loss
            if direct is None or (is_loss and not between.is_direct()):
                meaning[symbol] = between
            else:
                meaning[symbol] = direct
                if not between.is_direct():
                    in_two_ways[symbol] = between
        return Derivation(name, of, by, equation, meaning, in_two_ways)

    def _pair(self, symbol: Derivative) -> tuple[int, int]:
        of, by = self._slot(symbol.of), self._slot(symbol.by)
        if not self.graph.is_computed(of):
            raise HandDerivationError(
                f"{to_text(symbol)} makes no sense: {to_text(symbol.of)} is not computed in the "
                "forward pass, so it has no derivative"
            )
        return of, by

    def _value(self, reference: Reference) -> int:
        slot = self._slot(reference)
        if self.program.quantity_at(slot).kind not in _KNOWN:
            raise HandDerivationError(
                f"{to_text(reference)} is not in the forward pass; a derivation may use what "
                "is given and what the forward pass computes"
            )
        return slot

    def quantity(self, reference: Reference) -> Quantity:
        """The quantity that a name with indices belongs to, or the element without."""
        if reference.indices:
            quantity = self.program.quantities.get(reference.name)
            if quantity is None:
                raise HandDerivationError(f"there is no {reference.name}{self._hint(reference)}")
            return quantity
        return self.program.quantity_at(self._slot(reference))

    def _slot(self, reference: Reference) -> int:
        name = to_text(reference)
        quantity = self.program.quantities.get(reference.name)
        slot = self.program.slot_named(name)
        if slot is not None:
            return slot
        if quantity is None:
            raise HandDerivationError(f"there is no {name}{self._hint(reference)}")
        if not reference.indices:
            raise HandDerivationError(
                f"{name} is {quantity.size} numbers; name one of them, such as {quantity.labels(0)}"
            )
        return self._indexed(reference, quantity)

    def _indexed(self, reference: Reference, quantity: Quantity) -> int:
        name = to_text(reference)
        first = quantity.labels(0)
        places = [index for index in reference.indices if isinstance(index, int)]
        if len(places) < len(reference.indices):
            raise HandDerivationError(
                f"{name} stands for many numbers; write the formula for one of them, such as "
                f"{first}"
            )
        fits = len(places) == len(quantity.shape) and all(
            place <= size for place, size in zip(places, quantity.shape, strict=True)
        )
        if not fits:
            what = "is a single number"
            if quantity.shape:
                last = ",".join(map(str, quantity.shape))
                what = f"goes up to {quantity.name}[{last}]"
            raise HandDerivationError(f"there is no {name}: {quantity.name} {what}")
        return quantity.offset + quantity.place(tuple(places))

    def _hint(self, reference: Reference) -> str:
        known = [*islice(_plain_names(self.program), _MOST_NAMES)]
        # "dE / do1" is a quotient of two quantities.
        if reference.name.startswith("d") and reference.name[1:] in known:
            return f"; a derivative is written without spaces, {reference.name}/d…"
        if reference.name in _LOSSES:
            return f"; the loss is called {self.program.model.loss}"
        return did_you_mean(reference.name, known)


def _plain_names(program: Program) -> Iterator[str]:
    for quantity in program.of_kind(*_KNOWN):
        yield from map(quantity.labels, range(quantity.size))
