"""trace: operations one by one, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .calls import Call

BLOG = """
zh1 4.3                       dE/db2 0.19745749783188       w1 0.099980160881276
h1 0.986613082172335          dE/dh1 0.150208638284289      w2 0.199995957106787
zh2 5.3                       dh1/dzh1 0.0132077082587402   w3 0.299920643525104
h2 0.995033198349943          dE/dw1 0.00198391187240152    w4 0.399983828427147
zo1 2.08615903603558          dE/dw3 0.00793564748960609    w5 0.49990080440638
o1 0.889550613969795          dE/dw5 0.00991955936200761    w6 0.599979785533933
zo2 1.38879378557286          dE/dh2 0.0818046296329122     w7 0.699234648715941
o2 0.80039960806739           dh2/dzh2 0.00494213253142602  w8 0.798817209778719
E 0.593244871903886           dE/dw2 0.000404289321330073   w9 0.899228116928714
dE/do1 0.789550613969795      dE/dw4 0.00161715728532029    w10 0.0988071154152278
dE/do2 0.750399608067389      dE/dw6 0.00202144660665036    b1 0.499976117988063
do1/dzo1 0.0982503191557558   dE/db1 0.00238820119373159    b2 0.498025425021681
do2/dzo2 0.159760075472959
dE/dw7 0.0765351284058738
dE/dw8 0.118279022128075
dE/dw9 0.0771883071286074
dE/dw10 0.119288458477225
"""
"""Quantity and value of each operation of the first iteration; read each column downward."""


def _published() -> list[tuple[str, float]]:
    rows = [line.split() for line in BLOG.strip().splitlines()]
    columns = [[(row[n], float(row[n + 1])) for row in rows if len(row) > n] for n in (0, 2, 4)]
    return [pair for column in columns for pair in column]


def test_first_iteration_of_the_blog(call: Call) -> None:
    result = call("trace", "blog", "--json")
    assert (result.code, result.err) == (0, "")
    records = result.records
    published = _published()
    assert len(published) == 41
    assert [record["target"] for record in records] == [name for name, _ in published]
    values = [record["value"] for record in records]
    assert values == pytest.approx([value for _, value in published], rel=1e-12, abs=0)


def test_records_have_exactly_these_fields_in_this_order(call: Call) -> None:
    records = call("trace", "blog", "--json", "--to", "45").records
    fields = ["position", "iteration", "phase", "target", "rule", "numbers", "value"]
    assert [list(record) for record in records] == [fields] * 45
    assert [record["position"] for record in records] == list(range(1, 46))
    assert [record["iteration"] for record in records] == [1] * 41 + [2] * 4
    phases = ["forward"] * 8 + ["loss"] + ["backward"] * 20 + ["update"] * 12
    assert [record["phase"] for record in records] == phases + ["forward"] * 4
    for record in records:
        assert isinstance(record["value"], float)


def test_rule_and_numbers_are_those_of_a_textbook(call: Call) -> None:
    shown = {
        record["target"]: (record["rule"], record["numbers"])
        for record in call("trace", "blog", "--json").records
    }
    assert shown["zh1"] == ("w1·x1 + w3·x2 + w5·x3 + b1", "0.1(1) + 0.3(4) + 0.5(5) + 0.5")
    assert shown["dE/dw7"] == ("dE/do1 · do1/dzo1 · dzo1/dw7", "(0.7896)(0.0983)(0.9866)")
    assert shown["dE/dh1"][1] == "(0.7896)(0.0983)(0.7) + (0.7504)(0.1598)(0.8)"
    assert shown["w7"] == ("w7 − α · dE/dw7", "0.7 − (0.01)(0.0765)")


def test_digits_change_what_is_shown_and_never_the_value(call: Call) -> None:
    few, many = (
        call("trace", "blog", "--json", "--from", "14", "--to", "14", "--digits", digits).record
        for digits in ("2", "10")
    )
    assert few["numbers"] == "(0.79)(0.10)(0.99)"
    assert many["numbers"] == "(0.7895506140)(0.0982503192)(0.9866130822)"
    assert few["value"] == many["value"]


def _positions(records: list[dict[str, object]]) -> list[object]:
    return [record["position"] for record in records]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("", 1, 41),
        ("--from 0", 1, 41),
        ("--from 1", 1, 41),
        ("--from 40", 40, 41),
        ("--from 41", 41, 41),
        ("--from 42", 42, 82),
        ("--from 100", 100, 123),
        ("--to 1", 1, 1),
        ("--to 83", 1, 83),
        ("--from 10 --to 20", 10, 20),
        ("--from 409999 --to 410000", 409999, 410000),
        ("--from 409960", 409960, 410000),
    ],
)
def test_ranges(call: Call, words: str, first: int, last: int) -> None:
    records = call("trace", "blog", "--json", *words.split()).records
    assert _positions(records) == list(range(first, last + 1))


def test_any_part_of_a_trace_is_a_part_of_the_whole(call: Call) -> None:
    whole = call("trace", "blog", "--json", "--to", "164").out.splitlines()
    for first, last in ((1, 1), (41, 42), (83, 120), (123, 164)):
        part = call("trace", "blog", "--json", "--from", str(first), "--to", str(last))
        assert part.out.splitlines() == whole[first - 1 : last]


def test_later_iterations_start_from_the_updated_parameters(call: Call) -> None:
    records = call("trace", "blog", "--json", "--to", "82").records
    value = {record["position"]: record["value"] for record in records}
    w1, w3, w5, b1 = value[30], value[32], value[34], value[40]
    assert value[42] == w1 * 1.0 + w3 * 4.0 + w5 * 5.0 + b1
    last_loss = call("trace", "blog", "--json", "--from", "409968", "--to", "409968").record
    assert (last_loss["target"], last_loss["iteration"]) == ("E", 10000)
    assert last_loss["value"] == pytest.approx(0.000105591211242136, rel=1e-12)
    loss = call("trace", "blog", "--json", "--from", "40968", "--to", "40968").record
    assert (loss["target"], loss["iteration"]) == ("E", 1000)
    assert loss["value"] == pytest.approx(0.0208123309767653, rel=1e-12)


def test_trace_for_people(call: Call, golden: Callable[[str, str], None]) -> None:
    result = call("trace", "blog", "--to", "43")
    assert (result.code, result.err) == (0, "")
    golden("trace", result.out)


def test_values_without_a_number_in_json_are_strings(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "overflow.json"
    path.write_text(
        json.dumps(
            {
                "format": "bpdebug-session",
                "version": "1.0",
                "model": {"equations": ["a = exp(w*x)", "E = a - a"]},
                "inputs": {"x": 1000},
                "parameters": {"w": 1},
            }
        )
    )
    records = call("trace", path, "--json").records
    values = {record["target"]: record["value"] for record in records}
    assert (values["a"], values["E"]) == ("Infinity", "NaN")
    stopped = call("run", path, "--json").record["stopped"]
    assert (stopped["reason"], stopped["quantity"]) == ("non-finite", "a")
    assert stopped["new"] == "Infinity"
