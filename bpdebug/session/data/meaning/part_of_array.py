"""Rows of arrays, whose names have fewer indices than there are axes: `dx[1][2] = [0.1 0.2]`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpdebug.checks.figures.figure import FigureError
from bpdebug.program.program import Program
from bpdebug.session.data.meaning.names import meaning_of
from bpdebug.session.data.meaning.roles import Roles
from bpdebug.session.data.written import Written


def elements_of_row(program: Program, roles: Roles, each: Written) -> Iterator[Written]:
    """What is written, number by number if it is a row along the last axis of a quantity.

    Only programs write so, and their indices count from 0. Anything else stays as it is.
    """
    if not each.name.endswith("]") or each.size < 2 or max(each.shape, default=0) != each.size:
        yield each
        return
    try:
        meaning_of(program, roles, each.name, each.shape)
    except FigureError:
        pass
    else:
        yield each
        return
    try:
        first = meaning_of(program, roles, f"{each.name}[0]", ())
    except FigureError:
        yield each
        return
    indices, shape = first.indices or (), first.quantity.shape
    if len(indices) != len(shape) or each.size != shape[-1]:
        yield each
        return
    for place in range(each.size):
        yield replace(
            each,
            name=f"{each.name}[{place}]",
            shape=(),
            texts=each.texts[place : place + 1],
            values=None if each.values is None else each.values.ravel()[place : place + 1],
            last=False,
        )
