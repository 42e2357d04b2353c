"""Tests of the checks: gradients, derivations, printed figures, diagnosis."""
