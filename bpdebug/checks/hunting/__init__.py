"""Finding planted mistakes: where they are, what may be suspected, what a suspect is."""
