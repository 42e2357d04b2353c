"""Records for programs: lines of JSON with every double exact."""

from __future__ import annotations

import json
import math

from bpdebug.debugger.debugger import Debugger


def json_number(value: float) -> float | str:
    """A double as JSON has it; what JSON has no number for as a string."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float(value)


def to_json(record: object) -> str:
    """One line of JSON, with every double exact."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False)


def parameter_values(debugger: Debugger) -> dict[str, float | str]:
    """All parameters by name, as they are at the position of the debugger."""
    view, program = debugger.view, debugger.program
    slots = map(int, program.parameter_slots())
    return {program.name(slot): json_number(view.value(slot)) for slot in slots}
