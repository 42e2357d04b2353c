"""How each part of an expression is spelled on one line: in ASCII and in Unicode."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bpdebug.notation.names import with_greek
from bpdebug.notation.symbols import Derivative, Index, Reference
from bpdebug.notation.tree import SumWhere

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Spelling:
    """The spelling of every part; where parentheses go is the printer's business."""

    reference: Callable[[Reference], str]
    derivative: Callable[[Derivative], str]
    number: Callable[[float], str]
    group: Callable[[str], str]
    power: Callable[[str, int], str]
    call: Callable[[str, Sequence[str]], str]
    sum: Callable[[str, str], str]
    where: Callable[[SumWhere, str], str]
    """A sum of the terms that are at a place, and what is added."""
    over: Callable[[str, str], str]
    """An index and what is taken over it, between the parentheses of a function."""
    minus: str
    times: str
    """Between factors."""
    wide_times: str
    """Between factors of which one is a derivative: its slash would bind by eye."""
    juxtaposes: bool
    """Whether a parenthesis after a factor multiplies."""
    fraction: Callable[[str, str], str] | None = None
    """Writes a quotient that needs no parentheses; without it a quotient has a slash."""
    signs: Mapping[str, str] = field(default_factory=dict)
    """Comparisons, logic and remainders, where they are not spelled as in ASCII."""

    def sign(self, operator: str) -> str:
        """The spelling of a comparison, `and`, `or`, `not` or `%`."""
        return self.signs.get(operator, operator)


def plain_number(value: float) -> str:
    """The shortest digits that read back as `value`, without an empty fraction."""
    return repr(float(value)).removesuffix(".0")


def _group(text: str) -> str:
    return f"({text})"


def _call(function: str, arguments: Sequence[str]) -> str:
    return f"{function}({', '.join(arguments)})"


def spelled_index(
    index: Index,
    spell: Callable[[str], str],
    look_up: Callable[[Reference], str],
    times: str = "*",
    minus: str = "-",
    plus: str = "+",
    number: Callable[[int], str] = str,
) -> str:
    """An index, its letters and the constants in which it is looked up spelled as given."""
    if isinstance(index, str):
        return spell(index)
    if isinstance(index, int):
        return number(index)
    # 3-i reads better than -i+3.
    leads = index.constant > 0 and index.terms[0][0] < 0
    text = number(index.constant) if leads else ""
    for factor, what in index.terms:
        name = spell(what) if isinstance(what, str) else look_up(what)
        sign = minus if factor < 0 else plus if text else ""
        size = abs(factor)
        text += f"{sign}{name}" if size == 1 else f"{sign}{number(size)}{times}{name}"
    if index.constant and not leads:
        text += f"{minus if index.constant < 0 else plus}{number(abs(index.constant))}"
    return text


def _reference(
    spell: Callable[[str], str], times: str = "*", minus: str = "-"
) -> Callable[[Reference], str]:
    def written(reference: Reference) -> str:
        name = spell(reference.name)
        if not reference.indices:
            return name
        indices = (spelled_index(i, spell, written, times, minus) for i in reference.indices)
        return f"{name}[{','.join(indices)}]"

    return written


def _where(
    sign: str, spell: Callable[[str], str], times: str = "*", minus: str = "-"
) -> Callable[[SumWhere, str], str]:
    look_up = _reference(spell, times, minus)

    def written(tree: SumWhere, body: str) -> str:
        position, place = (
            spelled_index(each, spell, look_up, times, minus)
            for each in (tree.position, tree.place)
        )
        indices = ", ".join(map(spell, tree.indices))
        return f"{sign}({indices}{': ' if indices else ''}{position} = {place}: {body})"

    return written


def _derivative(reference: Callable[[Reference], str]) -> Callable[[Derivative], str]:
    return lambda derivative: f"d{reference(derivative.of)}/d{reference(derivative.by)}"


ASCII = Spelling(
    reference=_reference(str),
    derivative=_derivative(_reference(str)),
    number=plain_number,
    group=_group,
    power=lambda base, exponent: f"{base}^{exponent}",
    call=_call,
    sum=lambda index, body: f"sum({index}: {body})",
    where=_where("sum", str),
    over=lambda index, body: f"{index}: {body}",
    minus="-",
    times="*",
    wide_times=" * ",
    juxtaposes=False,
)

UNICODE = Spelling(
    reference=_reference(with_greek, "·", "−"),
    derivative=_derivative(_reference(with_greek, "·", "−")),
    number=plain_number,
    group=_group,
    power=lambda base, exponent: base + str(exponent).translate(_RAISED),
    call=_call,
    sum=lambda index, body: f"Σ({with_greek(index)}: {body})",
    where=_where("Σ", with_greek, "·", "−"),
    over=lambda index, body: f"{with_greek(index)}: {body}",
    minus="−",
    times="·",
    wide_times=" · ",
    juxtaposes=True,
    signs={"<=": "≤", ">=": "≥", "!=": "≠"},
)
