"""When Python looks for garbage: not in the middle of a key.

Its collector goes through all objects again and again to find those that only refer to each
other. Textual and a large session are hundreds of thousands of objects that stay; going through
them takes longer than a hundred keys.
"""

from __future__ import annotations

import gc

_YOUNG, _MIDDLE, _OLD = 20_000, 20, 20
"""New objects until the youngest are looked through, and how often that until the older are."""


def settle() -> None:
    """What there is now stays until `settle` is called again: no collection looks at it."""
    if gc.get_freeze_count():
        # What another session has left behind.
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
