"""Find the bug: a copy of a session in which something is wrong, for others to find out what."""

from __future__ import annotations

from collections.abc import Generator

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.planting import LOOKED_AT, plausible, sealed, with_planted
from bpdebug.checks.diagnosis.sheet import is_wrong
from bpdebug.checks.figures.figure import true_value
from bpdebug.checks.figures.printed import compare
from bpdebug.checks.limit import Limit
from bpdebug.checks.quiet import quiet
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import Progress
from bpdebug.program.quantities import Kind
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.format import MOST_PLANTED, PrintedPart, SessionPart, WorkPart
from bpdebug.session.model.assemble import make_debugger, make_model
from bpdebug.session.model.to_check import printed_figures

FIND_THE_BUG = " · find the bug"
"""Ends the title of such a copy."""

_LEADS = ("walkthrough", "notes", "hand_derivations", "derivations")
"""What would say things about the numbers that are no longer so."""

_MOST_PRINTED = 60
"""This many figures of an iteration are printed."""


@quiet
def planting(
    part: SessionPart,
    source: str,
    seed: int,
    name: str | None = None,
    limit: Limit | None = None,
) -> Generator[Progress, None, SessionPart]:
    """A copy of a session with one mistake planted, chosen by a seed: of that `name`, or of any.

    The copy stands at its start and says in its printed figures what should come out. Raises
    SessionError if the session is bad, or if no such mistake can be made in it, or has been found
    when the limit is over.
    """
    clean = without_leads(part)
    debugger = make_debugger(clean, source)
    clean = clean.model_copy(update={"printed": (yield from _right_figures(debugger, clean))})
    program = debugger.program
    if len(part.planted) >= MOST_PLANTED:
        message = f"{MOST_PLANTED} mistakes are planted already, which is the most there can be"
        raise SessionError(source, [Problem("planted", message)])
    iterations = min(LOOKED_AT, part.iterations)
    for tried, made in enumerate(plausible(program, iterations, seed, name), start=1):
        if limit is not None and limit.is_over:
            message = f"no mistake that can be seen was found in {limit.seconds:g} s"
            raise SessionError(source, [Problem("", message)])
        yield Progress(1, tried, tried + 1)
        if made is None:
            continue
        found = clean.model_copy(update={"planted": [*part.planted, sealed(made)]})
        try:
            make_debugger(found, source)
        except SessionError:
            # Some sessions name what is no longer there, or wish for an order that cannot be.
            continue
        return found
    what = "no mistake can" if name is None else f"{name!r} cannot"
    raise SessionError(source, [Problem("", f"{what} be made and seen in this model")])


def _right_figures(
    debugger: Debugger, part: SessionPart
) -> Generator[Progress, None, list[PrintedPart]]:
    """The printed figures that are right, and those of the first iterations."""
    figures = printed_figures(debugger.program, part.printed)
    compared = yield from compare(debugger, figures)
    wrong = {(c.figure.slot, c.figure.iteration) for c in compared if is_wrong(c)}
    places = [(figure.slot, figure.iteration) for figure in figures]
    found = [p for p, place in zip(part.printed, places, strict=True) if place not in wrong]
    program = debugger.program
    names = [program.model.loss]
    for quantity in program.of_kind(Kind.GRADIENT, Kind.PARAMETER):
        slots = range(quantity.offset, quantity.offset + quantity.size)
        names += [program.name(slot) for slot in slots if program.written_at[slot]]
    there = {(each.of, each.iteration) for each in found}
    for iteration in range(1, min(LOOKED_AT, debugger.iterations) + 1):
        for name in names[:_MOST_PRINTED]:
            slot = program.slot_named(name)
            assert slot is not None
            if (name, iteration) not in there:
                text = f"{true_value(debugger, slot, iteration):z.6g}"
                found.append(PrintedPart(of=name, figure=text, iteration=iteration))
    return found


def revealed(part: SessionPart, source: str) -> tuple[Made, ...]:
    """What is planted in a session. Raises SessionError if the session is bad."""
    model = make_model(part.model_copy(update={"planted": []}), source)
    return with_planted(model, part.planted)[1]


def without_leads(part: SessionPart) -> SessionPart:
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
