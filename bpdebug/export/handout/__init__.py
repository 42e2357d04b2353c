"""Handouts: a stretch of a run on paper or as a page, with its results or with blanks for them."""
