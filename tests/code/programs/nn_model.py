"""nn_model(X, Y, n_h) has the loop; Adam in a function; tuples of results."""

import numpy as np


def init(n_x, n_h, n_y):
    return {
        "W1": np.random.randn(n_x, n_h) * 0.5,
        "b1": np.zeros((1, n_h)),
        "W2": np.random.randn(n_h, n_y) * 0.5,
        "b2": np.zeros((1, n_y)),
    }


def forward(X, p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.log1p(np.exp(z1))
    z2 = a1 @ p["W2"] + p["b2"]
    z2 = z2 - np.max(z2, axis=1, keepdims=True)
    a2 = np.exp(z2) / np.sum(np.exp(z2), axis=1, keepdims=True)
    return z1, a1, a2


def cross_entropy(a2, Y, p, lam):
    m = Y.shape[0]
    data = -np.sum(Y * np.log(a2)) / m
    return data + lam / (2 * m) * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2))


def backprop(X, Y, p, fwd, lam):
    # --- backward
    z1, a1, a2 = fwd
    m = X.shape[0]
    dz2 = a2 - Y
    dw2 = a1.T @ dz2 / m + lam / m * p["W2"]
    db2 = np.mean(dz2, axis=0, keepdims=True)
    da1 = dz2 @ p["W2"].T
    dz1 = da1 / (1 + np.exp(-z1))
    dw1 = X.T @ dz1 / m + lam / m * p["W1"]
    db1 = np.mean(dz1, axis=0, keepdims=True)
    # --- end
    return {"W1": dw1, "b1": db1, "W2": dw2, "b2": db2}


def adam(p, g, m, v, t, lr=0.05, beta1=0.9, beta2=0.999):
    for k in p:
        m[k] = beta1 * m[k] + (1 - beta1) * g[k]
        v[k] = beta2 * v[k] + (1 - beta2) * g[k] ** 2
        mh = m[k] / (1 - beta1**t)
        vh = v[k] / (1 - beta2**t)
        p[k] = p[k] - lr * mh / (np.sqrt(vh) + 1e-8)


def nn_model(X, Y, n_h, num_iterations=4, lam=0.3):
    np.random.seed(2)
    p = init(X.shape[1], n_h, Y.shape[1])
    m = {k: np.zeros_like(w) for k, w in p.items()}
    v = {k: np.zeros_like(w) for k, w in p.items()}
    for i in range(num_iterations):
        fwd = forward(X, p)
        cost = cross_entropy(fwd[2], Y, p, lam)
        g = backprop(X, Y, p, fwd, lam)
        adam(p, g, m, v, i + 1)
        print(f"Cost after iteration {i}: {cost:.12f}")
    return p


np.random.seed(8)
X = np.random.randn(7, 3)
Y = np.eye(3)[np.random.randint(0, 3, 7)]
model = nn_model(X, Y, 4)
