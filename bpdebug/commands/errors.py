"""What a command refuses."""


class UsageError(Exception):
    """A command that is written well and still cannot be carried out."""
