"""A run as text: where it stands, its trace, its breakpoints and branches."""
