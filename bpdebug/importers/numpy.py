"""From a program in NumPy to a session with the same numbers.

**This runs the program, with all its effects**, in a process of its own with limits of time and
memory. What its loss is computed from is traced (`bpdebug.code.tracing`) and comes back as
equations; `same_as_numpy` compares the session with the program before it is given out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from bpdebug.code.asking import asking
from bpdebug.code.options import Options
from bpdebug.importers.by_hand import by_hand, that_make_sense
from bpdebug.importers.same_as_numpy import Agreement, compared, unpacked
from bpdebug.importers.updates_of_numpy import updates_of
from bpdebug.notation.errors import NotationError
from bpdebug.notation.parser import parse_equation
from bpdebug.notation.printing import to_text
from bpdebug.program.program import Program
from bpdebug.program.run import iteration
from bpdebug.session.file.arrays import compact
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.format import FORMAT, VERSION
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger

_DATA = frozenset(["x", "inputs", "input", "data", "images", "features", "batch"])
_TARGETS = frozenset(
    ["y", "t", "target", "targets", "label", "labels", "ys", "ts", "y_true", "onehot", "one_hot"]
)
_RATES = ("alpha", "eta", "rate", "learning_rate", "step_size")
_MOST_CHOICES = 20

MOST_FIGURES = 1_000
"""Elements of the gradients of a program that are kept to be checked."""

SECONDS = 5.0
"""As for the search of a line: the program may take 20 seconds of processor time."""

Record = Mapping[str, Any]


def session_from(path: str | Path, options: Options | None = None) -> dict[str, Any]:
    """A session of the program in a file; its arrays, and what it computes, by its own names.

    The parameters start from the program's own, and are updated as it does that in its first
    iterations, if an optimizer does; else by gradient descent, with what it calls its learning
    rate, or 0.01. Values, loss and gradients are the program's, except for
    rounding, at its start and nearby. Raises SessionError if the program cannot be carried out,
    with what cannot be traced, or with the first number that differs.
    """
    return session_and_agreement(path, options)[0]


def session_and_agreement(
    path: str | Path, options: Options | None = None
) -> tuple[dict[str, Any], Agreement]:
    """The same, and what was compared."""
    source = str(path)
    told = _told(source, options or Options(seconds=SECONDS))
    try:
        return _made(Path(path), source, told)
    except (KeyError, TypeError) as error:
        # What the process tells is data like any other: the program may have written it.
        message = f"the program interferes with its own tracing: {type(error).__name__}"
        raise SessionError(source, [Problem("", message)]) from error


def _made(path: Path, source: str, told: Record) -> tuple[dict[str, Any], Agreement]:
    fields = _fields(path, told)
    debugger = make_debugger(parse_session(json.dumps(fields), source), source)
    program = debugger.program
    agreement = compared(program, told)
    if agreement.difference:
        raise SessionError(source, [Problem("", f"cannot be opened: {agreement.difference}")])
    loss = told["loss"]
    updates = updates_of(fields, program, loss, told)
    fields["optimizer"] |= {"method": updates.method, "settings": updates.settings}
    fields["notes"] = f"{updates.sentence[0].upper()}{updates.sentence[1:]}.\n{fields['notes']}"
    fields["notes"] = fields["notes"][:10_000]
    agreement = replace(agreement, updates=updates.sentence)
    memory = program.start.copy()
    iteration(program)(memory)
    hand = by_hand(program, memory, loss, told["by_hand"])
    if hand.constants:
        fields["constants"] |= {name: compact(a.tolist()) for name, a in hand.constants.items()}
        program = make_debugger(parse_session(json.dumps(fields), source), source).program
    fields["hand_derivations"] = that_make_sense(program, hand.derivations)
    lines = {f"d{loss}/d{name}": (line, text) for name, line, text in told["backward"]}
    for gradient, (line, text) in (lines | hand.lines).items():
        if gradient in program.quantities:
            fields["model"]["origins"][gradient] = _origin(path, line, text)
    fields["printed"] = list(islice(_figures(program, told), MOST_FIGURES))
    return fields, agreement


def _told(path: str, options: Options) -> Record:
    """What the process in which the program runs tells. Raises SessionError."""
    told: Record = {}
    with closing(asking(path, Options(**(vars(options) | {"opens": True})))) as stages:
        for stage in stages:
            if "refused" in stage and told:
                break
            if "refused" in stage:
                raise SessionError(path, [Problem("", str(stage["refused"]))])
            told = stage
    return told


def _fields(path: Path, told: Record) -> dict[str, Any]:
    equations = [_equation(str(path), each) for each in told["equations"]]
    parts: dict[str, dict[str, Any]] = {
        "inputs": {},
        "targets": {},
        "constants": {},
        "parameters": {},
    }
    for each in told["given"]:
        parts[_part(each)][each["name"]] = _values(each["values"])
    names = {each["name"] for each in (*told["given"], *told["equations"])}
    rate = next(
        name for name in chain(_RATES, (f"rate_{n}" for n in count(1))) if name not in names
    )
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": path.name[:200],
        "notes": "\n".join(_notes(path, told))[:10_000],
        "model": {
            "equations": equations,
            "loss": told["loss"],
            "origins": {
                each["name"]: _origin(path, each["line"], each["source"])
                for each in told["equations"]
                if each["line"]
            },
        },
        **parts,
        "optimizer": {
            "settings": {"learning_rate": 0.01},
            "symbols": {"learning_rate": rate},
        },
        "style": "delta",
    }


def _equation(path: str, told: Record) -> str:
    """An equation as it is usually written. Raises SessionError if it is none."""
    try:
        return to_text(parse_equation(told["text"]))
    except NotationError as error:
        message = f"line {told['line']}: cannot be written as an equation: {error}"
        raise SessionError(path, [Problem("", message)]) from error


def _part(given: Record) -> str:
    """Which field of a session a quantity stands in."""
    name = given["name"].rstrip("0123456789_").lower()
    if given["role"] == "parameter" and name not in _DATA:
        return "parameters"
    if name in _TARGETS or name.endswith("one_hot"):
        return "targets"
    return "constants" if given["role"] == "selection" else "inputs"


def _values(packed: Record) -> Any:
    values = unpacked(packed).tolist()
    return compact(values)


def _figures(program: Program, told: Record) -> Iterator[dict[str, str]]:
    """The gradients that the program computes by hand, as figures that are checked."""
    for each in told["gradients"]:
        quantity = program.quantities.get(f"d{told['loss']}/d{each['parameter']}")
        if each["values"] is None or quantity is None:
            continue
        for place, value in enumerate(unpacked(each["values"]).ravel().tolist()):
            if math.isfinite(value):
                yield {"of": quantity.labels(place), "figure": f"{value:.14e}"}


def _origin(path: Path, line: int, text: str) -> str:
    """Where something is computed, in a line."""
    shown = "".join(sign if sign.isprintable() else " " for sign in f"{path.name}:{line}  {text}")
    return shown[:200]


def _notes(path: Path, told: Record) -> Iterator[str]:
    yield f"From the program {path.name}."
    choices = told["choices"][:_MOST_CHOICES]
    if choices:
        yield "What the program decides by values stays as it is at the start:"
    for line, what, text in choices:
        yield f"  {what} in line {line}, {text[:120]}"
