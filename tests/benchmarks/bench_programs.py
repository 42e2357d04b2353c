"""How often `bpdebug check net.py` names the line that was changed, and how long it takes.

    python tests/benchmarks/bench_programs.py [--most 12] [--only NAME] [--seed 0] [FOLDER]

Without a folder on mutants of the programs in `tests/code/programs`; with one on its `*.py`, those
of which the JSON beside them has a `line` (and `also`) being wrong, the others right.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "code"))

from mutants import PROGRAMS, mutants

from bpdebug.code.asking import asking
from bpdebug.code.options import SECONDS, Options

Case = tuple[str, str, str, set[int]]
"""A name, an operator, the text of the program, the lines that are wrong."""


def own(most: int, only: str, seed: int) -> Iterator[Case]:
    """The right programs, each with mutants of it."""
    for path in sorted(PROGRAMS.glob("*.py")):
        if only not in path.stem:
            continue
        yield path.stem, "", path.read_text(), set()
        for each in mutants(path, most, seed):
            yield f"{path.stem}: {each.was} -> {each.now}", each.operator, each.text, each.lines


def given(folder: Path, only: str) -> Iterator[Case]:
    """The programs of a folder."""
    for path in sorted(folder.glob("*.py")):
        beside = path.with_suffix(".json")
        fields: dict[str, Any] = json.loads(beside.read_text()) if beside.exists() else {}
        lines = {fields["line"], *fields["also"]} if "line" in fields else set()
        if only in path.stem:
            yield path.stem, str(fields.get("operator", "")), path.read_text(), lines


def judged(text: str, seconds: float) -> tuple[dict[str, Any], float]:
    """The verdict, and the seconds of processor time that it took."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.py"
        path.write_text(text)
        before = _spent()
        record: dict[str, Any] = {}
        for stage in asking(str(path), Options(seconds=seconds)):
            record |= stage
        return record, _spent() - before


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def outcome(record: dict[str, Any], wanted: set[int]) -> str:
    """What a verdict is worth."""
    lines = [each["line"] for each in record.get("findings", [])]
    if "gradients" not in record:
        return "refused"
    if not wanted:
        return "right" if record["ok"] else "false alarm"
    if record["ok"]:
        return "not seen"
    if not lines:
        return "no line"
    if lines[0] in wanted:
        return "first"
    return "in three" if wanted & set(lines[:3]) else "wrong line"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--most", type=int, default=12)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    if arguments.folder:
        cases = given(arguments.folder, arguments.only)
    else:
        cases = own(arguments.most, arguments.only, arguments.seed)
    counts: Counter[str] = Counter()
    seconds = []
    for name, operator, text, wanted in cases:
        record, spent = judged(text, arguments.seconds)
        found = outcome(record, wanted)
        counts[("mutant: " if wanted else "program: ") + found] += 1
        seconds.append(spent)
        if arguments.verbose or found not in ("first", "right"):
            lines = [(e["line"], e["kind"]) for e in record.get("findings", [])][:3]
            why = record.get("refused", "")
            told = f"{sorted(wanted)} {lines} {spent:.1f} s {why}"
            print(f"{found}: {name} [{operator}] {told}", flush=True)
    seconds.sort()
    for key, number in sorted(counts.items()):
        print(f"{key:24} {number}")
    print(
        f"processor time: median {seconds[len(seconds) // 2]:.1f} s, "
        f"95 % {seconds[int(0.95 * len(seconds))]:.1f} s, most {seconds[-1]:.1f} s"
    )


if __name__ == "__main__":
    main()
