"""The derivative tree: the chain rule with its numbers, for any operation.

A derivative is a sum over paths from E, each a product. Its factors are derivatives again,
down to those that the equations give directly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from bpdebug.debugger.covering import HINTS_FOR_NUMBERS, HINTS_FOR_RULE
from bpdebug.debugger.view import Status, View
from bpdebug.notation.equation import symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference, Symbol
from bpdebug.notation.tree import Expression, Terms
from bpdebug.numerics import scalar
from bpdebug.program.formula import Formula, evaluate, formula, total_of, with_values
from bpdebug.program.program import Phase
from bpdebug.text.formula.gathered import carried, is_chain, is_gathered, signed_terms
from bpdebug.text.formula.operation import terms_left_out
from bpdebug.text.formula.worked import cut, cut_within
from bpdebug.text.numbers import DIGITS, with_numbers

MOST_CHILDREN = 10
"""Of more children only this many are shown, with a line that says what the others come to."""


@dataclass(frozen=True)
class TreeNode:
    """A line of the tree.

    `symbol` is what it is about (`dE/do1`, or for a path the way it takes), `equal` what that
    is equal to, in symbols or as a formula, `slot` where its value lies (None for a constant, a
    path or a term). `share` is a path's share of the whole, if that means anything.
    """

    symbol: str
    equal: str | Formula
    value: float
    status: Status
    slot: int | None = None
    share: float | None = None
    written: Formula | None = field(default=None, repr=False)
    terms: tuple[Expression, ...] = field(default=(), repr=False)

    @cached_property
    def rule(self) -> str:
        """What it is equal to in symbols. Of what has its children below it nobody sees that."""
        return self.equal if isinstance(self.equal, str) else rule_text(self.equal)


@dataclass(frozen=True, slots=True)
class Rest:
    """The children of a node that are not shown: how many there are, what they are, and for
    terms of a sum what they come to, added up from the left like the sum itself.
    """

    count: int
    what: str
    value: float | None
    status: Status


def root(view: View, slot: int) -> TreeNode:
    """The tree's first line for the element in `slot`."""
    program = view.program
    operation = int(program.written_at[slot])
    if not operation:
        return TreeNode(program.name(slot), "", view.value(slot), view.status(slot), slot)
    done = view.done
    written = done if done and done.slot == slot else formula(program, operation)
    return TreeNode(
        to_text(written.equation.target, "unicode"),
        "" if view.hides(slot, HINTS_FOR_RULE) else written,
        view.value(slot),
        view.status(slot),
        slot,
        written=None if view.hides(slot, HINTS_FOR_NUMBERS) else written,
    )


def children(view: View, node: TreeNode) -> list[TreeNode]:
    """What a node is computed from: paths or terms, factors, or the quantities of its rule."""
    if node.written is None:
        return []
    paths = _paths(node)
    if len(paths) > 1:
        return [_path(view, node, path) for path in paths[:MOST_CHILDREN]]
    return [_factor(view, node.written, each) for each in _factors(node, paths)[:MOST_CHILDREN]]


def has_children(node: TreeNode) -> bool:
    """Whether `children` would find any."""
    if node.written is None:
        return False
    paths = _paths(node)
    return len(paths) > 1 or bool(_factors(node, paths))


def rest(view: View, node: TreeNode) -> Rest | None:
    """What `children` leaves out, None if that is nothing."""
    if node.written is None:
        return None
    paths = _paths(node)
    if len(paths) > 1:
        count, what = len(paths) - MOST_CHILDREN, "term"
        if isinstance(node.written.equation.target, Derivative) and not gathered_note(view, node):
            what = "path"
        if count <= 0:
            return None
        read, read_all = view.reader(node.written), partial(view.read_all, node.written)
        value = total_of(paths, MOST_CHILDREN, read, read_all)
        # Going through a long sum takes long, and mostly everything is there.
        status = Status.CURRENT
        if not _all_there(view, node.written):
            left = paths[MOST_CHILDREN:]
            # One is not a sum, as an expression.
            status = _worst(view, node.written, Terms(left) if count > 1 else left[0])
        return Rest(count, what if count == 1 else f"{what}s", value, status)
    count = len(_factors(node, paths)) - MOST_CHILDREN
    if count <= 0:
        return None
    return Rest(count, "quantity" if count == 1 else "quantities", None, Status.CURRENT)


def gathered_note(view: View, node: TreeNode) -> str:
    """`two terms (four paths)`, where terms are not paths; empty where they are."""
    if node.written is None or not isinstance(node.written.equation.target, Derivative):
        return ""
    terms = _paths(node)
    if len(terms) < 2:
        return ""
    return carried(view.program, node.written, len(terms))


def rule_text(written: Formula) -> str:
    """The right-hand side of a formula in symbols, without the end of a long sum."""
    tree, left_out = cut(written.equation.value)
    return to_text(cut_within(tree), "unicode") + terms_left_out(left_out)


def numbers_text(view: View, node: TreeNode, digits: int = DIGITS) -> str:
    """A node's rule with the numbers it was computed from.

    Empty for what is not computed, not yet, or not the value that is there.
    """
    written = node.written
    if written is None or node.status is not Status.CURRENT:
        return ""
    if node.slot is not None and view.edited(node.slot):
        return ""
    tree, left_out = cut(node.terms[0] if node.terms else written.equation.value)
    put_in = cut_within(with_values(tree, view.reader(written), 0))
    phase = view.program.statement(int(view.program.written_at[written.slot])).phase
    chained = phase in (Phase.BACKWARD, Phase.UPDATE)
    return with_numbers(put_in, digits, chained) + terms_left_out(left_out)


def _paths(node: TreeNode) -> Sequence[Expression]:
    """The terms of a node's rule: one for each path if it is a derivative."""
    if node.written is None or node.terms:
        return node.terms
    value = node.written.equation.value
    if not isinstance(node.written.equation.target, Derivative):
        # Short enough, all its operands are seen at once.
        long = isinstance(value, Terms) and len(value.terms) > MOST_CHILDREN
        return value.terms if isinstance(value, Terms) and long else (value,)
    terms = signed_terms(value)
    return terms if any(map(is_chain, terms)) else (value,)


def _factors(node: TreeNode, paths: Sequence[Expression]) -> list[Symbol]:
    """What a product, or a rule that is not a sum of paths, is computed from."""
    assert node.written is not None
    found = list(dict.fromkeys(symbol for path in paths for symbol in symbols(path)))
    derivatives = [symbol for symbol in found if isinstance(symbol, Derivative)]
    if derivatives or isinstance(node.written.equation.target, Derivative):
        return list[Symbol](derivatives)
    return found


def _path(view: View, node: TreeNode, term: Expression) -> TreeNode:
    written = node.written
    assert written is not None
    target = written.equation.target
    if not isinstance(target, Derivative) and isinstance(term, Reference | Derivative):
        return _factor(view, written, term)
    value = evaluate(term, view.reader(written))
    status = _worst(view, written, term)
    text = to_text(term, "unicode")
    if not isinstance(target, Derivative):
        return TreeNode(text, "", value, status, written=written, terms=(term,))
    share = _share(view, node, value)
    if not is_chain(term):
        way = f"{to_text(target.of, 'unicode')} → {to_text(target.by, 'unicode')} directly"
        return TreeNode(way, text, value, status, share=share)
    way = _way(view, written, term)
    return TreeNode(way, text, value, status, share=share, written=written, terms=(term,))


def _share(view: View, node: TreeNode, product: float) -> float | None:
    """A path's share of the sum; None where that says nothing.

    So it is of a sum of zero, of one that is not there or of before, and of one that somebody
    has put another value for.
    """
    assert node.slot is not None
    if node.status is not Status.CURRENT or node.value == 0 or view.edited(node.slot):
        return None
    share = scalar.divide(product, node.value)
    return share if math.isfinite(share) else None


def _way(view: View, written: Formula, term: Expression) -> str:
    """The way a path takes: `E → o1 → zo1 → h1`.

    `E ⋯ h1` says that several paths are gathered in the first factor.
    """
    factors = [symbol for symbol in symbols(term) if isinstance(symbol, Derivative)]
    names = [to_text(factor.by, "unicode") for factor in factors]
    gathered = is_gathered(view.program, written.operands[factors[0]])
    start = to_text(factors[0].of, "unicode") + (" ⋯ " if gathered else " → ")
    return start + " → ".join(names)


def _worst(view: View, written: Formula, term: Expression) -> Status:
    """The status of what a term is computed from that is there the least."""
    written_at = view.program.written_at
    operands = {written.operands[symbol] for symbol in symbols(term)}
    late = [
        each for each in operands if isinstance(each, int) and written_at[each] > view.operation
    ]
    found = {view.status(slot) for slot in late}
    for status in (Status.UNKNOWN, Status.STALE):
        if status in found:
            return status
    return Status.CURRENT


def _all_there(view: View, written: Formula) -> bool:
    """Whether all that a formula reads is current."""
    written_at, slots = view.program.written_at, written.slots_read
    unwritten = slots[written_at[slots] > view.operation]
    # What one statement writes later is all there or all not.
    _, firsts = np.unique(view.program.statement_of[written_at[unwritten] - 1], return_index=True)
    return all(view.status(int(unwritten[first])) is Status.CURRENT for first in firsts)


def _factor(view: View, written: Formula, symbol: Symbol) -> TreeNode:
    operand = written.operands[symbol]
    name = to_text(symbol, "unicode")
    value = view.reader(written)(symbol)
    if not isinstance(operand, int):
        return TreeNode(name, "", value, Status.GIVEN)
    program = view.program
    operation = int(program.written_at[operand])
    target = program.name(operand)
    if isinstance(symbol, Derivative) and target != to_text(symbol):
        # A leaf: the derivative is just another quantity.
        return TreeNode(name, target, value, view.status(operand), operand)
    assigned = operation and program.statement(operation).equation.assigns
    if not operation or (isinstance(symbol, Reference) and assigned):
        return TreeNode(name, "", value, view.status(operand), operand)
    if view.hides(operand, HINTS_FOR_NUMBERS):
        return TreeNode(name, "", value, view.status(operand), operand)
    inner = formula(program, operation)
    return TreeNode(name, inner, value, view.status(operand), operand, written=inner)
