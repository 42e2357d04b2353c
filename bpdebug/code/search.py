"""Looking for the line: which single change makes all gradients right."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import count, islice
from typing import Any

from bpdebug.code.alone import Alone
from bpdebug.code.changes import CHEAPEST, CHEAPEST_GROWN, grown_edits, plain_edits
from bpdebug.code.coverage import Covered, covered
from bpdebug.code.edits import Edit, Scope
from bpdebug.code.iteration import Iteration, Loss
from bpdebug.code.names import called
from bpdebug.code.repair import Repairs
from bpdebug.code.scopes import Fit, scope_of
from bpdebug.code.source import Site
from bpdebug.code.suspicion import Known, Suspicion
from bpdebug.code.truth import Slopes, Verdict, judged


@dataclass(frozen=True)
class Repair:
    """A change that makes all gradients right.

    `cost` says how unusual it is at this place, `right` how many statements are known to be right
    with it; `is_known` if what it puts in stands elsewhere in the program, too; `is_shared` if the
    loss executes the statement, too; `uses` if it puts in what the function computes and never
    reads.
    """

    edit: Edit
    cost: float
    right: int = 0
    is_known: bool = False
    is_shared: bool = False
    uses: bool = False

    @property
    def order(self) -> tuple[float, ...]:
        """The likelier one comes first: with more that is right, then with a more usual slip, and
        one that somebody had to write in a suspicious place.
        """
        suspicion = self.cost - self.edit.price
        return (
            self.is_shared,
            -self.right,
            self.edit.price + suspicion / 2 - _KNOWN * self.is_known,
        )


@dataclass
class Search:
    """What was found, and how many changes were tried."""

    repairs: list[Repair] = field(default_factory=list)
    tried: int = 0
    suspects: list[Site] = field(default_factory=list)


def search(
    iteration: Iteration,
    loss: Loss,
    slopes: Sequence[Slopes],
    suspicion: Suspicion,
    known: Known,
    right_with: Callable[[Edit], int],
    seconds: float,
) -> Search:
    """Try the changes of all statements that the backward pass executes, likeliest first.

    `right_with` says how many statements are known to be right with an edit made: of two that make
    all gradients right, the one that makes more of the way there right is the better.
    """
    found = Search()
    deadline = time.process_time() + seconds
    whole = covered(iteration.source.path, iteration.gradients)
    only_loss = covered(iteration.source.path, lambda: iteration.loss(loss))
    suspects = _suspects(iteration, whole, only_loss, suspicion)
    found.suspects = [each.site for each in suspects]
    repairs = Repairs(iteration)
    usual = iteration.loss(loss)
    best = float("inf")
    repaired: set[int] = set()
    alone = Alone(found.suspects, iteration.source.path, iteration.gradients, known)
    suspects = [
        _Suspect(s.site, min(s.suspicion, _TURNED + suspicion.reach(s.site)))
        if id(s.site.node) in alone.turned
        else s
        for s in suspects
    ]
    suspects.sort(key=lambda each: each.suspicion)
    found.suspects = [each.site for each in suspects]
    scopes = _Scopes(iteration, whole)

    def repair(edit: Edit, cost: float) -> Repair:
        shared = any(n in only_loss.lines for n in range(edit.site.line, edit.site.last_line + 1))
        new = {n.id for n in ast.walk(edit.new or ast.Pass()) if isinstance(n, ast.Name)}
        uses = bool(new & scopes.of(edit.site)[0].unused)
        return Repair(edit, cost, right_with(edit), _is_known(edit, iteration), shared, uses)

    def attempt(edit: Edit, cost: float) -> bool:
        nonlocal best
        if id(edit.site.node) in repaired:
            return False
        found.tried += 1
        if not _is_right(repairs, edit, iteration, loss, slopes, usual):
            return False
        found.repairs.append(repair(edit, cost))
        repaired.add(id(edit.site.node))
        best = min(best, cost)
        return True

    end = time.process_time() + seconds / 3

    def is_over(cost: float) -> bool:
        return cost > best + _SLACK or time.process_time() > end

    for cost, edit in _likely(suspects, scopes, alone, is_over):
        attempt(edit, cost)
    if found.repairs:
        deadline = min(deadline, time.process_time() + _LONGER)
    for cost, edit in _in_order(suspects, scopes):
        now = time.process_time()
        if now > deadline or cost > best + _SLACK:
            break
        if attempt(edit, cost) and len(found.repairs) == 1:
            deadline = min(deadline, now + _LONGER)
    found.repairs.sort(key=lambda each: each.order)
    return found


_TURNED = 0.2
"""Suspicion of a statement whose value is right at first, and later is not."""

_SLACK = 0.9
"""How much dearer a repair may be than the best to be looked for, too."""

_KNOWN = 0.6
"""How much likelier something is that stands elsewhere in the program."""

_USES = 0.6
"""How much likelier something is that would else be of no use."""

_LONGER = 1.0
"""Seconds that others are looked for once there is one."""


@dataclass(frozen=True)
class _Suspect:
    site: Site
    suspicion: float


def _suspects(
    iteration: Iteration, whole: Covered, only_loss: Covered, suspicion: Suspicion
) -> list[_Suspect]:
    """The statements that are executed, the most suspicious first."""
    executed = []
    defined = iteration.source.defined
    for site in iteration.source.sites:
        span = range(site.line, site.last_line + 1)
        if any(line in whole.lines for line in span):
            shared = any(line in only_loss.lines for line in span)
            calls = called(getattr(site.node, "value", site.node)) in defined
            more = _SHARED * shared + _CALLS * calls
            executed.append(_Suspect(site, suspicion(site) + more))
    return sorted(executed, key=lambda each: each.suspicion)


_CALLS = 0.2
"""What is added for a statement that has the value of a function of the program's own."""

_SHARED = 1.5
"""What is added for a statement that the loss executes, too."""


class _Scopes:
    """What may be in each statement, found when it is asked for."""

    def __init__(self, iteration: Iteration, whole: Covered) -> None:
        self._iteration, self._whole = iteration, whole
        self._made: dict[int, tuple[Scope, Fit]] = {}

    def of(self, site: Site) -> tuple[Scope, Fit]:
        """The names for a statement, and whether an edit of it fits."""
        key = id(site.node)
        if key not in self._made:
            scope = scope_of(site, self._iteration, self._whole)
            self._made[key] = scope, Fit(site, self._iteration, self._whole)
        return self._made[key]


def _likely(
    suspects: Sequence[_Suspect],
    scopes: _Scopes,
    alone: Alone,
    is_over: Callable[[float], bool],
) -> Iterator[tuple[float, Edit]]:
    """The edits that make their statement compute a derivative, the cheapest first, up to a cost at
    which it `is_over`.
    """
    # Where one function does all, the loss executes the backward pass, too.
    most = _MOST_SUSPICION + min((each.suspicion for each in suspects), default=0)
    usable = (s for s in suspects if s.suspicion < most and alone.knows(s.site))
    nearest = list(islice(usable, _MOST_ALONE))
    return _in_order(nearest, scopes, alone.is_right, is_over)


_MOST_SUSPICION, _MOST_ALONE = 1.5, 24
"""Which statements are changed alone: how much their suspicion may add, and how many."""


def _in_order(
    suspects: Sequence[_Suspect],
    scopes: _Scopes,
    fits: Callable[[Edit], bool] | None = None,
    is_over: Callable[[float], bool] = lambda cost: False,
) -> Iterator[tuple[float, Edit]]:
    """All edits, the cheapest first, suspicion included; made only when they are reached."""
    waiting = [(s.suspicion + CHEAPEST, n, False) for n, s in enumerate(suspects)]
    waiting += [(s.suspicion + CHEAPEST_GROWN, n, True) for n, s in enumerate(suspects)]
    heapify(waiting)
    heap: list[tuple[float, int, int, Edit]] = []
    counter = count()
    while waiting or heap:
        while waiting and (not heap or waiting[0][0] <= heap[0][0]):
            _, n, grown = heappop(waiting)
            site = suspects[n].site
            scope, _ = scopes.of(site)
            for edit in (grown_edits if grown else plain_edits)(site, scope):
                heappush(heap, (suspects[n].suspicion + edit.price, next(counter), n, edit))
        if heap:
            cost, _, n, edit = heappop(heap)
            if is_over(cost):
                return
            if (fits or scopes.of(suspects[n].site)[1])(edit):
                yield cost, edit


def _is_right(
    repairs: Repairs,
    edit: Edit,
    iteration: Iteration,
    loss: Loss,
    slopes: Sequence[Slopes],
    usual: float,
) -> bool:
    gradients = repairs.gradients(edit)
    if gradients is None or not all_right(iteration, loss, gradients, slopes):
        return False
    try:
        with repairs.made(edit):
            return iteration.loss(loss) == usual
    except Exception:
        return False


def _is_known(edit: Edit, iteration: Iteration) -> bool:
    if not isinstance(edit.new, ast.BinOp | ast.Call):
        return False
    text = ast.unparse(edit.new)
    return any(
        type(each) is type(edit.new) and ast.unparse(each) == text
        for each in ast.walk(iteration.source.tree)
    )


def all_right(
    iteration: Iteration, loss: Loss, gradients: Mapping[str, Any], slopes: Sequence[Slopes]
) -> bool:
    """Whether no gradient is known to be wrong."""
    verdicts = judged(iteration, loss, gradients, slopes)
    return all(each in (Verdict.RIGHT, Verdict.UNSURE) for each in verdicts.values())
