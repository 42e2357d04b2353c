"""From a network of PyTorch to a session with the same numbers; needs the extra `torch`.

A module's own forward runs, with all its effects. `layers` makes a session of layers of a plain
Sequential; any other module is watched while it computes, and becomes equations.
"""

from bpdebug.importers.torch.session import session_from

__all__ = ["session_from"]
