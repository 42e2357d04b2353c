"""Tests of the equation language."""
