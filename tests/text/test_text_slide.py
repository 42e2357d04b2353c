"""Slides: one operation for a room, as large as there is room for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, cycle

import pytest
from openings import blog, opened

from bpdebug.debugger.view import Position, View
from bpdebug.session.bundled import bundled_sessions
from bpdebug.text.formula.operation import done_text
from bpdebug.text.large import huge, tall
from bpdebug.text.words.slide import SlideRow, slide

SMALL, PROJECTOR, LARGE = (52, 13), (76, 21), (196, 57)


def drawn(rows: list[SlideRow], role: str = "") -> list[str]:
    return [row.head + row.text for row in rows if role in ("", row.role)]


def pinned(view: View, name: str) -> list[SlideRow]:
    slot = view.program.slot_named(name)
    assert slot is not None
    return slide(view, *PROJECTOR, pinned=slot)


def test_a_derivative_at_the_size_of_a_projector() -> None:
    assert drawn(slide(blog("14s").view, *PROJECTOR)) == [
        "dE    dE    do1    dzo1",
        "─── = ─── · ──── · ────",
        "dw7   do1   dzo1   dw7",
        "",
        "    = (0.7896)(0.0983)(0.9866)",
        "",
        "      ██████      ██████  ██████  ██████  ██████",
        "      ██  ██      ██  ██      ██  ██      ██    ",
        "    = ██  ██      ██  ██      ██  ██████  ██████",
        "      ██  ██      ██  ██      ██  ██  ██      ██",
        "      ██████  ██  ██████      ██  ██████  ██████",
        "",
        "How the loss E changes with w7: a product of three factors, along the path E",
        "→ o1 → zo1 → w7.",
        "  0.7896  how E changes with o1: o1 − t1",
        "  0.0983  how o1 changes with zo1: o1(1 − o1)",
        "  0.9866  how zo1 changes with w7: h1",
        "",
        "next: dE/dw8",
    ]


def test_smaller_digits_and_a_plain_formula_where_there_is_no_room() -> None:
    view = blog("29s").view
    set_as_mathematics = slide(view, 52, 17)
    assert drawn(set_as_mathematics, "formula")[1].startswith("─── = ─── · ──── · ────")
    assert len(drawn(set_as_mathematics, "result")) == 3
    formula = [
        "dE/db1 = dE/dh1 · dh1/dzh1 · dzh1/db1",
        "         + dE/dh2 · dh2/dzh2 · dzh2/db1",
        "       = (0.1502)(0.0132)(1) + (0.0818)(0.0049)(1)",
    ]
    words = [
        "How the loss E changes with b1: the sum of two terms",
        "(four paths); most of it (83 %) comes by E ⋯ h1 →",
        "zh1 → b1.",
        "  0.0020  E ⋯ h1 → zh1 → b1",
        "  0.0004  E ⋯ h2 → zh2 → b1",
    ]
    plain = slide(view, 52, 12, mathematics=False)
    assert drawn(plain) == [*formula, "       = 0.0024", "", *words, "", "next: w1"]


@pytest.mark.parametrize("session", [*bundled_sessions()])
def test_every_operation_of_every_session_fits_in_width(session: str) -> None:
    debugger = opened(session)
    program = debugger.program
    # Of many operations, which are alike, some: where there is least room, and every other one at
    # one of the other sizes, too.
    some = range(0, program.operations + 1, 1 + program.operations // 60)
    others = cycle([PROJECTOR, None, LARGE, None])
    sized = [[(each, SMALL), (each, other)] for each, other in zip(some, others, strict=False)]
    for operation, size in chain.from_iterable(sized):
        if size is None:
            continue
        view = debugger.view_at(Position(operation))
        rows = slide(view, *size)
        assert max(len(text) for text in drawn(rows)) <= size[0]
        if program.arithmetic(operation % program.operations + 1) > 1:
            within = slide(debugger.view_at(Position(operation, 1)), *size)
            assert max(len(text) for text in drawn(within)) <= size[0]
        text = done_text(view)
        if text is not None and text.value is not None:
            result = text.result()
            shown = [row.text for row in rows if row.role == "result"]
            assert shown in (huge(result), tall(result), [result])


def test_what_is_higher_than_the_screen_has_no_blank_lines() -> None:
    rows = slide(blog("29s").view, 52, 6)
    assert len(rows) > 6
    assert all(row.role != "blank" for row in rows)


def test_before_the_first_operation_it_is_told_what_comes() -> None:
    rows = slide(blog().view, *PROJECTOR)
    assert drawn(rows)[0] == "start · 41 operations an iteration"
    assert drawn(rows, "result") == ["    = not yet"]
    assert drawn(rows, "sentence")[0].startswith("Nothing is computed yet. First: zh1 is the")
    assert drawn(rows)[-1] == "next: zh1"


def test_within_an_operation_the_numbers_are_done_so_far() -> None:
    rows = slide(blog("3i").view, *PROJECTOR)
    assert drawn(rows)[0] == "forward · operation 1 of 41, arithmetic step 3 of 6 · iteration 1"
    assert drawn(rows, "formula")[-1] == "    = 1.3 + 0.5(5) + 0.5"
    assert not drawn(rows, "result")
    between = slide(blog("g 41", "i").view, *PROJECTOR)
    assert drawn(between)[0] == "forward · operation 1 of 41, arithmetic step 1 of 6 · iteration 2"


def test_at_the_end_nothing_comes() -> None:
    assert drawn(slide(blog("14s").view, *PROJECTOR, at_end=True))[-1] == "the end"


def test_an_element_that_was_asked_for_may_be_unknown_or_stale() -> None:
    unknown = pinned(blog("13s").view, "dE/dw1")
    assert drawn(unknown)[0].startswith("dE/dw1 · asked for")
    assert [row.text for row in unknown if row.role == "result"] == ["not yet"]
    stale = pinned(blog("g 46").view, "dE/dw1")
    assert [row.text for row in stale if row.role == "result"] == tall("~0.0020")
    given = pinned(blog().view, "x1")
    assert drawn(given, "result")[2] == "x1 =   ██  "
    assert drawn(given, "sentence") == ["x1 is an input."]


def test_what_was_edited_since_and_what_is_altered_is_noted() -> None:
    assert "edited since: 0.9" in drawn(slide(blog("g w7", "e w7 0.9").view, *PROJECTOR), "quiet")
    debugger = opened("blog-published")
    slot = debugger.program.slot_named("dE/db1")
    assert slot is not None
    view = debugger.view_at(Position(int(debugger.program.written_at[slot])))
    assert "altered: the session's own" in " ".join(drawn(slide(view, *PROJECTOR), "quiet"))


@pytest.mark.parametrize(("written", "height"), [(tall, 3), (huge, 5)])
def test_large_digits_have_one_height_and_a_shape_each(
    written: Callable[[str], list[str] | None], height: int
) -> None:
    found = {digit: written(digit) for digit in "0123456789−e."}
    assert all(glyph is not None and len(glyph) == height for glyph in found.values())
    assert len({tuple(glyph or ()) for glyph in found.values()}) == len(found)
    for text in ("−0.0765", "4.04e−5"):
        rows = written(text)
        assert rows is not None
        assert len({len(row) for row in rows}) == 1
    assert [written(text) for text in ("∞", "NaN", "not yet", "")] == [None] * 4
