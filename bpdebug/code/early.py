"""Updates that come too early: what they change is used afterwards as if it were not changed."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.code.iteration import Iteration, Loss
from bpdebug.code.noting import changed_by
from bpdebug.code.search import all_right
from bpdebug.code.source import Site
from bpdebug.code.truth import Slopes

KIND = "an update that comes too early: what it changes is used after it"


def too_early(iteration: Iteration, loss: Loss, slopes: Sequence[Slopes]) -> list[Site]:
    """The updates without which, each alone or else all together, no gradient is wrong."""
    noted = iteration.noted
    if noted is None or not iteration.applies:
        return []
    sites = [each for each in iteration.source.sites if changed_by(each.node) is not None]

    def helps(several: Sequence[Site]) -> bool:
        noted.left_out = frozenset(str(each.line) for each in several)
        try:
            return all_right(iteration, loss, iteration.gradients(), slopes)
        except Exception:
            return False
        finally:
            noted.left_out = frozenset()

    if not helps(sites):
        return []
    return [each for each in sites if helps([each])] or sites
