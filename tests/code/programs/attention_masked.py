"""Causal self-attention with a softmax, functions that return caches."""

import numpy as np


def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention_forward(x, Wq, Wk, Wv, Wo, mask):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    scale = 1 / np.sqrt(q.shape[-1])
    scores = q @ k.transpose(0, 2, 1) * scale
    scores = np.where(mask, scores, -1e9)
    a = softmax(scores)
    context = a @ v
    out = context @ Wo
    return out, (x, q, k, v, a, context, scale)


def attention_backward(dout, cache, Wq, Wk, Wv, Wo):
    # --- backward
    x, q, k, v, a, context, scale = cache
    dWo = np.einsum("btd,bte->de", context, dout)
    dcontext = dout @ Wo.T
    da = dcontext @ v.transpose(0, 2, 1)
    dv = a.transpose(0, 2, 1) @ dcontext
    dscores = a * (da - np.sum(da * a, axis=-1, keepdims=True))
    dscores *= scale
    dq = dscores @ k
    dk = dscores.transpose(0, 2, 1) @ q
    dWq = np.einsum("btd,bte->de", x, dq)
    dWk = np.einsum("btd,bte->de", x, dk)
    dWv = np.einsum("btd,bte->de", x, dv)
    dx = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T
    # --- end
    return dx, dWq, dWk, dWv, dWo


def main():
    np.random.seed(1)
    B, T, D = 2, 4, 3
    E = np.random.randn(7, D)
    Wq, Wk, Wv, Wo = [np.random.randn(D, D) * 0.7 for _ in range(4)]
    ids = np.random.randint(0, 7, (B, T))
    target = np.random.randn(B, T, D)
    mask = np.tril(np.ones((T, T), dtype=bool))
    lr = 0.2
    for it in range(4):
        x = E[ids]
        out, cache = attention_forward(x, Wq, Wk, Wv, Wo, mask)
        loss = np.mean((out - target) ** 2)
        # --- backward
        dout = 2 * (out - target) / out.size
        # --- end
        dx, dWq, dWk, dWv, dWo = attention_backward(dout, cache, Wq, Wk, Wv, Wo)
        # --- backward
        dE = np.zeros_like(E)
        np.add.at(dE, ids, dx)
        # --- end
        Wq -= lr * dWq
        Wk -= lr * dWk
        Wv -= lr * dWv
        Wo -= lr * dWo
        E -= lr * dE
        print(it, "%.12f" % loss)


main()
