"""What is to be found where a mistake is planted, and the score, in words."""

from __future__ import annotations

from bpdebug.debugger.action_words import count_words
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.hunts import HuntScore

LOOK = "a look is an operation that you come to, each counted once, or a suspect that you name"


def goal_words(debugger: Debugger) -> str:
    """What is to be found: `one mistake is in this run`, or how many are left."""
    now = debugger.hunting.score
    left = now.planted - now.found - now.told
    if left == now.planted:
        return "one mistake is in this run" if left == 1 else f"{left} mistakes are in this run"
    return f"{left} of {now.planted} mistakes {'is' if left == 1 else 'are'} left"


def hunt_score_words(now: HuntScore) -> str:
    """`found after 7 looks: 5 operations, 2 suspects; one hint`."""
    cost = count_words(now.looks, "look")
    if now.looks:
        operations = count_words(now.operations, "operation")
        cost += f": {operations}, {count_words(now.suspects, 'suspect')}"
    if now.hints:
        cost += f"; {count_words(now.hints, 'hint')}"
    if now.planted == 1:
        state = "found after" if now.found else "told after" if now.told else "not found yet,"
        return f"{state} {cost}"
    parts = [f"{now.found} of {now.planted} found"]
    parts += [f"{now.told} told"] if now.told else []
    return f"{', '.join(parts)} after {cost}"
