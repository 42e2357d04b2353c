"""Tests of programs: from equations to operations, and what they compute."""
