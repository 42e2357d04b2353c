"""A convolution and a max pooling with loops over pixels, layers as classes."""

import numpy as np


class Conv:
    def __init__(self, c_in, c_out, k):
        self.k = k
        self.W = np.random.randn(c_out, c_in, k, k) / np.sqrt(c_in * k * k)
        self.b = np.zeros(c_out)

    def forward(self, x):
        self.x = x
        n, _, h, w = x.shape
        k = self.k
        out = np.zeros((n, self.W.shape[0], h - k + 1, w - k + 1))
        for i in range(h - k + 1):
            for j in range(w - k + 1):
                patch = x[:, :, i : i + k, j : j + k]
                out[:, :, i, j] = np.tensordot(patch, self.W, axes=([1, 2, 3], [1, 2, 3])) + self.b
        return out

    def backward(self, dout):
        # --- backward
        k = self.k
        self.dW = np.zeros_like(self.W)
        self.db = dout.sum(axis=(0, 2, 3))
        dx = np.zeros_like(self.x)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                patch = self.x[:, :, i : i + k, j : j + k]
                d = dout[:, :, i, j]
                self.dW += np.tensordot(d, patch, axes=([0], [0]))
                dx[:, :, i : i + k, j : j + k] += np.tensordot(d, self.W, axes=([1], [0]))
        # --- end
        return dx


class MaxPool:
    def forward(self, x):
        n, c, h, w = x.shape
        self.x = x
        out = np.zeros((n, c, h // 2, w // 2))
        for i in range(h // 2):
            for j in range(w // 2):
                out[:, :, i, j] = x[:, :, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max(axis=(2, 3))
        self.out = out
        return out

    def backward(self, dout):
        # --- backward
        dx = np.zeros_like(self.x)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                window = self.x[:, :, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
                mask = window == self.out[:, :, i, j][:, :, None, None]
                dx[:, :, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += (
                    mask * dout[:, :, i, j][:, :, None, None]
                )
        # --- end
        return dx


class Linear:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) / np.sqrt(n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        # --- backward
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        # --- end
        return dout @ self.W.T


if __name__ == "__main__":
    np.random.seed(7)
    images = np.random.randn(3, 1, 7, 7)
    labels = np.array([0, 2, 1])
    conv1, pool, conv2, fc = Conv(1, 2, 2), MaxPool(), Conv(2, 2, 2), Linear(8, 3)
    for step in range(3):
        c1 = conv1.forward(images)
        p1 = pool.forward(c1)
        t1 = np.tanh(p1)
        c2 = conv2.forward(t1)
        flat = c2.reshape(3, -1)
        z = fc.forward(flat)
        z = z - z.max(1, keepdims=True)
        probs = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        loss = -np.log(probs[range(3), labels]).mean()
        # --- backward
        dz = probs.copy()
        dz[range(3), labels] -= 1
        dz = dz / 3
        dflat = fc.backward(dz)
        dc2 = dflat.reshape(c2.shape)
        dt1 = conv2.backward(dc2)
        dp1 = dt1 * (1 - t1**2)
        dc1 = pool.backward(dp1)
        conv1.backward(dc1)
        # --- end
        for layer in (conv1, conv2, fc):
            layer.W -= 0.5 * layer.dW
            layer.b -= 0.5 * layer.db
        print(step, repr(float(loss)))
