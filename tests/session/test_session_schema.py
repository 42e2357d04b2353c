"""The JSON Schema and the loader agree on what the fields of a file may hold."""

from __future__ import annotations

import copy
import json
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from mutated import WORK, Place, places, with_value

from bpdebug.session.bundled import bundled_sessions
from bpdebug.session.file.errors import SessionError
from bpdebug.session.file.format import VERSION
from bpdebug.session.file.read import parse_session
from bpdebug.session.file.schema import session_schema

from .files import blog_data

SCHEMA = session_schema()
VALIDATOR = Draft202012Validator(SCHEMA)

FULL: dict[str, Any] = (
    blog_data()
    | WORK
    | {
        "version": VERSION,
        "constants": {"c": [1, "NaN"], "d": {"shape": [1], "float64": "AAAAAAAA8D8="}},
        "frozen": ["W1"],
        "batches": {"size": 1, "order": [1, 2]},
        "policies": {"update_order": "in place", "gradients": "cleared"},
        "derivations": {"dE/db1": "1"},
        "hand_derivations": {"dE/db1": "2"},
        "printed": [{"of": "dE/dw7", "figure": "0.0765", "iteration": 1}],
        "planted": ["QUFB"],
        "predicting": True,
        "predictions": [
            {"operation": 3, "branch": 1, "answers": ["1"], "hints": 1, "outcome": "open"}
        ],
        "hunt": {
            "suspects": [{"element": "E", "mistake": "wrong sign", "verdict": "right", "bug": 1}],
            "hints": [1],
            "revealed": True,
            "looks": {"operations": [3], "suspects": 1, "hints": 1},
        },
    }
)
FULL["model"] |= {"repeat": {"t": [1, 3]}, "names": {"x": ["a", "b", "c"]}, "reduction": "mean"}
FULL["optimizer"]["schedule"] = {"name": "linear", "settings": {"length": 10}}

ODD: tuple[object, ...] = (
    *(None, True, -1, 0, 1, 2.0, 0.5, 1e300, 10**18, "", "NaN", "a\n", "a\x1b", "\u202e"),
    *("x" * 70, "x" * 10_001, "1.1\n", "0" * 32 + "\n", [], [1, 2], [[[[1]]], 2], ["Infinity"]),
    *([True], ["w"], [{}], {}, {"E": 1}, {"E": [1]}, {"a\n": 1}, {"shape": [2], "float64": "AA=="}),
    *({"shape": [0], "float64": "?"}, {"operation": 1.0}, {"name": "x"}, [{"number": 1}]),
)


FIELDS = {
    name: VALIDATOR.evolve(schema={"$ref": f"#/properties/{name}"}) for name in SCHEMA["properties"]
}


def agree(data: dict[str, Any], changed: str | None = None) -> bool:
    """Whether the data are right; the validator and the loader have to say the same.

    Where only one field was changed in data that are right, the validator looks only at that.
    """
    try:
        parse_session(json.dumps(data), "test")
    except SessionError as error:
        loads, why = False, str(error)
    else:
        loads, why = True, ""
    if changed is None:
        found = VALIDATOR.iter_errors(data)
    else:
        found = FIELDS[changed].iter_errors(data[changed])
    errors = [each.message[:200] for each in islice(found, 3)]
    assert loads is not bool(errors), (why, errors)
    return loads


def test_it_is_a_schema_and_says_which_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_field_is_described() -> None:
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        assert part["description"]
        for name, field in part.get("properties", {}).items():
            assert field.get("description"), name


@pytest.mark.parametrize("path", bundled_sessions().values(), ids=lambda path: path.stem)
def test_bundled_sessions_are_valid(path: Any) -> None:
    data = json.loads(path.read_text("utf-8"))
    VALIDATOR.validate(data)


def test_the_full_session_is_right_and_has_every_field() -> None:
    assert agree(FULL)
    assert SCHEMA["properties"].keys() <= FULL.keys()


def test_fields_are_valid_each_by_itself() -> None:
    """Else it would not do to look only at the one that was changed."""
    said = SCHEMA.keys() - {"$schema", "$defs", "$id", "title", "description"}
    assert said == {"type", "properties", "required", "additionalProperties"}


@pytest.mark.parametrize("path", places(FULL), ids=lambda path: ".".join(map(str, path)))
def test_an_odd_value(path: Place) -> None:
    if path == ("version",):
        return  # an unknown version is not a matter of fields
    # Half of them at each place, at others the other half: all at each take long.
    for odd in ODD[len("".join(map(str, path))) % 2 :: 2]:
        agree(with_value(FULL, path, odd), str(path[0]))


@pytest.mark.parametrize("path", [(), *places(FULL)], ids=lambda path: ".".join(map(str, path)))
def test_a_field_too_many_and_one_too_few(path: Place) -> None:
    changed = copy.deepcopy(FULL)
    inside: Any = changed
    for step in path:
        inside = inside[step]
    if not isinstance(inside, dict):
        return
    field = str(path[0]) if path else None
    for name in list(inside):
        value = inside.pop(name)
        if name not in ("format", "version"):
            agree(changed, field)
        inside[name] = value
    inside["unheard"] = 1
    agree(changed, field)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**19), 10**19)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    | st.sampled_from(["w1", "NaN", "shared", "write", "delta", "AAAAAAAA8D8=", "1.0", "0" * 32]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["shape", "float64", "name", "operation", "number", "at", "to", "w"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)


@given(st.sampled_from([path for path in places(FULL) if path != ("version",)]), JSON)
def test_any_value_anywhere(path: Place, value: object) -> None:
    agree(with_value(FULL, path, value), str(path[0]))


@given(st.dictionaries(st.sampled_from(sorted(FULL.keys() - {"format", "version"})), JSON))
def test_any_fields(fields: dict[str, Any]) -> None:
    agree({"format": FULL["format"], "version": VERSION, "model": FULL["model"]} | fields)
