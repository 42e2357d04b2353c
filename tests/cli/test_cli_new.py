"""`bpdebug new`: sessions from options, from questions, from CSV files; what it refuses."""

from __future__ import annotations

import io
import json
import math
import os
import re
from itertools import cycle, islice, product
from pathlib import Path

import pytest

from bpdebug.models.activations import ACTIVATIONS
from bpdebug.models.initial import RULES
from bpdebug.models.layers import Bias, Numbering
from bpdebug.models.losses import LOSSES
from bpdebug.models.optimizers import OPTIMIZERS
from bpdebug.session.model.new import layer_names

from .calls import Call


@pytest.fixture
def points(tmp_path: Path) -> Path:
    """Three observations of three inputs and two targets, with a header."""
    path = tmp_path / "points.csv"
    path.write_text("a,b,c,t1,t2\n1,4,5,0.1,0.05\n2, 1,3,0.2,0.4\n\n0,2,-4,8e-1,.9\n", "utf-8")
    return path


def test_a_session_is_written_and_opens(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "lesson.json"
    made = call("new", path, "--layers", "3-4-2", "--activation", "tanh", "--title", "Lesson 1")
    assert (made.code, made.out) == (0, f"{path}\n")
    assert "placeholders" in made.err
    assert made.err.endswith(f"now: bpdebug {path}\n")
    fields = json.loads(path.read_text("utf-8"))
    assert fields["title"] == "Lesson 1"
    assert "placeholders" in fields["notes"]
    assert [layer["name"] for layer in fields["model"]["layers"]] == ["x", "h", "o"]
    assert [*fields["parameters"]] == [*(f"w{n}" for n in range(1, 21)), "b1", "b2"]
    shown = call("show", path)
    assert shown.code == 0
    assert "tanh(zh[j])" in call("show", path, "--equations").out
    assert call("run", path, "--iterations", "3").code == 0


def test_initial_numbers_are_short_and_follow_the_rule(call: Call, tmp_path: Path) -> None:
    for init in RULES:
        path, again, other = (tmp_path / f"{init}-{n}.json" for n in range(3))
        for file, seed in ((path, 7), (again, 7), (other, 8)):
            call("new", file, "--layers", "4-2-1", "--init", init, "--seed", str(seed))
        assert path.read_text("utf-8") == again.read_text("utf-8")
        values = json.loads(path.read_text("utf-8"))["parameters"]
        differs = values != json.loads(other.read_text("utf-8"))["parameters"]
        assert differs == (init != "zeros")
        limit = {"zeros": 0, "uniform": 0.5, "xavier": 1, "he": math.sqrt(6 / 4)}[init]
        assert all(abs(values[f"w{n}"]) <= limit for n in range(1, 9))
        assert all(round(value, 4) == value for value in values.values())
        assert values["b1"] == values["b2"] == 0


def test_zeros_come_with_a_warning(call: Call, tmp_path: Path) -> None:
    made = call("new", tmp_path / "a.json", "--layers", "2-2-1", "--init", "zeros")
    assert "always be equal" in made.err


def test_numbering_does_not_change_how_many_inputs_a_unit_has(call: Call, tmp_path: Path) -> None:
    for numbering, bias in product(Numbering, Bias):
        path = tmp_path / f"{numbering}-{bias}.json"
        made = call(
            "new", path, "--layers", "5-1-2", "--numbering", numbering, "--bias", bias
        )  # fmt: skip
        assert made.code == 0, made.err
        assert call("validate", path).code == 0


def test_every_loss_and_optimizer_makes_a_session(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    most = max(len(LOSSES), len(OPTIMIZERS))
    # One has nothing to do with the other, so that not all pairs are made.
    for loss, optimizer in islice(zip(cycle(LOSSES), cycle(OPTIMIZERS), strict=False), most + 1):
        options = ["--loss", loss, "--optimizer", optimizer, "--learning-rate", "0.1", "--force"]
        made = call("new", path, "--layers", "2-2-2", *options)
        assert made.code == 0, (loss, optimizer, made.err)
        ran = call("run", path, "--iterations", "2")
        assert ran.code == 0, (loss, optimizer, ran.err)


def test_activations_one_by_one_and_what_a_loss_asks_for(call: Call, tmp_path: Path) -> None:
    def activations(*options: str) -> list[str]:
        path = tmp_path / "a.json"
        made = call("new", path, "--layers", "2-3-3-2", "--force", *options)
        assert made.code == 0, made.err
        layers = json.loads(path.read_text("utf-8"))["model"]["layers"]
        return [layer["activation"] for layer in layers[1:]]

    assert activations() == ["sigmoid"] * 3
    assert activations("--activation", "relu,tanh,identity") == ["relu", "tanh", "identity"]
    assert activations("--activation", "relu, tanh") == ["relu", "tanh", "tanh"]
    both = ("--activation", "relu", "--output-activation", "softmax")
    assert activations(*both) == ["relu", "relu", "softmax"]
    assert activations("--activation", "relu", "--loss", "cross-entropy")[-1] == "softmax"
    assert activations("--loss", "softmax cross-entropy")[-1] == "identity"
    for name in ACTIVATIONS:
        assert activations("--activation", name) == [name] * 3


def test_elements_of_several_hidden_layers_have_names_of_their_own(
    call: Call, tmp_path: Path
) -> None:
    assert layer_names(2) == ["x", "o"]
    assert layer_names(5) == ["x", "h1", "h2", "h3", "o"]
    path = tmp_path / "deep.json"
    call("new", path, "--layers", "2-12-12-1", "--bias", "unit")
    targets = [record["target"] for record in call("trace", path, "--json").records]
    assert "zh1[12]" in targets
    assert len(set(targets)) == len(targets)


def test_observations_from_csv_go_into_the_file(call: Call, tmp_path: Path, points: Path) -> None:
    path = tmp_path / "a.json"
    made = call("new", path, "--layers", "3-2-2", "--data", points, "--reduction", "mean")
    assert made.code == 0, made.err
    assert "placeholders" not in made.err
    fields = json.loads(path.read_text("utf-8"))
    assert fields["inputs"] == {"x": [[1, 4, 5], [2, 1, 3], [0, 2, -4]]}
    assert fields["targets"] == {"t": [[0.1, 0.05], [0.2, 0.4], [0.8, 0.9]]}
    assert "points.csv" in fields["notes"]
    points.unlink()
    assert call("run", path, "--iterations", "2").code == 0


def test_one_observation_needs_no_index(call: Call, tmp_path: Path) -> None:
    csv, path = tmp_path / "one.csv", tmp_path / "a.json"
    csv.write_text("1,4,0.5", "utf-8")
    assert call("new", path, "--layers", "2-1", "--data", csv).code == 0
    assert json.loads(path.read_text("utf-8"))["inputs"] == {"x": [1, 4]}


def test_batches(call: Call, tmp_path: Path, points: Path) -> None:
    path = tmp_path / "a.json"
    options = ["--layers", "3-2-2", "--data", points, "--batch-size"]
    assert call("new", path, *options, "1").code == 0
    assert json.loads(path.read_text("utf-8"))["batches"] == {"size": 1}
    refused = call("new", tmp_path / "b.json", *options, "2")
    assert refused.code == 2
    assert "not a multiple" in refused.err
    assert not (tmp_path / "b.json").exists()


BAD_POINTS = {
    "": "there is no observation in it",
    "a,b,c\n": "there is no observation in it",
    "1,2\n": "line 1: found 2 columns, expected 3: 2 inputs, then 1 target",
    "1,2,3\n1,2,3,4\n": "line 2: found 4 columns, expected 3",
    "1;2;3\n": "line 1: found 1 column, expected 3",
    "1,2,3\n1,two,3\n": "line 2, column 2: found 'two', expected a number",
    "1,x,3\n": "line 1, column 2: found 'x', expected a number",
    "1,2,3\n4,,6\n": "line 2, column 2: empty, expected a number",
    "1,2,nan\n": "line 1, column 3: found 'nan', expected a finite number",
    "1,-inf,1\n": "line 1, column 2: found '-inf', expected a finite number",
    "1,1e999,1\n": "line 1, column 2: found '1e999', expected a finite number",
    "1,1_0,1\n": "line 1, column 2: found '1_0', expected a number",
    'a,b,c\n1,"2,3\n': "not CSV",
}


@pytest.mark.parametrize("text", BAD_POINTS)
def test_what_is_wrong_with_a_csv_file_is_said_with_its_place(
    call: Call, tmp_path: Path, text: str
) -> None:
    csv, path = tmp_path / "bad.csv", tmp_path / "a.json"
    csv.write_text(text, "utf-8")
    refused = call("new", path, "--layers", "2-3-1", "--data", csv)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"{csv}: ")
    assert BAD_POINTS[text] in refused.err
    assert not path.exists()


def test_csv_files_that_cannot_be_read(call: Call, tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(b"1,2,\xe4\n")
    for name, message in (
        ("none.csv", "no such file"),
        ("", "this is a folder"),
        ("latin.csv", "not UTF-8"),
    ):
        refused = call("new", tmp_path / "a.json", "--layers", "2-1", "--data", tmp_path / name)
        assert refused.code == 2
        assert message in refused.err


def test_many_problems_are_cut_short(call: Call, tmp_path: Path) -> None:
    csv = tmp_path / "bad.csv"
    csv.write_text("1,2\n" * 50, "utf-8")
    refused = call("new", tmp_path / "a.json", "--layers", "2-1", "--data", csv)
    assert refused.err.endswith("… and 30 more\n")
    assert refused.err.count("\n") == 21


def test_nothing_is_overwritten_without_force(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "lesson.json"
    path.write_text("mine", "utf-8")
    refused = call("new", path, "--layers", "2-1")
    assert refused.code == 2
    assert refused.err == f"bpdebug: {path} exists already; --force replaces it\n"
    assert path.read_text("utf-8") == "mine"
    assert call("new", path, "--layers", "2-1", "--force").code == 0
    assert call("validate", path).code == 0
    assert "is a folder" in call("new", tmp_path, "--layers", "2-1", "--force").err


def test_a_device_is_never_replaced(call: Call, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    refused = call("new", pipe, "--layers", "2-1", "--force")
    assert refused.code == 2
    assert "not an ordinary file" in refused.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--layers is missing"),
        (["--layers", "3"], "at least two layers"),
        (["--layers", "3-0-2"], "such as 3-4-2"),
        (["--layers", "3-a"], "such as 3-4-2"),
        (["--layers", "2-2", "--activation", "sigmoidal"], "no activation 'sigmoidal'"),
        (["--layers", "2-2", "--activation", "relu,relu,relu"], "found 3 activations"),
        (["--layers", "2-2", "--loss", "none"], "there is no loss 'none'"),
        (["--layers", "2-2", "--optimizer", "sgd"], "there is no optimizer 'sgd'"),
        (["--layers", "2-2", "--learning-rate", "nan"], "expected a number"),
        (["--layers", "2-2", "--iterations", "0"], "expected a whole number"),
        (["--layers", "2-2", "--title", "x" * 201], "title"),
        (["--layers", "9999-9999"], "weights"),
        (["--layers", "-".join("2" * 20)], "at most"),
    ],
)
def test_what_makes_no_session_is_refused(
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    message: str,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    refused = call("new", tmp_path / "a.json", *options)
    assert (refused.code, refused.out) == (2, "")
    assert message in refused.err
    assert not [*tmp_path.iterdir()]


def test_a_folder_that_is_not_there(call: Call, tmp_path: Path) -> None:
    refused = call("new", tmp_path / "none" / "a.json", "--layers", "2-1")
    assert refused.code == 2
    assert "No such file" in refused.err


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_questions_on_a_terminal(
    call: Call, tmp_path: Path, points: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "asked.json"
    monkeypatch.setattr("sys.stdin", _Terminal(f"three\n3-2-2\n\n\n{points}\n"))
    made = call("new", path)
    assert (made.code, made.out) == (0, f"{path}\n")
    assert "Units of each layer, inputs first [3-2-2]: expected sizes" in made.err
    model = json.loads(path.read_text("utf-8"))["model"]
    assert model["loss"] == "half squared error"
    assert model["layers"][1]["activation"] == "sigmoid"

    monkeypatch.setattr("sys.stdin", _Terminal("\n"))
    refused = call("new", tmp_path / "none.json")
    assert refused.code == 2
    assert "no answer" in refused.err


def test_a_large_network_is_written_as_arrays(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    made = call("new", path, "--layers", "784-128-10", "--loss", "softmax cross-entropy")
    assert made.code == 0
    parameters = json.loads(path.read_text("utf-8"))["parameters"]
    assert parameters["W1"].keys() == {"shape", "float64"}
    assert parameters["W1"]["shape"] == [784, 128]
    assert len(parameters["W2"]) == 128
    assert [*parameters] == ["W1", "W2", "b1", "b2"]
    assert call("validate", path).code == 0


def test_help_has_an_example(call: Call) -> None:
    assert re.search(r"Example:\s+bpdebug\s+new ", call("new", "--help").out)
