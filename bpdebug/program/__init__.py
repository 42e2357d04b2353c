"""Equations to a program: backward equations, one list of operations, evaluation."""
