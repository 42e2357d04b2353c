"""A session as one plain Python script: a line for each operation, in a loop."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bpdebug.export.python_source import (
    PythonNames,
    definitions,
    docstring,
    missing_source,
    python_formula,
    python_number,
    python_string,
)
from bpdebug.export.written_out import HEADINGS, ExportError, check_length
from bpdebug.program.formula import Formula, formula
from bpdebug.program.quantities import Kind, Quantity
from bpdebug.session.session import Session

_WIDTH = 96

_KINDS = {
    Kind.INPUT: "Inputs",
    Kind.TARGET: "Targets",
    Kind.PARAMETER: "Parameters",
    Kind.CONSTANT: "Settings",
    Kind.STATE: "What the optimizer keeps",
    Kind.GRADIENT: "Gradients, which are added up",
}

_OWN_NAMES = ("iterations", "iteration", "order", "first", "rows")


def python_script(session: Session) -> Iterator[str]:
    """The lines of a script that computes the iterations of a session from its start.

    Raises ExportError if the session cannot be written so.
    """
    program = session.debugger.program
    check_length(program)
    formulas = [formula(program, number + 1) for number in range(program.operations)]
    script = _Script(session, formulas)
    loop = [*script.loop()]
    functions = script.functions
    missing = missing_source(functions)
    if missing:
        raise ExportError(f"the function {missing[0]} cannot be written in Python yet")
    body = [*definitions(functions), *script.numbers(), *loop, *script.end()]
    yield from script.heading()
    if any("math." in row for row in body):
        yield from ("import math", "", "") if functions else ("import math", "")
    yield from body


class _Script:
    def __init__(self, session: Session, formulas: list[Formula]) -> None:
        self.session = session
        self.program = session.debugger.program
        self.formulas = formulas
        self.feed = self.program.model.feed
        fed = [f"{name}_data" for name in self.feed.data] if self.feed else []
        self.names = PythonNames((*_OWN_NAMES, *fed))
        self.functions: set[str] = set()
        self.read = {
            operand
            for each in formulas
            for operand in each.operands.values()
            if isinstance(operand, int)
        }

    def name(self, slot: int) -> str:
        """The Python name of the element in a slot."""
        return self.names.of(self.program.name(slot))

    def heading(self) -> Iterator[str]:
        """A docstring that says what the script computes."""
        part = self.session.part
        source = part.source.strip()
        rows: list[str] = []
        for text in (self.session.title, source and f"Source: {source}", part.notes.strip()):
            rows += ["", *_wrapped(" ".join(text.split()))] if text else []
        yield from docstring(rows[1:])
        yield ""

    def numbers(self) -> Iterator[str]:
        """What is given, one line a number."""
        fed = self.feed.data if self.feed else {}
        for kind, heading in _KINDS.items():
            rows: list[str] = []
            for quantity in self.program.of_kind(kind):
                if quantity.name in fed:
                    rows.extend(self._table(quantity))
                else:
                    rows.extend(self._given(quantity))
            if rows:
                yield f"# {heading}"
                yield from rows
                yield ""

    def _given(self, quantity: Quantity) -> Iterator[str]:
        for slot in range(quantity.offset, quantity.offset + quantity.size):
            value = float(self.program.start[slot])
            known = value == value  # What is computed before it is read is NaN at the start.
            if known and (slot in self.read or quantity.kind is Kind.PARAMETER):
                yield f"{self.name(slot)} = {python_number(value)}"

    def _table(self, quantity: Quantity) -> Iterator[str]:
        assert self.feed is not None
        yield f"{quantity.name}_data = ["
        for row in self.feed.data[quantity.name]:
            inside = ", ".join(python_number(float(value)) for value in row.ravel())
            yield f"    [{inside}],"
        yield "]"

    def loop(self) -> Iterator[str]:
        """The iterations."""
        iterations = self.session.debugger.iterations
        if self.feed is not None:
            yield f"order = {list(self.feed.order)}"
        yield f"iterations = {iterations}"
        yield ""
        yield "for iteration in range(1, iterations + 1):"
        yield from self._observations()
        phase = None
        for number, each in enumerate(self.formulas, start=1):
            statement = self.program.statement(number)
            if statement.phase is not phase:
                if phase is not None:
                    yield ""
                phase = statement.phase
                yield f"    # {HEADINGS[phase]}"
            yield from self._assignment(each)
        loss = self.program.slot_named(self.program.model.loss)
        assert loss is not None
        yield ""
        yield f"    if iteration == 1 or iteration % {max(1, iterations // 10)} == 0:"
        text = python_string(f"{self.program.model.loss} =")
        yield f'        print(f"iteration {{iteration}}:", {text}, {self.name(loss)})'
        yield ""

    def _observations(self) -> Iterator[str]:
        feed = self.feed
        if feed is None:
            return
        yield "    # Observations"
        yield f"    first = (iteration - 1) * {feed.size}"
        yield f"    rows = [order[(first + n) % len(order)] for n in range({feed.size})]"
        for name in feed.data:
            quantity = self.program.quantities[name]
            width = quantity.size // feed.size
            for row in range(feed.size):
                start = quantity.offset + row * width
                targets = ", ".join(self.name(slot) for slot in range(start, start + width))
                comma = "," if width == 1 else ""
                yield f"    {targets}{comma} = {name}_data[rows[{row}]]"
        yield ""

    def _assignment(self, each: Formula) -> Iterator[str]:
        operands = {
            symbol: self.name(operand) if isinstance(operand, int) else python_number(operand)
            for symbol, operand in each.operands.items()
        }
        found = python_formula(each.equation.value, operands, lambda n: self.names.of(f"part {n}"))
        self.functions |= found.functions
        for target, value in (*found.parts, (self.name(each.slot), found.text)):
            if len(target) + len(value) + 7 <= _WIDTH:
                yield f"    {target} = {value}"
                continue
            yield f"    {target} = ("
            for row in _wrapped(value, _WIDTH - 8):
                yield f"        {row}"
            yield "    )"

    def end(self) -> Iterator[str]:
        """The parameters, printed."""
        for slot in map(int, self.program.parameter_slots()):
            text = python_string(f"{self.program.name(slot)} =")
            yield f"print({text}, {self.name(slot)})"


def _wrapped(text: str, width: int = _WIDTH) -> list[str]:
    """A text on several lines, broken only where there are spaces."""
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
