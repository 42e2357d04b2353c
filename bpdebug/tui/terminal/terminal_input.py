"""What comes from a terminal and is not a key: it ends no program and carries out no command.

Textual decodes input strictly, so that one byte that is not UTF-8 ends the program; and it takes
an escape sequence that it does not know for its characters, typed one after the other.
"""

from __future__ import annotations

import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Generator
from functools import partial

from textual import events
from textual._parser import ParseError, Peek1, Read1
from textual._xterm_parser import XTermParser
from textual.message import Message


class LenientParser(XTermParser):
    """Textual's parser, without the keys that it makes of unknown sequences."""

    def parse(
        self, token_callback: Callable[[Message], None]
    ) -> Generator[Read1 | Peek1, str, None]:
        found: list[Message] = []
        parsing = super().parse(found.append)
        awaited = next(parsing)
        while True:
            late = False
            try:
                character = yield awaited
            except ParseError as error:
                late = True
                step = partial(parsing.throw, error)
            else:
                step = partial(parsing.send, character)
            try:
                awaited = step()
            except StopIteration:
                return
            if not is_unknown_sequence(found, late):
                for message in found:
                    token_callback(message)
            found.clear()


def is_unknown_sequence(found: list[Message], late: bool) -> bool:
    """Whether the messages found at one character are an escape sequence taken apart.

    One that is too long begins with `^` for Esc. Of one that has not been completed for a while
    (`late`) Esc is left out, unless it is all there is or makes Alt of a letter.
    """
    keys = [message.key for message in found if isinstance(message, events.Key)]
    if late:
        return bool(keys) and keys[0] != "escape" and not keys[0].startswith("alt+")
    return len(keys) > 1 and keys[0] == "circumflex_accent"


def decoder(encoding: str) -> Callable[[], IncrementalDecoder]:
    """What decodes such bytes and takes any that are wrong for a sign of their own."""
    return partial(getincrementaldecoder(encoding), errors="replace")


def listen_leniently() -> None:
    """Have Textual read the terminal so, from the next start of an app on."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.XTermParser = LenientParser  # type: ignore[attr-defined]
        linux_driver.getincrementaldecoder = decoder  # type: ignore[assignment,attr-defined]
