"""Large writing on a grid of letters: digits three or five lines high."""

from __future__ import annotations

TALL = 3
"""Lines that a tall number takes."""

_GLYPHS = {
    "0": ("╭─╮", "│ │", "╰─╯"),
    "1": (" ╷ ", " │ ", " ╵ "),
    "2": ("╶─╮", "╭─╯", "╰─╴"),
    "3": ("╶─╮", "╶─┤", "╶─╯"),
    "4": ("╷ ╷", "╰─┤", "  ╵"),
    "5": ("╭─╴", "╰─╮", "╶─╯"),
    "6": ("╭─╴", "├─╮", "╰─╯"),
    "7": ("╶─╮", "  │", "  ╵"),
    "8": ("╭─╮", "├─┤", "╰─╯"),
    "9": ("╭─╮", "╰─┤", "╶─╯"),
    "−": ("   ", "╶─╴", "   "),
    "~": ("   ", "╭╮╭", "╯╰╯"),
    "e": ("   ", "╭─╮", "├─╴"),
    ".": (" ", " ", "•"),
}

_PIXELS = {
    "0": "111 101 101 101 111",
    "1": "010 110 010 010 111",
    "2": "111 001 111 100 111",
    "3": "111 001 111 001 111",
    "4": "101 101 111 001 001",
    "5": "111 100 111 001 111",
    "6": "111 100 111 101 111",
    "7": "111 001 001 001 001",
    "8": "111 101 111 101 111",
    "9": "111 101 111 001 111",
    "−": "000 000 111 000 000",
    "e": "111 101 111 100 111",
    ".": "0 0 0 0 1",
}
"""Rows of digits, a pixel being two cells: about square."""


def huge(number: str) -> list[str] | None:
    """A number five lines high, of blocks; None of what is not made of digits, such as `∞`."""
    if not number or any(character not in _PIXELS for character in number):
        return None
    glyphs = [_PIXELS[character].split() for character in number]
    return ["  ".join(row.translate(_BLOCKS) for row in rows) for rows in zip(*glyphs, strict=True)]


_BLOCKS = str.maketrans({"0": "  ", "1": "██"})


def tall(number: str) -> list[str] | None:
    """A number three lines high; None of what is not made of digits, such as `∞`."""
    if not number or any(character not in _GLYPHS for character in number):
        return None
    return [" ".join(_GLYPHS[character][row] for character in number) for row in range(TALL)]
