"""`bpdebug schema` prints the JSON Schema of session files, and nothing else."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator

from bpdebug.session.bundled import find_session
from bpdebug.session.file.schema import session_schema

from .calls import Call


def test_the_schema_is_printed_and_can_be_used(call: Call) -> None:
    code, out, err = call("schema")
    assert (code, err) == (0, "")
    schema = json.loads(out)
    assert schema == session_schema()
    Draft202012Validator(schema).validate(json.loads(find_session("blog").read_text("utf-8")))
