# A network in one script: no functions, an epoch loop, in-place updates.
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [0.5, 0.2, 1.0]])
y = np.array([[0], [1], [1], [0], [1.0]])
np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 5)) - 1
syn2 = 2 * np.random.random((5, 1)) - 1
alpha = 0.5
for j in range(5):
    l0 = X
    l1 = 1 / (1 + np.exp(-np.dot(l0, syn0)))
    l2 = np.tanh(np.dot(l1, syn1))
    l3 = 1 / (1 + np.exp(-np.dot(l2, syn2)))
    error = 0.5 * np.sum((y - l3) ** 2)
    # --- backward
    l3_error = y - l3
    l3_delta = l3_error * (l3 * (1 - l3))
    l2_error = l3_delta.dot(syn2.T)
    l2_delta = l2_error * (1 - l2**2)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * (l1 * (1 - l1))
    # --- end
    print("Error:", repr(float(error)))
    # --- backward
    syn2 += alpha * l2.T.dot(l3_delta)
    syn1 += alpha * l1.T.dot(l2_delta)
    syn0 += alpha * l0.T.dot(l1_delta)
    # --- end
