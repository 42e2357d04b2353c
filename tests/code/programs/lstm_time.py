"""An LSTM over the steps of a sine, lists of steps, dictionaries for parameters."""

import numpy as np

rng = np.random.RandomState(3)
H, D, T = 4, 2, 5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


params = {}
for gate in "fioc":
    params["W" + gate] = rng.randn(H, H + D) * 0.4
    params["b" + gate] = np.zeros((H, 1))
params["Wy"] = rng.randn(1, H) * 0.4
params["by"] = np.zeros((1, 1))
xs = [rng.randn(D, 1) for _ in range(T)]
ys = [np.array([[np.sin(0.7 * t)]]) for t in range(T)]


def forward(h, c):
    cache, loss = [], 0.0
    for t in range(T):
        z = np.vstack((h, xs[t]))
        f = sigmoid(params["Wf"] @ z + params["bf"])
        i = sigmoid(params["Wi"] @ z + params["bi"])
        o = sigmoid(params["Wo"] @ z + params["bo"])
        g = np.tanh(params["Wc"] @ z + params["bc"])
        c_prev = c
        c = f * c_prev + i * g
        h = o * np.tanh(c)
        y = params["Wy"] @ h + params["by"]
        loss += 0.5 * np.sum((y - ys[t]) ** 2)
        cache.append((z, f, i, o, g, c_prev, c, h, y))
    return loss, cache


def backward(cache):
    # --- backward
    grads = {k: np.zeros_like(v) for k, v in params.items()}
    dh_next = np.zeros((H, 1))
    dc_next = np.zeros((H, 1))
    for t in reversed(range(T)):
        z, f, i, o, g, c_prev, c, h, y = cache[t]
        dy = y - ys[t]
        grads["Wy"] += dy @ h.T
        grads["by"] += dy
        dh = params["Wy"].T @ dy + dh_next
        do = dh * np.tanh(c)
        da_o = do * o * (1 - o)
        dc = dc_next + dh * o * (1 - np.tanh(c) ** 2)
        da_c = dc * i * (1 - g**2)
        da_i = dc * g * i * (1 - i)
        da_f = dc * c_prev * f * (1 - f)
        grads["Wf"] += da_f @ z.T
        grads["bf"] += da_f
        grads["Wi"] += da_i @ z.T
        grads["bi"] += da_i
        grads["Wo"] += da_o @ z.T
        grads["bo"] += da_o
        grads["Wc"] += da_c @ z.T
        grads["bc"] += da_c
        dz = params["Wf"].T @ da_f
        dz += params["Wi"].T @ da_i
        dz += params["Wo"].T @ da_o
        dz += params["Wc"].T @ da_c
        dh_next = dz[:H]
        dc_next = f * dc
    # --- end
    return grads


for step in range(4):
    loss, cache = forward(np.zeros((H, 1)), np.zeros((H, 1)))
    grads = backward(cache)
    for name in params:
        params[name] -= 0.1 * grads[name]
    print(step, repr(float(loss)))
