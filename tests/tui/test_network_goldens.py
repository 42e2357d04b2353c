"""Drawings as text, compared with stored ones (see `frames.check_golden`)."""

from __future__ import annotations

import pytest

from bpdebug.drawing.canvas import Canvas
from bpdebug.program.program import Program

from .frames import check_golden
from .network_examples import blog, chain, draw, layered, scalars, softmax, xor

_SIZES = {"36x8": (36, 8), "38x9": (38, 9), "58x17": (58, 17), "100x40": (100, 40)}


def _framed(canvas: Canvas) -> str:
    """The drawing with its right edge marked, so that its width can be seen."""
    lines = canvas.text().split("\n")
    return "\n".join(f"{line.ljust(canvas.width)}|" for line in lines)


def _check(name: str, program: Program, position: int, size: str, selected: str | None) -> None:
    canvas, _ = draw(program, position, *_SIZES[size], selected)
    check_golden(_framed(canvas), f"network/{name}-{size}")


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize(
    ("name", "position", "selected"),
    [
        ("start", 0, None),
        ("zh1", 1, None),
        ("h2", 4, None),
        ("loss", 9, "o1"),
        ("dE-dw7", 14, "w9"),
        ("dE-dh1", 19, "w7"),
        ("dE-db1", 29, "b1"),
        ("w7-updated", 36, "w7"),
        ("second-iteration", 43, "h2"),
    ],
)
def test_blog(name: str, position: int, selected: str | None, size: str) -> None:
    _check(f"blog-{name}", blog(), position, size, selected)


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("sizes", [(4, 8, 3), (10, 8, 8, 4), (784, 128, 10)])
@pytest.mark.parametrize("position", [5, 500])
def test_layers(sizes: tuple[int, ...], position: int, size: str) -> None:
    program = layered(*sizes)
    at = min(position, program.operations + 2)
    name = "-".join(map(str, sizes))
    _check(f"{name}-at-{position}", program, at, size, "h7" if position == 5 else None)


@pytest.mark.parametrize("size", ["36x8", "58x17"])
def test_models_written_as_equations(size: str) -> None:
    _check("scalars", scalars(), 14, size, "w5")
    _check("xor", xor(), 14, size, "b1[1]")
    _check("softmax", softmax(), 8, size, None)
    _check("chain", chain(10), 9, size, None)
