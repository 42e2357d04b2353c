"""The form in which a stop of a walkthrough is written."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea

from bpdebug.debugger.limits import LINE
from bpdebug.debugger.walk_stop import WalkStop, faults
from bpdebug.debugger.walkthrough import problems_of
from bpdebug.text.safe import safe
from bpdebug.tui.closing import Dialog
from bpdebug.tui.desk import Desk
from bpdebug.tui.screens.fields import NameSuggester, Options
from bpdebug.tui.screens.list_screen import Action
from bpdebug.tui.screens.stop_preview import StopPreview

_PREDICT = "cover the result there until it is answered"
_KEYS = "Tab next · F2 preview · Ctrl+S keeps the stop · Esc cancels"


class StopForm(Dialog[bool]):
    """Writes stop `number`; with `is_new` it is put in there. Gives whether something was kept.

    `do` carries out an action and says why it cannot be done; then the form stays open, and
    nothing has changed.
    """

    DEFAULT_CSS = """
    StopForm {
        align: center middle;
        & > VerticalScroll {
            width: 78;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            border: round $primary;
            border-title-color: $primary;
            background: $surface;
            padding: 0 1;
            scrollbar-size-vertical: 1;
        }
        & Horizontal { height: auto; }
        & .label { width: 10; color: $quiet; }
        & Input { width: 1fr; background: $panel; }
        & TextArea { width: 1fr; height: 2; padding: 0; background: $panel; }
        & #text { height: 6; }
        & #error { color: $error; }
        & #hint { color: $quiet; }
        & Button { margin: 0 2 0 0; min-width: 0; width: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "cancel", show=False),
        Binding("ctrl+s", "accept", "keep", show=False, priority=True),
        Binding("f2", "preview", "preview", show=False, priority=True),
        Binding("enter", "accept", "keep", show=False),
        Binding("down", "app.focus_next", "next field", show=False),
        Binding("up", "app.focus_previous", "previous field", show=False),
    ]

    def __init__(self, desk: Desk, do: Action, stop: WalkStop, number: int, is_new: bool) -> None:
        super().__init__()
        self._desk = desk
        self._do = do
        self._at_first = stop
        self._number = number
        self._is_new = is_new
        self._untouched: WalkStop | None = None
        self._warned_of: WalkStop | None = None

    def compose(self) -> ComposeResult:
        first, program = self._at_first, self._desk.debugger.program
        loss = program.model.loss
        marks = {_PREDICT} if first.predict else set()
        sessions = SuggestFromList(self._desk.debugger.sessions())
        where = f"such as it 1 {loss}, start, a bookmark"
        with VerticalScroll(can_focus=False) as box:
            kind = "New stop" if self._is_new else "Stop"
            box.border_title = f"{kind} {self._number}"
            yield _field("Title", "title", first.title, "what it is about, in a few words")
            yield _field("Where", "where", first.where, where, NameSuggester(program))
            said = f"what you say there; {{{loss}}} stands for a value, **bold**, `code`"
            yield _row("Text", _area("text", first.text, said))
            names = NameSuggester(program, whole=True)
            selected = f"a quantity, such as {loss}, that is marked in all panes"
            yield _field("Select", "focus", first.focus, selected, names)
            yield _row("Question", _area("ask", first.ask, "what you ask there, if anything"))
            yield _row("Answer", _area("answer", first.answer, "shown by Space or Enter"))
            yield _row("Predict", Options([_PREDICT], marks, many=True, id="marks"))
            run = f"where Space runs to from there: it 100, next time {loss} < 0.1"
            yield _field("Run to", "run", first.run, run, NameSuggester(program))
            yield _field("Open", "open", first.open, "a bundled session, such as xor", sessions)
            yield Static("", id="error", markup=False)
            yield Horizontal(
                Button(Content("[ Keep ]"), id="accept", compact=True),
                Button(Content("[ Cancel ]"), id="cancel", compact=True),
            )
            yield Static(_KEYS, id="hint", markup=False)

    def on_mount(self) -> None:
        self.query_one("#title").focus()
        self._untouched = self._wanted()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Options.Changed)
    def changed(self) -> None:
        """What was wrong may be mended."""
        self._complain("")

    def _line(self, id: str) -> str:
        return " ".join(self.query_one(f"#{id}", Input).value.split())

    def _several(self, id: str) -> str:
        return self.query_one(f"#{id}", TextArea).text.strip()

    def _wanted(self) -> WalkStop:
        """The stop that the fields describe, which may make no sense."""
        return WalkStop(
            self._line("where"),
            self._line("title"),
            self._several("text"),
            self._line("focus") or None,
            self._several("ask") or None,
            self._several("answer") or None,
            bool(self.query_one(Options).chosen),
            self._line("open") or None,
            self._line("run") or None,
        )

    def _checked(self) -> WalkStop | None:
        """The stop, if it makes sense; otherwise what is wrong is said, at the field."""
        wanted = self._wanted()
        fault = _fault(self._desk, wanted)
        if fault is None:
            return wanted
        field, message = fault
        self.query_one(f"#{field}").focus()
        self._complain(message)
        return None

    def action_accept(self) -> None:
        """Keep the stop, or say what is wrong with it."""
        if not self.is_active:
            return
        wanted = self._checked()
        if wanted is None:
            return
        if not self._is_new and wanted == self._at_first:
            self.dismiss(False)
            return
        verb = "add" if self._is_new else "change"
        error = self._do(f"walkthrough {verb} {self._number} {wanted}")
        if error is None:
            self.dismiss(True)
        else:
            self._complain(error)

    def action_preview(self) -> None:
        """Show the stop as it will be shown."""
        wanted = self._checked() if self.is_active else None
        if wanted is not None:
            total = len(self._desk.debugger.document.walkthrough) + self._is_new
            self.app.push_screen(StopPreview(self._desk, wanted, self._number, total))

    def _complain(self, message: str) -> None:
        """Say what is wrong, until something is changed."""
        self.query_one("#error", Static).update(safe(message))

    @on(Input.Submitted)
    @on(Button.Pressed, "#accept")
    def submitted(self) -> None:
        """Accept."""
        self.action_accept()

    @on(Button.Pressed, "#cancel")
    def cancel(self) -> None:
        """Leave things as they are."""
        self.dismiss(False)

    def action_leave(self) -> None:
        """Leave things as they are; what has been written is dropped by a second key only."""
        written = self._wanted()
        if written in (self._untouched, self._warned_of):
            self.dismiss(False)
        else:
            self._warned_of = written
            self._complain("Esc again drops what has been written here; Ctrl+S keeps it.")

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted beside the fields is not a command."""
        event.stop()


def _fault(desk: Desk, wanted: WalkStop) -> tuple[str, str] | None:
    """The field that is wrong, and why."""
    for field, text, missing in (
        ("title", wanted.title, "Give the stop a title."),
        ("where", wanted.where, "Say where the stop is: it 1 E, start, a bookmark."),
    ):
        if not text:
            return field, missing
    wrong = next(faults(wanted), None)
    return wrong or next(problems_of(desk.debugger, wanted), None)


def _row(label: str, widget: Widget) -> Horizontal:
    return Horizontal(Static(label, classes="label", markup=False), widget)


def _field(
    label: str,
    id: str,
    value: str | None,
    placeholder: str,
    suggester: NameSuggester | SuggestFromList | None = None,
) -> Horizontal:
    """A line to type: what it is called, its value, what may be there."""
    field = Input(
        value,
        placeholder,
        id=id,
        restrict=LINE,
        suggester=suggester,
        select_on_focus=False,
        compact=True,
    )
    return _row(label, field)


def _area(id: str, value: str | None, placeholder: str) -> TextArea:
    return TextArea(
        value or "",
        id=id,
        compact=True,
        highlight_cursor_line=False,
        placeholder=placeholder,
    )
