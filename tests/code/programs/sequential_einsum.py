"""Layers in a list, einsum, gradients kept in each layer; checked without any update."""

import numpy as np


class Dense:
    def __init__(self, rng, n_in, n_out):
        self.params = {"w": rng.standard_normal((n_in, n_out)) * 0.5, "b": np.zeros(n_out)}
        self.grads = {}

    def __call__(self, x):
        self.x = x
        return np.einsum("ni,io->no", x, self.params["w"]) + self.params["b"]

    def backward(self, grad):
        # --- backward
        self.grads["w"] = np.einsum("ni,no->io", self.x, grad)
        self.grads["b"] = np.einsum("no->o", grad)
        return np.einsum("no,io->ni", grad, self.params["w"])
        # --- end


class Swish:
    def __call__(self, x):
        self.x = x
        self.s = 1 / (1 + np.exp(-x))
        return x * self.s

    def backward(self, grad):
        # --- backward
        return grad * (self.s + self.x * self.s * (1 - self.s))
        # --- end


class Residual:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, x):
        return x + self.inner(x)

    def backward(self, grad):
        # --- backward
        return grad + self.inner.backward(grad)
        # --- end


class Model:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad


def huber(pred, target, delta=0.5):
    diff = pred - target
    small = np.abs(diff) <= delta
    value = np.where(small, 0.5 * diff**2, delta * (np.abs(diff) - 0.5 * delta)).mean()
    # --- backward
    grad = np.where(small, diff, delta * np.sign(diff)) / diff.size
    # --- end
    return value, grad


rng = np.random.default_rng(12)
model = Model([Dense(rng, 3, 4), Swish(), Residual(Dense(rng, 4, 4)), Swish(), Dense(rng, 4, 2)])
inputs, targets = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
for epoch in range(3):
    loss, grad = huber(model.forward(inputs), targets)
    model.backward(grad)
    for layer in model.layers:
        layer = getattr(layer, "inner", layer)
        for name, value in getattr(layer, "params", {}).items():
            value -= 0.5 * layer.grads[name]
    print("{:.12f}".format(loss))
