"""Sessions: a run and what was done with it, as a JSON file."""
