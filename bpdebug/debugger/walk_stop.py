"""A stop of a walkthrough: what is said at a place of the run; how an action writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
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
            raise WalkthroughError(f"{part[1]} is given twice")
        found[part[1]] = _unquoted(part[2]) if part[2] else ""
        at = part.end()
    said: dict[str, str] = {name: value for name, value in found.items() if name != "predict"}
    for name in ("where", "title"):
        if name not in said:
            raise WalkthroughError(f"a stop needs a {name}; write {HELP}")
    stop = WalkStop(said.pop("where"), said.pop("title"), said.pop("text", ""))
    written = {name: value for name, value in said.items() if value}
    stop = replace(stop, predict="predict" in found, **written)
    check_fields(stop)
    return stop


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError as error:
        raise WalkthroughError(f"{text:.40} is not a text in quotation marks") from error


def check_fields(stop: WalkStop) -> None:
    """Raises WalkthroughError if the fields make no sense, whatever the program is."""
    for _, problem in faults(stop):
        raise WalkthroughError(problem)


def faults(stop: WalkStop) -> Iterator[tuple[str, str]]:
    """What makes no sense in the fields, whatever the program is, each with its field."""
    if not stop.title.strip():
        yield "title", "a stop needs a title"
    if stop.ask and not stop.answer:
        yield "answer", "a question needs an answer: write it, or leave out the question"
    if stop.answer and not stop.ask:
        yield "ask", "an answer needs a question: write it, or leave out the answer"
    for field, what, most in _LINES:
        try:
            check_line(what, getattr(stop, field) or "", most)
        except LimitError as error:
            yield field, str(error)
    for field, what, most in _TEXTS:
        try:
            check_text(what, getattr(stop, field) or "", most)
        except LimitError as error:
            yield field, str(error)


_LINES = (
    ("where", "where a stop is", MOST_NAME),
    ("title", "a title", MOST_TITLE),
    ("focus", "what is selected", MOST_NAME),
    ("open", "the name of a session", MOST_SESSION_NAME),
    ("run", "where a run leads", MOST_NAME),
)
_TEXTS = (
    ("text", "the text of a stop", MOST_TEXT),
    ("ask", "a question", MOST_SAID),
    ("answer", "an answer", MOST_SAID),
)
