"""Skip-gram with negative sampling."""

import numpy as np

rng = np.random.RandomState(3)
V, D, K = 9, 4, 3
W_in = rng.randn(V, D) * 0.5
W_out = rng.randn(V, D) * 0.5
centers = np.array([0, 3, 5, 3, 8])
positives = np.array([1, 2, 4, 7, 0])
negatives = rng.randint(0, V, size=(5, K))


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def step(W_in, W_out):
    h = W_in[centers]
    pos = W_out[positives]
    neg = W_out[negatives]
    s_pos = np.sum(h * pos, axis=1)
    s_neg = np.einsum("nd,nkd->nk", h, neg)
    loss = -(np.log(sigmoid(s_pos)).sum() + np.log(sigmoid(-s_neg)).sum()) / len(centers)
    # --- backward
    d_pos = (sigmoid(s_pos) - 1) / len(centers)
    d_neg = sigmoid(s_neg) / len(centers)
    dh = d_pos[:, None] * pos + np.einsum("nk,nkd->nd", d_neg, neg)
    dW_in = np.zeros_like(W_in)
    np.add.at(dW_in, centers, dh)
    dW_out = np.zeros_like(W_out)
    np.add.at(dW_out, positives, d_pos[:, None] * h)
    np.add.at(dW_out, negatives.ravel(), (d_neg[:, :, None] * h[:, None, :]).reshape(-1, D))
    # --- end
    return loss, dW_in, dW_out


for it in range(20):
    loss, dW_in, dW_out = step(W_in, W_out)
    W_in -= 0.5 * dW_in
    W_out -= 0.5 * dW_out
    if it % 5 == 0:
        print(it, loss)
