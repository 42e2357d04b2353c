import numpy as np


class BatchNorm:
    def __init__(self, n, momentum=0.9):
        self.gamma = np.random.rand(n) + 0.5
        self.beta = np.random.randn(n) * 0.1
        self.running_mean = np.zeros(n)
        self.running_var = np.ones(n)
        self.momentum = momentum

    def forward(self, x):
        self.mu = x.mean(axis=0)
        self.xc = x - self.mu
        self.var = (self.xc**2).mean(axis=0)
        self.inv = 1.0 / np.sqrt(self.var + 1e-5)
        self.xhat = self.xc * self.inv
        self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * self.mu
        self.running_var = self.momentum * self.running_var + (1 - self.momentum) * self.var
        return self.gamma * self.xhat + self.beta

    def backward(self, dout):
        N = dout.shape[0]
        # --- backward
        self.dgamma = np.sum(dout * self.xhat, axis=0)
        self.dbeta = np.sum(dout, axis=0)
        dxhat = dout * self.gamma
        dvar = np.sum(dxhat * self.xc, axis=0) * -0.5 * self.inv**3
        dmu = -np.sum(dxhat * self.inv, axis=0) - 2.0 * dvar * np.mean(self.xc, axis=0)
        return dxhat * self.inv + 2.0 * dvar * self.xc / N + dmu / N
        # --- end


class Affine:
    def __init__(self, a, b):
        self.W = np.random.randn(a, b) * np.sqrt(2.0 / a)
        self.b = np.zeros(b)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        # --- backward
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
        # --- end


class Net:
    def __init__(self):
        self.fc1 = Affine(4, 6)
        self.bn = BatchNorm(6)
        self.fc2 = Affine(6, 3)

    def loss(self, x, t):
        h = self.bn.forward(self.fc1.forward(x))
        self.a = h * (h > 0)
        scores = self.fc2.forward(self.a)
        scores = scores - scores.max(axis=1, keepdims=True)
        logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        self.p = np.exp(logp)
        return -logp[np.arange(len(t)), t].mean()

    def backward(self, t):
        N = len(t)
        d = self.p.copy()
        # --- backward
        d[np.arange(N), t] -= 1
        d /= N
        d = self.fc2.backward(d)
        d = d * (self.a > 0)
        d = self.bn.backward(d)
        self.fc1.backward(d)
        # --- end


np.random.seed(4)
x = np.random.randn(12, 4)
t = np.random.randint(0, 3, 12)
net = Net()
velocity = {}
for epoch in range(10):
    loss = net.loss(x, t)
    net.backward(t)
    for layer, names in ((net.fc1, ("W", "b")), (net.bn, ("gamma", "beta")), (net.fc2, ("W", "b"))):
        for name in names:
            key = (id(layer), name)
            grad = getattr(layer, "d" + name)
            velocity[key] = 0.9 * velocity.get(key, 0.0) - 0.1 * grad
            setattr(layer, name, getattr(layer, name) + velocity[key])
print(loss)
