"""What notebooks show: fragments that an independent parser reads, with all text escaped."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np
import pytest
from generated import programs
from hypothesis import given, settings

from bpdebug import api
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position
from bpdebug.drawing.svg import MOST_EDGES, MOST_UNITS, network_svg
from bpdebug.drawing.svg_values import NEGATIVE, POSITIVE
from bpdebug.notation.mathml import to_mathml
from bpdebug.notation.parser import parse_equation, parse_expression
from bpdebug.program.program import Program

SOME = settings(max_examples=settings().max_examples // 4)
_TOKENS = ("mi", "mn", "mo", "mtext")


def tree_of(fragment: str) -> ElementTree.Element:
    return ElementTree.fromstring(fragment)


def plain(element: ElementTree.Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2]


def texts(element: ElementTree.Element) -> str:
    return " ".join(element.itertext())


@pytest.mark.parametrize("name", ["blog", "xor", "lstm", "attention", "micrograd", "softmax"])
@pytest.mark.parametrize("place", ["start", "50%", "end"])
def test_a_run_anywhere_is_a_network_an_operation_and_a_tree(name: str, place: str) -> None:
    run = api.open(name)
    run.go(place)
    found = tree_of(run._repr_html_())
    tags = [plain(each) for each in found.iter()]
    assert {"svg", "math"} <= set(tags)
    assert ("table" in tags) == (run.position > 0)
    assert run.where in texts(found)


def test_the_numbers_of_the_operation_are_those_of_the_formula() -> None:
    run = api.open("blog")
    run.go("dE/dw7")
    said = re.sub(r"\s", "", texts(tree_of(run._repr_html_())))
    assert "0.7896·0.0983·0.9866" in said
    assert "=0.0765" in said


def test_what_a_session_says_is_text() -> None:
    hostile = "<img src=x onerror=alert(1)> & \"'"
    run = api.build(
        {
            "title": hostile,
            "model": {"equations": ["E = (w - t)^2"]},
            "parameters": {"w": 1},
            "targets": {"t": 2},
            "printed": [{"of": "E", "figure": "3"}],
        }
    )
    run.step()
    for fragment in (run._repr_html_(), run.check()._repr_html_(), run.equations()._repr_html_()):
        assert "<img" not in fragment
        tree_of(fragment)
    assert hostile in texts(tree_of(run._repr_html_()))


def test_a_check_is_a_line_for_each_finding() -> None:
    figures = {"dE/dw5": 0.07614, "dE/dw7": 0.0765}
    checked = api.open("blog").check(figures, iteration=1, causes=False)
    found = tree_of(checked._repr_html_())
    rows = [texts(each) for each in found.iter("tr")]
    assert any("✗ wrong" in row and "dE/dw5" in row for row in rows)
    assert any("✓ right" in row and "dE/dw7" in row for row in rows)
    assert "1 finding: dE/dw5" in texts(found)


@given(programs())
@SOME
def test_any_model_is_drawn_and_written(program: Program) -> None:
    view = Debugger(program, 1).view_at(Position(program.operations))
    svg = tree_of(network_svg(view))
    width, height = float(svg.attrib["width"]), float(svg.attrib["height"])
    lines = [each for each in svg if plain(each) == "line"]
    assert len(lines) <= MOST_EDGES
    for each in svg.iter():
        for name, most in (("x", width), ("x1", width), ("x2", width), ("y", height)):
            assert 0 <= float(each.attrib.get(name, 0)) <= most
    for statement in program.statements:
        check_mathml(to_mathml(statement.equation))


def check_mathml(text: str) -> None:
    """Text stands in tokens only, and what has a fixed number of parts has them."""
    parts = {"mfrac": 2, "msup": 2, "msub": 2, "munder": 2}
    for each in tree_of(text).iter():
        if plain(each) in _TOKENS:
            assert not len(each)
        else:
            assert not (each.text or "").strip()
            assert len(each) == parts.get(plain(each), len(each))
        assert not (each.tail or "").strip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a - (b - c)", "a−(b−c)"),
        ("a - b + c", "a−b+c"),
        ("(a + b)*c", "(a+b)·c"),
        ("-(a + b)^2", "−(a+b)2"),
        ("(-a)^2", "(−a)2"),
        ("a*sum(i: x[i] + b)", "a·(∑i(xi+b))"),
        ("sum(i: x[i]) + b", "∑ixi+b"),
        ("exp(-a)*abs(b)", "exp(−a)·|b|"),
        ("a*(b*c)", "a·(b·c)"),
        ("x[-2*i+3] + x[c[n]]", "x3−2·i+xcn"),
        ("sum(i, k: 2*i-k = p: x[i+k-1])", "∑i,k:2·i−k=pxi+k−1"),
    ],
)
def test_parentheses_stand_where_they_are_needed(text: str, words: str) -> None:
    markup = to_mathml(parse_expression(text))
    check_mathml(markup)
    assert "".join(tree_of(markup).itertext()) == words


def test_a_derivative_is_a_fraction_and_depth_does_not_matter() -> None:
    (fraction,) = tree_of(to_mathml(parse_expression("dE/dw7"))).iter(
        "{http://www.w3.org/1998/Math/MathML}mfrac"
    )
    assert ["".join(each.itertext()) for each in fraction] == ["dE", "dw7"]
    check_mathml(to_mathml(parse_equation(f"y = {'(1 + ' * 100}x{')' * 100}")))


def test_a_big_network_is_cut_and_says_so() -> None:
    run = api.build(
        {
            "model": {
                "layers": [
                    {"name": "x", "units": 100},
                    {"name": "h", "units": 60},
                    {"name": "o", "units": 1},
                ]
            },
            "inputs": {"x": np.zeros(100)},
            "targets": {"t": [1]},
            "parameters": {"W1": np.ones((100, 60)), "b1": 0, "W2": np.ones((60, 1)), "b2": 0},
        }
    )
    said = texts(tree_of(run._repr_html_()))
    assert f"… {100 - MOST_UNITS} more" in said
    assert f"… {60 - MOST_UNITS} more" in said
    assert len(run._repr_html_()) < 100_000


def colours(fragment: str) -> Iterator[str]:
    for element in tree_of(fragment).iter():
        for name in ("fill", "stroke"):
            if name in element.attrib:
                yield element.attrib[name]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_all_can_be_read_on_light_and_on_dark_pages() -> None:
    run = api.open("xor")
    run.step("iteration")
    assert set(colours(run._repr_html_())) == {"currentColor", "none", POSITIVE, NEGATIVE}
    for colour in (POSITIVE, NEGATIVE):
        for page in ("#ffffff", "#111111"):
            light, dark = sorted((luminance(colour), luminance(page)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3


# Arrays and tables


def test_a_curve_has_what_stepping_finds() -> None:
    run = api.open("xor")
    curve = run.curve("E", "w1", "norm(W2)", first=3, last=6)
    assert curve.values.shape == (4, 3)
    assert curve.iterations.dtype == np.int64
    run.go("it 3")
    for row in range(4):
        run.step("iteration")
        wanted = [run.value("E"), run.value("w1"), run.evaluate("norm(W2)")]
        assert curve.values[row].tolist() == wanted
    assert run.curve().names == ("E",)
    assert len(run.curve()) == run.iterations


@pytest.mark.parametrize(
    ("names", "bounds", "words"),
    [
        (("w77",), {}, "there is no quantity w77"),
        ((), {"first": 0}, "found the iterations 0 to 1000, expected some of 1 to 1000"),
        ((), {"first": 5, "last": 4}, "found the iterations 5 to 4"),
        ((), {"last": 1001}, "found the iterations 1 to 1001"),
    ],
)
def test_what_is_no_curve_is_refused(
    names: tuple[str, ...], bounds: dict[str, int], words: str
) -> None:
    with pytest.raises(api.ActionError, match=words):
        api.open("xor").curve(*names, **bounds)


def test_a_name_that_a_curve_does_not_have_is_named() -> None:
    with pytest.raises(api.ActionError, match=r"there is no w9 in this curve; it has E"):
        api.open("xor").curve(last=2)["w9"]


@pytest.mark.skipif(importlib.util.find_spec("pandas") is not None, reason="pandas is there")
def test_without_pandas_the_error_names_it() -> None:
    run = api.open("xor")
    for wish in (run.to_pandas, run.curve(last=2).to_pandas):
        with pytest.raises(ImportError, match="pandas, which is not installed: pip install pandas"):
            wish()


def test_with_pandas_there_are_tables() -> None:
    pytest.importorskip("pandas")
    run = api.open("blog")
    frame = run.curve("E", "w7", last=3).to_pandas()
    assert frame.index.name == "iteration"
    assert frame.loc[2, "w7"] == run.curve("w7", last=3)["w7"][1]
    assert np.isnan(run.to_pandas().loc["w7", "gradient"])
    run.step("iteration")
    assert run.to_pandas().loc["w7", "gradient"] == run.gradient("w7")
