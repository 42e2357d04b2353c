"""The session's walkthrough, stop by stop."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.debugger.walk_stop import WalkStop
from bpdebug.debugger.walkthrough import find_stop, parts_of
from bpdebug.plain.answers import Answer, CommandError, answer
from bpdebug.plain.line_debugger import LineDebugger
from bpdebug.text.aloud import in_prose
from bpdebug.text.run.predictions import asked_name
from bpdebug.text.run.status import value_text
from bpdebug.text.run.transcript import place_words
from bpdebug.text.words.rich_words import rich_lines

_WIDE = 1_000_000
"""A paragraph is a line: whoever reads it, or reads it aloud, breaks it."""


def stops(debugging: LineDebugger, rest: str) -> Answer:
    """The stops of the walkthrough."""
    found = _stops(debugging)
    return answer(
        f"{'This is ' if index == debugging.reached else ''}"
        f"stop {index + 1}: {in_prose(stop.title)}, at {stop.where}"
        for index, stop in enumerate(found)
    )


def stop(debugging: LineDebugger, rest: str) -> Answer:
    """The next stop, `back`, a number, or `answer` to the question of this one."""
    found, reached = _stops(debugging), debugging.reached
    match rest:
        case "" if reached is None:
            return _go(debugging, 0)
        case "" if debugging.asks and _is_skipped(debugging):
            return answer([*_asked(debugging), "stop again leaves it covered and goes on."])
        case "" if _open_question(debugging):
            return _answered(debugging)
        case "":
            if reached is not None and reached + 1 >= len(found):
                return answer(["That was the last stop."])
            return _go(debugging, (reached or 0) + 1)
        case "back":
            if not reached:
                raise CommandError("there is no stop before this one")
            return _go(debugging, reached - 1)
        case "answer":
            if not _open_question(debugging):
                raise CommandError("no question is open at this stop")
            return _answered(debugging)
        case _ if rest.isdecimal() and len(rest) < 6 and 1 <= int(rest) <= len(found):
            return _go(debugging, int(rest) - 1)
    raise CommandError(
        f"there is no stop {rest} (stops 1 to {len(found)}); stop alone goes to the next one"
    )


def _stops(debugging: LineDebugger) -> Sequence[WalkStop]:
    found = debugging.debugger.document.walkthrough
    if not found:
        raise CommandError("this session has no walkthrough")
    return found


def _asked(debugging: LineDebugger) -> list[str]:
    """What is to be predicted here."""
    if debugging.debugger.question is None:
        return []
    name = asked_name(debugging.debugger, form=False)
    return [f"What is {name}? Type a number, or answer and a formula; hint helps."]


def _is_skipped(debugging: LineDebugger) -> bool:
    """Whether going on would pass over a result that is asked for, and nobody has said so yet."""
    here = debugging.reached
    if debugging.debugger.question is None or debugging.passing == here:
        return False
    debugging.passing = here
    return True


def _open_question(debugging: LineDebugger) -> bool:
    reached = debugging.reached
    found = _stops(debugging)
    # Stops may have been deleted since.
    if reached is None or reached >= len(found) or not found[reached].ask:
        return False
    return reached not in debugging.told


def _go(debugging: LineDebugger, index: int) -> Answer:
    """Go to a stop and read it; what is to be predicted there is covered."""
    found = _stops(debugging)
    there = found[index]
    debugger = debugging.debugger
    if find_stop(debugger, there.where) != (debugger.branch, debugger.position):
        went = debugging.act(f"g {' '.join(there.where.split())}")
        if went.interrupted:
            return went
    debugging.told.discard(index)
    debugging.reached, debugging.passing = index, None
    if there.predict:
        debugging.act("ask")
    text = [
        f"Stop {index + 1} of {len(found)}: {in_prose(there.title)}",
        place_words(debugger),
        *_said(debugging, there.text),
    ]
    text += _asked(debugging)
    if there.ask is not None:
        text += ["Question:", *_said(debugging, there.ask)]
        text.append("stop shows the answer.")
    if there.run is not None:
        text.append(f"From here the walkthrough runs on: go {there.run}")
    if there.open is not None:
        text.append(f"It looks at another session here: bpdebug {there.open}")
    return answer(text, stop=index + 1)


def _answered(debugging: LineDebugger) -> Answer:
    assert debugging.reached is not None
    debugging.told.add(debugging.reached)
    said = _stops(debugging)[debugging.reached].answer
    assert said is not None
    return answer(["Answer:", *_said(debugging, said)], stop=debugging.reached + 1)


def _said(debugging: LineDebugger, text: str) -> list[str]:
    """A text with its values as they stand here."""
    view = debugging.view
    asked = debugging.debugger.question is not None
    said = ""
    for part in parts_of(text, view.program):
        if isinstance(part, str):
            said += part
            continue
        value = part.value(view)
        # Whether a condition holds would tell of what is covered.
        hidden = asked and isinstance(value, bool)
        said += "covered" if hidden else value_text(value, debugging.digits)
    lines = rich_lines(said, _WIDE)
    return ["".join(words.text for words in line).replace("• ", "- ") for line in lines]
