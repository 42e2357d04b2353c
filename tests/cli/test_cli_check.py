"""check and plant: what is wrong, which mistake it is, and sessions in which something is wrong."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bpdebug.checks.mistakes.catalogue import CATALOGUE

from .calls import Call, process
from .conftest import WriteSession


def test_a_session_in_which_all_is_well(call: Call) -> None:
    result = call("check", "circuit-1")
    assert result.code == 0
    assert result.out.endswith("Nothing is wrong.\n")


def test_the_mistake_of_the_blog(call: Call) -> None:
    result = call("check", "blog")
    assert result.code == 1
    for words in (
        "checked 12 gradients: all agree",
        "40 figures: 39 agree, 1 disagrees. The first that disagrees is dE/db1 = 0.0008",
        "dE/db1: two of four paths are missing: E → o2 → h1 → b1 and E → o1 → h2 → b1; "
        "your 0.000776 of 0.002388",
        "1. missing paths (dE/db1: E → o2 → h1 → b1 and E → o1 → h2 → b1)",
    ):
        assert words in result.out


def test_the_record_for_programs(call: Call) -> None:
    result = call("check", "blog", "--json")
    assert result.code == 1
    found = result.record
    assert {"ok", "gradients", "printed", "derivations", "digests"} < found.keys()
    assert found["ok"] is False
    assert len(found["gradients"]) == 12
    assert all(each["relative_error"] < 1e-12 for each in found["gradients"])
    wrong = [each for each in found["printed"] if each["verdict"] == "disagreement"]
    assert [(each["of"], each["position"]) for each in wrong] == [("dE/db1", 29)]
    (derivation,) = found["derivations"]
    assert [path["verdict"] for path in derivation["paths"]] == [
        *("present", "missing", "missing", "present")
    ]
    (cause,) = found["diagnosis"]["causes"]
    assert cause["mistakes"][0]["name"] == "missing paths"


@pytest.mark.parametrize(
    ("session", "figure", "cause"),
    [
        ("blog", "dE/dw5 = 0.07614", "wrong loss (binary cross-entropy)"),
        ("two-two-two", "E = 0.291027924 @ 2", "in-place updates (layer by layer)"),
    ],
)
def test_a_figure_of_ones_own(call: Call, session: str, figure: str, cause: str) -> None:
    result = call("check", session, "--figure", figure)
    assert result.code == 1
    assert f"1. {cause}" in result.out
    # What the session prints was not asked about.
    assert "1 figure: 1 disagrees" in result.out


def test_what_was_asked_is_judged_and_nothing_else(call: Call) -> None:
    """The blog's dE/db1 is wrong, and so is a derivation of it; nobody has asked."""
    result = call("check", "blog", "--figure", "dE/dw5=0.0099")
    assert result.code == 0
    assert result.out.splitlines()[0] == "Figures"
    assert "dE/dw5  0.0099" in result.out.splitlines()[1]
    assert result.out.endswith("Nothing is wrong.\n")
    assert "dE/db1" not in result.out
    assert call("check", "blog", "--derivation", "dE/dw7 = (o1 - t1)*o1*(1 - o1)*h1").code == 0


def test_causes_are_not_looked_for_where_they_are_not_wanted(call: Call) -> None:
    words = ("check", "blog", "--figure", "dE/dw5 = 0.07614", "--json")
    for more in (["--no-causes"], ["--seconds", "0"]):
        found = call(*words, *more)
        assert found.code == 1
        assert found.record["printed"][0]["verdict"] == "disagreement"
        assert found.record["diagnosis"] is None
    assert call(*words, "--seconds", "0").record["ended"] == "the time was up"
    assert call(*words, "--seconds", "soon").code == 2


def test_a_verdict_alone_gives_nothing_away(call: Call) -> None:
    """Nothing but what was asked: no number of the run, no cause, and nothing that is seen."""
    typed = ("dE/dw5 = 0.07614", "dE/dw6 = -0.0099", "h1 = 0.9", "zo1 = 2.5", "E = 0.1 @ 2")
    derivation = "dE/dw7 = dE/do1"
    words = ["check", "blog", "--verdict-only", "--derivation", derivation]
    for each in typed:
        words += ["--figure", each]
    result = call(*words)
    assert result.code == 1
    verdicts = dict(line.split(": ") for line in result.out.splitlines())
    assert verdicts.pop("Something is wrong") == "see above."
    assert verdicts.keys() == {*typed, "dE/dw7 by hand"}
    assert "wrong" in verdicts.values()
    assert not any(digit in word for word in verdicts.values() for digit in "0123456789")
    assert result.err == ""
    record = call(*words, "--json").record
    assert {f"{each['of']} = {each['figure']}" for each in record["printed"]} == {
        each.removesuffix(" @ 2") for each in typed
    }
    assert {key for each in record["printed"] for key in each} == {
        *("of", "iteration", "figure", "verdict")
    }
    assert record["derivations"] == [{"name": "dE/dw7", "verdict": "wrong"}]
    assert record.keys() - {"printed", "derivations"} == {
        *("ok", "unread_derivations", "wrong_gradients")
    }
    assert record["unread_derivations"] == record["wrong_gradients"] == []


def test_after_an_edit_the_figures_of_the_source_are_not_judged(
    call: Call, write_session: WriteSession
) -> None:
    printed = [
        {"of": "E", "iteration": 1, "figure": "0.5932"},
        {"of": "E", "iteration": 3, "figure": "0.5"},
    ]
    edit = {"at": 41, "set": "w7", "to": 0.5}
    branches = [{"number": 1, "name": "main", "edits": [edit]}]
    session = write_session(iterations=3, printed=printed, branches=branches)
    result = call("check", session)
    assert result.code == 0, result.out
    assert "1 figure: 1 agrees" in result.out, "it is of the iteration before"
    assert "1 figure of the session belongs to the run without edits" in result.out


def test_many_figures_that_agree_are_counted_and_those_that_do_not_are_listed(
    call: Call, tmp_path: Path
) -> None:
    """Here and in what Python prints."""
    given = {"x1": "1", "x2": "4", "x3": "5", "t1": "0.1", "t2": "0.05"}
    for name, most in (("wrong", 110), ("right", 5)):
        figures = given if name == "right" else dict.fromkeys(given, "0.2984")
        rows = [f"{of},{text},{n}\n" for n in range(1, 42) for of, text in figures.items()]
        path = tmp_path / f"{name}.csv"
        path.write_text("".join(rows), "utf-8")
        result = call("check", "blog", "--no-causes", "--against", path)
        assert result.code == (name == "wrong")
        assert len(result.out.splitlines()) <= most
        assert ("… and 105 more that do not simply agree" in result.out) == (name == "wrong")


def test_a_delta_that_only_the_delta_style_has_an_operation_for(call: Call) -> None:
    result = call("check", "blog", "--figure", "dE/dzo1 = 0.0776", "--json")
    (found,) = result.record["printed"]
    assert (found["of"], found["verdict"]) == ("dE/dzo1", "agreement")
    assert "delta style" in result.err
    assert call("check", "blog", "--figure", "dE/dzo7 = 0.0776").code == 2


def test_figures_from_files(call: Call, tmp_path: Path, write_session: WriteSession) -> None:
    session = write_session(iterations=3)
    gradients = {"dE/dw7": "0.0765", "dE/dw8": "0.1183", "dE/db2": "0.1975"}
    right = tmp_path / "right.csv"
    right.write_text("name,value\n" + "".join(f"{n},{v}\n" for n, v in gradients.items()))
    assert call("check", session, "--against", right).code == 0
    # Not multiplied by the slope of the sigmoid.
    wrong = tmp_path / "wrong.npz"
    np.savez(wrong, dW2=np.array([[0.7789809, 0.7403541], [0.7856291, 0.7466725]], np.float32))
    result = call("check", session, "--against", wrong)
    assert result.code == 1
    assert "activation derivative missing" in result.out


def test_a_derivation_of_ones_own(call: Call, write_session: WriteSession) -> None:
    session = write_session(iterations=3)
    right = "dE/dw7 = (o1 - t1)*o1*(1 - o1)*h1"
    assert call("check", session, "--derivation", right).code == 0
    result = call("check", session, "--derivation", "dE/dw7 = (t1 - o1)*o1*(1 - o1)*h1")
    assert result.code == 1
    assert "sign" in result.out


def test_the_error_of_differences_for_all_steps(call: Call) -> None:
    result = call("check", "blog", "--steps", "w5")
    assert result.code == 0
    assert "2⁻" in result.out
    assert "truncation" in result.out
    assert "rounding" in result.out
    points = call("check", "blog", "--steps", "w5", "--json").records
    assert len(points) > 30
    assert all(0 < each["step"] <= 1 for each in points)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--figure", "dE/dw5"], "write a name, =, and a number"),
        (["--figure", "dE/dw55 = 1"], "there is no quantity"),
        (["--figure", "E = 1 @ 99999"], "there is no iteration 99999"),
        (["--iteration", "10001"], "there is no iteration 10001"),
        (["--derivation", "dE/dw7 = nothing"], "nothing"),
        (["--steps", "x1"], "x1 is not a parameter; name one, such as w1"),
        (["--steps", "o1"], "o1 is not a parameter; name one, such as w1"),
        (["--steps", "w5", "--iteration", "10001"], "there is no iteration 10001"),
        (["--against", "no such file.csv"], "no such file.csv"),
        (["--verdict-only", "--steps", "w5"], "--steps shows what --verdict-only hides"),
        (["--verdict-only", "--reveal"], "--reveal shows what --verdict-only hides"),
    ],
)
def test_what_cannot_be_checked(call: Call, words: list[str], message: str) -> None:
    result = call("check", "blog", *words)
    assert result.code == 2
    assert result.out == ""
    assert message in result.err


def test_a_fingerprint_that_differs_is_a_finding(call: Call, write_session: WriteSession) -> None:
    session = write_session(digests=[{"operation": 41, "state": "0" * 32}])
    result = call("check", session, "--json")
    assert result.code == 1
    assert result.record["digests"] == [{"operation": 41, "branch": 1, "ok": False}]


def test_a_planted_mistake_is_hidden_until_it_is_asked_for(call: Call, tmp_path: Path) -> None:
    target = tmp_path / "bug.json"
    name = "activation derivative missing"
    assert call("plant", "blog", "-o", target, "--mistake", name, "--seed", "1").code == 0
    text = target.read_text("utf-8")
    assert name not in text
    printed = {each["of"]: each["figure"] for each in reversed(json.loads(text)["printed"])}
    assert printed["dE/dw7"] == "0.0765"
    assert printed["dE/db1"] == "0.0023882", "the source prints 0.0008, which is wrong"
    assert json.loads(text)["planted"]
    shown = [call("show", target).out, call("check", target).out]
    assert not any(name in each for each in shown)
    wrong = call("check", target, "--json").record["gradients"]
    assert any(each["verdict"] == "wrong" for each in wrong)
    revealed = call("check", target, "--reveal")
    assert revealed.code == 0
    assert revealed.out.startswith(f"{name} (")


@pytest.mark.parametrize("session", ["blog", "recurrent", "xor-step"])
def test_what_is_planted_can_be_seen(call: Call, tmp_path: Path, session: str) -> None:
    """Also where a session prints no figures, and what comes out in the second iteration only."""
    target = tmp_path / "bug.json"
    for mistake in ("gradients not cleared", "ascent"):
        words = ("-o", target, "--mistake", mistake, "--seed", 1, "--force")
        assert call("plant", session, *words).code == 0
        assert call("check", target).code == 1


def test_the_same_seed_plants_the_same_mistake(call: Call, tmp_path: Path) -> None:
    first, second, other = (tmp_path / f"{n}.json" for n in "abc")
    for target, seed in ((first, 5), (second, 5), (other, 6)):
        assert call("plant", "xor", "-o", target, "--seed", seed).code == 0
    assert first.read_text("utf-8") == second.read_text("utf-8") != other.read_text("utf-8")


def test_the_mistakes_are_listed(call: Call) -> None:
    found = call("plant", "--list", "--json").records
    assert [each["name"] for each in found] == [mistake.name for mistake in CATALOGUE]
    assert len(call("plant", "--list").out.splitlines()) == len(CATALOGUE)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["blog"], "a session and -o FILE are needed"),
        (["blog", "-o", "bug.json", "--mistake", "missing path"], "did you mean missing paths?"),
        (["diamond", "-o", "bug.json", "--mistake", "no bias correction"], "cannot be made"),
        (["blog", "-o", "bug.json", "--seconds", "0"], "was found in 0 s"),
    ],
)
def test_what_cannot_be_planted(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("plant", *words)
    assert result.code == 2
    assert message in result.err
    assert not (tmp_path / "bug.json").exists()


def test_a_bug_that_is_there_already_is_not_replaced(call: Call, tmp_path: Path) -> None:
    target = tmp_path / "bug.json"
    target.write_text("mine", "utf-8")
    assert call("plant", "blog", "-o", target).code == 2
    assert target.read_text("utf-8") == "mine"


def test_in_a_process_of_its_own() -> None:
    assert process("check", "diamond").code == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("more", [[], ["--steps", "w"]])
def test_what_overflows_is_judged_without_a_warning(
    call: Call, tmp_path: Path, more: list[str]
) -> None:
    """The slope is beyond all doubles, and the loss is not."""
    fields = {
        "format": "bpdebug-session",
        "version": "1.0",
        "numerics": "ieee-seq-1",
        "model": {"equations": ["y = w*x", "E = y*t"]},
        "inputs": {"x": 1e300},
        "targets": {"t": 1e100},
        "parameters": {"w": 0},
        "optimizer": {"method": "gradient descent", "settings": {"learning_rate": 0.1}},
        "iterations": 1,
    }
    session = tmp_path / "overflow.json"
    session.write_text(json.dumps(fields), "utf-8")
    result = call("check", session, *more)
    assert result.code == 0, result.err
    assert "∞" in result.out


def test_an_interrupt_ends_the_search_and_keeps_what_was_found() -> None:
    """The comparison is out before it, and the exit code is that of what was found."""
    words = ("check", "lstm", "--iteration", "2", "--figure", "E=0.7123456")
    with subprocess.Popen(
        [sys.executable, "-m", "bpdebug", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        first = [running.stdout.readline() for _ in range(2)]
        assert "disagreement" in first[1]
        running.send_signal(signal.SIGINT)
        rest = running.stdout.read()
        assert "Not everything was checked: stopped." in rest
        assert "so far no slip gives these numbers" in rest or "Diagnosis" not in rest
        assert "Traceback" not in running.stderr.read()
    assert running.returncode == 1
