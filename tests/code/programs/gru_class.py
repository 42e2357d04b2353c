"""A GRU as a class with attributes for weights and for their gradients."""

import numpy as np


class GRU:
    def __init__(self, n_in, n_hidden, n_out, seed=0):
        rng = np.random.default_rng(seed)
        self.h = n_hidden
        self.Wz = rng.normal(0, 0.5, (n_in, n_hidden))
        self.Uz = rng.normal(0, 0.5, (n_hidden, n_hidden))
        self.bz = np.zeros(n_hidden)
        self.Wr = rng.normal(0, 0.5, (n_in, n_hidden))
        self.Ur = rng.normal(0, 0.5, (n_hidden, n_hidden))
        self.br = np.zeros(n_hidden)
        self.Wh = rng.normal(0, 0.5, (n_in, n_hidden))
        self.Uh = rng.normal(0, 0.5, (n_hidden, n_hidden))
        self.bh = np.zeros(n_hidden)
        self.V = rng.normal(0, 0.5, (n_hidden, n_out))
        self.c = np.zeros(n_out)

    def forward(self, X, y):
        N, T, _ = X.shape
        self.X, self.y = X, y
        self.hs = {-1: np.zeros((N, self.h))}
        self.zs, self.rs, self.cs = {}, {}, {}
        for t in range(T):
            x, prev = X[:, t], self.hs[t - 1]
            self.zs[t] = 1 / (1 + np.exp(-(x @ self.Wz + prev @ self.Uz + self.bz)))
            self.rs[t] = 1 / (1 + np.exp(-(x @ self.Wr + prev @ self.Ur + self.br)))
            self.cs[t] = np.tanh(x @ self.Wh + (self.rs[t] * prev) @ self.Uh + self.bh)
            self.hs[t] = (1 - self.zs[t]) * prev + self.zs[t] * self.cs[t]
        logits = self.hs[T - 1] @ self.V + self.c
        logits -= logits.max(axis=1, keepdims=True)
        e = np.exp(logits)
        self.probs = e / e.sum(axis=1, keepdims=True)
        return -np.mean(np.log(self.probs[np.arange(N), y]))

    def backward(self):
        # --- backward
        N, T, _ = self.X.shape
        for name in ("Wz", "Uz", "bz", "Wr", "Ur", "br", "Wh", "Uh", "bh"):
            setattr(self, "d" + name, np.zeros_like(getattr(self, name)))
        dlogits = self.probs.copy()
        dlogits[np.arange(N), self.y] -= 1
        dlogits /= N
        self.dV = self.hs[T - 1].T @ dlogits
        self.dc = dlogits.sum(axis=0)
        dh = dlogits @ self.V.T
        for t in range(T - 1, -1, -1):
            x, prev = self.X[:, t], self.hs[t - 1]
            z, r, cand = self.zs[t], self.rs[t], self.cs[t]
            dcand = dh * z * (1 - cand**2)
            dz = dh * (cand - prev) * z * (1 - z)
            drh = dcand @ self.Uh.T
            dr = drh * prev * r * (1 - r)
            self.dWh += x.T @ dcand
            self.dUh += (r * prev).T @ dcand
            self.dbh += dcand.sum(axis=0)
            self.dWz += x.T @ dz
            self.dUz += prev.T @ dz
            self.dbz += dz.sum(axis=0)
            self.dWr += x.T @ dr
            self.dUr += prev.T @ dr
            self.dbr += dr.sum(axis=0)
            dh = dh * (1 - z) + drh * r + dz @ self.Uz.T + dr @ self.Ur.T
        # --- end

    def step(self, lr):
        for name in ("Wz", "Uz", "bz", "Wr", "Ur", "br", "Wh", "Uh", "bh", "V", "c"):
            getattr(self, name)[...] -= lr * getattr(self, "d" + name)


if __name__ == "__main__":
    data = np.random.default_rng(5)
    X = data.normal(size=(6, 4, 3))
    y = data.integers(0, 3, 6)
    model = GRU(3, 5, 3)
    for epoch in range(4):
        loss = model.forward(X, y)
        model.backward()
        model.step(0.3)
        print(f"epoch {epoch}: {loss:.12f}")
