"""The registry of commands, the names of keys, and keys of one's own."""
