"""Where a value comes from and where it goes, step by step through the whole computation."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from bpdebug.debugger.view import Position
from bpdebug.text.formula.origins import OperandSource, Origins, Reader, origins
from bpdebug.text.wrapping import wrap_formula
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.lines import Line, Span, clipped, width_of
from bpdebug.tui.screens.item_list import Item, note
from bpdebug.tui.screens.list_screen import ListScreen


class Jump(NamedTuple):
    """A place to go to, as people write it, and the element to select there."""

    place: str
    name: str


class _Stop(NamedTuple):
    """A value that is looked at: its slot and the position, and where the cursor was left."""

    slot: int
    at: Position
    cursor: int = 0


class OriginsScreen(ListScreen[Jump | None]):
    """Operands and readers of a value; gives the operation to go to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,o", "follow", "the origins of what is under the cursor", show=False),
        Binding("left,backspace", "return", "back", show=False),
    ]
    NAME = "Where from, where to"
    KEYS = (("Enter", "go there"), ("→", "its origins"), ("←", "back"))

    def __init__(self, desk: Desk, slot: int) -> None:
        super().__init__(desk)
        self._path = [_Stop(slot, self._debugger.position)]
        self._found = self._origins()

    def _origins(self) -> Origins:
        stop = self._path[-1]
        return origins(self._debugger, stop.slot, stop.at, self._desk.digits)

    def perform(self, action: str) -> str | None:
        """Undo or redo: then look again from where that leads, for the values are others."""
        error = super().perform(action)
        if error is None:
            self._path = [_Stop(self._path[0].slot, self._debugger.position)]
            self.at = 0
        return error

    def show(self) -> None:
        self._found = self._origins()
        super().show()

    def heading(self, width: int) -> Line:
        found = self._found
        place = f" at p={self._path[-1].at.operation}: {found.value}"
        return Line(clipped([Span(found.name, "selected"), Span(place)], width))

    def items(self, width: int) -> list[Item]:
        found = self._found
        items = []
        if len(self._path) > 1:
            names = " ← ".join(self._called(each.slot) for each in reversed(self._path))
            items.append(_plain(clipped([Span(names, "muted")], width)))
        items.append(_plain(clipped([Span(found.history, "muted")], width)))
        for text in found.lines:
            items += [_plain([Span(f"  {row}")]) for row in wrap_formula(text, width - 2)]
        items.append(note("computed from" if found.sources else "computed from nothing"))
        items += _source_items(found.sources, width)
        if found.more_sources:
            items.append(note(f"  … {found.more_sources} more"))
        feeds = "feeds, once it is computed in this iteration" if found.comes_first else "feeds"
        items.append(note(feeds if found.readers else "feeds nothing: no operation reads it"))
        items += self._reader_items(found.readers, width)
        if found.more_readers:
            items.append(note(f"  … {found.more_readers} more"))
        return items

    def _called(self, slot: int) -> str:
        return self._debugger.program.name(slot)

    def _reader_items(self, readers: list[Reader], width: int) -> list[Item]:
        names = [self._called(reader.slot) for reader in readers]
        column = max(map(width_of, names), default=0)
        coming = min(((r.comes_in, r.operation) for r in readers), default=None)
        found = []
        for name, reader in zip(names, readers, strict=True):
            state = "done" if reader.done else "to come"
            if (reader.comes_in, reader.operation) == coming:
                state += f", next in iteration {reader.comes_in}" if reader.done else ", next"
            spans = [
                Span(f"  {name:<{column}}  "),
                Span(f"operation {reader.operation}, {state}", "muted"),
            ]
            found.append(Item([Line(clipped(spans, width))]))
        return found

    def _chosen(self) -> OperandSource | Reader | None:
        both: list[OperandSource | Reader] = [*self._found.sources, *self._found.readers]
        return both[self.at] if both else None

    def action_open(self) -> None:
        """Close and go to the operation that wrote the operand, or that reads the value."""
        chosen = self._chosen()
        if isinstance(chosen, Reader):
            name = self._called(chosen.slot)
            if chosen.comes_in > self._debugger.iterations:
                self.say(f"no operation reads it again: the run ends with {chosen.comes_in - 1}")
            else:
                self.dismiss(Jump(f"it {chosen.comes_in} {name}", name))
        elif chosen is not None and chosen.slot is not None:
            name = self._called(chosen.slot)
            if chosen.written is None:
                self.say(f"{name}: {chosen.origin}; no operation has written it")
            else:
                self.dismiss(Jump(self._place(chosen.slot, chosen.written), name))
        elif chosen is not None:
            self.say(f"{chosen.label} is a constant")

    def _place(self, slot: int, written: Position) -> str:
        """The position right after an operation by its name, that after an edit by number."""
        program = self._debugger.program
        iteration, operation = program.locate(written.operation)
        if operation == program.written_at[slot]:
            return f"it {iteration} {self._called(slot)}"
        return str(written.operation)

    def action_follow(self) -> None:
        """Look at what is under the cursor, as it is when the operation finds or writes it."""
        chosen = self._chosen()
        here = self._path[-1]
        if chosen is None:
            return
        if isinstance(chosen, Reader):
            following = _Stop(chosen.slot, here.at)
        elif chosen.slot is None or chosen.found_at is None:
            self.say(f"{chosen.label} is a constant")
            return
        else:
            following = _Stop(chosen.slot, chosen.found_at)
        self._path[-1] = here._replace(cursor=self.at)
        self._path.append(following)
        self.at = 0
        self.say("")

    def action_return(self) -> None:
        """Look again at what was looked at before; from the first one close."""
        if len(self._path) == 1:
            self.dismiss(None)
            return
        self._path.pop()
        self.at = self._path[-1].cursor
        self.say("")


def _plain(spans: list[Span] | tuple[Span, ...]) -> Item:
    return Item([Line(tuple(spans))], can_be_chosen=False)


def _source_items(sources: list[OperandSource], width: int) -> list[Item]:
    """One line an operand: what it is called, its value, where that was written."""
    column = max((width_of(source.label) for source in sources), default=0)
    values = max((width_of(source.value) for source in sources), default=0)
    found = []
    for source in sources:
        spans = [
            Span(f"  {source.label:<{column}}  "),
            Span(f"{source.value:>{values}}  ", "value"),
            Span(source.origin, "muted"),
        ]
        found.append(Item([Line(clipped(spans, width))]))
    return found
