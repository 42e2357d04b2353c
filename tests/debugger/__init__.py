"""Tests of the debugger without a screen."""
