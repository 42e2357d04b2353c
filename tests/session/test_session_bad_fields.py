"""Fields that make no sense: each is named by its path, with what would be right."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .files import blog_text, changed, one_problem, problems

BRANCH = {"number": 1, "name": "main"}
BREAKPOINT = {"number": 1, "on": "w7"}
FIGURE = {"of": "w7", "figure": "0.7"}


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"titel": "x"}, "titel", "there is no such field; did you mean title?"),
        ({"model.layer": []}, "model.layer", "there is no such field; did you mean layers?"),
        ({"model.layers.1.unit": 2}, "model.layers[1].unit", "there is no such field"),
        ({"title": 7}, "title", "found 7, expected a valid string"),
        ({"iterations": "many"}, "iterations", 'found "many", expected a valid integer'),
        ({"iterations": 0}, "iterations", "found 0, expected greater than or equal to 1"),
        ({"iterations": 1.5}, "iterations", "found 1.5, expected a valid integer"),
        ({"iterations": True}, "iterations", "found true"),
        ({"iterations": None}, "iterations", "found null"),
        ({"numerics": "fast"}, "numerics", "found \"fast\", expected 'ieee-seq-1'"),
        ({"style": "long"}, "style", "found \"long\", expected 'expanded' or 'delta'"),
        ({"model.layers.1.units": 0}, "model.layers[1].units", "found 0"),
        ({"model.layers.1.units": "2"}, "model.layers[1].units", 'found "2", expected a valid'),
        ({"model.layers.1.bias": "some"}, "model.layers[1].bias", "'shared', 'unit' or 'none'"),
        ({"model.numbering": "zigzag"}, "model.numbering", "expected 'input by input'"),
        (
            {"model.layers.1.activation": "sigmoyd"},
            "model.layers[1].activation",
            "there is no activation 'sigmoyd'; did you mean sigmoid?",
        ),
        (
            {"printed": [FIGURE] * 3 + [FIGURE | {"of": "dE/dw77"}]},
            "printed[3].of",
            "there is no quantity dE/dw77; did you mean dE/dw7?",
        ),
        (
            {"printed": [FIGURE | {"of": "W1"}]},
            "printed[0].of",
            "W1 is not a single number; name one",
        ),
        (
            {"printed": [FIGURE | {"figure": "0,0765"}]},
            "printed[0].figure",
            "found '0,0765', expected a number; write 0.0765",
        ),
        ({"printed": [FIGURE | {"figure": 0.0765}]}, "printed[0].figure", "found 0.0765, expected"),
        (
            {"printed": [FIGURE | {"iteration": 10_001}]},
            "printed[0].iteration",
            "there is no iteration 10001; they go from 1 to 10000",
        ),
        ({"printed": [FIGURE | {"iteration": 0}]}, "printed[0].iteration", "found 0, expected"),
        ({"printed": [{"of": "w7"}]}, "printed[0].figure", "this field is missing"),
        (
            {"hand_derivations": {"dE/db3": "1"}},
            "hand_derivations.dE/db3",
            "there is no b3",
        ),
        ({"hand_derivations": {"dE/db1": "1 +"}}, "hand_derivations.dE/db1", "expected"),
        ({"hand_derivations": {"w1": "2"}}, "hand_derivations.w1", "the left side is w1; write"),
        ({"hand_derivations": {"dE/db1": "q"}}, "hand_derivations.dE/db1", "there is no q"),
        (
            {"hand_derivations": {"dE/db1": "dE/do1*dx1/db1"}},
            "hand_derivations.dE/db1",
            "dx1/db1 makes no sense: x1 is not computed",
        ),
        (
            {"hand_derivations": {"dE/db1": "sum(i: w[i])"}},
            "hand_derivations.dE/db1",
            "there is no w; did you mean",
        ),
        (
            {"hand_derivations": {"dW1": "x @ dzo"}},
            "hand_derivations.dW1",
            "the shapes of x @ dzo do not match: x is 3 and dzo is 2",
        ),
        ({"planted": ["w1*w2"]}, "planted[0]", 'found "w1*w2", expected base64'),
        ({"planted": [""]}, "planted[0]", 'found ""'),
        ({"model.loss": "entropy"}, "model", "there is no loss 'entropy'; there are: half squared"),
        ({"model.layers": []}, "model", "an input layer and at least one more"),
        ({"model.layers.1.name": "h h"}, "model.layers[1].name", "'h h' is not a name"),
        ({"model.equations": ["E = w"]}, "model", "give either layers or equations"),
        ({"inputs.x": [1, 4]}, "inputs.x", "x has 2 values, the first layer 3 units"),
        ({"inputs.x": [1, 4, 5, 6]}, "inputs.x", "x has 4 values, the first layer 3 units"),
        ({"inputs.x": 1}, "inputs.x", "x is a single number, expected a list of 3 numbers"),
        ({"inputs.x": [1, 4, "5"]}, "inputs.x[2]", 'found "5", expected a number'),
        ({"inputs.x": [1, True, 5]}, "inputs.x[1]", "found true, expected a number"),
        ({"inputs.x": [1, None, 5]}, "inputs.x[1]", "found null, expected a number"),
        ({"inputs.x": [1, [4], 5]}, "inputs.x", "the rows have different lengths"),
        ({"inputs.x": []}, "inputs.x", "an empty list"),
        ({"inputs": {}}, "inputs.x", "missing: "),
        ({"targets": {}}, "targets.t", "missing: "),
        ({"inputs.x x": 1}, "inputs.x x", "'x x' is not a name"),
        ({"parameters.w1": [0.1]}, "parameters.w1", "found a list, expected a number"),
        ({"parameters.w1": "0.1"}, "parameters.w1", 'found "0.1", expected a valid number or a'),
        ({"parameters.w1": True}, "parameters.w1", "found true"),
        ({"parameters.w11": 1}, "parameters.w11", "no such parameter; did you mean w1"),
        ({"parameters.W1[1,2]": 1}, "parameters.W1[1,2]", "no such parameter; did you mean w2?"),
        ({"parameters.beta": 1}, "parameters.beta", "no such parameter"),
        ({"frozen": ["W3"]}, "frozen[0]", "no such parameter"),
        ({"optimizer.method": "adamant"}, "optimizer.method", "there is no optimizer 'adamant'"),
        (
            {"optimizer.settings.learning_rat": 1},
            "optimizer.settings.learning_rat",
            "no such setting; did you mean",
        ),
        ({"optimizer.symbols.lr": "a"}, "optimizer.symbols.lr", "no such setting"),
        (
            {"optimizer.symbols.learning_rate": "a b"},
            "optimizer.symbols.learning_rate",
            "'a b' is not a name",
        ),
        ({"order.sideways": ["zh"]}, "model", "there is no phase sideways"),
        ({"order.forward": ["zz"]}, "model", "order of forward: zz is not computed there"),
        (
            {"breakpoints": [{"number": 1, "on": "w77"}]},
            "breakpoints[0]",
            "there is no quantity w77; did you mean w7?",
        ),
        ({"breakpoints": [{"on": "w7"}]}, "breakpoints[0].number", "this field is missing"),
        (
            {"breakpoints": [BREAKPOINT, BREAKPOINT]},
            "breakpoints[1].number",
            "there are two breakpoints 1",
        ),
        (
            {"breakpoints": [{**BREAKPOINT, "access": "touch"}]},
            "breakpoints[0].access",
            "'write', 'change', 'read' or 'gradient'",
        ),
        ({"breakpoints": [{**BREAKPOINT, "hit": "% 0"}]}, "breakpoints[0]", "a number from 1"),
        ({"breakpoints": [{**BREAKPOINT, "on": "phase noon"}]}, "breakpoints[0]", "phase noon"),
        (
            {"breakpoints": [{**BREAKPOINT, "on": "operation 42"}]},
            "breakpoints[0]",
            "an iteration has operations 1 to 41",
        ),
        ({"watches": ["w7 <"]}, "watches[0]", "w7 <: column 5"),
        ({"watches": ["w7 + w77"]}, "watches[0]", "column 6: there is no quantity w77"),
        ({"bookmarks": {"w7": {}}}, "bookmarks.w7", "w7 means something else"),
        ({"bookmarks": {"a b": {}}}, "bookmarks.a b", "write letters, digits, _ and -"),
        ({"bookmarks": {"a": {"branch": 2}}}, "bookmarks.a.branch", "there is no branch 2"),
        ({"bookmarks": {"a": {"operation": 410001}}}, "bookmarks.a", "no position 410001"),
        ({"branch": 2}, "branch", "there is no branch 2"),
        ({"branches": [BRANCH, BRANCH]}, "branches[1].number", "there are two branches 1"),
        ({"branches": [{**BRANCH, "fork": 410001}]}, "branches[0].fork", "no position 410001"),
        (
            {"branches": [{**BRANCH, "edits": [{"at": 410001, "set": "w7", "to": 1}]}]},
            "branches[0].edits[0].at",
            "no position 410001",
        ),
        (
            {"branches": [{**BRANCH, "edits": [{"at": 1, "set": "w77", "to": 1}]}]},
            "branches[0].edits[0].set",
            "there is no quantity w77; did you mean w7?",
        ),
        (
            {"breakpoints": [{"number": 1, "on": "x1"}]},
            "breakpoints[0]",
            "x1 is given; no operation writes it",
        ),
        (
            {"cursor": {"operation": 410001}},
            "cursor",
            "there is no position 410001; positions go from 0 to 410000",
        ),
        (
            {"cursor": {"operation": 0, "arithmetic": 6}},
            "cursor",
            "operation 1 has no arithmetic step 6",
        ),
        ({"cursor": {"operation": -1}}, "cursor.operation", "found -1"),
        (
            {"digests": [{"operation": 410001, "state": "0" * 32}]},
            "digests[0].operation",
            "positions go from 0 to 410000",
        ),
        ({"digests": [{"operation": 1, "state": "xyz"}]}, "digests[0].state", 'found "xyz"'),
        ({"title": "x" * 201}, "title", "at most 200 characters"),
    ],
)
def test_the_problem_is_named_with_its_path(
    changes: dict[str, Any], path: str, message: str
) -> None:
    problem = one_problem(changed(changes))
    assert problem.path == path
    assert message in problem.message


@pytest.mark.parametrize(
    ("removed", "path", "message"),
    [
        ("model", "model", "this field is missing"),
        ("version", "version", "this field is missing"),
        ("parameters.w4", "parameters.w4", "missing: its initial value, a number"),
        ("model.layers.1.units", "model.layers[1].units", "this field is missing"),
        ("model.layers", "model", "give either layers or equations"),
    ],
)
def test_what_is_missing_is_named(removed: str, path: str, message: str) -> None:
    problem = one_problem(changed({}, remove=removed))
    assert (problem.path, problem.message) == (path, message)


EQUATIONS = {
    "format": "bpdebug-session",
    "version": "1.0",
    "model": {"equations": ["q[i] = w[i]*x[i]", "E = sum(i: q[i])"]},
    "inputs": {"x": [1, 2]},
    "parameters": {"w": [3, 4]},
}


def equations(*texts: str, **fields: Any) -> dict[str, Any]:
    """A session of equations with weights w (2) and an input x (2)."""
    return {**EQUATIONS, "model": {"equations": list(texts)}, **fields}


def test_the_session_of_equations_is_right() -> None:
    assert problems(json.dumps(EQUATIONS)) == []


@pytest.mark.parametrize(
    ("texts", "path", "message"),
    [
        (["E = w[1] +"], "model.equations[0]", "column 11: "),
        (["a = w[1]", "E = a + zeta(a)"], "model.equations[1]", "there is no function zeta; there"),
        (["E = q(w[1] + 1)"], "parameters.q", "missing; the equations use q"),
        (["q = w[1]", "E = q $ 2"], "model.equations[1]", "column 7: "),
        (["E w[1]"], "model.equations[0]", "column 3: "),
        (["E = w[1] < 2"], "model.equations[0]", "column 10: "),
        ([], "model.equations", "at least one equation, the loss, is needed"),
        (["E = w[1]*k"], "parameters.k", "missing; the equations use k, and nothing computes it"),
        (["E = w[3]"], "model.equations[0]", "equation for E: w has no element 3, only 2"),
        (["E = w"], "model.equations[0]", "equation for E: w takes 1 index, not 0"),
        (["E[i] = w[i]"], "model", "no equation computes the loss E as a single number"),
        (["E = w[i]"], "model.equations[0]", "index i is neither on the left nor that of a sum"),
        (["x = w[1]"], "model.equations[0]", "x is given, it cannot be computed"),
        (["E := w[1]"], "model.equations[0]", "is written with =, not with :="),
        (["dE/dw = w[1]"], "model.equations[0]", "derivatives are found by bpdebug"),
        (["E = w[1]*dE/dw[1]"], "model.equations[0]", "derivatives are found by"),
    ],
)
def test_an_equation_that_makes_no_sense_is_named(
    texts: list[str], path: str, message: str
) -> None:
    problem = one_problem(equations(*texts))
    assert problem.path == path
    assert message in problem.message


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (equations("E = w[1]", inputs={"x": 1}, constants={"x": 1}), "constants.x"),
        (equations("E = w[1]", inputs={"x": 1}, targets={"x": 1}), "targets.x"),
        (
            equations("E = w[1]*learning_rate", inputs={"learning_rate": 3}),
            "optimizer.symbols.learning_rate",
        ),
        (equations("E = w[1]", inputs={"w": 3}), "parameters.w"),
    ],
)
def test_a_name_that_is_given_twice_is_refused(data: dict[str, Any], path: str) -> None:
    """Which of two values is meant is not for the program to guess."""
    found = problems(json.dumps(data))
    assert path in [each.path for each in found], found


def test_all_problems_are_told_at_once() -> None:
    """First what is wrong with fields on their own, then what does not fit together."""
    data = changed(
        {
            "parametres": {},
            "inputs.x": [1, "4", [True]],
            "model.layers.1.unit": 2,
            "optimizer.learnig_rate": 1,
            "optimizer.setings": {},
            "iterations": "many",
            "title": "a\x1b",
        }
    )
    assert {each.path: each.message for each in problems(json.dumps(data))} == {
        "parametres": "there is no such field; did you mean parameters?",
        "inputs.x[1]": 'found "4", expected a number',
        "inputs.x[2][0]": "found true, expected a number",
        "model.layers[1].unit": "there is no such field; did you mean units?",
        "optimizer.learnig_rate": "there is no such field",
        "optimizer.setings": "there is no such field; did you mean settings?",
        "iterations": 'found "many", expected a valid integer',
        "title": r'found "a\u001b", expected text without control characters',
    }
    data = changed(
        {
            "parameters.w11": 1,
            "optimizer.settings.learnig_rate": 1,
            "frozen": ["nothing"],
            "inputs.x": [1, 4],
            "targets.t": [[1, 2, 3], [4, 5, 6]],
        },
        remove="parameters.w3",
    )
    assert {str(each) for each in problems(json.dumps(data))} == {
        "inputs.x: x has 2 values, the first layer 3 units",
        "targets.t: t is 2 rows of 3 numbers, expected a list of 2 numbers",
        "optimizer.settings.learnig_rate: no such setting; did you mean learning_rate?",
    }
    data = changed(
        {
            "parameters.w11": 1,
            "frozen": ["nothing"],
            "breakpoints": [{"number": 1, "on": "w77"}],
            "cursor.operation": 10**7,
        },
        remove="parameters.w3",
    )
    assert {str(each) for each in problems(json.dumps(data))} == {
        "parameters.w3: missing: its initial value, a number",
        "parameters.w11: no such parameter; did you mean w1?",
        "frozen[0]: no such parameter",
        "breakpoints[0]: there is no quantity w77; did you mean w7?",
        "cursor: there is no position 10000000; positions go from 0 to 410000",
    }


def test_bad_equations_are_told_of_together_where_they_have_nothing_to_do_with_each_other() -> None:
    texts = ["a = w[3]", "b = x[i]", "c = a + b", "d = x[1]*w[2]", "d = 1", "E = d + w"]
    found = problems(json.dumps(equations(*texts)))
    assert [each.path for each in found] == [f"model.equations[{n}]" for n in (0, 1, 4, 5)]
    found = problems(json.dumps(equations("a = (", "b = 2 +", "E = w[1]")))
    assert [each.path for each in found] == ["model.equations[0]", "model.equations[1]"]


@pytest.mark.parametrize(
    "refused",
    ["a = (", "a := 2 +", "a = w[1] w[2]", "a[i] = \\frac{1", "(a = 1", "= 1", "a", "a = a b = 1"],
)
def test_what_is_refused_is_not_missing_besides(refused: str) -> None:
    """What uses an equation that cannot be read, or data of no shape, is not wrong itself."""
    problem = one_problem(equations(refused, "b = a*w[1]", "E = a + b"))
    assert problem.path == "model.equations[0]"
    data = equations("E = w[1]", f"{refused.replace('a', 'E', 1)}")
    data["model"]["loss"] = "E"
    assert one_problem(data).path == "model.equations[1]"
    for field in ("inputs", "targets", "constants"):
        data = equations("a = q[1]*w[1]", "E = a", **{field: {"q": [[1], [1, 2]]}})
        assert one_problem(data).path == f"{field}.q"


def test_how_observations_do_not_fit_the_layers() -> None:
    rows = {"inputs.x": [[1, 2], [3, 4]], "targets.t": [[1, 2]]}
    assert [str(each) for each in problems(json.dumps(changed(rows)))] == [
        "inputs.x: x has 2 values in a row, the first layer 3 units",
        "targets.t: t has 1 row, the inputs 2",
    ]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (changed({"model.layers.0.units": 10**6, "model.layers.1.units": 10**6}), "model"),
        (
            equations("q[i,j,k] = w[i]*w[j]*w[k]", "E = sum(i: sum(j: sum(k: q[i,j,k])))")
            | {"parameters": {"w": [0.0] * 2000}},
            "model",
        ),
        (
            equations("E = " + "".join(f"sum({c}: w[{c}]*" for c in "abcdef") + "1" + ")" * 6)
            | {"parameters": {"w": [0.0] * 3000}, "frozen": ["w"]},
            "model",
        ),
    ],
)
def test_a_model_that_no_machine_could_hold_is_refused_at_once(
    data: dict[str, Any], path: str
) -> None:
    """Before anything of its size is allocated."""
    problem = one_problem(data)
    assert problem.path == path
    assert "at most" in problem.message


def test_the_blog_is_right() -> None:
    assert problems(blog_text()) == []
