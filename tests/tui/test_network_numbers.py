"""Numbers in a drawing: as many digits as there is room for, and never another number."""

from __future__ import annotations

import re

import pytest

from bpdebug.debugger.view import Status
from bpdebug.drawing.places import Layout
from bpdebug.program.program import Program
from bpdebug.text.numbers import number

from .network_examples import blog, draw, layered, scalars, view_at, xor

_NUMBER = re.compile(r"−?\d+(?:\.\d+)?(?:e−?\d+)?")


@pytest.mark.parametrize("digits", [2, 4, 8, 17])
@pytest.mark.parametrize("area", [(28, 6), (38, 9), (58, 17), (98, 28), (118, 38)])
@pytest.mark.parametrize("program", [blog(), xor(), scalars(), layered(4, 8, 3)])
def test_every_number_is_a_rounding_of_a_value(
    program: Program, area: tuple[int, int], digits: int
) -> None:
    for position in (5, program.operations // 2, program.operations + 4):
        canvas, raster = draw(program, position, *area, digits=digits)
        assert isinstance(raster.layout, Layout)
        _check_numbers(canvas.text().split("\n"), raster.layout, program, position)


def _check_numbers(rows: list[str], layout: Layout, program: Program, position: int) -> None:
    """The numbers behind the names of a layout's boxes."""
    view = view_at(program, position)
    if not layout.form.boxed:
        return
    for place in layout.places.values():
        for y, entry in enumerate(place.entries, start=place.y + 1):
            shown = rows[y][place.x + 2 + place.label : place.x + place.width - 1]
            found = _NUMBER.findall(shown)
            if view.status(entry.slot) is Status.UNKNOWN:
                assert shown.strip() == "·"
                continue
            assert len(found) == 1
            value, read = view.value(entry.slot), float(found[0].replace("−", "-"))
            decimals = len(found[0].partition("e")[0].partition(".")[2])
            exponent = int(found[0].replace("−", "-").partition("e")[2] or 0)
            assert abs(read - value) <= 0.5000001 * 10.0 ** (exponent - decimals)


@pytest.mark.parametrize(
    ("program", "position", "area", "shown"),
    [
        # The sign of its status takes the blank before a number that needs all its cells.
        (layered(4, 8, 3), 500, (100, 40), "zo1~−0.4859"),
        (xor(), 28, (38, 9), "o3∂−0.2388"),
        (xor(), 29, (38, 9), "o4 ∂0.6511"),
    ],
)
def test_digits_before_blanks(
    program: Program, position: int, area: tuple[int, int], shown: str
) -> None:
    canvas, _ = draw(program, min(position, program.operations + 2), *area)
    assert shown in canvas.text()


@pytest.mark.parametrize("digits", range(2, 18))
def test_where_there_is_room_numbers_have_all_digits_asked_for(digits: int) -> None:
    slot = blog().slot_named("h1")
    assert slot is not None
    canvas, _ = draw(blog(), 14, 150, 40, digits=digits)
    assert f"h1     {number(view_at(blog(), 14).value(slot), digits)} " in canvas.text()


@pytest.mark.parametrize("area", [(38, 9), (58, 17)])
def test_what_is_selected_is_said_in_full_below(area: tuple[int, int]) -> None:
    canvas, _ = draw(blog(), 4, *area, selected="h1", digits=17)
    assert "[h1 0.98661308217233512]" in canvas.text().split("\n")[-1]


def test_what_is_selected_and_what_was_done_share_the_caption() -> None:
    canvas, _ = draw(blog(), 14, 38, 9, selected="w9")
    assert canvas.text().split("\n")[-1] == "[w9 0.9]   dE/dw7 = 0.0765    E 0.5932"
