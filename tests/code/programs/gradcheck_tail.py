"""No training: one forward, one backward, a numerical check of the program's own."""

import numpy as np


def network(x, theta):
    h = np.sin(x @ theta["A"] + theta["a"])
    s = h @ theta["B"]
    return h, s


def objective(x, t, theta):
    _, s = network(x, theta)
    return np.log1p(np.exp(-t * s)).sum() + 0.01 * (theta["A"] ** 2).sum()


def gradient(x, t, theta):
    # --- backward
    h, s = network(x, theta)
    g_s = -t / (1 + np.exp(t * s))
    g_B = h.T @ g_s
    g_h = np.outer(g_s, theta["B"])
    g_u = g_h * np.cos(x @ theta["A"] + theta["a"])
    g_A = x.T @ g_u + 0.02 * theta["A"]
    g_a = g_u.sum(axis=0)
    # --- end
    return {"A": g_A, "a": g_a, "B": g_B}


rng = np.random.default_rng(4)
theta = {"A": rng.normal(size=(3, 4)), "a": rng.normal(size=4), "B": rng.normal(size=4)}
x, t = rng.normal(size=(6, 3)), rng.choice([-1.0, 1.0], 6)
for name, g in gradient(x, t, theta).items():
    numeric = np.zeros_like(g)
    for index in np.ndindex(g.shape):
        old = theta[name][index]
        theta[name][index] = old + 1e-6
        up = objective(x, t, theta)
        theta[name][index] = old - 1e-6
        down = objective(x, t, theta)
        theta[name][index] = old
        numeric[index] = (up - down) / 2e-6
    print(name, "%.6f" % np.abs(numeric - g).max())
