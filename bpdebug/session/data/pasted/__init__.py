"""Numbers out of a text as people have them: printed arrays, tables, lines of names and numbers."""
