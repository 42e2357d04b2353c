"""The form in which a breakpoint is filled in, without its syntax, which it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from textual import events
from textual.widget import Widget
from textual.widgets import Input, Static

from bpdebug.debugger.breakpoints import (
    Access,
    Breakpoint,
    BreakpointError,
    check_parts,
    parse_breakpoint,
)
from bpdebug.debugger.conditions import ConditionError
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.triggers import make_trigger, operations_of, slots_of
from bpdebug.program.program import Program
from bpdebug.text.safe import safe
from bpdebug.tui.screens.fields import NameSuggester, Options
from bpdebug.tui.screens.form import Form, row, text_field
from bpdebug.tui.screens.list_screen import Action

_ENABLED, _TEMPORARY = "enabled", "temporary (only one stop)"


class BreakpointForm(Form[int]):
    """Makes a breakpoint, or changes `old`; gives its number, or None after Esc.

    `do` carries out an action and says why it cannot be done; then the form stays open, and
    nothing has changed.
    """

    DEFAULT_CSS = "BreakpointForm #short { width: 1fr; color: $accent; }"
    KEYS = "Tab next · → completes · Enter sets · Esc cancels"
    DROPPED = "Esc again drops what has been changed here; Enter sets it."

    def __init__(
        self, debugger: Debugger, do: Action, old: Breakpoint | None = None, on: str = ""
    ) -> None:
        title = f"Breakpoint {old.number}" if old else "New breakpoint"
        super().__init__(title, "Change" if old else "Set")
        self._debugger = debugger
        self._do = do
        self._old = old
        self._at_first = old or Breakpoint(0, on)

    def fields(self) -> Iterable[Widget]:
        first, program = self._at_first, self._debugger.program
        slots = program.parameter_slots()
        name = program.name(int(slots[0])) if len(slots) else program.model.loss
        names = NameSuggester(program)
        gradient = f"d{program.model.loss}/d{name}"
        place = f"such as {name}, {gradient}, phase backward, iteration 300, operation 14"
        marks = {_TEMPORARY} if first.temporary else set()
        # What could not be used was switched off for that reason; now it is mended.
        marks |= {_ENABLED} if first.enabled or first.problem else set()
        yield text_field("Stop at", "on", first.on, place, NameSuggester(program, whole=True))
        yield row("when", Options(list(Access), {first.access}, id="access"))
        yield text_field("only if", "condition", first.condition, f"such as {name} < 0.5", names)
        yield text_field(
            "only hits", "hit", first.hit, "such as % 10 (every tenth), == 3, >= 3, > 3"
        )
        ignore = str(first.ignore) if first.ignore else ""
        yield text_field(
            "pass over", "ignore", ignore, "number of hits to skip", restrict=r"\d{0,10}"
        )
        told = f"such as {name} is {{{name}}}: written instead of stopping"
        yield text_field("message", "log", first.log, told, names)
        yield row("", Options([_ENABLED, _TEMPORARY], marks, many=True, id="marks"))
        yield row("in short", Static("", id="short", markup=False))

    def on_mount(self) -> None:
        where = self.query_one("#on", Input)
        where.focus()
        if self._old is None:
            # Only proposed: typing replaces it.
            where.action_select_all()
        if self._at_first.problem:
            self.complain(f"It cannot be used: {self._at_first.problem}")

    def adapt(self) -> None:
        """Offer what makes sense for what the breakpoint is on; show it in short."""
        wanted = self.wanted()
        options = self.query_one("#access", Options)
        if wanted.is_on_place:
            options.offer([], "it is done" if wanted.on.startswith("operation") else "it begins")
        else:
            options.offer(_accesses(self._debugger.program, wanted.on))
        wanted = self.wanted()
        self.query_one("#short", Static).update(safe(str(wanted)) if wanted.on else "…")

    def _text(self, id: str) -> str:
        return self.query_one(f"#{id}", Input).value

    def wanted(self) -> Breakpoint:
        """The breakpoint that the fields describe, which may make no sense."""
        chosen = self.query_one("#access", Options).chosen
        marks = self.query_one("#marks", Options).chosen
        log = self._text("log")
        wanted = Breakpoint(
            0,
            " ".join(self._text("on").split()),
            Access(next(iter(chosen))),
            condition=self._text("condition").strip() or None,
            hit=re.sub(r"^\s*(>=|==|>|%)\s*", r"\1 ", self._text("hit")).strip() or None,
            ignore=int(self._text("ignore") or 0),
            temporary=_TEMPORARY in marks,
            log=log if log.strip() else None,
            enabled=_ENABLED in marks,
        )
        # A place has no access, whatever was chosen for what was there before it.
        return replace(wanted, access=Access.WRITE) if wanted.is_on_place else wanted

    def accept(self) -> None:
        """Set the breakpoint, or say what is wrong with it."""
        wanted = self.wanted()
        fault = _fault(wanted, self._debugger.program)
        if fault is not None:
            field, message = fault
            self.complain(message)
            self._show_fault(field, message)
            return
        number, error = self._set(wanted)
        if error is None:
            self.dismiss(number)
        else:
            self.complain(error)

    def _set(self, wanted: Breakpoint) -> tuple[int, str | None]:
        """Carry it out; the number of the breakpoint, and what went wrong."""
        old, error = self._old, None
        if old is None:
            error = self._do(f"b {wanted}")
        elif old.problem or str(old) != str(wanted):
            error = self._do(f"change {old.number} {wanted}")
        number = old.number if old else max(self._debugger.breakpoints, default=0)
        if error is None and self._debugger.breakpoint(number).enabled != wanted.enabled:
            error = self._do(f"{'enable' if wanted.enabled else 'disable'} {number}")
        return number, error

    def _show_fault(self, field: str, message: str) -> None:
        """Go to the field that is wrong, and in a condition to the column."""
        where = self.query_one(f"#{field}", Input)
        where.focus()
        column = re.search(r"column (\d+)", message)
        if field == "condition" and column:
            before = len(where.value) - len(where.value.lstrip())
            where.cursor_position = before + int(column[1]) - 1

    def on_key(self, event: events.Key) -> None:
        """What is typed beside the lines to type goes into the next one."""
        if event.is_printable and event.key != "space":
            event.stop()
            self._type(event.character or "")

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted beside them, too."""
        event.stop()
        if not isinstance(self.focused, Input):
            self._type(event.text.split("\n")[0])

    def _type(self, text: str) -> None:
        chain = self.focus_chain
        here = chain.index(self.focused) if self.focused in chain else -1
        field = next((each for each in chain[here + 1 :] if isinstance(each, Input)), None)
        if field is None:
            self.complain("There is nothing to type here; Tab goes on to the fields.")
        else:
            field.focus()
            field.insert_text_at_cursor(text)


def _accesses(program: Program, name: str) -> list[Access]:
    """What can happen to a quantity; all there is as long as it is not known which one."""
    try:
        slots = slots_of(program, name)
    except ConditionError:
        return list(Access)
    return [access for access in Access if _happens(program, slots, access)] or list(Access)


def _happens(program: Program, slots: range, access: Access) -> bool:
    try:
        operations_of(program, slots, access)
    except BreakpointError:
        return False
    return True


def _fault(wanted: Breakpoint, program: Program) -> tuple[str, str] | None:
    """The field that is wrong, and why: each part is tried by itself, then all together."""
    if not wanted.on:
        return "on", "Say what to stop at: a quantity, a phase, an iteration or an operation."
    bare = Breakpoint(0, wanted.on, wanted.access)
    for field, part in (
        ("on", bare),
        ("condition", replace(bare, condition=wanted.condition)),
        ("hit", replace(bare, hit=wanted.hit)),
        ("ignore", replace(bare, ignore=wanted.ignore)),
        ("log", replace(bare, log=wanted.log)),
        ("log", replace(wanted, enabled=True)),
    ):
        try:
            check_parts(part)
            read_back = parse_breakpoint(str(part))
            make_trigger(part, program)
        except BreakpointError as error:
            return field, str(error)
        if read_back != part:
            return field, f"{getattr(part, field)} is not understood."
    return None
