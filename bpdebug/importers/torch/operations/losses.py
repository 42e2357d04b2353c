"""Losses, reduced as torch does it: 0 not at all, 1 to the mean, 2 to the sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bpdebug.code.tracing.array import Traced, ids_of, plain, with_ids
from bpdebug.code.tracing.recorder import Recorder, UntraceableError
from bpdebug.importers.torch.operations.pointwise import Operation, applied


def _reduced(x: Any, reduction: int) -> Any:
    return (lambda each: each, np.mean, np.sum)[reduction](x)


def _squared(recorder: Recorder, x: Any, target: Any, reduction: int = 1) -> Any:
    return _reduced((x - target) ** 2, reduction)


def _binary(recorder: Recorder, x: Any, target: Any, weight: Any = None, reduction: int = 1) -> Any:
    found = -(target * np.log(x) + (1 - target) * np.log(1 - x))
    return _reduced(found if weight is None else weight * found, reduction)


def _binary_of_logits(
    recorder: Recorder,
    x: Any,
    target: Any,
    weight: Any = None,
    pos_weight: Any = None,
    reduction: int = 1,
) -> Any:
    below = applied(recorder, "softplus", -x)
    if pos_weight is not None:
        below = (1 + (pos_weight - 1) * target) * below
    found = (1 - target) * x + below
    return _reduced(found if weight is None else weight * found, reduction)


def _huber(recorder: Recorder, x: Any, target: Any, reduction: int = 1, delta: float = 1.0) -> Any:
    away = x - target
    scaled = away if delta == 1 else away / delta
    found = applied(recorder, "huber", scaled)
    return _reduced(found if delta == 1 else delta**2 * found, reduction)


def _smooth(recorder: Recorder, x: Any, target: Any, reduction: int = 1, beta: float = 1.0) -> Any:
    if beta == 0:
        return _reduced(np.abs(x - target), reduction)
    away = x - target
    found = applied(recorder, "huber", away if beta == 1 else away / beta)
    return _reduced(found if beta == 1 else beta * found, reduction)


def _likelihood(
    recorder: Recorder,
    x: Any,
    target: Any,
    weight: Any = None,
    reduction: int = 1,
    ignore_index: int = -100,
    pick: str = "",
) -> Any:
    """Minus the x of the class of each observation; x is (n, class, …) or (class,)."""
    if isinstance(target, Traced) or not isinstance(target, np.ndarray):
        raise UntraceableError("classes are whole numbers that are given")
    classes = np.moveaxis(np.atleast_1d(target), 0, 0)
    inside = x if np.ndim(x) > 1 else x.reshape((1, -1))
    inside = np.moveaxis(inside, 1, -1)
    counted = classes != ignore_index
    if weight is None:
        weights = np.array(counted, dtype=float)
    else:
        weights = np.asarray(plain(weight))[np.where(counted, classes, 0)] * counted
    chosen = np.where(counted, classes, 0)
    places = (*np.indices(chosen.shape), chosen)
    picked = with_ids(recorder, plain(inside)[places], ids_of(recorder, inside)[places], pick=pick)
    found = -picked if (weights == 1).all() else -(weights * picked)
    if reduction == 0:
        return found.reshape(np.shape(target)), None
    found = np.sum(found)
    return (found / float(weights.sum()) if reduction == 1 else found), None


LOSSES: Mapping[str, Operation] = {
    "mse_loss": _squared,
    "binary_cross_entropy": _binary,
    "binary_cross_entropy_with_logits": _binary_of_logits,
    "huber_loss": _huber,
    "smooth_l1_loss": _smooth,
    "nll_loss_forward": _likelihood,
    "nll_loss2d_forward": _likelihood,
}
"""What a network is trained by."""
