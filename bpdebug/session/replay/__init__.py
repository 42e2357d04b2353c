"""Doing recorded actions again, and what is found if they lead elsewhere."""
