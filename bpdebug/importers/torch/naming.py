"""From paths of modules to names of the notation."""

from __future__ import annotations

import re

_MOST = 38


def spelled(path: str) -> str:
    """`encoder.fc1.weight` is encoder_fc1_weight; of a long path the end."""
    name = re.sub(r"\W+", "_", path, flags=re.ASCII).strip("_")
    while len(name) > _MOST and "_" in name:
        name = name.split("_", 1)[1]
    return name[:_MOST]


def path_in_words(path: str, kinds: dict[str, str]) -> str:
    """A path in which a number at the beginning has the kind of its module before it: `0.weight` is
    `linear0.weight`. `kinds` gives the class of a module by its path.
    """
    first, dot, rest = path.partition(".")
    if not first.isdigit():
        return path
    kind = kinds.get(first, "module").lower()
    return f"{kind}{'_' * kind[-1].isdigit()}{first}{dot}{rest}"
