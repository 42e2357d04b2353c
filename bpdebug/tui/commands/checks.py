"""The checks, and copies of the session with a mistake in them, on purpose or to be found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from bpdebug.session.file.format import SessionPart
from bpdebug.session.model.work import at_start
from bpdebug.session.session import Session
from bpdebug.tui.commands.files import open_unnamed
from bpdebug.tui.commands.history import jump
from bpdebug.tui.desk import Desk

if TYPE_CHECKING:
    from bpdebug.tui.screens.checks import UseDerivation
    from bpdebug.tui.screens.origins import Jump


def checks(desk: Desk) -> None:
    """Check everything in this iteration and show what was found."""
    from bpdebug.tui.screens.checks import ChecksScreen

    if desk.debugger.question is not None:
        # A check computes what is covered in other ways.
        key = desk.key_of("uncover")
        desk.tell(f"the checks would show a covered result; {key} uncovers it")
        return
    desk.screen.app.push_screen(ChecksScreen(desk), partial(_checks_answered, desk))


def _checks_answered(desk: Desk, wish: Jump | UseDerivation | None) -> None:
    from bpdebug.tui.screens.checks import UseDerivation
    from bpdebug.tui.screens.origins import Jump

    match wish:
        case Jump():
            jump(desk, wish)
        case UseDerivation(formulas):
            path = desk.session.path
            part = _using(desk.session, formulas)
            open_unnamed(desk, part, path.with_name(f"{path.stem}-altered.json"))


def plant(desk: Desk) -> None:
    """Ask for a mistake and open a copy of the session in which it is made."""
    from bpdebug.tui.screens.plant import PlantScreen

    if desk.session.part.planted:
        desk.tell(f"a mistake is planted already; {desk.key_of('checks')} then a says what it is")
        return

    def chosen(part: SessionPart | None) -> None:
        if part is not None:
            path = desk.session.path
            open_unnamed(desk, part, path.with_name(f"{path.stem}-bug.json"))

    desk.screen.app.push_screen(PlantScreen(desk), chosen)


def _using(session: Session, formulas: Mapping[str, str]) -> SessionPart:
    """A copy of the session at its start that uses derivations."""
    part, now = at_start(session.part), session.snapshot()
    changes = {
        "derivations": part.derivations | dict(formulas),
        "breakpoints": now.breakpoints,
        "watches": now.watches,
        # It tells of the right numbers.
        "walkthrough": [],
    }
    return part.model_copy(update=changes)
