"""The session file: bytes, JSON, fields, and the way back."""
