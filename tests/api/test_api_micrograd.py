"""Graphs of micrograd as sessions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from bpdebug import api
from bpdebug.importers.micrograd import session_from
from bpdebug.session.file.errors import SessionError


class Value:
    """micrograd's, as it is published, with a label and tanh."""

    def __init__(self, data: float, children: tuple[Value, ...] = (), op: str = "") -> None:
        self.data, self.grad, self.label = data, 0.0, ""
        self._prev, self._op = set(children), op
        self._backward: Callable[[], None] = lambda: None

    def _with(self, slopes: list[tuple[Value, float]]) -> Value:
        def backward() -> None:
            for each, slope in slopes:
                each.grad += slope * self.grad

        self._backward = backward
        return self

    def __add__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), "+")._with([(self, 1.0), (other, 1.0)])

    def __mul__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        found = Value(self.data * other.data, (self, other), "*")
        return found._with([(self, other.data), (other, self.data)])

    def __pow__(self, k: float) -> Value:
        found = Value(self.data**k, (self,), f"**{k}")
        return found._with([(self, k * self.data ** (k - 1))])

    def relu(self) -> Value:
        found = Value(max(self.data, 0.0), (self,), "ReLU")
        return found._with([(self, float(self.data > 0))])

    def tanh(self) -> Value:
        found = Value(math.tanh(self.data), (self,), "tanh")
        return found._with([(self, 1 - found.data**2)])

    def sin(self) -> Value:
        return Value(math.sin(self.data), (self,), "sin")

    def backward(self) -> None:
        order: list[Value] = []

        def visit(value: Value) -> None:
            if value not in order:
                for each in value._prev:
                    visit(each)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            value._backward()

    def __rmul__(self, other: Any) -> Value:
        return self.__mul__(other)

    def __neg__(self) -> Value:
        return self * -1.0

    def __sub__(self, other: Any) -> Value:
        return self.__add__(-other)

    def __truediv__(self, other: Value) -> Value:
        inverse: Value = other**-1
        return self * inverse


def test_a_graph_becomes_a_session_with_its_gradients() -> None:
    w, b, v = Value(0.5), Value(-0.25), Value(1.5)
    x = Value(2.0)
    x.label = "x"
    hidden = (w * x + b).tanh()
    loss = (hidden * v + hidden + w + w - Value(3.0)) ** 2 / (x + 1.0) + (v * b).relu() + 0.1 * v**2
    run = api.build(session_from(loss, {"w": w, "b": b, "v": v}))
    run.step("iteration")
    assert (w.grad, b.grad, v.grad) == (0, 0, 0)
    loss.backward()
    for name, value in (("w", w), ("b", b), ("v", v)):
        assert run.gradient(name) == pytest.approx(value.grad, rel=1e-12)
    assert run.value("loss") == pytest.approx(loss.data)
    assert run.value("x") == 2


def test_an_operation_without_counterpart_is_named() -> None:
    w = Value(0.5)
    with pytest.raises(SessionError, match="the operation 'sin' has no counterpart"):
        session_from(w.sin(), {"w": w})


def test_a_backward_pass_that_is_wrong_is_refused() -> None:
    w = Value(0.5)
    wrong = (w * 3.0)._with([(w, 2.0)])
    with pytest.raises(SessionError, match=r"dloss/dw would be 3\.0 in the session and is 2\.0"):
        session_from(wrong, {"w": w})
