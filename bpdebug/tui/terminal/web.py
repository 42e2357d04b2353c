"""A screen that is drawn in a browser, by a server that starts one process for each visitor.

The process reads keys, and now and then a lesson, from its standard input, and writes what the
browser draws to its standard output, in textual-serve's packets.
"""

from __future__ import annotations

import time

from textual.app import App
from textual.drivers import web_driver
from textual.drivers.web_driver import WebDriver
from textual.message import Message
from textual.messages import ExitApp

from bpdebug.session.model.lesson import LessonError, read_lesson
from bpdebug.tui.terminal.lesson_came import LessonCame
from bpdebug.tui.terminal.terminal_input import LenientParser, decoder

LESSON = "lesson"
"""The type of the packet that brings a lesson, in its `line`."""


_MOST_WAITING = 200
_PAUSE = 0.005
"""Keys that may wait to be carried out, and seconds until it is looked again how many do."""


class BrowserDriver(WebDriver):
    """Textual's driver for browsers, which hears lessons, too, and ends when its server has."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        # As in a terminal: what is not a key carries out no command.
        web_driver.XTermParser = LenientParser  # type: ignore[attr-defined]
        web_driver.getincrementaldecoder = decoder  # type: ignore[assignment,attr-defined]
        super().__init__(app, debug=debug, mouse=mouse, size=size)

    def process_message(self, message: Message) -> None:
        # Nothing more is read then, so that whoever sends faster has to wait, not this process to
        # keep it all.
        while self._app._message_queue.qsize() > _MOST_WAITING and not self.exit_event.is_set():
            time.sleep(_PAUSE)
        super().process_message(message)

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        if packet_type != LESSON:
            super().on_meta(packet_type, payload)
            return
        try:
            self._app.post_message(LessonCame(read_lesson(str(payload.get("line")))))
        except LessonError:
            # From another version; there is nothing that a visitor could do about it.
            return
