import numpy as np

np.random.seed(1)


def initialize(dims):
    params = {}
    for l in range(1, len(dims)):
        params["W" + str(l)] = np.random.randn(dims[l], dims[l - 1]) / np.sqrt(dims[l - 1])
        params["b" + str(l)] = np.zeros((dims[l], 1))
    return params


def forward(X, params, L):
    caches = []
    A = X
    for l in range(1, L):
        Z = params["W" + str(l)] @ A + params["b" + str(l)]
        caches.append((A, Z))
        A = np.tanh(Z)
    Z = params["W" + str(L)] @ A + params["b" + str(L)]
    caches.append((A, Z))
    return 1 / (1 + np.exp(-Z)), caches


def compute_cost(AL, Y):
    m = Y.shape[1]
    return float(-(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)).sum() / m)


def backward(AL, Y, caches, params, L):
    grads = {}
    m = Y.shape[1]
    # --- backward
    dZ = AL - Y
    for l in reversed(range(1, L + 1)):
        A_prev, _ = caches[l - 1]
        grads["dW" + str(l)] = dZ @ A_prev.T / m
        grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dA = params["W" + str(l)].T @ dZ
            dZ = dA * (1 - A_prev**2)
    # --- end
    return grads


X = np.random.randn(3, 10)
Y = (X[:1] * X[1:2] > 0).astype(float)
L = 3
params = initialize([3, 5, 4, 1])
m = {k: np.zeros_like(v) for k, v in params.items()}
v = {k: np.zeros_like(w) for k, w in params.items()}
beta1, beta2, lr = 0.9, 0.999, 0.01
for t in range(1, 31):
    AL, caches = forward(X, params, L)
    cost = compute_cost(AL, Y)
    grads = backward(AL, Y, caches, params, L)
    for k in params:
        g = grads["d" + k]
        m[k] = beta1 * m[k] + (1 - beta1) * g
        v[k] = beta2 * v[k] + (1 - beta2) * g * g
        m_hat = m[k] / (1 - beta1**t)
        v_hat = v[k] / (1 - beta2**t)
        params[k] -= lr * m_hat / (np.sqrt(v_hat) + 1e-8)
print(cost)
