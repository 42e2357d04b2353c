"""Which commands somebody means who types a few words, the most used ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpdebug.keys.command import Command
from bpdebug.keys.names import key_name
from bpdebug.text.matching import Field, matching

_USED_MOST = 0.15
"""What having been chosen often counts for, beside how well the words match."""

_FAR_BEHIND = 0.5
"""What matches so much worse than the best was not meant."""

_NAME, _SYNONYM, _HELP, _KEY, _GROUP = 1.0, 0.85, 0.6, 0.9, 0.4


def ranked(commands: Sequence[Command], query: str, uses: Mapping[str, int]) -> list[Command]:
    """The commands that `query` may mean, the likeliest first.

    `uses` says how often each was chosen, by id. Without a query those come first that were
    chosen most often, then the others in their order.
    """
    most = max(uses.values(), default=0)
    found = matching(query, commands, _fields)
    if not query.strip():
        return sorted(commands, key=lambda command: -uses.get(command.id, 0))
    best = max((score for score, _ in found), default=0.0)
    found = [(score, command) for score, command in found if score > best * _FAR_BEHIND]
    scores = {
        command.id: score + (_USED_MOST * uses.get(command.id, 0) / most if most else 0.0)
        for score, command in found
    }
    keys = {command.id for command in commands if query.strip() in map(key_name, command.keys)}
    # A key has one meaning, in which capitals count.
    return sorted(
        (command for _, command in found),
        key=lambda command: (command.id not in keys, -scores[command.id]),
    )


def counted(uses: Mapping[str, int], id: str, most: int) -> dict[str, int]:
    """The counts with one more for `id`; halved when they exceed `most`, so that habits change."""
    added = {**uses, id: uses.get(id, 0) + 1}
    if added[id] <= most:
        return added
    return {each: count // 2 for each, count in added.items() if count > 1}


def _fields(command: Command) -> list[Field]:
    keys = [Field(key_name(key), _KEY) for key in command.keys]
    return [
        Field(command.name, _NAME),
        Field(command.synonyms, _SYNONYM),
        Field(command.help, _HELP),
        Field(command.group, _GROUP),
        *keys,
    ]
