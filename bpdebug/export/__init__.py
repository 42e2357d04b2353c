"""A session as something else: a script, a handout."""
