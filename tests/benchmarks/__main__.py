"""All benchmarks, one after the other: `python -m tests.benchmarks [NAME]...`, such as `runs long`.

Each prints its tables, and those of `JSON` a line of JSON after them; that takes some minutes.
Figures are ratios measured side by side. What is not installed is left out, with a word.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).parent
JSON = ("runs", "long", "networks", "growth", "starting")


def main() -> int:
    known = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    wanted = sys.argv[1:] or known
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        print(f"there is no benchmark {unknown[0]}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    for package, what in (("torch", "PyTorch"), ("llvmlite", "machine code")):
        if find_spec(package) is None:
            print(f"{what} is left out: {package} is not installed\n", flush=True)
    worst = 0
    for name in wanted:
        print(f"## {name}\n", flush=True)
        command = [sys.executable, str(FOLDER / f"bench_{name}.py")]
        command += ["--json"] if name in JSON else []
        worst = max(worst, subprocess.run(command, check=False).returncode)
        print(flush=True)
    return worst


if __name__ == "__main__":
    sys.exit(main())
