"""From the fields of a session to a model, a debugger and what belongs to them."""
