"""The form in which a stop of a walkthrough is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, TextArea

from bpdebug.debugger.walk_stop import WalkStop, faults
from bpdebug.debugger.walkthrough import problems_of
from bpdebug.tui.desk import Desk
from bpdebug.tui.screens.fields import NameSuggester, Options
from bpdebug.tui.screens.form import Form, row, text_field
from bpdebug.tui.screens.list_screen import Action
from bpdebug.tui.screens.stop_preview import StopPreview

_PREDICT = "cover the result there until it is answered"


class StopForm(Form[bool]):
    """Writes stop `number`; with `is_new` it is put in there. Gives whether something was kept.

    `do` carries out an action and says why it cannot be done; then the form stays open, and
    nothing has changed.
    """

    DEFAULT_CSS = """
    StopForm {
        & .label { width: 10; }
        & TextArea { width: 1fr; height: 2; padding: 0; background: $panel; }
        & #text { height: 6; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "preview", "preview", show=False, priority=True),
    ]
    KEYS = "Tab next · F2 preview · Ctrl+S keeps the stop · Esc cancels"
    DROPPED = "Esc again drops what has been written here; Ctrl+S keeps it."

    def __init__(self, desk: Desk, do: Action, stop: WalkStop, number: int, is_new: bool) -> None:
        super().__init__(f"{'New stop' if is_new else 'Stop'} {number}", "Keep")
        self._desk = desk
        self._do = do
        self._at_first = stop
        self._number = number
        self._is_new = is_new

    def fields(self) -> Iterable[Widget]:
        first, program = self._at_first, self._desk.debugger.program
        loss = program.model.loss
        marks = {_PREDICT} if first.predict else set()
        sessions = SuggestFromList(self._desk.debugger.sessions())
        where = f"such as it 1 {loss}, start, a bookmark"
        yield text_field("Title", "title", first.title, "what it is about, in a few words")
        yield text_field("Where", "where", first.where, where, NameSuggester(program))
        said = f"what you say there; {{{loss}}} stands for a value, **bold**, `code`"
        yield row("Text", _area("text", first.text, said))
        names = NameSuggester(program, whole=True)
        selected = f"a quantity, such as {loss}, that is marked in all panes"
        yield text_field("Select", "focus", first.focus, selected, names)
        yield row("Question", _area("ask", first.ask, "what you ask there, if anything"))
        yield row("Answer", _area("answer", first.answer, "shown by Space or Enter"))
        yield row("Predict", Options([_PREDICT], marks, many=True, id="marks"))
        run = f"where Space runs to from there: it 100, next time {loss} < 0.1"
        yield text_field("Run to", "run", first.run, run, NameSuggester(program))
        yield text_field("Open", "open", first.open, "a bundled session, such as xor", sessions)

    def on_mount(self) -> None:
        self.query_one("#title").focus()

    def _line(self, id: str) -> str:
        return " ".join(self.query_one(f"#{id}", Input).value.split())

    def _several(self, id: str) -> str:
        return self.query_one(f"#{id}", TextArea).text.strip()

    def wanted(self) -> WalkStop:
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
        wanted = self.wanted()
        fault = _fault(self._desk, wanted)
        if fault is None:
            return wanted
        field, message = fault
        self.query_one(f"#{field}").focus()
        self.complain(message)
        return None

    def accept(self) -> None:
        """Keep the stop, or say what is wrong with it."""
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
            self.complain(error)

    def action_preview(self) -> None:
        """Show the stop as it will be shown."""
        wanted = self._checked() if self.is_active else None
        if wanted is not None:
            total = len(self._desk.debugger.document.walkthrough) + self._is_new
            self.app.push_screen(StopPreview(self._desk, wanted, self._number, total))

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


def _area(id: str, value: str | None, placeholder: str) -> TextArea:
    return TextArea(
        value or "",
        id=id,
        compact=True,
        highlight_cursor_line=False,
        placeholder=placeholder,
    )
