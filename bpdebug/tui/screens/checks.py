"""The checks: a line for each finding, and where to go; figures and derivations to check, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType

from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.figures.figure import example_name
from bpdebug.checks.limit import SECONDS, Limit
from bpdebug.session.model.find_the_bug import revealed
from bpdebug.text.findings.diagnosis import planted
from bpdebug.text.findings.told import (
    CAUSE,
    MOST_CHILDREN,
    PERHAPS,
    PLANTED,
    WRONG,
    ToldFinding,
)
from bpdebug.text.safe import safe
from bpdebug.tui.checklist import Findings
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.lines import Line, Span, clipped
from bpdebug.tui.screens.checks_run import checking
from bpdebug.tui.screens.finding_rows import INDENT, finding_lines, subject_column
from bpdebug.tui.screens.item_list import Item, note
from bpdebug.tui.screens.origins import Jump
from bpdebug.tui.screens.paste import MOST_SHOWN, PastePrompt
from bpdebug.tui.screens.prompts import Choice, Prompt, Question
from bpdebug.tui.screens.v_plot import StepSizesScreen
from bpdebug.tui.screens.working_list import WorkingScreen


class UseDerivation(NamedTuple):
    """The wish to use a derivation: the derivatives that it is for, each with its formula."""

    formulas: Mapping[str, str]


class _Row(NamedTuple):
    """A finding in the list, and whether it is one of those gathered in another."""

    finding: ToldFinding
    inner: bool = False


class ChecksScreen(WorkingScreen[Jump | UseDerivation | None]):
    """The findings; gives the operation to go to, or the derivation to use."""

    # What is opened must not move what is above it.
    DEFAULT_CSS = "ChecksScreen { align: center top; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "leave", "close", show=False),
        Binding("right", "unfold(True)", "more", show=False),
        Binding("left", "unfold(False)", "less", show=False),
        Binding("space", "unfold", "more or less", show=False),
        Binding("f", "figure", "type a figure", show=False),
        Binding("d", "derivation", "type a derivation", show=False),
        Binding("l", "load", "figures from a file", show=False),
        Binding("t", "paste", "figures from a text", show=False),
        Binding("p", "steps", "central differences by step size", show=False),
        Binding("u", "use", "use the derivation", show=False),
        Binding("x,delete", "remove", "stop checking it", show=False),
        Binding("a", "reveal", "say what was planted", show=False),
    ]
    NAME = "Checks"
    KEYS = (
        ("Enter", "go there"),
        ("→", "more"),
        ("f", "figure"),
        ("d", "derivation"),
        ("l", "load"),
        ("t", "paste"),
        ("p", "step sizes"),
        ("u", "use"),
        ("x", "remove"),
        ("a", "reveal"),
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._checklist = desk.checklist
        self._iteration = self._debugger.view.iteration
        self._open: dict[tuple[str, str], bool] = {}
        self._rows: list[_Row] = []
        self._limit = Limit()
        self._found: Findings | None = None

    def on_mount(self) -> None:
        if self._checked is None or not self._checked.is_whole:
            self._check()

    # Checking

    @property
    def _checked(self) -> Findings | None:
        """What was found, if it still holds."""
        last = self._checklist.last
        if last is None or last.moment != self._checklist.moment(self._iteration):
            return None
        return last

    def _check(self) -> None:
        self._limit, self._found = Limit(SECONDS), None
        work = checking(
            self._checklist, self._iteration, self._desk.checked, self._limit, self._hear
        )
        self.work_on(work)
        self.show()

    def _hear(self, found: Findings) -> None:
        """Take what is known before causes are searched for; it is drawn with the next progress."""
        self._found = found

    def action_stop(self) -> None:
        """Stop searching for causes, which takes longest; then stop checking; then close."""
        if self.is_working and self._found is not None and not self._limit.is_stopped:
            self._limit.stop()
            self.say("no longer searching for causes")
            return
        super().action_stop()

    def finished(self, result: Findings) -> None:
        """Show what was found."""
        self._checklist.last, self._found = result, None
        self.show()

    # The list

    def heading(self, width: int) -> Line:
        where = f"iteration {self._iteration}: "
        if self.is_working:
            far = self.progress
            text = f"checking, {far.done:,} of {far.total:,}" if far and far.done else "checking"
            spans = [Span(f"{where}{text}…  "), Span("Esc", "fresh"), Span(" stops", "muted")]
        elif self._checked is None:
            spans = [Span(f"{where}not checked; "), Span("Enter", "fresh"), Span(" checks")]
        else:
            spans = [Span(where, "muted"), Span(self._checked.summary, "strong")]
        return Line(clipped(spans, width))

    def items(self, width: int) -> list[Item]:
        found = [planted(made) for made in self._checklist.revealed]
        # While it is checked again, what was found before stays in sight.
        last = self._found or self._checklist.last
        if last is not None and (self.is_working or self._checked is not None):
            found += last.lines
        self._rows = []
        items: list[Item] = []
        column = subject_column(found)
        for finding in found:
            self._rows.append(_Row(finding))
            items.append(Item(list(finding_lines(finding, column, width, self._is_open(finding)))))
            if not self._is_open(finding):
                continue
            inner = finding.children[:MOST_CHILDREN]
            within = subject_column(inner)
            for child in inner:
                self._rows.append(_Row(child, inner=True))
                items.append(
                    Item(
                        list(finding_lines(child, within, width, self._is_open(child), inner=True))
                    )
                )
            if len(inner) < len(finding.children):
                items.append(note(f"{'':<{INDENT}}… {len(finding.children) - len(inner):,} more"))
        return items

    def _is_open(self, finding: ToldFinding) -> bool:
        """As it was left; at first what is wrong is open."""
        at_first = finding.mark in (CAUSE, PERHAPS, PLANTED) or (
            finding.mark is WRONG and finding.derivation is not None
        )
        return self._open.get(_key(finding), at_first)

    def _chosen(self) -> ToldFinding | None:
        return self._rows[self.at].finding if self._rows else None

    # Keys

    def action_open(self) -> None:
        """Go to the operation; open what has none; without findings check again."""
        chosen = self._chosen()
        if chosen is None or (self._checked is None and not self.is_working):
            self._check()
        elif chosen.place:
            self.dismiss(Jump(chosen.place, chosen.element))
        elif chosen.children or chosen.details:
            self.action_unfold()
        else:
            self.say(f"{chosen.subject}: no operation computes it")

    def action_unfold(self, wanted: bool | None = None) -> None:
        """Show more of the chosen finding, or less; of one that is gathered, less of all."""
        if not self._rows:
            return
        row = self._rows[self.at]
        if wanted is False and row.inner and not self._is_open(row.finding):
            self.at = max(n for n in range(self.at) if not self._rows[n].inner)
            row = self._rows[self.at]
        self._open[_key(row.finding)] = not self._is_open(row.finding) if wanted is None else wanted
        self.show()

    def action_figure(self) -> None:
        """Ask for a figure to check."""
        program = self._debugger.program
        hint = (
            f"a name and its number: {example_name(program)} = 0.0765, "
            f"{program.model.loss} = 0.291 @ 2 in iteration 2; without @ in iteration "
            f"{self._iteration}"
        )
        self._ask("Check a figure", hint, lambda t: self._checklist.add_figure(t, self._iteration))

    def action_derivation(self) -> None:
        """Ask for a derivation to check."""
        example = example_name(self._debugger.program)
        hint = f"a derivative and your formula for it: {example} = …, or for an array dW1 = …"
        self._ask("Check a derivation", hint, self._checklist.add_derivation)

    def action_load(self) -> None:
        """Ask for a file with figures to check."""
        if not self._desk.home.seat.has_files:
            self.say("no file can be read from a browser; t takes a pasted text")
            return
        hint = (
            "a CSV, JSON or NPZ file with gradients or new weights, "
            f"of iteration {self._iteration} if it does not say another"
        )
        self._ask("Check a file", hint, lambda t: self._checklist.add_file(t, self._iteration))

    def action_paste(self, text: str = "", error: str = "") -> None:
        """Ask for a text with figures to check."""
        hint = (
            "printed arrays, tables, or lines: dW1 = [[0.1 0.2] [0.3 0.4]]; Ctrl+D reads them. "
            f"Of iteration {self._iteration} if a line does not say another: E = 0.29 @ 2"
        )

        def accept(text: str) -> str | None:
            return self._checklist.add_pasted(text, self._iteration)

        prompt = PastePrompt("Paste figures", hint, accept, text, error)
        self.app.push_screen(prompt, self._added)

    def on_paste(self, event: events.Paste) -> None:
        """Read figures that are pasted into the list; if they cannot be read they can be edited."""
        event.stop()
        error = self._checklist.add_pasted(event.text, self._iteration)
        if error is None:
            self._added(True)
        elif len(event.text) <= MOST_SHOWN:
            self.action_paste(event.text, error)
        else:
            self.say(error.splitlines()[0])

    def _added(self, answer: object) -> None:
        """Check again if something came to it."""
        if answer is not None:
            self.at = 0
            self._check()

    def _ask(self, title: str, hint: str, accept: Callable[[str], str | None]) -> None:
        self.app.push_screen(Prompt(title, hint, accept), self._added)

    def action_remove(self) -> None:
        """Check what was typed in or loaded no longer."""
        chosen = self._chosen()
        if chosen is None or self._checked is None:
            return
        removed = self._checklist.remove(chosen)
        if removed is None:
            self.say("only what was typed in or loaded can be removed; → shows what is gathered")
            return
        self._check()
        self.say(f"{removed}: no longer checked")

    def action_steps(self) -> None:
        """Show the error of central differences against the step."""
        chosen = self._chosen()
        if chosen is None or chosen.parameter is None:
            self.say("choose the gradient of a parameter; → shows those that are gathered")
            return
        self.app.push_screen(StepSizesScreen(self._desk, chosen.parameter))

    def action_use(self) -> None:
        """Have the chosen derivation used, in a copy of the session."""
        chosen = self._chosen()
        if self._checked is None:
            return
        if chosen is None or chosen.derivation is None:
            self.say("choose a derivation by hand; it is used in a copy of the session")
            return
        text = chosen.formula or self._checklist.derivation(chosen.derivation)
        try:
            formulas = self._checklist.asking.by_element(text)
        except HandDerivationError as error:
            self.say(safe(str(error)))
            return
        used = [name for name in formulas if name in self._desk.session.part.derivations]
        if used:
            self.say(f"this session uses a derivation for {used[0]} already")
            return
        self.dismiss(UseDerivation(formulas))

    def action_reveal(self) -> None:
        """Say what was planted, if somebody really wants to know."""
        session = self._desk.session
        if not session.part.planted:
            self.say("no mistake is planted in this session")
        elif not self._debugger.hunting.is_on:
            self._show_planted()
        elif not self._checklist.revealed:
            question = "A mistake is planted in this session. Say what it is?"
            self.app.push_screen(
                Question("Find the bug", question, [Choice("r", "reveal it")]), self._reveal
            )

    def _reveal(self, key: str | None) -> None:
        if key == "r" and self._desk.perform("reveal") is None:
            self._show_planted()

    def _show_planted(self) -> None:
        session = self._desk.session
        self._checklist.revealed = revealed(session.part, str(session.path))
        self.at = 0
        self.show()


def _key(finding: ToldFinding) -> tuple[str, str]:
    """What a finding is recognised by when it is checked again."""
    return finding.mark.word, finding.subject
