"""A two-layer net with layer norm and dropout; loss(X, y) gives the loss and the gradients."""

import numpy as np


def affine_forward(x, w, b):
    return x.dot(w) + b, (x, w, b)


def affine_backward(dout, cache):
    # --- backward
    x, w, b = cache
    dx = dout.dot(w.T)
    dw = x.T.dot(dout)
    db = np.sum(dout, axis=0)
    # --- end
    return dx, dw, db


def layernorm_forward(x, gamma, beta, eps=1e-5):
    mu = np.mean(x, axis=1, keepdims=True)
    var = np.var(x, axis=1, keepdims=True)
    xhat = (x - mu) / np.sqrt(var + eps)
    return gamma * xhat + beta, (xhat, gamma, var, eps)


def layernorm_backward(dout, cache):
    # --- backward
    xhat, gamma, var, eps = cache
    D = dout.shape[1]
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    total = np.sum(dxhat, axis=1, keepdims=True)
    along = np.sum(dxhat * xhat, axis=1, keepdims=True)
    dx = (D * dxhat - total - xhat * along) / (D * np.sqrt(var + eps))
    # --- end
    return dx, dgamma, dbeta


def softmax_loss(scores, y):
    N = scores.shape[0]
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
    log_probs = shifted - np.log(Z)
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    # --- backward
    dx = np.exp(log_probs)
    dx[np.arange(N), y] -= 1
    dx /= N
    # --- end
    return loss, dx


class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, reg=0.1, p=0.8):
        self.params = {}
        self.reg = reg
        self.p = p
        self.params["W1"] = 0.5 * np.random.randn(input_dim, hidden_dim)
        self.params["b1"] = np.zeros(hidden_dim)
        self.params["gamma"] = np.ones(hidden_dim)
        self.params["beta"] = np.zeros(hidden_dim)
        self.params["W2"] = 0.5 * np.random.randn(hidden_dim, num_classes)
        self.params["b2"] = np.zeros(num_classes)

    def loss(self, X, y):
        W1, W2 = self.params["W1"], self.params["W2"]
        a1, fc1 = affine_forward(X, W1, self.params["b1"])
        n1, ln = layernorm_forward(a1, self.params["gamma"], self.params["beta"])
        h = np.maximum(0, n1)
        mask = (np.random.rand(*h.shape) < self.p) / self.p
        d = h * mask
        scores, fc2 = affine_forward(d, W2, self.params["b2"])
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        # --- backward
        grads = {}
        dd, dW2, db2 = affine_backward(dscores, fc2)
        dh = dd * mask
        dn = dh * (n1 > 0)
        da, dgamma, dbeta = layernorm_backward(dn, ln)
        dx, dW1, db1 = affine_backward(da, fc1)
        grads["W1"] = dW1 + self.reg * W1
        grads["b1"] = db1
        grads["gamma"] = dgamma
        grads["beta"] = dbeta
        grads["W2"] = dW2 + self.reg * W2
        grads["b2"] = db2
        # --- end
        return loss, grads


np.random.seed(231)
X = np.random.randn(8, 5)
y = np.random.randint(3, size=8)
net = TwoLayerNet(5, 6, 3)
for it in range(3):
    loss, grads = net.loss(X, y)
    for p in net.params:
        net.params[p] -= 0.2 * grads[p]
    print("iteration %d: loss %.12f" % (it, loss))
