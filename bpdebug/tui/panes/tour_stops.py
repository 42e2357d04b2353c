"""The tour of the screen: what is said at each stop, and where its box goes. Plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Offset, Region, Size

from bpdebug.keys.command import Command
from bpdebug.keys.names import key_of
from bpdebug.keys.registry import COMMANDS
from bpdebug.text.wrapping import wrap_words

WIDEST = 58
"""Cells of a line of the box, at most."""


@dataclass(frozen=True, slots=True)
class TourStop:
    """A stop: the widget that it shows, and what there is to know about it.

    In `text` and `task` stand the ids of commands in braces; their keys are put in. `task` asks
    for the command `command`, `times` times; doing it goes on to the next stop.
    """

    widget: str
    title: str
    text: str
    task: str = ""
    command: str = ""
    times: int = 1


TOUR = (
    TourStop(
        "#status",
        "Where you are",
        "The session, the iteration, the phase, and p: how many operations are done since the "
        "start. Every number on the screen is the one at this position.",
        "Press {operation_forward} for one operation.",
        "operation_forward",
    ),
    TourStop(
        "#operation",
        "Operation",
        "What was just computed: the rule in symbols, the same with its numbers, and the result. "
        "What comes next is in the frame.",
        "Press {operation_forward} again.",
        "operation_forward",
    ),
    TourStop(
        "#network",
        "Network",
        "The same operation where it happens. Arrow keys or the mouse choose a quantity; it is "
        "marked in all panes.",
        "Press {phase_forward} to finish the phase.",
        "phase_forward",
    ),
    TourStop(
        "#timeline",
        "Timeline",
        "An iteration from left to right: forward, loss, backward, update. A click goes there.",
        "Press {phase_forward} twice, two more phases.",
        "phase_forward",
        2,
    ),
    TourStop(
        "#tree",
        "Derivative tree",
        "The chain rule with its numbers: a derivative is a sum over paths, and each path a "
        "product. Rows open down to what the equations give directly.",
        "Press {iteration_forward} for a whole iteration.",
        "iteration_forward",
    ),
    TourStop(
        "#parameters",
        "Parameters",
        "What is trained: its value, its gradient, its last update. What is not computed yet says "
        "so; what is from the previous iteration has a ~.",
        "Each step has its mirror image. Press {iteration_back}: an iteration back in time.",
        "iteration_back",
    ),
    TourStop(
        "#keys",
        "Keys",
        "The keys you need most. {break} sets a breakpoint on what is selected, {continue} runs to "
        "it, {edit} gives it another value, {go_to} goes anywhere.",
    ),
    TourStop(
        "",
        "The end of the tour",
        "Go on with {walkthrough}, the walkthrough of a session that has one; {help} shows all "
        "keys, {palette} all commands by name, {present} a layout for a projector.",
    ),
)


def with_keys(text: str, commands: Sequence[Command]) -> str:
    """`text` with the keys of the commands that stand in it in braces."""
    for command in commands:
        name = f"{{{command.id}}}"
        if name in text:
            text = text.replace(name, key_of(commands, command.id) or f"({command.help})")
    return text


def task_of(stop: TourStop, commands: Sequence[Command]) -> str:
    """What somebody is asked to do; empty if there is nothing, or no key for it."""
    has_key = stop.command and key_of(commands, stop.command)
    return f"▶ {with_keys(stop.task, commands)}" if has_key else ""


def steps_towards(stop: TourStop, action: str) -> int:
    """How many of the steps that a stop asks for an action such as `2f` makes."""
    wanted = next((each.action for each in COMMANDS if each.id == stop.command), "")
    count = action.removesuffix(wanted)
    if not wanted or count == action or (count and not count.isdecimal()):
        return 0
    return int(count or "1")


def box_size(text: str, task: str, screen: Size) -> tuple[list[str], list[str]]:
    """The text and the task in lines that the box has on a screen."""
    width = max(1, min(WIDEST, screen.width - 6))
    return wrap_words(text, width), wrap_words(task, width)


def place_box(shown: Region, box: Size, screen: Size) -> Offset:
    """Where a box goes that must not cover what it shows, as far as there is room.

    Below it, above it, or at its side; in the middle if there is nothing to show.
    """
    middle = Offset((screen.width - box.width) // 2, (screen.height - box.height) // 2)
    if not shown.area:
        return middle
    within = Region(0, 0, screen.width, screen.height)
    along = min(max(0, shown.x), max(0, screen.width - box.width))
    across = min(max(0, shown.y), max(0, screen.height - box.height))
    places = (
        Offset(along, shown.bottom),
        Offset(along, shown.y - box.height),
        Offset(shown.right, across),
        Offset(shown.x - box.width, across),
    )
    for place in places:
        if within.contains_region(Region(*place, *box)):
            return place
    # Nowhere beside it: as far from its beginning as there is room.
    return Offset(along, screen.height - box.height)
