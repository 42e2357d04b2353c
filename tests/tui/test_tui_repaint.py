"""What a key sends to the terminal: what has changed, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from bpdebug.tui.terminal.pen import written
from bpdebug.tui.terminal.repaint import NARROW, differences

from .conftest import Start
from .terminal import Terminal

LOOKS = [
    Style.parse(text)
    for text in (
        "",
        "#d8dee6 on #11151a",
        "#56b4e9 on #11151a",
        "bold #d8dee6 on #222a34",
        "italic underline #d8dee6 on #11151a",
        "reverse red on #11151a",
        "bold",
        "default on blue",
    )
]
CELLS = ["a", "b", " ", " ", " ", "∂", "₇", "漢", "字", "⢾", "é", "é"]


@st.composite
def rows(draw: st.DrawFn, width: int = 30) -> Strip:
    """A row of `width` cells, with wide characters and accents."""
    segments = []
    room = width
    while room:
        text = "".join(draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=6)))
        segment = Segment(text, draw(st.sampled_from(LOOKS)))
        if segment.cell_length > room:
            segment = Segment(" " * room, segment.style)
        segments.append(segment)
        room -= segment.cell_length
    return Strip(segments)


def drawn(*texts: str) -> list[object]:
    """The cells of the first row of an emulated terminal that gets the texts."""
    screen = pyte.Screen(40, 1)
    stream = pyte.Stream(screen)
    for text in texts:
        stream.feed(text)
    return [screen.buffer[0][x] for x in range(40)]


def whole(row: Strip) -> str:
    """A row as Textual sends it, each segment for itself."""
    rendered = [
        (segment.style or Style()).render(segment.text, color_system=ColorSystem.TRUECOLOR)
        for segment in row
    ]
    return "\x1b[1;1H" + "".join(rendered)


def looks(cells: list[object]) -> list[object]:
    """Cells as they are seen: of a blank the ground and what is drawn through it."""
    seen: list[object] = []
    for cell in cells:
        assert isinstance(cell, pyte.screens.Char)
        is_blank = cell.data == " " and not (cell.underscore or cell.reverse)
        seen.append((" ", cell.bg) if is_blank else cell)
    return seen


@given(before=rows(), after=rows())
def test_sending_the_differences_is_sending_the_row(before: Strip, after: Strip) -> None:
    pieces = [((0, x), piece) for x, piece in differences(before, after)]
    changed = written(pieces, ColorSystem.TRUECOLOR)
    assert looks(drawn(whole(before), changed)) == looks(drawn(whole(after)))


@given(row=rows())
def test_of_an_equal_row_nothing_is_sent(row: Strip) -> None:
    assert differences(row, Strip(list(row))) == []


def text(piece: Iterable[Segment]) -> str:
    """The text of a piece."""
    return "".join(segment.text for segment in piece)


def test_what_counts_as_narrow_is_one_cell_wide() -> None:
    assert {get_character_cell_size(character) for character in NARROW} == {1}


def test_a_changed_cell_is_sent_alone() -> None:
    style = LOOKS[1]
    before, after = (Strip([Segment(f"value {digit}.7000 ", style)]) for digit in "12")
    assert [(x, text(piece)) for x, piece in differences(before, after)] == [(6, "2")]


def test_what_lies_far_apart_is_sent_apart() -> None:
    style = LOOKS[1]
    before, after = (Strip([Segment(f"{d}{'-' * 20}{d}", style)]) for d in "12")
    assert [(x, text(piece)) for x, piece in differences(before, after)] == [(0, "2"), (21, "2")]


def test_a_colour_in_force_is_not_named_again() -> None:
    row = Strip([Segment("a", LOOKS[1]), Segment(" ", LOOKS[2]), Segment("b", LOOKS[1])])
    sent = written([((2, 4), row)], ColorSystem.TRUECOLOR)
    assert sent == "\x1b[3;5H\x1b[48;2;17;21;26;38;2;216;222;230ma b\x1b[0m"


def taken(terminal: Terminal, keys: str) -> int:
    """The bytes that are sent on keys."""
    terminal.send(keys)
    return len(terminal.wait_for_frame())


def test_bytes_and_frames_of_keys(start: Start) -> None:
    blog = start("blog", size=(120, 40))
    blog.wait_for("next: zh1")
    # Whatever greets on the first start is left.
    taken(blog, "\x1b")
    taken(blog, "s")
    # A whole frame is 18 kB. A step changes 600 cells, in 40 places, of 60 looks.
    assert max(taken(blog, "s") for _ in range(9)) < 4_000
    assert max(taken(blog, "S") for _ in range(3)) < 4_000
    assert max(taken(blog, "\x1b[B") for _ in range(3)) < 2_500
    # What changes nothing that is seen: a key that has been told of, Esc when all is quiet.
    for key in "%\x1b":
        taken(blog, key)
        blog.send(key)
        assert blog.wait_for_quiet() == b""

    frames, before = blog.frames, len(blog.raw)
    blog.send("s" * 200)
    blog.wait_for("p=207")
    assert blog.frames - frames < 40
    assert len(blog.raw) - before < 100_000

    # What has been put together from changes is what a whole frame shows.
    taken(blog, "\t]]5s/")
    taken(blog, "w7\r")
    taken(blog, "zz_")
    shown = [looks(row) for row in blog.cells]
    taken(blog, "?")
    assert [looks(row) for row in blog.cells] != shown
    blog.send("\x1b")
    blog.wait_until(
        lambda _: [looks(row) for row in blog.cells] == shown, "the frame is not what it was"
    )
