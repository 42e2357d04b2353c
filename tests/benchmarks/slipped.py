"""Backward passes in plain numpy with one slip each, to see whether a diagnosis finds it.

They were written without a look at what the search tries. Each says which answer is right: a
pattern for the name of a cause with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Slipped:
    """A session, and what somebody has computed for it: arrays by the name of a quantity.

    A name may end in `@ 2`, for the second iteration.
    """

    name: str
    session: Mapping[str, Any]
    figures: Mapping[str, Any]
    right: Mapping[str, Any]
    answer: str


def _session(
    equations: list[str],
    inputs: Mapping[str, Any],
    targets: Mapping[str, Any],
    parameters: Mapping[str, Any],
    constants: Mapping[str, float] | None = None,
    **more: Any,
) -> dict[str, Any]:
    def plain(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: np.asarray(value).tolist() for name, value in values.items()}

    return {
        "format": "bpdebug-session",
        "version": "1.3",
        "model": {"equations": equations} | more.pop("model", {}),
        "inputs": plain(inputs),
        "targets": plain(targets),
        "parameters": plain(parameters),
        "constants": dict(constants or {}),
        "iterations": 3,
        "style": "delta",
    } | more


def _numbers(seed: int, *shape: int, scale: float = 0.8) -> Array:
    return np.random.default_rng(seed).normal(scale=scale, size=shape).round(3)


def _sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


Make = Callable[[], list[Slipped]]


def two_layers() -> list[Slipped]:
    """Regression with a hidden layer of tanh, half the mean squared error."""
    x, y = _numbers(1, 6, 3), _numbers(2, 6, 2)
    w1, b1, w2, b2 = _numbers(3, 3, 4), _numbers(4, 4), _numbers(5, 4, 2), _numbers(6, 2)
    session = _session(
        [
            "U[n,j] = sum(i: x[n,i]*V[i,j]) + c[j]",
            "H[n,j] = tanh(U[n,j])",
            "O[n,k] = sum(j: H[n,j]*W[j,k]) + d[k]",
            "E = 0.5/m*sum(n: sum(k: (O[n,k] - y[n,k])^2))",
        ],
        {"x": x},
        {"y": y},
        {"V": w1, "c": b1, "W": w2, "d": b2},
        {"m": 6.0},
    )

    def backward(slip: str = "") -> dict[str, Array]:
        u = x @ w1 + b1
        h = np.tanh(u)
        o = h @ w2 + b2
        aim = np.roll(y, 1, axis=0) if slip == "targets" else y
        do = (o - aim) / 6
        dw = (u if slip == "u for h" else h).T @ do
        dd = do.sum(axis=0)
        if slip == "last row":
            dw = np.outer(h[-1], do[-1])
        dh = do @ (w2 - dw if slip == "updated" else w2).T
        if slip == "dw for w":
            dh = do @ dw.T
        du = dh * (1 - h) if slip == "no square" else dh * (1 - h * h)
        dv = x.T @ du
        dc = du.mean(axis=0) if slip == "mean" else du.sum(axis=0)
        if slip == "max":
            dc = du.max(axis=0)
        if slip == "penalty":
            dv = dv + 0.01 * w1
        return {"dE/dV": dv, "dE/dc": dc, "dE/dW": dw, "dE/dd": dd}

    answers = {
        "targets": r"order.*y|shift|y\[|roll",
        "u for h": r"U\[n,j\].*(for|in place of).*H",
        "last row": r"observations|last.*n\b",
        "updated": r"updated|in-place|new",
        "dw for w": r"dE/dW.*(for|in place of).*W",
        "no square": r"1 - H(\[n,j\])?( |\)|$)",
        "mean": r"mean|averag",
        "max": r"max",
        "penalty": r"extra term.*V",
    }
    right = backward()
    return [
        Slipped(f"two layers: {slip}", session, backward(slip), right, answer)
        for slip, answer in answers.items()
    ]


def attention() -> list[Slipped]:
    """One query a row, softmax over keys, squared error."""
    q, k, v, y = _numbers(11, 3, 2), _numbers(12, 4, 2), _numbers(13, 4, 2), _numbers(14, 3, 2)
    root = float(np.sqrt(2.0))
    session = _session(
        [
            "S[a,b] = sum(e: Q[a,e]*K[b,e])/root",
            "X[a,b] = exp(S[a,b])",
            "N[a] = sum(b: X[a,b])",
            "P[a,b] = X[a,b]/N[a]",
            "O[a,f] = sum(b: P[a,b]*V[b,f])",
            "E = sum(a: sum(f: (O[a,f] - y[a,f])^2))",
        ],
        {},
        {"y": y},
        {"Q": q, "K": k, "V": v},
        {"root": root},
    )

    def backward(slip: str = "") -> dict[str, Array]:
        s = q @ k.T / root
        p = np.exp(s)
        p /= p.sum(axis=1, keepdims=True)
        o = p @ v
        do = 2 * (o - y)
        dv = p.T @ do
        dp = do @ v.T
        ds = p * (dp - (dp * p).sum(axis=1, keepdims=True))
        if slip == "diagonal":
            ds = dp * p * (1 - p)
        if slip == "no sum":
            ds = dp * p
        if slip == "axis":
            ds = p * (dp - (dp * p).sum(axis=0, keepdims=True))
        scale = 1.0 if slip == "unscaled" else root
        dq = ds @ k / scale
        dk = ds.T @ (k[:3] if slip == "k for q" else q) / scale
        if slip == "unscaled keys":
            dk = dk * root
        return {"dE/dQ": dq, "dE/dK": dk, "dE/dV": dv}

    answers = {
        "diagonal": r"1 - P|q\*\(1|Jacobian|diagonal",
        "no sum": r"missing paths.*(N|dE/dX)|N\[a\].*left out|left out.*N|dE/dP.*P",
        "axis": r"axis|over a",
        "unscaled": r"root",
        "unscaled keys": r"root",
        "k for q": r"K.*(for|in place of).*Q",
    }
    right = backward()
    return [
        Slipped(f"attention: {slip}", session, backward(slip), right, answer)
        for slip, answer in answers.items()
    ]


def recurrent() -> list[Slipped]:
    """A recurrent net over four steps with gates of sigmoid, loss on the last state."""
    x, y = _numbers(21, 4, 2), _numbers(22, 3)
    w, u, b, g, s = (
        _numbers(23, 2, 3),
        _numbers(24, 3, 3),
        _numbers(25, 3),
        _numbers(26, 2, 3),
        np.zeros(3),
    )
    session = _session(
        [
            "a{t}[j] = sum(i: x[{t},i]*W[i,j]) + sum(k: h{t-1}[k]*U[k,j]) + b[j]",
            "c{t}[j] = tanh(a{t}[j])",
            "p{t}[j] = sum(i: x[{t},i]*G[i,j])",
            "r{t}[j] = sigmoid(p{t}[j])",
            "h{t}[j] = r{t}[j]*h{t-1}[j] + (1 - r{t}[j])*c{t}[j]",
            "E = 0.5*sum(j: (h4[j] - y[j])^2)",
        ],
        {"x": x, "h0": s},
        {"y": y},
        {"W": w, "U": u, "b": b, "G": g},
        model={"repeat": {"t": [1, 4]}},
    )

    def backward(slip: str = "") -> dict[str, Array]:
        h, c, r = [s], [s], [s]
        for t in range(4):
            c.append(np.tanh(x[t] @ w + h[-1] @ u + b))
            r.append(_sigmoid(x[t] @ g))
            h.append(r[-1] * h[-1] + (1 - r[-1]) * c[-1])
        dw, du, db, dg = np.zeros_like(w), np.zeros_like(u), np.zeros_like(b), np.zeros_like(g)
        dh = h[4] - y
        for t in range(4, 0, -1):
            gate = 1 - r[t]
            if slip == "gates swapped":
                gate = r[t]
            dc = dh * gate
            dr = dh * (h[t - 1] - c[t])
            if slip == "gate sign":
                dr = dh * (h[t - 1] + c[t])
            da = dc * (1 - (h[t] if slip == "state for candidate" else c[t]) ** 2)
            dp = dr * r[t] * (1 - r[t])
            back = dh * r[t] + da @ (u if slip == "not transposed" else u.T)
            if slip == "gate path":
                back = da @ u.T
            if slip == "truncated":
                back = np.zeros(3) if t == 3 else back
            dw += np.outer(x[t - 1], da)
            du += np.outer(h[t] if slip == "same step" else h[t - 1], da)
            db += da
            if slip == "overwritten":
                dg = np.outer(x[t - 1], dp)
            else:
                dg += np.outer(x[t - 1], dp)
            dh = back
        return {"dE/dW": dw, "dE/dU": du, "dE/db": db, "dE/dG": dg}

    answers = {
        "gates swapped": r"r\d.*(for|instead|left out|place)|1 left out|1 - r",
        "gate sign": r"sign|\+ c|c\d",
        "state for candidate": r"h\d.*(for|in place of).*c\d|wrong argument",
        "not transposed": r"transpos|U\[j,k\]|U\[",
        "gate path": r"missing paths.*r\d|r\d.*left out",
        "truncated": r"(dE/dh2).*(zero|left out|0)|zero|time|dE/da3.*left out",
        "same step": r"h\d.*(for|in place of).*h\d|time",
        "overwritten": r"overwritten|assigned",
    }
    right = backward()
    return [
        Slipped(f"recurrent: {slip}", session, backward(slip), right, answer)
        for slip, answer in answers.items()
    ]


def optimizers() -> list[Slipped]:
    """A linear model trained by Adam or with momentum; the parameters after three iterations."""
    x, y = _numbers(31, 5, 2), _numbers(32, 5)
    w0, b0 = _numbers(33, 2), 0.2
    equations = [
        "z[n] = sum(i: x[n,i]*w[i]) + b",
        "E = 0.5*sum(n: (z[n] - y[n])^2)",
    ]

    def session(optimizer: Mapping[str, Any]) -> dict[str, Any]:
        given = {"x": x}, {"y": y}, {"w": w0, "b": b0}
        return _session(equations, *given, optimizer=optimizer)

    def train(step: Callable[..., Any]) -> dict[str, Any]:
        w, b = w0.copy(), np.array(b0)
        state: dict[str, Any] = {}
        found: dict[str, Any] = {}
        for t in (1, 2, 3):
            e = x @ w + b - y
            grads = {"w": x.T @ e, "b": e.sum()}
            new = {}
            for name, p in (("w", w), ("b", b)):
                new[name] = step(p, grads[name], state, name, t)
            w, b = new["w"], new["b"]
            found |= {f"w @ {t}": w.copy(), f"b @ {t}": np.array(b)}
        return found

    def adam(slip: str = "") -> Callable[..., Any]:
        def step(p: Array, g: Array, state: dict[str, Any], name: str, t: int) -> Array:
            one, two, eps, rate = 0.9, 0.999, 1e-8, 0.05
            if slip == "betas swapped":
                one, two = two, one
            if slip == "epsilon":
                eps = 1e-3
            m, v = state.get(f"m{name}", 0.0), state.get(f"v{name}", 0.0)
            m = one * m + (1 - one) * g
            v = two * v + (1 - two) * (g if slip == "no square" else g * g)
            if slip == "square of the moment":
                v = two * state.get(f"v{name}", 0.0) + (1 - two) * m * m
            if slip != "not kept":
                state[f"m{name}"] = m
            state[f"v{name}"] = v
            n = t + 1 if slip == "step from 2" else t
            mh, vh = m / (1 - one**n), v / (1 - two**n)
            if slip == "multiplied":
                mh = m * (1 - one**n)
            if slip == "m uncorrected":
                mh = m
            return np.asarray(p - rate * mh / (np.sqrt(np.abs(vh)) + eps))

        return step

    def momentum(slip: str = "") -> Callable[..., Any]:
        def step(p: Array, g: Array, state: dict[str, Any], name: str, t: int) -> Array:
            key = "v" if slip == "shared" else f"v{name}"
            old = state.get(key, 0.0)
            v = 0.9 * old + g
            if slip == "damped":
                v = 0.9 * old + 0.1 * g
            state[key] = g if slip == "gradient kept" else v
            if slip == "added":
                return np.asarray(p + 0.05 * v)
            if slip == "old velocity":
                return np.asarray(p - 0.05 * old)
            return np.asarray(p - 0.05 * v)

        return step

    settings = {"learning_rate": 0.05, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    of_adam = session({"method": "adam", "settings": settings})
    of_momentum = session(
        {"method": "momentum", "settings": {"learning_rate": 0.05, "momentum": 0.9}}
    )
    answers = {
        "betas swapped": r"swapped.*beta|beta.*(for|place)",
        "epsilon": r"epsilon",
        "square of the moment": r"m_.*(for|in place of).*dE",
        "step from 2": r"step counted",
        "not kept": r"m_.*left out|left out.*m_|beta1 = 0|0 in place of beta1",
        "multiplied": r"multipli|division",
        "m uncorrected": r"bias correction|1 - beta1_power.*left out|left out",
    }
    found = [
        Slipped(f"adam: {slip}", of_adam, train(adam(slip)), train(adam()), answer)
        for slip, answer in answers.items()
    ]
    answers = {
        "damped": r"weight of the new|0\.1|1 - momentum|1 − momentum|10",
        "gradient kept": r"momentum|v_",
        "added": r"ascent|sign",
        "old velocity": r"v_|stale|old",
    }
    found += [
        Slipped(f"momentum: {slip}", of_momentum, train(momentum(slip)), train(momentum()), answer)
        for slip, answer in answers.items()
    ]
    return found


def others() -> list[Slipped]:
    """Small models of other kinds, one slip each."""
    found = []
    # A residual layer.
    x, y, w, v = _numbers(41, 5, 3), _numbers(42, 5, 3), _numbers(43, 3, 3), _numbers(44, 3, 3)
    session = _session(
        [
            "A[n,j] = sum(i: x[n,i]*W[i,j])",
            "R[n,j] = relu(A[n,j])",
            "B[n,k] = sum(j: R[n,j]*V[j,k]) + A[n,k]",
            "E = sum(n: sum(k: (B[n,k] - y[n,k])^2))/m",
        ],
        {"x": x},
        {"y": y},
        {"W": w, "V": v},
        {"m": 5.0},
    )

    def residual(skip: bool = True, slope: bool = True) -> dict[str, Array]:
        a = x @ w
        db = 2 * (np.maximum(a, 0) @ v + a - y) / 5
        da = (db @ v.T) * ((a > 0) if slope else 1.0) + (db if skip else 0.0)
        return {"dE/dW": x.T @ da, "dE/dV": np.maximum(a, 0).T @ db}

    for name, wrong, answer in (
        ("skip lost", residual(skip=False), r"missing paths|left out"),
        ("slope lost", residual(slope=False), r"step\(A|slope|derivative"),
    ):
        found.append(Slipped(f"residual: {name}", session, wrong, residual(), answer))

    # A convolution in one dimension, with the gradient of its input.
    s, kernel, aim = _numbers(45, 6), _numbers(46, 3), _numbers(47, 4)
    session = _session(
        [f"z{n} = " + " + ".join(f"k[{i}]*s[{n + i - 1}]" for i in (1, 2, 3)) for n in range(1, 5)]
        + ["E = 0.5*(" + " + ".join(f"(z{n} - y[{n}])^2" for n in range(1, 5)) + ")"],
        {},
        {"y": aim},
        {"s": s, "k": kernel},
    )
    dz = np.array([kernel @ s[n : n + 3] for n in range(4)]) - aim
    right = {"dE/ds": np.convolve(dz, kernel), "dE/dk": np.correlate(s, dz, "valid")}
    flipped = right | {"dE/ds": np.convolve(dz, kernel[::-1])}
    found.append(Slipped("convolution: kernel flipped", session, flipped, right, r"order|index|k"))
    shifted = right | {"dE/dk": np.correlate(np.roll(s, -1), dz, "valid")}
    found.append(Slipped("convolution: shifted", session, shifted, right, r"further|index|shift"))

    # Poisson regression with an L1 penalty.
    x, w, n = _numbers(48, 7, 3), _numbers(49, 3, scale=0.4), np.array([1.0, 0, 2, 1, 3, 0, 1])
    session = _session(
        [
            "r[n] = exp(sum(i: x[n,i]*w[i]))",
            "E = sum(n: r[n] - t[n]*log(r[n]))/m + lam*sum(i: abs(w[i]))",
        ],
        {"x": x},
        {"t": n},
        {"w": w},
        {"m": 7.0, "lam": 0.3},
    )
    rate = np.exp(x @ w)
    plain = x.T @ (rate - n) / 7
    right = {"dE/dw": plain + 0.3 * np.sign(w)}
    for name, values, answer in (
        ("w for its sign", plain + 0.3 * w, r"w\[i\].*(for|in place of|instead)|sign|function"),
        ("log of the rate", x.T @ (np.log(rate) - n) / 7 + 0.3 * np.sign(w), r"log"),
        ("penalty lost", plain, r"left out|missing"),
    ):
        found.append(Slipped(f"poisson: {name}", session, {"dE/dw": values}, right, answer))

    # A learned temperature, and a scale given as the logarithm of a variance.
    z, mean, logvar = _numbers(50, 6), _numbers(51, 6), _numbers(52, 6, scale=0.5)
    session = _session(
        [
            "q[n] = (z[n] - mu[n])^2/exp(s[n])",
            "E = 0.5*sum(n: q[n] + s[n])",
        ],
        {"z": z},
        {},
        {"mu": mean, "s": logvar},
    )
    q = (z - mean) ** 2 / np.exp(logvar)
    right = {"dE/dmu": -(z - mean) / np.exp(logvar), "dE/ds": 0.5 * (1 - q)}
    for name, wrong, answer in (
        ("2 lost", right | {"dE/ds": 1 - q}, r"½|half|2|0\.5"),
        ("root", right | {"dE/dmu": -(z - mean) / np.exp(logvar / 2)}, r"exp|sqrt|root|function"),
        ("sign", right | {"dE/dmu": (z - mean) / np.exp(logvar)}, r"sign"),
    ):
        found.append(Slipped(f"gaussian: {name}", session, wrong, right, answer))

    # A bilinear form.
    left, rights, form, aims = (
        _numbers(53, 4, 3),
        _numbers(54, 4, 3),
        _numbers(55, 3, 3),
        _numbers(56, 4),
    )
    session = _session(
        [
            "f[n] = sum(i: sum(j: a[n,i]*M[i,j]*b[n,j]))",
            "E = 0.5*sum(n: (f[n] - y[n])^2)",
        ],
        {"a": left, "b": rights},
        {"y": aims},
        {"M": form},
    )
    df = np.einsum("ni,ij,nj->n", left, form, rights) - aims
    right = {"dE/dM": np.einsum("n,ni,nj->ij", df, left, rights)}
    turned = {"dE/dM": right["dE/dM"].T}
    found.append(
        Slipped("bilinear: transposed", session, turned, right, r"transpos|order|a\[n,j\]")
    )
    twice = {"dE/dM": np.einsum("n,ni,nj->ij", df, left, left)}
    found.append(Slipped("bilinear: a twice", session, twice, right, r"a\[n,j\].*(for|in place)"))
    return found


def cases() -> list[Slipped]:
    """All of them."""
    return [
        each for make in (two_layers, attention, recurrent, optimizers, others) for each in make()
    ]
