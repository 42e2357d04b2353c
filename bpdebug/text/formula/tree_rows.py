"""The derivative tree line by line: what is open, and what is in each column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bpdebug.debugger.view import Status, View
from bpdebug.text.formula.tree import Rest, TreeNode, children, has_children, numbers_text, rest
from bpdebug.text.numbers import DIGITS, MINUS, number
from bpdebug.text.values import NOT_YET, STALE

MOST_OPEN = 3
"""Of more paths each is closed at first: then they can be compared."""

_WHOLE = 1.005
"""A share that is shown as more than 100 % is greater."""

CANCEL = "paths of opposite sign cancel: a share can be above 100 % or below 0"
"""What is said where it is so."""

Keys = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the tree as it is drawn: `guide` is what is before it.

    `key` tells it from all others, `expandable` whether it has children. A row with `more`
    stands for the children of `node` that are not shown.
    """

    guide: str
    node: TreeNode
    key: tuple[str, ...]
    expandable: bool
    expanded: bool
    more: Rest | None = None


def rows(view: View, top: TreeNode, expanded: Keys, collapsed: Keys) -> Iterator[Row]:
    """The lines of the tree under `top`, from top to bottom.

    The first two levels of a derivative are open unless `collapsed`, deeper ones if
    `expanded`; both hold the keys of rows.
    """

    def lines(
        node: TreeNode, key: tuple[str, ...], before: str, last: bool | None, few: bool
    ) -> Iterator[Row]:
        opens = len(key) == 1 or (len(key) == 2 and bool(node.terms) and few)
        opened = has_children(node) and (key in expanded or (opens and key not in collapsed))
        guide = before + ("" if last is None else "└─ " if last else "├─ ")
        yield Row(guide, node, key, has_children(node), opened)
        if not opened:
            return
        inner = before + ("" if last is None else "   " if last else "│  ")
        below, more = children(view, node), rest(view, node)
        for place, child in enumerate(below, 1):
            final = place == len(below) and more is None
            yield from lines(child, (*key, child.symbol), inner, final, len(below) <= MOST_OPEN)
        if more is not None:
            yield Row(inner + "└─ ", node, (*key, "…"), False, False, more)

    yield from lines(top, (top.symbol,), "", None, True)


@dataclass(frozen=True, slots=True)
class Cells:
    """What is in the columns of a row; empty where there is nothing to say.

    `rule` and `numbers` are empty for a row whose children say it.
    """

    symbol: str
    rule: str
    numbers: str
    value: str
    share: str


def cells(view: View, row: Row, digits: int = DIGITS) -> Cells:
    """The columns of a row, with numbers of `digits` decimals."""
    node, more = row.node, row.more
    if more is not None:
        value = "" if more.value is None else value_text(more.value, more.status, digits)
        words = f"… {more.count} more {more.what}"
        return Cells(f"{words}, sum" if value else words, "", "", value, "")
    value = value_text(node.value, node.status, digits)
    numbers = "" if row.expanded else numbers_text(view, node, digits)
    return Cells(
        symbol=node.symbol,
        rule="" if row.expandable else node.rule,
        numbers="" if numbers == value else numbers,
        value=value,
        share="" if node.share is None else share_text(node.share),
    )


def value_text(value: float, status: Status, digits: int) -> str:
    """A value, marked if it is that from the previous iteration; in words if there is none yet."""
    if status is Status.UNKNOWN:
        return NOT_YET
    return (STALE if status is Status.STALE else "") + number(value, digits)


def share_text(share: float) -> str:
    """A share in percent, with its sign: where paths cancel, one may have more than the whole."""
    percent = 100 * share
    if 0 < abs(percent) < 0.5:
        return "<1 %" if percent > 0 else f">{MINUS}1 %"
    return f"{number(percent, 0)} %"


def shares_note(shares: Iterable[float]) -> str:
    """Why shares are not what one expects of shares, empty if they are."""
    odd = any(share < 0 or share > _WHOLE for share in shares)
    return CANCEL if odd else ""


def point_of(text: str) -> int:
    """How many characters of a number stand before its decimal point."""
    return len(text.partition(".")[0]) if text[-1:].isdigit() else 0
