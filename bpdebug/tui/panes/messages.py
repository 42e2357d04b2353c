"""What panes tell the screen."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class Selected(Message):
    """A quantity was chosen, by the name of its element: `w7`, `h1`, `dE/dw7`."""

    name: str


@dataclass
class WentTo(Message):
    """A place was chosen, as people write it (see `debugger.places`)."""

    place: str
