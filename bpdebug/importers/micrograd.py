"""From a graph of micrograd's `Value` to a session with the same numbers.

Nothing of micrograd is imported: a value has `data`, `grad`, `_prev` and `_op`, and perhaps a
`label`, as in github.com/karpathy/micrograd and in what follows it.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from bpdebug.notation.equation import Equation
from bpdebug.notation.names import is_reserved
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Reference
from bpdebug.notation.tree import Binary, Call, Expression, Negation, Number, Power, extent
from bpdebug.program.program import Program
from bpdebug.program.run import iteration
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.format import FORMAT, VERSION
from bpdebug.session.file.read import parse_session
from bpdebug.session.model.assemble import make_debugger

_SOURCE = "micrograd.Value"
_FUNCTIONS = {"ReLU": "relu", "relu": "relu", "tanh": "tanh", "exp": "exp", "log": "log"}
_DEEPEST = 40
_MOST_VALUES = 20_000
_ROUNDING = 1e-9

MOST_POWER = 16
"""The greatest exponent of the notation."""


def session_from(
    loss: Any, parameters: Mapping[str, Any], learning_rate: float = 0.01, iterations: int = 1000
) -> dict[str, Any]:
    """A session of the graph behind `loss`; `parameters` are the values to be trained, by name.

    What else the graph begins with is an input if it has a label, and a number if it has none.
    The data of each value and the gradients that `loss.backward()` computes are those of the
    session, except for rounding; the graph's own gradients are left as they were. Raises
    SessionError with an operation that the notation lacks, or the first number that differs.
    """
    order = _ordered(loss)
    writer = _Writer(order, parameters)
    fields: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "title": "from micrograd",
        "model": {"equations": writer.equations, "loss": writer.names[id(loss)]},
        "inputs": writer.inputs,
        "parameters": {name: float(value.data) for name, value in writer.parameters.items()},
        "optimizer": {
            "settings": {"learning_rate": learning_rate},
            "symbols": {"learning_rate": writer.free("alpha")},
        },
        "iterations": iterations,
    }
    debugger = make_debugger(parse_session(json.dumps(fields), _SOURCE), _SOURCE)
    _compare(debugger.program, order, writer)
    return fields


def _ordered(loss: Any) -> list[Any]:
    """All values of a graph, each after what it is computed from."""
    found: list[Any] = []
    opened: set[int] = set()
    waiting = [(loss, False)]
    while waiting:
        value, done = waiting.pop()
        if done:
            found.append(value)
        elif id(value) not in opened:
            opened.add(id(value))
            if len(opened) > _MOST_VALUES:
                raise _refused(f"the graph has more than {_MOST_VALUES:,} values")
            waiting.append((value, True))
            waiting.extend((each, False) for each in value._prev)
    return found


class _Writer:
    """Writes a graph as equations: each value that has a label, is used twice or is that of a
    function has one of its own.
    """

    def __init__(self, order: list[Any], parameters: Mapping[str, Any]) -> None:
        self.names: dict[int, str] = {}
        self.inputs: dict[str, float] = {}
        self.parameters: dict[str, Any] = {}
        self.equations: list[str] = []
        self._taken: set[str] = set()
        self._trees: dict[int, Expression] = {}
        self._uses = Counter(id(each) for value in order for each in value._prev)
        own = {id(value): name for name, value in parameters.items()}
        for value in order:
            if id(value) in own and not value._prev:
                self.parameters[self._name(value, own[id(value)])] = value
        for value in order:
            if not value._prev and id(value) not in self.names:
                self._leaf(value)
        for value in order:
            if value._prev:
                self._computed(value, value is order[-1])

    def free(self, wanted: str) -> str:
        """A name that nothing has yet."""
        name = re.sub(r"\W", "_", wanted, flags=re.ASCII) or "v"
        name = name if re.match(r"[^\W\d]", name) else f"v{name}"
        while name in self._taken or is_reserved(name):
            name += "_"
        self._taken.add(name)
        return name

    def _name(self, value: Any, wanted: str) -> str:
        name = self.free(wanted)
        self.names[id(value)] = name
        self._trees[id(value)] = Reference(name)
        return name

    def _leaf(self, value: Any) -> None:
        label = str(getattr(value, "label", "") or "")
        number = float(value.data)
        if label:
            self.inputs[self._name(value, label)] = number
        elif not math.isfinite(number):
            raise _refused(f"a value without a label is {number}")
        else:
            tree = Number(abs(number))
            self._trees[id(value)] = Negation(tree) if number < 0 else tree

    def _computed(self, value: Any, last: bool) -> None:
        operands = list(value._prev)
        label = str(getattr(value, "label", "") or "")
        if value._op in _FUNCTIONS:
            self._own(operands[0], "z")
        tree = self._tree(value._op, [self._trees[id(each)] for each in operands])
        self._trees[id(value)] = tree
        used = self._uses[id(value)]
        deep = extent(tree)[0] > _DEEPEST
        if label or last or used > 1 or deep or value._op in _FUNCTIONS:
            self._own(value, label or ("loss" if last else "v"))

    def _own(self, value: Any, wanted: str) -> None:
        """Give a value an equation, unless it has one."""
        tree = self._trees[id(value)]
        if isinstance(tree, Reference):
            return
        if wanted in ("z", "v"):
            wanted += str(len(self.equations) + 1)
        name = self._name(value, wanted)
        self.equations.append(to_text(Equation(Reference(name), tree)))

    def _tree(self, operation: str, operands: list[Expression]) -> Expression:
        first, last = operands[0], operands[-1]
        match operation:
            case "+":
                # A set has one element where a value is added to itself.
                if isinstance(first, Negation) and not isinstance(last, Negation):
                    first, last = last, first
                if isinstance(last, Negation):
                    return Binary("-", first, last.operand)
                return Binary("+", first, last)
            case "*":
                for one, other in ((first, last), (last, first)):
                    if one == Negation(Number(1.0)):
                        return Negation(other)
                return Binary("*", first, last)
            case _ if operation in _FUNCTIONS:
                return Call(_FUNCTIONS[operation], (first,))
        power = re.fullmatch(r"\*\*\s*\(?(-?[\d.]+(?:e-?\d+)?)\)?", operation)
        if power is not None:
            return _power(first, float(power[1]), operation)
        raise _refused(f"the operation {operation!r} has no counterpart; write it with + * ** tanh")


def _power(base: Expression, exponent: float, operation: str) -> Expression:
    if exponent < 0:
        return Binary("/", Number(1.0), _power(base, -exponent, operation))
    if exponent == 0.5:
        return Call("sqrt", (base,))
    if exponent == 1:
        return base
    if exponent != int(exponent) or not 2 <= exponent <= MOST_POWER:
        raise _refused(f"the operation {operation!r}: exponents are whole numbers to {MOST_POWER}")
    return Power(base, int(exponent))


def _compare(program: Program, order: list[Any], writer: _Writer) -> None:
    """Raises SessionError with the first number that is another."""
    memory = program.start.copy()
    iteration(program)(memory)
    before = [value.grad for value in order]
    try:
        for value in order:
            value.grad = 0.0
        order[-1].backward()
        gradients = [float(value.grad) for value in order]
    finally:
        for value, grad in zip(order, before, strict=True):
            value.grad = grad
    loss = writer.names[id(order[-1])]
    for value, gradient in zip(order, gradients, strict=True):
        name = writer.names.get(id(value), "")
        wanted = float(value.data)
        if name in writer.parameters:
            # Its value has been updated by now.
            name, wanted = f"d{loss}/d{name}", gradient
        if name in program.quantities:
            found = float(memory[program.quantities[name].offset])
            if not math.isclose(found, wanted, rel_tol=_ROUNDING, abs_tol=1e-12):
                raise _refused(f"{name} would be {found!r} in the session and is {wanted!r} there")


def _refused(message: str) -> SessionError:
    return SessionError(_SOURCE, [Problem("", message)])
