"""That the teacher's screen shows something else, on its way from the driver to the app."""

from __future__ import annotations

from textual.message import Message

from bpdebug.session.model.lesson import Lesson


class LessonCame(Message):
    """The teacher's screen shows something else."""

    def __init__(self, lesson: Lesson) -> None:
        super().__init__()
        self.lesson = lesson

    def can_replace(self, message: Message) -> bool:
        """Only the last one matters."""
        return isinstance(message, LessonCame)
