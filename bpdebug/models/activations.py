"""Activations: each by name, as equations from the pre-activation to the activation.

In the templates `{a}` is the layer's name (`h`; its pre-activation is `zh`), `{k}` the indices
of a unit (`j`, or `n,j` with several observations), `{j}` the unit's own index, and `{n}` the
index of the observation in brackets, if there are several.
"""

from __future__ import annotations

from collections.abc import Mapping

_ELEMENTWISE = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu")

ACTIVATIONS: Mapping[str, tuple[str, ...]] = {
    "identity": (),
    **{name: (f"{{a}}[{{k}}] = {name}(z{{a}}[{{k}}])",) for name in _ELEMENTWISE},
    "softmax": (
        "e{a}[{k}] = exp(z{a}[{k}])",
        "s{a}{n} = sum({j}: e{a}[{k}])",
        "{a}[{k}] = e{a}[{k}]/s{a}{n}",
    ),
}
"""Without an equation the pre-activation is the activation."""
