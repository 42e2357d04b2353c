"""How often right figures of other programs are called wrong, and wrong ones found.

Run `python tests/benchmarks/bench_right_figures.py`. `tests/checks/right_sets.py` says how the sets
are made; in each one gradient is then put off by a tenth.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent))

from checks.right_sets import right_set, spoiled

from bpdebug.checks.figures.figure import Figure
from bpdebug.checks.figures.printed import FigureVerdict, compare
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish

INNOCENT = (FigureVerdict.AGREEMENT, FigureVerdict.ROUNDING)


def accused(debugger: Debugger, figures: list[Figure]) -> set[str]:
    """The figures that are called wrong."""
    found = finish(compare(debugger, figures))
    return {each.figure.name for each in found if each.verdict not in INNOCENT}


def main() -> None:
    """Print the totals, and each set that is judged wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=1000)
    wanted = parser.parse_args().sets
    falsely = made = found = 0
    start = process_time()
    for seed in range(wanted):
        right = right_set(seed)
        if names := accused(right.debugger, right.figures):
            falsely += 1
            print(f"called wrong: {right.how}: {len(names)} figures, such as {min(names)}")
        figures, name = spoiled(right, seed)
        if name:
            made += 1
            if name in accused(right.debugger, figures):
                found += 1
            else:
                print(f"not found: {right.how}: {name}")
    print(f"{wanted} right sets, {falsely} called wrong; {made} wrong figures, {found} found")
    print(f"{process_time() - start:.0f} s of processor time")


if __name__ == "__main__":
    main()
