"""Formulas set like mathematics, in boxes of text."""
