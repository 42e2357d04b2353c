"""How each part of an expression is spelled in LaTeX.

Every text reads back as the tree it came from: a trailing number of a name is a subscript
(`w_{7}`), indices are (`w_{i,j}`), and a lone number as an index has brackets (`w_{[7]}`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpdebug.notation.names import GREEK, LETTERS, with_greek
from bpdebug.notation.styles import Spelling, plain_number, spelled_index
from bpdebug.notation.symbols import Derivative, Index, Reference
from bpdebug.notation.tree import SumWhere

COMMANDS = {f"\\{name}": letter for letter, name in GREEK.items() if letter != "ς"} | {
    r"\Sigma": "Sigma",
    r"\varepsilon": "ε",
    r"\vartheta": "θ",
    r"\varphi": "φ",
}
"""What a command writes in a name; the letter of a capital sigma would be a sum."""

# LaTeX has no commands for letters that look like Latin ones.
_BY_NAME = {name: f"\\{name}" for name in (*LETTERS, "Sigma", "Upsilon")}
_BUILT_IN = ("exp", "log", "max", "min", "tanh")


def _name(name: str) -> str:
    return with_greek(name, _BY_NAME).replace("_", r"\_")


def _reference(reference: Reference) -> str:
    # Digits go below only where a letter stands before them: `w_1` stays `w\_1`.
    found = re.fullmatch(r"(.*[^\W\d_])([0-9]+)", reference.name)
    name, digits = found.groups() if found else (reference.name, "")
    indices = ",".join(map(_index, reference.indices))
    if indices and (digits or indices.isdecimal()):
        indices = f"[{indices}]"
    below = digits + indices
    return _name(name) + (f"_{{{below}}}" if below else "")


def _index(index: Index) -> str:
    return spelled_index(index, _name, _reference, r" \cdot ")


def _where(tree: SumWhere, body: str) -> str:
    indices = ",".join(map(_name, tree.indices))
    where = f"{_index(tree.position)}={_index(tree.place)}"
    below = f"{indices}: {where}" if indices else where
    return rf"\sum_{{{below}}}" + _group(body)


def _derivative(derivative: Derivative) -> str:
    return rf"\frac{{d{_reference(derivative.of)}}}{{d{_reference(derivative.by)}}}"


def _number(value: float) -> str:
    digits, _, exponent = plain_number(value).partition("e")
    return rf"{digits} \times 10^{{{int(exponent)}}}" if exponent else digits


def _group(text: str) -> str:
    return rf"\left({text}\right)"


def _call(function: str, arguments: Sequence[str]) -> str:
    inside = ", ".join(arguments)
    match function:
        case "sqrt":
            return rf"\sqrt{{{inside}}}"
        case "abs":
            return rf"\left|{inside}\right|"
        case "sigmoid":
            return r"\sigma" + _group(inside)
    name = f"\\{function}" if function in _BUILT_IN else _operator(function)
    return name + _group(inside)


def _operator(function: str) -> str:
    escaped = function.replace("_", r"\_")
    return rf"\operatorname{{{escaped}}}"


def _fraction(above: str, below: str) -> str:
    # A quotient of two names that begin with d is not a derivative.
    name = re.fullmatch(r"(d(?:[^\W_]|\\_)+)(_\{[^{}]*\})?", above)
    if name and below.startswith("d"):
        above = rf"\mathit{{{name[1]}}}{name[2] or ''}"
    return rf"\frac{{{above}}}{{{below}}}"


LATEX = Spelling(
    reference=_reference,
    derivative=_derivative,
    number=_number,
    group=_group,
    power=lambda base, exponent: f"{base}^{{{exponent}}}",
    call=_call,
    sum=lambda index, body: rf"\sum_{{{_name(index)}}}" + _group(body),
    where=_where,
    over=lambda index, body: rf"{_name(index)}: {body}",
    minus="-",
    times=r" \cdot ",
    wide_times=r" \cdot ",
    juxtaposes=True,
    fraction=_fraction,
    signs={"<=": r"\le", ">=": r"\ge", "!=": r"\ne", "and": r"\land", "or": r"\lor"}
    | {"not": r"\lnot", "%": r"\bmod"},
)
