"""Which number is the gradient of which: by name, by where they are kept, by shape."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpdebug.code.names import (
    is_container_of_gradients,
    is_like_a_gradient,
    parameters_of,
)
from bpdebug.code.places import Place, is_real

Found = Sequence[tuple[Place, Any]]


@dataclass(frozen=True)
class Pair:
    """A parameter and what should be its gradient, up to a sign.

    `sign` is -1 for an update that is added to the parameter. `surely` is false where only the
    shape speaks for it.
    """

    parameter: Place
    gradient: Place
    sign: int = 1
    surely: bool = True


def pairs(found: Found, updated: Container[str] = ()) -> list[Pair]:
    """All gradients that are told by their names, each with its parameter; of several with the
    same name one in a container whose elements are `updated`.
    """
    made: dict[str, Pair] = {}
    by_base: dict[str, list[tuple[Place, Any]]] = {}
    for place, value in found:
        by_base.setdefault(place.base, []).append((place, value))
    for place, value in found:
        owner_base = _owner_base(place)
        wanted: list[tuple[str, int]] = []
        if is_container_of_gradients(owner_base):
            wanted.append((place.base, 1))
        wanted += parameters_of(place.base)
        for name, sign in wanted:
            match = _best(place, value, by_base.get(name, []), updated)
            if match is not None:
                made.setdefault(place.text, Pair(match[0], place, sign))
                break
        else:
            beside = _in_containers(place, found)
            if beside is not None:
                made.setdefault(place.text, Pair(beside, place))
    return _without_copies(list(made.values()), dict(found_by_text(found)))


def found_by_text(found: Found) -> list[tuple[str, Any]]:
    """What is found, by the text of its place."""
    return [(place.text, value) for place, value in found]


def _owner_base(place: Place) -> str:
    owner = place.owner
    while owner.endswith("]") and "[" in owner:
        owner = owner[: owner.rindex("[")]
    return owner.rpartition(".")[2]


def _best(
    gradient: Place, value: Any, candidates: Sequence[tuple[Place, Any]], updated: Container[str]
) -> tuple[Place, Any] | None:
    """The parameter among several of a fitting name: kept beside the gradient, of its shape."""

    def key(each: tuple[Place, Any]) -> tuple[int, ...]:
        place, other = each
        return (
            place.text == gradient.text,
            np.shape(other) != np.shape(value),
            place.owner not in updated,
            place.owner != gradient.owner,
            place.keys != gradient.keys,
            place.frame != gradient.frame,
            len(place.text),
        )

    usable = [
        each
        for each in candidates
        if each[0].text != gradient.text
        and is_real(each[1])
        and not (each[0].keys and gradient.keys and each[0].keys != gradient.keys)
        and not (_is_attribute(gradient) and each[0].owner != gradient.owner)
    ]
    return min(usable, key=key, default=None)


def _is_attribute(place: Place) -> bool:
    """Whether a place is an attribute of an object, whose gradients stand beside its numbers."""
    return bool(place.owner) and place.text == f"{place.owner}.{place.base}"


def _in_containers(gradient: Place, found: Found) -> Place | None:
    """`params[2]` for `grads[2]`, `weights[0]` for `nabla_w[0]`: by container and number."""
    if not gradient.keys:
        return None
    container = _owner_base(gradient)
    if not is_like_a_gradient(container):
        return None
    stems = [name for name, _ in parameters_of(container)] or [""]
    if is_container_of_gradients(container):
        stems.append("param")
    for place, value in found:
        if not is_real(value):
            continue
        other = _owner_base(place)
        is_other = place.text != gradient.text and other != container
        alike = any(stem and (other.startswith(stem) or stem.startswith(other)) for stem in stems)
        if place.keys == gradient.keys and is_other and alike:
            return place
    return None


def _without_copies(made: list[Pair], values: dict[str, Any]) -> list[Pair]:
    """One pair for each object of a gradient and parameter, however many names it has."""
    seen: set[tuple[int, int]] = set()
    kept: list[Pair] = []
    for pair in sorted(made, key=lambda p: (p.gradient.frame, len(p.gradient.text))):
        gradient, parameter = values[pair.gradient.text], values[pair.parameter.text]
        key = (id(gradient), id(parameter))
        if isinstance(gradient, np.ndarray) and key in seen:
            continue
        seen.add(key)
        kept.append(pair)
    return kept
