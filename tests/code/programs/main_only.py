#!/usr/bin/env python
"""Everything in main(), with options and float32."""

import argparse

import matplotlib.pyplot as plt
import numpy as np


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hidden", type=int, default=5)
    parser.add_argument("--lr", type=float, default=0.3)
    parser.add_argument("--epochs", type=int, default=4)
    args = parser.parse_args()

    rng = np.random.default_rng(0)
    x = rng.normal(size=(10, 3)).astype(np.float32)
    t = (x[:, :1] * x[:, 1:2] > 0).astype(np.float32)
    w1 = rng.normal(size=(3, args.hidden)).astype(np.float32)
    b1 = np.zeros(args.hidden, dtype=np.float32)
    w2 = rng.normal(size=(args.hidden, 1)).astype(np.float32)
    b2 = np.zeros(1, dtype=np.float32)
    losses = []
    batch = 5
    for epoch in range(args.epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            xb, tb = x[order[start : start + batch]], t[order[start : start + batch]]
            h = np.maximum(0.1 * (xb @ w1 + b1), xb @ w1 + b1)
            p = 1 / (1 + np.exp(-(h @ w2 + b2)))
            loss = -(tb * np.log(p) + (1 - tb) * np.log(1 - p)).mean()
            # --- backward
            grad_z2 = (p - tb) / len(xb)
            grad_w2 = h.T @ grad_z2
            grad_b2 = grad_z2.sum(axis=0)
            grad_h = grad_z2 @ w2.T
            grad_z1 = grad_h * np.where(h > 0, 1, 0.1)
            grad_w1 = xb.T @ grad_z1
            grad_b1 = grad_z1.sum(axis=0)
            # --- end
            w1 -= args.lr * grad_w1
            b1 -= args.lr * grad_b1
            w2 -= args.lr * grad_w2
            b2 -= args.lr * grad_b2
            losses.append(loss)
            print("%.7f" % loss)
    plt.plot(losses)
    plt.show()


if __name__ == "__main__":
    main()
