"""Figures that somebody has, and what rounding by hand can make of the true ones."""
