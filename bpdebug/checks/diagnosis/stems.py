"""Names without the numbers of layers and time steps, so that lines that are repeated are alike."""

from __future__ import annotations

import re

from bpdebug.checks.mistakes.parts import owner
from bpdebug.program.program import Phase, Program, Statement

_BRACKETS = re.compile(r"\[([^\]]*)\]")
_BOUND = re.compile(r"\b(sum|max)\(([^:()]*):")
_NUMBERED = re.compile(r"(?<=[A-Za-z_])([0-9]+)")


def stem(name: str) -> str:
    """A name without the numbers in it."""
    return "".join(each for each in name if not each.isdigit() and each != "#")


def number_of(name: str) -> int:
    """The last number in a name, 0 if there is none."""
    found = re.findall(r"[0-9]+", name.partition("#")[0])
    return int(found[-1]) if found else 0


def group(program: Program, statement: Statement) -> tuple[str, Phase]:
    """What statements have in common that are one line of a program: one for every layer, time step
    or parameter.
    """
    own = owner(program, statement)
    if own:
        return statement.target.name.removesuffix(own), statement.phase
    return stem(statement.target.name), statement.phase


def relative(program: Program, text: str, statement: Statement) -> str:
    """A text about a statement as it would be about another one of its group."""
    own = owner(program, statement)
    if own:
        text = re.sub(rf"(?<![A-Za-z0-9])(d?){re.escape(own)}(?![A-Za-z0-9])", r"\1·", text)
        return _BRACKETS.sub("", text)
    letters: dict[str, str] = {}
    number = number_of(statement.target.name)

    def index(each: str) -> str:
        if each.isdigit():
            return f"#{int(each) - number}"
        return letters.setdefault(each, "ι" * (len(letters) + 1))

    def bound(match: re.Match[str]) -> str:
        # A letter may have a number of its own, which is that of no time step.
        return f"{match[1]}({','.join(index(each.strip()) for each in match[2].split(','))}:"

    marked = _BRACKETS.sub(lambda m: f"\0{m[1]}\1", _BOUND.sub(bound, text))
    parts = re.split("\0([^\1]*)\1", marked)
    for at, part in enumerate(parts):
        if at % 2:
            parts[at] = f"[{','.join(map(index, part.split(',')))}]"
        else:
            parts[at] = _NUMBERED.sub(lambda match: f"#{int(match[1]) - number}", part)
    return "".join(parts)
