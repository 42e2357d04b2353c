"""The checks, and copies of the session with a mistake in them, on purpose or to be found."""

from __future__ import annotations

from bpdebug.session.format import SessionPart
from bpdebug.session.session import Session, at_start
from bpdebug.tui.checklist import Checklist
from bpdebug.tui.checks_screen import ChecksScreen, UseDerivation
from bpdebug.tui.file_commands import FileCommands
from bpdebug.tui.history_commands import HistoryCommands
from bpdebug.tui.origins_screen import Jump
from bpdebug.tui.plant_screen import PlantScreen


class ChecksCommands(FileCommands, HistoryCommands):
    """The commands of the main screen that have to do with the truth of the numbers."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._checklist = Checklist(session)

    def do_checks(self) -> None:
        """Check everything in this iteration and show what was found."""
        if self._checklist.session is not self.session:
            self._checklist = Checklist(self.session)
        self.app.push_screen(ChecksScreen(self, self._checklist), self._checks_answered)

    def _checks_answered(self, wish: Jump | UseDerivation | None) -> None:
        match wish:
            case Jump():
                self._jump(wish)
            case UseDerivation(name, formula):
                path = self.session.path
                part = _using(self.session, name, formula)
                self.open_unnamed(part, path.with_name(f"{path.stem}-altered.json"))

    def do_plant(self) -> None:
        """Ask for a mistake and open a copy of the session in which it is made."""
        if self.session.part.planted:
            self.tell(
                f"a mistake is planted already; {self.key_of('checks')} then a says what it is"
            )
            return

        def chosen(part: SessionPart | None) -> None:
            if part is not None:
                path = self.session.path
                self.open_unnamed(part, path.with_name(f"{path.stem}-bug.json"))

        self.app.push_screen(PlantScreen(self), chosen)


def _using(session: Session, name: str, formula: str) -> SessionPart:
    """A copy of the session at its start that uses a derivation."""
    part, now = at_start(session.part), session.snapshot()
    changes = {
        "derivations": part.derivations | {name: formula},
        "breakpoints": now.breakpoints,
        "watches": now.watches,
        # It tells of the right numbers.
        "walkthrough": [],
    }
    return part.model_copy(update=changes)
