"""Checks: whether numbers are right, and what is wrong where they are not."""
