"""From a program in NumPy that runs to the equations of what it computes."""
