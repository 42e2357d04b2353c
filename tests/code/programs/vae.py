"""A variational autoencoder; noise is drawn in the forward pass, and nothing is seeded."""

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm


def relu(x):
    return np.maximum(x, 0)


class VAE:
    def __init__(self, d, h, z):
        self.We, self.be = np.random.randn(d, h) * 0.5, np.zeros((1, h))
        self.Wm, self.bm = np.random.randn(h, z) * 0.5, np.zeros((1, z))
        self.Ws, self.bs = np.random.randn(h, z) * 0.5, np.zeros((1, z))
        self.Wd, self.bd = np.random.randn(z, h) * 0.5, np.zeros((1, h))
        self.Wo, self.bo = np.random.randn(h, d) * 0.5, np.zeros((1, d))

    def encode(self, x):
        self.x = x
        self.e_pre = x @ self.We + self.be
        self.e = relu(self.e_pre)
        self.mu = self.e @ self.Wm + self.bm
        self.logvar = self.e @ self.Ws + self.bs

    def decode(self):
        self.eps = np.random.standard_normal(self.mu.shape)
        self.z = self.mu + self.eps * np.exp(0.5 * self.logvar)
        self.d_pre = self.z @ self.Wd + self.bd
        self.d = relu(self.d_pre)
        self.out = 1 / (1 + np.exp(-(self.d @ self.Wo + self.bo)))

    def loss(self):
        x, p = self.x, self.out
        rec = -np.sum(x * np.log(p) + (1 - x) * np.log(1 - p)) / len(x)
        kl = -0.5 * np.sum(1 + self.logvar - self.mu**2 - np.exp(self.logvar)) / len(x)
        return rec + kl

    def backward(self):
        # --- backward
        n = len(self.x)
        dout = (self.out - self.x) / n
        self.dWo = self.d.T @ dout
        self.dbo = dout.sum(axis=0, keepdims=True)
        dd = dout @ self.Wo.T
        dd = dd * (self.d_pre > 0)
        self.dWd = self.z.T @ dd
        self.dbd = dd.sum(axis=0, keepdims=True)
        dz = dd @ self.Wd.T
        dmu = dz + self.mu / n
        std = np.exp(0.5 * self.logvar)
        dlogvar = dz * self.eps * 0.5 * std
        dlogvar += 0.5 * (np.exp(self.logvar) - 1) / n
        self.dWm = self.e.T @ dmu
        self.dbm = dmu.sum(axis=0, keepdims=True)
        self.dWs = self.e.T @ dlogvar
        self.dbs = dlogvar.sum(axis=0, keepdims=True)
        de = dmu @ self.Wm.T + dlogvar @ self.Ws.T
        de[self.e_pre <= 0] = 0
        self.dWe = self.x.T @ de
        self.dbe = de.sum(axis=0, keepdims=True)
        # --- end


def train(model, data, epochs=4, lr=0.1):
    history = []
    for epoch in tqdm(range(epochs)):
        model.encode(data)
        model.decode()
        loss = model.loss()
        model.backward()
        for name in ["We", "be", "Wm", "bm", "Ws", "bs", "Wd", "bd", "Wo", "bo"]:
            w = getattr(model, name)
            w -= lr * getattr(model, "d" + name)
        history.append(loss)
        print(f"{loss:.10f}")
    return history


if __name__ == "__main__":
    data = (np.random.rand(6, 5) > 0.5).astype(float)
    history = train(VAE(5, 6, 2), data)
    fig, ax = plt.subplots()
    ax.plot(history)
    plt.show()
