"""What may be on while a session is stepped through."""
