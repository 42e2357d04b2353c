"""What was done to find what is planted: between the fields of a file and an open debugger."""

from __future__ import annotations

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.hunts import Hunt, Looks, Suspect, SuspectVerdict
from bpdebug.session.file.errors import Problem
from bpdebug.session.file.format import HuntPart, LooksPart, SuspectPart
from bpdebug.session.model.lean import lean


def hunt_of(debugger: Debugger, part: HuntPart, problems: list[Problem]) -> Hunt:
    """What a file says, with what is wrong with it put among the `problems`."""
    planted = debugger.judge.planted if debugger.judge is not None else 0
    if part != HuntPart() and not planted:
        problems.append(Problem("hunt", "no mistake is planted in this session"))
    suspects = []
    for index, each in enumerate(part.suspects):
        path = f"hunt.suspects[{index}]"
        if debugger.program.slot_named(each.element) is None:
            problems.append(Problem(f"{path}.element", "there is no such quantity"))
        if each.bug is not None and each.bug > planted > 0:
            problems.append(Problem(f"{path}.bug", _so_many(planted)))
        if (each.bug is not None) != (each.verdict is SuspectVerdict.RIGHT):
            problems.append(Problem(path, "what is right has the number of a bug, nothing else"))
        bug = None if each.bug is None else each.bug - 1
        suspects.append(Suspect(each.element, each.mistake, each.verdict, bug))
    for index, number in enumerate(part.hints):
        if number > planted > 0:
            problems.append(Problem(f"hunt.hints[{index}]", _so_many(planted)))
    return Hunt(tuple(suspects), tuple(each - 1 for each in part.hints), part.revealed)


def _so_many(planted: int) -> str:
    return f"{planted} {'mistake is' if planted == 1 else 'mistakes are'} planted"


def looks_of(part: LooksPart) -> Looks:
    """What a file says that it has cost."""
    return Looks(frozenset(part.operations), part.suspects, part.hints)


def hunt_part(debugger: Debugger) -> HuntPart:
    """It as it stands now."""
    hunt, looks = debugger.document.hunt, debugger.looks
    suspects = [
        lean(
            SuspectPart,
            element=each.element,
            mistake=each.mistake,
            verdict=each.verdict,
            bug=None if each.bug is None else each.bug + 1,
        )
        for each in hunt.suspects
    ]
    cost = lean(
        LooksPart,
        operations=sorted(looks.operations),
        suspects=looks.suspects,
        hints=looks.hints,
    )
    hints = [each + 1 for each in hunt.hints]
    return lean(HuntPart, suspects=suspects, hints=hints, revealed=hunt.revealed, looks=cost)
