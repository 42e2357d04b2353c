"""The panes of the main screen; each draws from a `Picture`."""
