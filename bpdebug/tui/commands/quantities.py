"""Choosing a quantity, and what can be done with the one that is chosen."""

from __future__ import annotations

from bpdebug.debugger.conditions import ConditionError, find_slot
from bpdebug.tui.desk import Desk
from bpdebug.tui.screens.prompts import Prompt


def find(desk: Desk) -> None:
    """Ask for a quantity to select."""

    def accept(text: str) -> str | None:
        try:
            find_slot(desk.debugger.program, text)
        except ConditionError as error:
            return str(error)
        desk.select(text)
        return None

    desk.screen.app.push_screen(Prompt("Select", "a name such as w7, h1, dE/dw7", accept))


def derivative(desk: Desk) -> None:
    """Show the tree of the chosen quantity's derivative until the next step."""
    name = desk.chosen()
    program = desk.debugger.program
    slot = program.slot_named(name) if name else None
    if slot is not None:
        gradient = program.gradient_slot(slot)
        desk.pinned = slot if gradient is None else gradient
        desk.show()


def run_to(desk: Desk) -> None:
    """Run to where the chosen quantity is computed next."""
    name = desk.chosen()
    if name is not None:
        desk.perform(f"t {name}")


def run_back_to(desk: Desk) -> None:
    """Run back to where the chosen quantity was computed last."""
    name = desk.chosen()
    if name is not None:
        desk.perform(f"T {name}")
