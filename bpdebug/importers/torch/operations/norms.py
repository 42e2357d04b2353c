"""Normalization: of layers, batches and groups.

y = weight*(x - mean)/sqrt(variance + eps) + bias, with the variance over n elements, not n - 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bpdebug.code.tracing.recorder import Recorder
from bpdebug.importers.torch.operations.pointwise import Operation, called


def _normalized(
    recorder: Recorder, x: Any, along: tuple[int, ...], weight: Any, bias: Any, eps: float
) -> Any:
    center = called(recorder, np.mean(x, axis=along, keepdims=True), "mean")
    centered = called(recorder, x - center, "centered")
    spread = called(recorder, np.mean(centered**2, axis=along, keepdims=True), "var")
    return _scaled(recorder, centered, spread, weight, bias, eps)


def _scaled(
    recorder: Recorder, centered: Any, spread: Any, weight: Any, bias: Any, eps: float
) -> Any:
    found = centered / np.sqrt(spread + eps)
    if weight is not None:
        found = weight * called(recorder, found, "normalized")
    return found if bias is None else found + bias


def _layer(
    recorder: Recorder, x: Any, normalized_shape: Any, weight: Any, bias: Any, eps: float
) -> Any:
    along = tuple(range(np.ndim(x) - len(normalized_shape), np.ndim(x)))
    return _normalized(recorder, x, along, weight, bias, eps), None, None


def _channels(value: Any, count: int) -> Any:
    """A number for each channel, beside elements (n, channel, …) with this many axes."""
    return None if value is None else value.reshape((-1,) + (1,) * (count - 2))


def _batch(
    recorder: Recorder,
    x: Any,
    weight: Any = None,
    bias: Any = None,
    running_mean: Any = None,
    running_var: Any = None,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    count = np.ndim(x)
    weight, bias = _channels(weight, count), _channels(bias, count)
    if training:
        along = (0, *range(2, count))
        return _normalized(recorder, x, along, weight, bias, eps), None, None
    center, spread = _channels(running_mean, count), _channels(running_var, count)
    return _scaled(recorder, x - center, spread, weight, bias, eps), None, None


def _group(
    recorder: Recorder,
    x: Any,
    weight: Any,
    bias: Any,
    N: int,  # noqa: N803
    C: int,  # noqa: N803
    HxW: int,  # noqa: N803
    group: int,
    eps: float,
) -> Any:
    count, shape = np.ndim(x), np.shape(x)
    inside = x.reshape((N, group, -1))
    found = _normalized(recorder, inside, (2,), None, None, eps).reshape(shape)
    if weight is not None:
        found = found * _channels(weight, count)
    return (found if bias is None else found + _channels(bias, count)), None, None


def _root_mean_square(
    recorder: Recorder, x: Any, normalized_shape: Any, weight: Any = None, eps: Any = None
) -> Any:
    along = tuple(range(np.ndim(x) - len(normalized_shape), np.ndim(x)))
    eps = float(np.finfo(float).eps) if eps is None else eps
    spread = called(recorder, np.mean(x**2, axis=along, keepdims=True), "mean_square")
    found = x / np.sqrt(spread + eps)
    return (found if weight is None else weight * found), None


NORMS: Mapping[str, Operation] = {
    "native_layer_norm": _layer,
    "native_batch_norm": _batch,
    "_native_batch_norm_legit": _batch,
    "native_group_norm": _group,
    "_fused_rms_norm": _root_mean_square,
}
"""What brings elements to mean 0 and variance 1."""
