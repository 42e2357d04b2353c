"""Formulas with their numbers: an operation, the derivative tree, where a value is from."""
