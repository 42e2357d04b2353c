"""How time and memory grow with parameters, depth, observations, iterations and breakpoints.

    python tests/benchmarks/bench_growth.py [--json] [--plots docs]

One thing grows at a time, each network in a process of its own. With `--plots` time and memory
against parameters are drawn as `growth-time.svg` and `growth-memory.svg` in a folder.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from bench_networks import session

from bpdebug.debugger.breakpoints import parse_breakpoint
from bpdebug.debugger.debugger import Debugger
from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session

GROWTH = {
    "parameters": [
        ("8-4-2", 1),
        ("40-20-10", 1),
        ("120-75-10", 1),
        ("390-250-10", 1),
        ("1250-790-10", 1),
    ],
    "depth": [("-".join(["8"] * depth), 1) for depth in (2, 3, 5, 8, 10)],
    "observations": [("16-16-4", count) for count in (1, 4, 16, 64, 256)],
}
"""What grows, in networks with this many observations."""

COUNTS = ("parameters", "equations", "observations", "steps")
BREAKPOINTS = (0, 1, 4, 16, 64)
LENGTHS = (100, 1_000, 10_000, 100_000)
SECONDS = 0.2


def measured(path: Path, observations: int) -> dict[str, float]:
    """An iteration of a network: seconds, and what opening it and its states take."""
    begun = process_time()
    opened = open_session(path).debugger
    seconds, program = process_time() - begun, opened.program
    return {
        "parameters": len(program.parameter_slots()),
        "equations": len(program.statements),
        "observations": observations,
        "steps": program.steps,
        "open": seconds,
        "iteration": running(opened, ()),
        "state": program.start.nbytes,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def running(opened: Debugger, breakpoints: Sequence[str], iterations: int = 0) -> float:
    """Seconds that an iteration of a run takes; of a number of iterations, or of a short time."""
    count, spent = iterations or 20, 0.0
    while True:
        debugger = Debugger(opened.program, count)
        for each in breakpoints:
            debugger.add_breakpoint(parse_breakpoint(each))
        begun = process_time()
        debugger.run()
        spent = process_time() - begun
        assert debugger.position == debugger.end
        if iterations or spent > SECONDS:
            return spent / count
        count *= 4


def child(path: Path, observations: int) -> dict[str, float]:
    """The same in another process."""
    command = [sys.executable, __file__, "--child", str(path), str(observations)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def plot(title: str, unit: str, points: Sequence[tuple[float, float]], law: float) -> str:
    """Points on logarithmic axes, and a line of the slope that they should follow, as SVG."""
    width, height, left, top, low = 480, 300, 70, 36, 44
    spans = []
    for axis in (0, 1):
        logs = [math.log10(point[axis]) for point in points]
        spans.append((math.floor(min(logs)), math.ceil(max(logs))))

    def at(x: float, y: float) -> tuple[float, float]:
        along = (math.log10(x) - spans[0][0]) / (spans[0][1] - spans[0][0])
        up = (math.log10(y) - spans[1][0]) / (spans[1][1] - spans[1][0])
        return left + along * (width - left - 20), height - low - up * (height - low - top)

    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{left}" y="20" font-weight="bold">{title}</text>',
        f'<text x="{width - 20}" y="{height - 8}" text-anchor="end">parameters</text>',
    ]
    for power in range(spans[0][0], spans[0][1] + 1):
        x, y = at(10.0**power, 10.0 ** spans[1][0])
        rows.append(f'<path d="M{x:.1f} {y:.1f}V{top}" stroke="#ddd"/>')
        rows.append(f'<text x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">1e{power}</text>')
    for power in range(spans[1][0], spans[1][1] + 1):
        x, y = at(10.0 ** spans[0][0], 10.0**power)
        rows.append(f'<path d="M{x:.1f} {y:.1f}H{width - 20}" stroke="#ddd"/>')
        rows.append(
            f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">1e{power} {unit}</text>'
        )
    last_x, last_y = points[-1]
    start = max(points[0][0], last_x * (10.0 ** spans[1][0] / last_y) ** (1 / law))
    (x1, y1), (x2, y2) = at(start, last_y * (start / last_x) ** law), at(last_x, last_y)
    rows.append(
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#888" stroke-dasharray="4"/>'
    )
    line = "L".join("{:.1f} {:.1f}".format(*at(*point)) for point in points)
    rows.append(f'<path d="M{line}" fill="none" stroke="#0050a0" stroke-width="2"/>')
    for point in points:
        x, y = at(*point)
        rows.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#0050a0"/>')
    return "\n".join([*rows, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plots", type=Path)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(measured(Path(arguments.child[0]), int(arguments.child[1]))))
        return
    found: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for what, cases in GROWTH.items():
            found[what] = [
                child(session(Path(folder), layers, count), count) for layers, count in cases
            ]
    blog = open_session(find_session("blog")).debugger
    floor = running(blog, (), 20_000)
    armed = {}
    for count in BREAKPOINTS:
        conditions = [f"w7 write if w7 < -{number}" for number in range(1, count + 1)]
        armed[count] = running(blog, conditions, 20_000) / floor
    lengths = {n: running(blog, (), n) / floor for n in LENGTHS}
    for what, rows in found.items():
        print(f"Growing: {what}\n")
        units = ("open, ms", "iteration, ms", "ns a step", "state, MB", "process, MB")
        print(f"| {' | '.join((*COUNTS, *units))} |\n|{'---:|' * 9}")
        for each in rows:
            cells = [f"{each[name]:,.0f}" for name in COUNTS]
            cells += [f"{each['open'] * 1e3:.1f}", f"{each['iteration'] * 1e3:.3f}"]
            cells += [f"{each['iteration'] / each['steps'] * 1e9:.2f}"]
            cells += [f"{each['state'] / 1e6:.3f}", f"{each['memory'] / 1e6:.0f}"]
            print(f"| {' | '.join(cells)} |")
        print()
    print("| conditions armed | a run of blog, beside one without |\n|---:|---:|")
    for number, ratio in armed.items():
        print(f"| {number} | {ratio:.2f} |")
    print("\n| iterations | time of each, beside those of a run of 20,000 |\n|---:|---:|")
    for number, ratio in lengths.items():
        print(f"| {number:,} | {ratio:.2f} |")
    if arguments.json:
        print(json.dumps(found | {"breakpoints": armed, "iterations": lengths}))
    if arguments.plots:
        rows = found["parameters"]
        time = [(each["parameters"], each["iteration"] * 1e3) for each in rows]
        memory = [(each["parameters"], each["memory"] / 1e6) for each in rows]
        title = "An iteration of a run; dashed: proportional to parameters"
        (arguments.plots / "growth-time.svg").write_text(plot(title, "ms", time, 1.0))
        title = "Memory of the process; dashed: proportional to parameters"
        (arguments.plots / "growth-memory.svg").write_text(plot(title, "MB", memory, 1.0))


if __name__ == "__main__":
    main()
