"""Tests of the plain-text rendering."""
