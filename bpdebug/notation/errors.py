"""The one error that reading a text of the equation language can raise."""

from __future__ import annotations


class NotationError(ValueError):
    """A text is not of the equation language.

    `message` says what is wrong without saying where; `line` and `column` count from 1;
    `expected` says what would have been right at that place, and is empty where the
    message is about something else (a limit, an unknown function). `several_lines` is
    true when the text has more than one line, and the position then names the line.
    """

    def __init__(
        self,
        message: str,
        line: int = 1,
        column: int = 1,
        expected: str = "",
        several_lines: bool = False,
    ) -> None:
        super().__init__(message, line, column, expected, several_lines)
        self.message = message
        self.line = line
        self.column = column
        self.expected = expected
        self.several_lines = several_lines

    def __str__(self) -> str:
        line = f"line {self.line}, " if self.several_lines else ""
        return f"{line}column {self.column}: {self.message}"


def shown(text: str, limit: int = 30) -> str:
    """`text` in quotation marks, fit for a message.

    Control and direction characters are written as code points: a message may reach a
    terminal, and what is in a text may not move its cursor.
    """
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return '"' + "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in short) + '"'
