"""Programs of people: which gradients of a hand-written backward pass are wrong, and which line."""
