"""What is known where a result is covered: the results before it, to work it out from."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.debugger.view import View
from bpdebug.notation.printing import to_text
from bpdebug.program.quantities import element_symbol
from bpdebug.text.numbers import DIGITS, number


def known_lines(view: View, most: int, digits: int = DIGITS) -> Iterator[str]:
    """The results of the iteration so far, without the last one: `dE/do1 = 0.7896`; at most so
    many, the latest, in their order.
    """
    program, last = view.program, view.operation
    first = max(1, last - max(0, most))
    slots = [program.slot(operation) for operation in range(first, last)]
    names = [to_text(element_symbol(program.name(slot)), "unicode") for slot in slots]
    widest = max(map(len, names), default=0)
    for name, slot in zip(names, slots, strict=True):
        yield f"{name:<{widest}} = {number(view.value(slot), digits)}"
