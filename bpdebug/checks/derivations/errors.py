"""What is raised where a derivation by hand cannot be checked."""


class HandDerivationError(ValueError):
    """A formula that is not a derivation, or makes no sense for the program."""
