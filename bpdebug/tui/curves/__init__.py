"""Curves: quantities over the iterations, in a plot with a cursor."""
