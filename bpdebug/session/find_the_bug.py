"""Find the bug: a copy of a session in which something is wrong, for others to find out what."""

from __future__ import annotations

from collections.abc import Generator

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.planting import plausible, sealed, with_planted
from bpdebug.debugger.state import Progress
from bpdebug.program.build import build
from bpdebug.session.assemble import make_debugger, make_model
from bpdebug.session.errors import Problem, SessionError
from bpdebug.session.format import SessionPart, WorkPart

FIND_THE_BUG = " · find the bug"
"""Ends the title of such a copy."""

_LEADS = ("walkthrough", "notes", "hand_derivations", "derivations")
"""What would say things about the numbers that are no longer so."""

_OFTEN = 4


def planting(
    part: SessionPart, source: str, seed: int, name: str | None = None
) -> Generator[Progress, None, SessionPart]:
    """A copy of a session with one mistake planted, chosen by a seed: of that `name`, or of any.

    The copy stands at its start; printed figures stay, for they are what should come out. Raises
    SessionError if the session is bad, or if no such mistake can be made in it.
    """
    clean = _without_leads(part)
    program = build(make_model(clean, source))
    for tried, made in enumerate(plausible(program, seed, name), start=1):
        if tried % _OFTEN == 0:
            yield Progress(1, tried, tried + 1)
        found = clean.model_copy(update={"planted": [*part.planted, sealed(made)]})
        try:
            make_debugger(found, source)
        except SessionError:
            # Some sessions name what is no longer there, or wish for an order that cannot be.
            continue
        return found
    what = "no mistake" if name is None else f"the mistake {name!r}"
    raise SessionError(source, [Problem("", f"{what} can be made in this model and be seen")])


def revealed(part: SessionPart, source: str) -> tuple[Made, ...]:
    """What is planted in a session. Raises SessionError if the session is bad."""
    model = make_model(part.model_copy(update={"planted": []}), source)
    return with_planted(model, part.planted)[1]


def _without_leads(part: SessionPart) -> SessionPart:
    """The session at its start, without what leads to the bug or would be wrong with it."""
    usual = {
        name: field.get_default(call_default_factory=True)
        for name, field in WorkPart.model_fields.items()
    }
    lists: dict[str, object] = {"actions": [], "digests": [], "recorded_from": None}
    empty: dict[str, object] = {
        name: SessionPart.model_fields[name].get_default(call_default_factory=True)
        for name in _LEADS
    }
    title = f"{part.title}{FIND_THE_BUG}"[:200]
    kept = {"breakpoints": part.breakpoints, "watches": part.watches, "title": title}
    return part.model_copy(update=usual | lists | empty | kept)
