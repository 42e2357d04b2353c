"""Figures out of pasted texts: posts as people write them, each form of an array, hostile texts."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openings import of_model, session_of

from bpdebug import api
from bpdebug.checks.figures.figure import FigureError
from bpdebug.checks.report import FigureSource
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.numerics import FloatArray
from bpdebug.session.data.figures import pasted_figures, read_figures
from bpdebug.session.data.meaning.taking import Taking
from bpdebug.session.file.errors import SessionError
from bpdebug.session.model.asking import Asked, Asking
from bpdebug.text.findings.report import findings

_POSTS = Path(__file__).with_name("posts")

_READ = {
    "by-hand": ("blog", 5, {"dE/db1"}, "left out: numbers without a name in line 5"),
    "cost-curve": ("blog-observations", 3, set(), "iterations count from 0"),
    "course-style": ("xor", 9, {"dE/db3"}, "dW1: read as units × inputs, from the numbers"),
    "from-one": ("blog", 4, set(), "indices count from 1 in dW2"),
    "latex-matrix": ("blog", 8, {"dE/dw7"}, ""),
    "latex-table": ("blog", 3, set(), ""),
    "list-of-layers": ("blog", 10, set(), "nabla_w[1]: read as units × inputs, as the shapes"),
    "markdown": ("blog", 5, set(), "indices count from 0 in dW2"),
    "nested": ("blog", 6, set(), ""),
    "notebook": ("blog-observations", 10, {"dE/dw8", "dE/dw10"}, "as only that fits"),
    "octave": ("blog", 6, set(), "left out: octave (line 1)"),
    "printed-dictionary": ("xor", 18, set(), "dZ2, dZ1: 4 times the session's, taken as sums"),
    "scientific": ("blog", 7, set(), ""),
    "semicolons": ("blog", 6, set(), "commas in numbers are read as decimal points"),
    "spreadsheet": ("blog", 5, set(), "commas in numbers are read as decimal points"),
    "torch": ("softmax", 11, set(), ""),
    "torch-parameter": ("softmax", 10, set(), "left out: lr (line 10)"),
}
_REFUSED = {
    "cut-off": ("blog", "line 1: dW1: the bracket opened in line 1 is not closed"),
    "either-way": ("blog", "dW2 may be inputs × units or units × inputs"),
    "elided": ("blog-observations", "numbers are left out (…); print all of them"),
    "from-zero-or-one": ("blog", "the indices of dW2 may count from 0 or from 1"),
    "mine-and-expected": ("blog", "line 4: dE/dw7 is given twice, first in line 2"),
    "no-name": ("xor", "line 3: these numbers have no name; write one before them"),
    "textbook-index": ("blog", "line 1: w11 may be W1[1,1] or W2[1,1]; write which"),
}


def post(name: str) -> str:
    (path,) = (each for each in _POSTS.iterdir() if each.stem == name)
    return path.read_text("utf-8")


def asked(session: str, text: str, taking: Taking | None = None) -> tuple[FigureSource, set[str]]:
    """The figures of a text, and the names of those that are wrong."""
    asking = Asking(session_of(session).part, session_of(session).debugger)
    source = asking.pasted(text, 1, taking)
    report = finish(asking.checking(Asked(sources=(source,), causes=False)))
    return source, {each.figure.name for each in report.comparisons if each.is_wrong}


def refused(text: str, session: str = "blog", taking: Taking | None = None) -> str:
    with pytest.raises((SessionError, FigureError)) as caught:
        asked(session, text, taking)
    return str(caught.value)


@pytest.mark.parametrize("name", _READ)
def test_a_post_is_read_as_it_is(name: str) -> None:
    session, count, wrong, note = _READ[name]
    source, found = asked(session, post(name))
    assert len(source.figures) == count
    assert found == wrong
    assert note in "\n".join(source.notes)
    if not note:
        assert not source.notes


@pytest.mark.parametrize("name", _REFUSED)
def test_a_post_that_cannot_be_read_is_refused_with_what_to_change(name: str) -> None:
    session, words = _REFUSED[name]
    assert words in refused(post(name), session)


def test_no_post_is_left_out() -> None:
    assert {each.stem for each in _POSTS.iterdir()} == {*_READ, *_REFUSED}


# One array, in each form in which programs and people write it


def rows(array: FloatArray, between: str, end: str, opening: str = "", closing: str = "") -> str:
    lines = (between.join(f"{each:.8f}" for each in row) for row in array)
    return opening + end.join(lines) + closing


_FORMS = {
    "print": lambda a: f"dW1 = {a}",
    "repr": lambda a: f"dW1: {a!r}",
    "list": lambda a: f"dW1 = {a.tolist()}",
    "tensor": lambda a: "dW1 = tensor(" + rows(a, ", ", "],\n   [", "[[", "]], grad_fn=<T>)"),
    "MATLAB": lambda a: "dW1 = " + rows(a, " ", "; ", "[", "]"),
    "below": lambda a: "dW1\n" + rows(a, "  ", "\n"),
    "tabs": lambda a: "dW1\t" + rows(a, "\t", "\n\t"),
    "commas": lambda a: "dW1:\n" + rows(a, "; ", "\n").replace(".", ","),
    "bmatrix": lambda a: (
        r"$\nabla W^{(1)} = \begin{bmatrix}" + rows(a, " & ", r" \\ ") + r"\end{bmatrix}$"
    ),
    "Markdown": lambda a: "| dW1 | " + rows(a, " | ", " |\n|     | ") + " |",
    "JSON": lambda a: json.dumps({"grads": {"W1": a.tolist()}}),
    "elements": lambda a: "\n".join(
        f"dW1[{i}][{j}] = {value:.8f}" for (i, j), value in np.ndenumerate(a)
    ),
    "flat": lambda a: f"dW1 = {a.ravel()}",
    "turned": lambda a: f"dW1 = {a.T}",
}


@pytest.mark.parametrize("form", _FORMS)
def test_an_array_is_the_same_in_each_form(form: str) -> None:
    """And NumPy's shortening of a line, signs and powers of ten make no difference."""
    debugger = session_of("blog-observations").debugger
    quantity = debugger.program.quantities["dE/dW1"]
    array = debugger.history.state(1)[quantity.span].reshape(quantity.shape)
    source, wrong = asked("blog-observations", "so I get\n" + _FORMS[form](array) + "\nthanks!")
    names = [quantity.labels(place) for place in range(quantity.size)]
    assert sorted(each.name for each in source.figures) == names
    assert {each.name: round(each.value, 8) for each in source.figures} == {
        name: round(value, 8) for name, value in zip(names, array.ravel().tolist(), strict=True)
    }
    assert not wrong


@pytest.mark.parametrize(
    ("name", "session", "number", "first"),
    [
        ("dE/dW2", "blog", "[[1 2] [3 4]]", "dE/dw7"),
        ("dL_dW2", "blog", "[[1 2] [3 4]]", "dE/dw7"),
        ("∂J/∂W2", "blog", "[[1 2] [3 4]]", "dE/dw7"),
        ("W2.grad", "blog", "[[1 2] [3 4]]", "dE/dw7"),
        ("self.W2.grad.data", "blog", "[[1 2] [3 4]]", "dE/dw7"),
        ("grads['dW2']", "blog", "[[1 2] [3 4]]", "dE/dw7"),
        ('gradients["W2"]', "blog", "[[1 2] [3 4]]", "dE/dw7"),
        ("grad_W2", "blog", "[[1 2] [3 4]]", "dE/dw7"),
        ("gW2", "blog", "[[1 2] [3 4]]", "dE/dw7"),
        ("∇W2", "blog", "[[1 2] [3 4]]", "dE/dw7"),
        ('params["W2"]', "blog", "[[1 2] [3 4]]", "w7"),
        ("dA1", "blog", "[1 2]", "dE/dh1"),
        ("dZ1", "blog", "[1 2]", "dE/dzh1"),
        ("delta2", "blog", "[[1] [2]]", "dE/dzo1"),
        ("δ^{(2)}", "blog", "[1 2]", "dE/dzo1"),
        ("AL", "blog", "[1 2]", "o1"),
        ("cost", "blog", "0.5", "E"),
        ("db1", "xor", "[[1 2]]", "dE/db1"),
        ("db2", "xor", "[[1]]", "dE/db3"),
        ("db2", "xor", "1", "dE/db2"),
        ("w_{7}", "blog", "1", "w7"),
        ("∂E/∂w₁₀", "blog", "1", "dE/dw10"),
        ("E@2", "blog", "1", "E"),
    ],
)
def test_names_of_programs_and_textbooks(name: str, session: str, number: str, first: str) -> None:
    source = Asking(session_of(session).part, session_of(session).debugger).pasted(
        f"{name} = {number}\nlayout = session", 1, Taking(layout="session")
    )
    assert source.figures[0].name == first


def square() -> Debugger:
    """Two units on two inputs, two observations: everything fits both ways round."""
    return of_model(
        {
            "equations": [
                "z[n,j] = sum(i: W[i,j]*x[n,i]) + b[j]",
                "a[n,j] = tanh(z[n,j])",
                "E = sum(n: sum(j: (a[n,j] - t[n,j])^2))/2",
            ]
        },
        inputs={"x": [[1, 2], [3, -1]]},
        targets={"t": [[0.5, 0.1], [0.2, -0.7]]},
        parameters={"W": [[0.3, -0.2], [0.1, 0.4]], "b": [0.1, 0.2]},
        style="delta",
    )


def test_what_fits_both_ways_is_told_by_the_numbers_or_by_an_option() -> None:
    debugger = square()
    quantity = debugger.program.quantities["dE/dW"]
    array = debugger.history.state(1)[quantity.span].reshape(quantity.shape)
    for text, note in ((f"dW = {array}", ""), (f"dW = {array.T}", "dW: read as units × inputs")):
        taken = pasted_figures(text, debugger)
        assert np.allclose(
            [f.value for f in sorted(taken.figures, key=lambda f: f.slot)], array.ravel()
        )
        assert [each[: len(note)] for each in taken.notes] == ([note] if note else [])
    # Of a wrong array only an option says how it stands, on the line or in the text.
    wrong = "dW = [[5 -7] [1 9]]"
    with pytest.raises(SessionError, match="neither shapes nor numbers tell"):
        pasted_figures(wrong, debugger)
    for taking, text in (
        (Taking("transposed"), wrong),
        (None, f"{wrong}\nlayout: transposed"),
    ):
        figures = sorted(
            pasted_figures(text, debugger, taking=taking).figures, key=lambda f: f.slot
        )
        assert [each.value for each in figures] == [5, 1, -7, 9]


def test_gradients_of_observations_may_be_sums_and_those_of_weights_may_not() -> None:
    debugger = square()
    after, quantities = debugger.history.state(1), debugger.program.quantities

    def printed(name: str, of: str, factor: float) -> str:
        quantity = quantities[of]
        return f"{name} = {(factor * after[quantity.span]).reshape(quantity.shape)}\n"

    each_alone = pasted_figures(printed("dZ", "dE/dz", 2), debugger)
    assert "dZ: 2 times the session's, taken as sums over the 2 observations" in each_alone.notes
    true = after[quantities["dE/dz"].span]
    assert np.allclose([each.value for each in each_alone.figures], true, atol=1e-8)
    # A mean that was forgotten is a mistake, unless the loss is a sum as well.
    weights = printed("dW", "dE/dW", 2) + printed("db", "dE/db", 2)
    taken = pasted_figures(weights, debugger)
    assert taken.figures[0].value == pytest.approx(2 * after[quantities["dE/dW"].offset], rel=1e-6)
    assert "if they are meant to be sums over the 2 observations, give the factor 2" in str(
        taken.notes
    )
    for also, taking in ((printed("loss", "E", 2), None), ("", Taking(factor=2.0))):
        taken = pasted_figures(weights + also, debugger, taking=taking)
        assert taken.figures[0].value == pytest.approx(after[quantities["dE/dW"].offset], rel=1e-6)


def test_precision_is_that_of_each_number() -> None:
    source, _ = asked("blog", "dW2 = [[0.0765 0.12] [7.72e-2 0.119]]\nE = 0.593244871903886")
    halves = {each.name: each.half for each in source.figures}
    assert halves["dE/dw7"] == pytest.approx(5e-5)
    assert halves["dE/dw8"] == pytest.approx(5e-3)
    assert halves["dE/dw9"] == pytest.approx(5e-5)
    assert halves["E"] < 1e-9


def test_an_array_file_and_a_text_file_are_read(tmp_path: Path) -> None:
    debugger = session_of("blog").debugger
    quantity = debugger.program.quantities["dE/dW2"]
    array = debugger.history.state(1)[quantity.span].reshape(quantity.shape)
    np.save(tmp_path / "dW2.npy", array)
    (tmp_path / "mine.txt").write_text(f"dW2 = {array!r}")
    for name in ("dW2.npy", "mine.txt"):
        taken = read_figures(tmp_path / name, debugger)
        assert [each.name for each in taken.figures] == ["dE/dw7", "dE/dw8", "dE/dw9", "dE/dw10"]
    (tmp_path / "bad.npy").write_bytes(b"\x93NUMPY\x01\x00")
    with pytest.raises(SessionError, match="not an NPY file"):
        read_figures(tmp_path / "bad.npy", debugger)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "found no figure; write a name and its numbers"),
        ("my gradient is wrong", "found no figure"),
        ("lr = 0.1", "found nothing that is a quantity of the session: lr (line 1)"),
        ("dW7 = [[1 2] [3 4]]", "there is no quantity dW7"),
        ("dW1 = [[1 2] [3]]", "line 1: dW1: its rows are of unequal length (2, 1)"),
        ("dW1 = [[1 2] [3 4]]", "dW1: found the shape 2×2, expected 3×2"),
        ("db1 = [1 2]", "db1: found 2 numbers; dE/db1 is a single one"),
        ("dW2 = [[1 nan] [3 4]]", "dW2: found nan; not all of its numbers are finite"),
        ("E = inf", "E is inf, which is not finite"),
        ("E = 0,29 or 0.3", "found '0,29'; write a point in a number"),
        ("E = 1_000", "E: found '1_000', expected a number"),
        ("E = 2j", "E: found '2j', expected a number"),
        ("dW2[5,1] = 1", "these fit neither from 0 nor from 1"),
        ("dW2 =\n\n1.0e-03 *\n\n1 2\n3 4", "line 3: found the factor 1.0e-03 before numbers"),
        ("W2 = tensor(1.0e-3 *\n[[1, 2], [3, 4]])", "W2: found '*' in line 1"),
        ("E\tw7\n1\t2\n3\t4", "there are several rows under one heading; add a column iteration"),
        ("E = 1 @ 0\nE = 1 @ 10000000", "there is no iteration"),
        ("layout sideways\nE = 1", "found the layout 'sideways', expected session or transposed"),
        ("factor 0\nE = 1", "found the factor '0', expected a number above 0"),
        ("[" * 10_000, "brackets are more than 16 deep"),
        ("w" * 100_000 + " = 1", "a name has at most 200 characters"),
        ("1 " * 2_000_001, "has more than 4,000,000 characters"),
        ("\n".join(f"q{n} = 1" for n in range(200)), "more than 100 names are not quantities"),
    ],
    ids=lambda value: value[:30] if value.isprintable() else "text",
)
def test_what_is_refused_with_its_reason(text: str, words: str) -> None:
    assert words in refused(text)


_PIECES = st.sampled_from(
    [
        *("dW1", "dW2", "W1.grad", 'grads["W1"]', "db2", "E", "w7", "delta2", "dZ1", "w11", "cost"),
        *(
            "=",
            ":",
            "[",
            "]",
            "[[",
            "]]",
            "(",
            ")",
            "{",
            "}",
            ",",
            ";",
            "\t",
            "|",
            "&",
            r"\\",
            "...",
        ),
        *("array(", "tensor(", "dtype=float32", "nan", "@ 2", "iteration 3", "-", "*", "layout"),
        *("0.0765", "1", "-2e-3", "0,5", "1.5·10⁻³", "\n", "\n\n", " ", "'", '"', "`", "$", "<td>"),
        *(r"\begin{bmatrix}", r"\end{bmatrix}", r"\frac{", "_{1", "^{(2)}", "[1,2]", "[0]"),
        *("[[1 2] [3 4]]", "[[1 2] [3 4] [5 6]]", "dW2[1][1] = 0.2\n", "| dw7 | 0.07 |\n"),
    ]
)


@given(st.lists(_PIECES | st.text(max_size=3), max_size=40))
def test_any_text_has_figures_or_a_reason(pieces: list[str]) -> None:
    """And nothing else comes out of it; each figure is of an element that there is."""
    debugger = session_of("blog").debugger
    with suppress(SessionError, FigureError):
        taken = pasted_figures(" ".join(pieces), debugger)
        assert taken.figures
        assert all(debugger.program.name(f.slot) == f.name for f in taken.figures)
        assert all(np.isfinite(f.value) and f.iteration >= 1 for f in taken.figures)


def test_what_was_assumed_is_printed_recorded_and_in_the_list_of_findings() -> None:
    run = api.open("blog")
    checked = run.check("W1.grad = [[0.0020, 0.0079, 0.0099], [0.0004, 0.0016, 0.0020]]")
    note = "W1.grad: read as units × inputs, as only that fits"
    assert note in str(checked)
    assert checked.record()["assumed"] == [{"figures": "what was pasted", "note": note}]
    listed = findings(checked.report, checked.report.program)
    assert [each.found for each in listed if each.subject == "W1.grad"] == [note.partition(": ")[2]]
