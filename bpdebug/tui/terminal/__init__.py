"""Where Textual's own parts and the bytes of the terminal are touched."""
