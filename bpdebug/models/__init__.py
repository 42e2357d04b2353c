"""What people write, turned into equations: layers, losses, optimizers."""
