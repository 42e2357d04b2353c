"""Choosing a quantity, and what can be done with the one that is chosen."""

from __future__ import annotations

from textual import on

from bpdebug.debugger.conditions import ConditionError, find_slot
from bpdebug.debugger.view import Status
from bpdebug.tui.messages import Selected
from bpdebug.tui.network.pane import NetworkPane
from bpdebug.tui.prompts import Prompt
from bpdebug.tui.session_screen import SessionScreen


class QuantityCommands(SessionScreen):
    """The commands of the main screen that are about a quantity."""

    @on(Selected)
    @on(NetworkPane.Selected)
    def quantity_selected(self, message: Selected | NetworkPane.Selected) -> None:
        """Mark a quantity in every pane."""
        self.select(message.name)

    def select(self, name: str) -> None:
        """Mark the element called `name` in every pane, and say its value."""
        view = self.session.debugger.view
        slot = view.program.slot_named(name)
        if slot is not None:
            name = view.program.name(slot)
        self.selected = name
        if slot is not None:
            value = self.picture().format(view.value(slot))
            said = {
                Status.UNKNOWN: f"{name} is not computed yet",
                Status.STALE: f"{name} = ~{value}, stale: of the iteration before",
            }
            edited = ", edited" if view.edited(slot) else ""
            self.tell(said.get(view.status(slot), f"{name} = {value}") + edited, "muted")
        self.show()

    def chosen(self) -> str | None:
        """The quantity that a command is about: the selected one, or the active one."""
        active = self.picture().active_slot
        if self.selected is None and active is not None:
            return self.session.debugger.program.name(active)
        if self.selected is None:
            self.tell("select a quantity first: arrow keys, mouse, or /", "error")
        return self.selected

    def do_find(self) -> None:
        """Ask for a quantity to select."""

        def accept(text: str) -> str | None:
            try:
                find_slot(self.session.debugger.program, text)
            except ConditionError as error:
                return str(error)
            self.select(text)
            return None

        self.app.push_screen(Prompt("Select", "a name such as w7, h1, dE/dw7", accept))

    def do_derivative(self) -> None:
        """Show the tree of the chosen quantity's derivative until the next step."""
        name = self.chosen()
        program = self.session.debugger.program
        slot = program.slot_named(name) if name else None
        if slot is not None:
            gradient = program.gradient_slot(slot)
            self.pinned = slot if gradient is None else gradient
            self.show()

    def do_run_to(self) -> None:
        """Run to where the chosen quantity is computed next."""
        name = self.chosen()
        if name is not None:
            self.perform(f"t {name}")

    def do_run_back_to(self) -> None:
        """Run back to where the chosen quantity was computed last."""
        name = self.chosen()
        if name is not None:
            self.perform(f"T {name}")
