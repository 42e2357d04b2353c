"""Where somebody sits: alone at a computer of their own, in front of a class, or in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bpdebug.keys.keymap import Keymap, read_keymap, without_files
from bpdebug.session.model.lesson import Lesson
from bpdebug.tui.preferences import Remembered


class Audience(Protocol):
    """Those who follow a screen."""

    @property
    def address(self) -> str:
        """What they open in a browser."""

    @property
    def count(self) -> int:
        """How many they are."""

    def show(self, lesson: Lesson) -> None:
        """Show them what is seen. Raises LessonError if that cannot be sent."""


@dataclass(frozen=True)
class Seat:
    """What a screen has around it besides its session.

    `has_files` says whether files may be read and written from it: a visitor's screen is drawn on
    somebody else's computer. `session` is the digest of the session that a class has in common.
    `follows` says whether there is a teacher to follow, `audience` who follows this screen.
    """

    keymap: Keymap = field(default_factory=read_keymap)
    remembered: Remembered = field(default_factory=Remembered)
    has_files: bool = True
    session: str = ""
    follows: bool = False
    audience: Audience | None = None


def visitors_seat(session: str, follows: bool) -> Seat:
    """A browser's: with the usual keys, and nothing that is remembered."""
    keymap = without_files(Keymap())
    return Seat(keymap, Remembered(kept=False), False, session, follows)


def teachers_seat(session: str, audience: Audience | None) -> Seat:
    """That of a screen which others follow."""
    return Seat(session=session, audience=audience)
