"""What somebody says of a program, in place of what would be found out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

SECONDS = 12.0
"""How long the search for the line may take, unless somebody says otherwise."""


@dataclass(frozen=True)
class Options:
    """The loss, as an expression; statements that carry out the forward and the backward pass, in
    place of the program's own; pairs of parameter and gradient; how many seconds the search for
    the line may take; and whether the program is to be opened, rather than judged.
    """

    loss: str = ""
    forward: str = ""
    backward: str = ""
    parameters: tuple[str, ...] = ()
    gradients: tuple[tuple[str, str], ...] = ()
    seconds: float = SECONDS
    opens: bool = False

    def text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, fields: Mapping[str, object]) -> Options:
        """From JSON fields, as `text` writes them."""
        pairs = fields.get("gradients")
        names = fields.get("parameters")
        assert isinstance(pairs, list)
        assert isinstance(names, list)
        return cls(
            str(fields.get("loss", "")),
            str(fields.get("forward", "")),
            str(fields.get("backward", "")),
            tuple(map(str, names)),
            tuple((str(a), str(b)) for a, b in pairs),
            float(str(fields.get("seconds", SECONDS))),
            fields.get("opens") is True,
        )


def read_pair(text: str) -> tuple[str, str]:
    """`W1=grads['dW1']`: a parameter and its gradient. Raises ValueError."""
    parameter, equals, gradient = text.partition("=")
    if not equals or not parameter.strip() or not gradient.strip():
        raise ValueError(f"{text!r} is not of the form PARAMETER=GRADIENT")
    return parameter.strip(), gradient.strip()
