"""The gradient check: backpropagation beside derivatives that are found without it."""
