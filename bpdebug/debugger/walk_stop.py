"""A stop of a walkthrough: what is said at a place of the run; how an action writes it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields, replace

from bpdebug.debugger.limits import (
    MOST_NAME,
    MOST_SAID,
    MOST_SESSION_NAME,
    MOST_TEXT,
    MOST_TITLE,
    LimitError,
    check_line,
    check_text,
)

HELP = (
    'where "it 1 E" title "The error" text "It is {E}." focus "E" ask "Is it large?" '
    'answer "Yes." predict open "xor" run "it 100"'
)
"""All that may be said of a stop; place and title have to be."""


class WalkthroughError(ValueError):
    """A stop that cannot be; nothing has changed."""


@dataclass(frozen=True, slots=True)
class WalkStop:
    """A place and what is said there, with expressions in braces.

    `focus` is the element that is selected, `ask` a question and `answer` its answer, which is
    shown when it is asked for. `predict` says that the result there is covered until it is
    answered. `open` is a session to be opened from there, and `run` a place to run to.
    """

    where: str
    title: str
    text: str = ""
    focus: str | None = None
    ask: str | None = None
    answer: str | None = None
    predict: bool = False
    open: str | None = None
    run: str | None = None

    def __str__(self) -> str:
        parts = []
        for each in fields(self):
            value = getattr(self, each.name)
            if value is True:
                parts.append(each.name)
            elif value:
                parts.append(f"{each.name} {json.dumps(value, ensure_ascii=False)}")
        return " ".join(parts)

    def texts(self) -> tuple[tuple[str, str], ...]:
        """All texts in which expressions may stand, each with its name."""
        named = (("text", self.text), ("ask", self.ask), ("answer", self.answer))
        return tuple((name, text) for name, text in named if text)


_PART = re.compile(r'\s*([a-z]+)(?:\s+("(?:[^"\\]|\\.)*"))?(?=\s|$)', re.DOTALL)


def parse_stop(text: str) -> WalkStop:
    """The stop that an action describes. Raises WalkthroughError."""
    found: dict[str, str] = {}
    known = {each.name for each in fields(WalkStop)}
    at = 0
    while at < len(text.rstrip()):
        part = _PART.match(text, at)
        if part is None or part[1] not in known or (part[2] is None) != (part[1] == "predict"):
            raise WalkthroughError(f"{text[at:].strip():.40} is not understood; write {HELP}")
        if part[1] in found:
            raise WalkthroughError(f"{part[1]} stands there twice")
        found[part[1]] = _unquoted(part[2]) if part[2] else ""
        at = part.end()
    said: dict[str, str] = {name: value for name, value in found.items() if name != "predict"}
    for name in ("where", "title"):
        if name not in said:
            raise WalkthroughError(f"a stop has a {name}; write {HELP}")
    stop = WalkStop(said.pop("where"), said.pop("title"), said.pop("text", ""))
    stop = replace(stop, predict="predict" in found, **said)
    check_fields(stop)
    return stop


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError as error:
        raise WalkthroughError(f"{text:.40} is not a text in quotation marks") from error


def check_fields(stop: WalkStop) -> None:
    """Raises WalkthroughError if the fields make no sense, whatever the program is."""
    if not stop.title.strip():
        raise WalkthroughError("a stop has a title")
    if (stop.ask is None) != (stop.answer is None) or stop.ask == "" or stop.answer == "":
        raise WalkthroughError("a question has an answer; fill in both, or none")
    try:
        check_line("where a stop is", stop.where, MOST_NAME)
        check_line("a title", stop.title, MOST_TITLE)
        check_text("the text of a stop", stop.text, MOST_TEXT)
        check_line("what is selected", stop.focus or "", MOST_NAME)
        check_text("a question", stop.ask or "", MOST_SAID)
        check_text("an answer", stop.answer or "", MOST_SAID)
        check_line("the name of a session", stop.open or "", MOST_SESSION_NAME)
        check_line("where a run leads", stop.run or "", MOST_NAME)
    except LimitError as error:
        raise WalkthroughError(str(error)) from error
