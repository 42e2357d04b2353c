"""The verdict on somebody's program in words: its gradients, and the line that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

Record = Mapping[str, Any]

_WRONG = ("wrong", "wrong shape", "missing")
_WORDS = {
    "sign": "the sign is wrong",
    "constant": "a number is wrong",
    "switch": "a switch has the wrong value",
    "negation": "a negation should not be there",
    "operator": "the operator is wrong",
    "comparison": "the comparison is wrong",
    "extra term": "a term should not be there",
    "extra factor": "a factor should not be there",
    "extra call": "a call should not be there",
    "extra statement": "the statement should not be there",
    "missing term": "a term is missing",
    "missing factor": "a factor is missing",
    "missing transposed factor": "a factor is missing",
    "missing derivative": "the derivative of an activation is missing",
    "missing division": "a division is missing",
    "missing sum": "a sum is missing",
    "missing reshape": "a reshape is missing",
    "derivative of another function": "this is the derivative of another function",
    "order of operands": "the operands are in the wrong order",
    "order of arguments": "the arguments are in the wrong order",
    "order": "the order is wrong",
    "transposition": "a transpose is missing or should not be there",
    "function": "it should be another function",
    "product": "it should be another product",
    "argument": "an argument should not be there",
    "keepdims": "keepdims is wrong",
    "axis": "the axis is wrong",
    "index": "the index is wrong",
    "another quantity": "it should be another quantity",
    "unlike its siblings": "it differs from the similar statements beside it",
    "first that is not right": "the first wrong value; no small change fixes it",
    "raises": "the backward pass ends here with an error",
}

_ACCUMULATED = {
    "+=": "it should be added to what is there",
    "-=": "it should be subtracted from what is there",
    "*=": "it should be multiplied with what is there",
}
"""What should become of a value, by the sign of the assignment that would be right."""


def gradient_rows(record: Record) -> Iterator[str]:
    """Which gradients are right, and how the others are wrong; what was taken for the loss."""
    rows = record["gradients"]
    width = max(len(row["gradient"]) for row in rows)
    for row in rows:
        yield f"  {row['gradient']:<{width}}  {_verdict(row)}"
        if row["verdict"] == "wrong" and row.get("should_be") is not None:
            for line in _is_and_should_be(row["value"], row):
                yield f"  {'':<{width}}  {line}"
    pairs = ", ".join(map(_pair, rows[:_MOST_PAIRS]))
    more = f" and {len(rows) - _MOST_PAIRS} more" if len(rows) > _MOST_PAIRS else ""
    yield f"Assumed: the loss is {record['loss']} = {record['value']:.6g}; gradients {pairs}{more}."


_MOST_PAIRS = 8


def _pair(row: Record) -> str:
    """A parameter and what is taken for its gradient."""
    parameter, gradient = row["parameter"], row["gradient"]
    return f"{parameter}: {'its updates' if gradient == f'updates of {parameter}' else gradient}"


def finding_rows(record: Record) -> Iterator[str]:
    """The lines that may be wrong, the likeliest first."""
    findings = record["findings"]
    for number, finding in enumerate(findings):
        if number == 1:
            yield "Or, less likely:"
        yield from _finding(finding, short=number > 0)


def summary(record: Record) -> str:
    """One sentence at the end."""
    wrong = [row["gradient"] for row in record["gradients"] if row["verdict"] in _WRONG]
    unsure = [row["gradient"] for row in record["gradients"] if row["verdict"] == "unsure"]
    if wrong and not record["findings"]:
        return "No line was found: no small change of one line makes all gradients right."
    if wrong:
        return f"{_count(len(wrong), 'gradient is', 'gradients are')} wrong: {', '.join(wrong)}."
    if unsure:
        return f"Nothing wrong was found; not judged: {', '.join(unsure)}."
    return "All gradients are right."


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _verdict(row: Record) -> str:
    verdict = str(row["verdict"])
    if verdict == "wrong shape":
        return f"has the shape {_shape(row['found_shape'])}; should be {_shape(row['shape'])}"
    factor = row.get("factor")
    if factor is not None:
        return f"wrong: all of it is {_factor(factor)} what it should be"
    size = prod(row["shape"])
    if 0 < row.get("different", 0) < size:
        return f"wrong in {row['different']:,} of {size:,} elements{_from(row)}"
    return {"missing": "is not computed", "unsure": "not judged"}.get(verdict, verdict)


def _factor(factor: float) -> str:
    """`-1 times`, `a third of`, `4 times`."""
    if abs(factor + 1) < 1e-4:
        return "minus"
    near = Fraction(factor).limit_denominator(5000)
    if abs(float(near) - factor) > 1e-4 * abs(factor):
        return f"{factor:.6g} times"
    if near.numerator == 1:
        names = {2: "half of", 3: "a third of", 4: "a quarter of"}
        return names.get(near.denominator, f"1/{near.denominator} of")
    return f"{near} times"


def _shape(shape: Sequence[int]) -> str:
    return "a number" if not shape else f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"


def _is_and_should_be(numbers: Sequence[float | None], told: Record) -> Iterator[str]:
    """The numbers from the first that differs on, and what they should be."""
    shape = told.get("shape", [])
    before = sum(n * prod(shape[axis + 1 :]) for axis, n in enumerate(told.get("first", ())))
    yield f"is {_numbers(numbers, shape, before)}"
    if told.get("should_be") is not None:
        other = told.get("shape_should_be", shape)
        yield f"should be {_numbers(told['should_be'], other, before)}"


def _from(told: Record) -> str:
    """Where the numbers that are told begin, if that is not the first."""
    first = told.get("first", ())
    return f", from {list(first)} on" if any(first) else ""


def _numbers(numbers: Sequence[float | None], shape: Sequence[int], before: int = 0) -> str:
    text = ", ".join("?" if each is None else f"{each:.4g}" for each in numbers)
    return f"{text}, …" if before + len(numbers) < prod(shape) else text


def _finding(finding: Record, short: bool) -> Iterator[str]:
    words = _WORDS.get(str(finding["kind"]), str(finding["kind"]))
    if words == "accumulation":
        found = (each for sign, each in _ACCUMULATED.items() if sign in finding["should_be"])
        words = next(found, "it should replace what is there, not add to it")
    yield f"line {finding['line']}: {words}"
    yield f"    {finding['text']}"
    if "message" in finding:
        yield f"  {finding['message']}"
    if "should_be" in finding:
        yield "  should be"
        yield f"    {finding['should_be']}"
    elif finding.get("moved"):
        yield f"  {finding['moved']}"
    values = finding.get("values")
    if values and not short:
        yield from _values(values)


def _values(values: Record) -> Iterator[str]:
    shape = values.get("shape", [])
    other = values.get("shape_should_be", shape)
    name = values["name"] or "it"
    if shape != other:
        yield f"  {name} has the shape {_shape(shape)}; should be {_shape(other)}"
    name += f"{where}," if (where := _from(values)) else ""
    for line in _is_and_should_be(values["is"], values):
        yield f"  {name} {line}"
