"""Finding planted mistakes: where they are, what may be suspected, and whether a suspect is right."""
