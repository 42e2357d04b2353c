"""Diagnosis: which mistake gives the figures; and planting one."""
