"""Formulas and operations in LaTeX, as rows of an align environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bpdebug.notation.equation import Equation
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Reference
from bpdebug.notation.tree import Expression, Terms
from bpdebug.text.formula.worked import Cut, Worked
from bpdebug.text.numbers import COVER, LEFT_OUT, MINUS, number

PREAMBLE = (
    r"\documentclass[10pt]{article}",
    r"\usepackage[T1]{fontenc}",
    r"\usepackage[utf8]{inputenc}",
    r"\usepackage{amsmath}",
    r"\usepackage[margin=2cm]{geometry}",
    r"\allowdisplaybreaks",
)


def joined(rows: list[str]) -> Iterator[str]:
    """The rows of an align environment, each but the last with its end of line."""
    for row in rows[:-1]:
        yield row + r" \\"
    yield from rows[-1:]


def aligned(equation: Equation) -> str:
    """An equation as a row."""
    sign = _sign(":=" if equation.assigns else "=")
    return f"{latex(equation.target)} &{sign} {latex(equation.value)}"


def latex(tree: Expression, spelled: Callable[[float], str] | None = None) -> str:
    """A formula; of an element such as `x1_2` all numbers stand below: `x_{1,2}`."""
    text = to_text(tree, "latex", spelled)
    return re.sub(
        r"(?<![\\A-Za-z])([A-Za-z]+)(\d+(?:\\_\d+)+)(?!\w|\\_)",
        lambda found: f"{found[1]}_{{{found[2].replace(chr(92) + '_', ',')}}}",
        text,
    )


def _sign(sign: str) -> str:
    return "=" if sign == "=" else rf"\mathrel{{{sign}}}"


def latex_number(value: float, digits: int) -> str:
    """A number, or a box for one that is covered."""
    text = number(value, digits).replace(MINUS, "-").replace("∞", r"\infty")
    mantissa, _, exponent = text.partition("e")
    if exponent:
        return rf"{mantissa} \times 10^{{{exponent}}}"
    return text.replace("NaN", r"\mathrm{NaN}").replace(COVER, r"\boxed{\phantom{0.0000}}")


def operation_rows(worked: Worked, digits: int, working: str = "") -> str:
    """An operation in up to three rows: rule, numbers, result. What is covered is a box, and where
    the numbers are, `working` stands in their place, or nothing.
    """
    target, sign = latex(worked.target), _sign(worked.sign)
    result = "" if worked.value is None else latex_number(worked.value, digits)
    if worked.rule.tree == Reference(COVER):
        return f"{target} &{sign} {result}"
    rows = [f"{target} &{sign} {_cut(worked.rule, latex)}"]
    if worked.is_covered:
        shown = [working, result]
    else:
        spelled = lambda each: latex_number(each, digits)  # noqa: E731
        shown = [_cut(worked.numbers, lambda part: latex(part, spelled)), result]
    rows.extend(f"&= {row}" for row in dict.fromkeys(shown) if row)
    return " \\\\*\n".join(rows)


def _cut(formula: Cut, text: Callable[[Expression], str]) -> str:
    more = r" + \cdots" if formula.left_out else ""
    return _MORE.sub(r"\\cdots", _broken(formula.tree, text)) + more


_MORE = re.compile(rf"{LEFT_OUT} \d+ more terms?")


_TERMS_A_ROW = 4


def _broken(tree: Expression, text: Callable[[Expression], str]) -> str:
    """A formula; a sum of many terms on several rows of the align environment."""
    if not isinstance(tree, Terms) or len(tree.terms) <= _TERMS_A_ROW:
        return text(tree)
    rows = []
    for first in range(0, len(tree.terms), _TERMS_A_ROW):
        terms = tree.terms[first : first + _TERMS_A_ROW]
        rows.append(text(Terms(terms) if len(terms) > 1 else terms[0]))
    return " \\\\*\n&\\quad + ".join(rows)
