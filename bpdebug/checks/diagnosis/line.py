"""A line of a program: a statement as slips look at it."""

from __future__ import annotations

from collections.abc import Mapping

from bpdebug.checks.diagnosis.pool import Pool
from bpdebug.checks.diagnosis.products import terms, total
from bpdebug.notation.equation import symbols
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import Call, Expression, Number
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.quantities import Kind


class Line:
    """A statement as slips look at it: a sum of products, in a program with other quantities."""

    def __init__(
        self,
        program: Program,
        pool: Pool,
        rules: Mapping[str, Expression],
        statement: Statement,
    ) -> None:
        self.program, self.pool, self.rules = program, pool, rules
        self.statement = statement
        self.value = statement.value
        self.target = statement.equation.target
        self.terms = terms(statement.value)
        self.ranges = statement.ranges
        self.is_gradient = statement.target.kind is Kind.GRADIENT
        self.is_slope = statement.target.kind is Kind.LOCAL
        self.is_update = statement.phase is Phase.UPDATE
        self.is_forward = statement.phase in (Phase.FORWARD, Phase.LOSS)

    def others(self, number: int) -> Expression | None:
        rest = [*self.terms[:number], *self.terms[number + 1 :]]
        return total(rest) if rest else None

    def quantity(self, symbol: Symbol) -> tuple[Kind, str] | None:
        found = self.program.names.find(symbol)
        return (found[0].kind, found[0].name) if isinstance(found, tuple) else None

    def constant(self, part: Expression) -> float | None:
        """The number that a part is, if it is one or a single constant."""
        if isinstance(part, Number):
            return part.value
        found = self.program.quantities.get(part.name) if isinstance(part, Reference) else None
        if found is None or found.shape or found.kind is not Kind.CONSTANT:
            return None
        return float(self.program.start[found.offset])

    def is_elementwise(self, part: Expression) -> bool:
        """Whether a factor is the derivative of an activation."""
        if not isinstance(part, Derivative):
            return False
        found = self.quantity(part)
        if found is None or found[0] is not Kind.LOCAL:
            return False
        rule = self.rules.get(part.of.name)
        return isinstance(rule, Call) or (part.of.indices == part.by.indices and rule is not None)

    def is_bias(self) -> bool:
        """Whether the target is the gradient of something that is just added."""
        return self.is_gradient and not any(
            found is not None and found[0] in (Kind.COMPUTED, Kind.INPUT)
            for found in map(self.quantity, symbols(self.value))
        )

    def fresh(self, letter: str) -> str:
        """A letter of its own that runs as far as another."""
        size, count = self.ranges[letter], 2
        while (name := f"{letter}{count}") in self.ranges and self.ranges[name] != size:
            count += 1
        self.ranges[name] = size
        return name
