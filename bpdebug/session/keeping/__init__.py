"""What an open session has beside it: a lock, a journal, recovery."""
