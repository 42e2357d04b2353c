"""Saving, so that nothing that lies there is lost unasked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from bpdebug.session.bundled import SUFFIX, is_bundled
from bpdebug.session.file.errors import FileChangedError, SessionError
from bpdebug.session.file.read import read_session
from bpdebug.session.session import Session
from bpdebug.text.safe import safe
from bpdebug.tui.desk import Desk
from bpdebug.tui.recent import note_recent
from bpdebug.tui.screens.prompts import Choice, Prompt, Question


def save(desk: Desk) -> None:
    """Save where the session came from; what is not written to under a name of its own."""
    if desk.unsaved.needs_name(desk.session):
        save_as(desk)
    else:
        _save(desk, desk.session.path)


def save_and(desk: Desk, then: Callable[[], object]) -> None:
    """Save, asking for a name if need be, and then do something."""
    if desk.unsaved.needs_name(desk.session):
        _ask_for_name(desk, _when_saved(desk, then))
    else:
        _save(desk, desk.session.path, then)


def save_as(desk: Desk) -> None:
    """Ask for a file and save there."""
    _ask_for_name(desk, None)


def _ask_for_name(desk: Desk, then: Callable[[str | None], None] | None) -> None:
    stem = desk.session.path.stem
    # What the terminal cannot show, nobody could check or change.
    proposed = f"{stem if safe(stem) == stem and len(stem) <= 100 else 'session'}{SUFFIX}"
    keeping = desk.session.keeping
    if keeping is not None and keeping.read_only:
        hint = "another file name; this session is read-only here"
    elif desk.session is desk.unsaved.unnamed:
        hint = "a file name; no file holds this session yet"
    elif is_bundled(desk.session.path):
        hint = "a file name; sessions that come with bpdebug are not changed"
    else:
        hint = "another file name"
    desk.screen.app.push_screen(Prompt("Save as", hint, partial(save_under, desk), proposed), then)


def save_under(desk: Desk, text: str) -> str | None:
    """Save under a name, if nothing else lies there; says why that cannot be done."""
    if not text:
        return "a file name is needed"
    try:
        path = Path(text).expanduser()
        if path.is_dir():
            return safe(f"{path} is a folder")
        is_mine = not desk.unsaved.asks_before_writing(desk.session, path)
        is_other = path.exists() and not is_mine
    except (OSError, RuntimeError, ValueError) as error:
        return safe(f"{text}: {getattr(error, 'strerror', None) or error}")
    if is_bundled(path):
        return "that folder holds the bundled sessions; choose another"
    if is_other:
        # Not before the prompt is gone, which dismisses whatever is on top.
        desk.screen.call_later(_ask_to_replace, desk, path)
        return None
    return _save(desk, path)


def _ask_to_replace(desk: Desk, path: Path) -> None:
    def answered(key: str | None) -> None:
        if key == "r":
            _save(desk, path)

    question = Question("Save", safe(f"{path} exists."), [Choice("r", "replace it")])
    desk.screen.app.push_screen(question, answered)


def _save(
    desk: Desk, path: Path, then: Callable[[], object] | None = None, force: bool = False
) -> str | None:
    """Save, and then do something; says why not, or asks if somebody else wrote there."""
    try:
        desk.session.save(path, force)
    except FileChangedError as error:
        # Not before the prompt is gone, which dismisses whatever is on top.
        desk.screen.call_later(_ask_to_overwrite, desk, path, error.deleted, then)
        return None
    except SessionError as error:
        desk.tell(str(error), "error")
        return safe(str(error))
    desk.unsaved.written(desk.debugger.document)
    desk.unsaved.unnamed = None
    note_recent(path)
    desk.show()
    desk.tell(f"saved: {path}")
    if then is not None:
        then()
    return None


def _ask_to_overwrite(
    desk: Desk, path: Path, deleted: bool, then: Callable[[], object] | None
) -> None:
    """The file is not what was opened: what is in it is not lost unasked."""
    from bpdebug.tui.screens.page_screen import PageScreen

    def answered(key: str | None) -> None:
        if key == "o":
            _save(desk, path, then, force=True)
        elif key == "n":
            _ask_for_name(desk, None if then is None else _when_saved(desk, then))
        elif key == "c":
            page = PageScreen("What differs", _differing(desk.session, path))
            desk.screen.app.push_screen(
                page, lambda _: _ask_to_overwrite(desk, path, not path.exists(), then)
            )
        else:
            desk.tell(f"not saved: {path}")

    if deleted:
        text = f"{path} was deleted since it was opened here."
        choices = [Choice("o", "create it again")]
    else:
        text = f"{path} was changed since it was opened here."
        choices = [Choice("o", "overwrite"), Choice("c", "compare")]
    choices.append(Choice("n", "another name"))
    desk.screen.app.push_screen(Question("Save", safe(text), choices), answered)


def _when_saved(desk: Desk, then: Callable[[], object]) -> Callable[[str | None], None]:
    """What comes after asking for a name."""

    def answered(answer: str | None) -> None:
        if answer is not None and not desk.is_unsaved:
            then()

    return answered


def _differing(session: Session, path: Path) -> list[str]:
    """What differs between a session and a file, in lines."""
    from bpdebug.text.run.file_differences import differences

    try:
        return [*differences(session.snapshot(), read_session(path))]
    except SessionError as error:
        return ["It cannot be opened:", *str(error).splitlines()]
