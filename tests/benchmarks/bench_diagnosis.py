"""How often the diagnosis names the mistake that was made, and how long it takes.

Run `python tests/benchmarks/bench_diagnosis.py`. Each mistake of the catalogue is made in each of
twelve models, in a way chosen by a fixed seed among those that change the figures; the loss, all
gradients and all new parameters of two iterations are printed with this many decimals, and the
diagnosis is asked. What changes no figure by more than rounding on the way can is not counted. The
same for somebody who rounds every result to four decimals before going on. Then pairs of mistakes,
and figures without one: straight from the true numbers, from somebody who rounds every result
before going on, and with a digit mistyped.

With `--real` it is asked about mistakes that were not planted: those of `slipped.py`, and with
`--corpus FOLDER` those of real people, a folder each.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import corpus
import numpy as np

from bpdebug.checks.diagnosis.causes import Diagnosis, Made
from bpdebug.checks.diagnosis.diagnosis import diagnosing
from bpdebug.checks.diagnosis.trial import Trial
from bpdebug.checks.figures.figure import Figure, make_figure
from bpdebug.checks.figures.printed import compare
from bpdebug.checks.mistakes.alteration import Alteration, Mistake
from bpdebug.checks.mistakes.catalogue import CATALOGUE, NAMED, ROUNDED
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.state import finish
from bpdebug.models.model import ModelError
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind
from bpdebug.session.bundled import bundled_sessions
from bpdebug.session.file.read import parse_session, read_session
from bpdebug.session.model.assemble import make_debugger

BUNDLED = (
    *("blog", "two-two-two", "blog-cross-entropy", "blog-observations"),
    *("xor", "softmax", "recurrent", "layer-norm"),
)

DECIMALS = (4, 6, 9)
TYPOS = 2
ITERATIONS = 2


def _layers(*layers: tuple[str, int, str], bias: str = "unit") -> list[dict[str, object]]:
    return [{"name": n, "units": u, "activation": a, "bias": bias} for n, u, a in layers]


def _spec(
    layers: list[dict[str, object]],
    optimizer: Mapping[str, object],
    observations: int,
    **model: object,
) -> dict[str, Any]:
    """A session with numbers from a fixed seed."""
    rng = random.Random(7)

    def number() -> float:
        return round(rng.uniform(-1, 1), 2)

    def rows(count: int, width: int) -> list[list[float]]:
        return [[number() for _ in range(width)] for _ in range(count)]

    sizes = [int(str(each["units"])) for each in layers]
    x, t = rows(observations, sizes[0]), rows(observations, sizes[-1])
    parameters: dict[str, object] = {}
    for depth, (below, size) in enumerate(pairwise(sizes), start=1):
        parameters[f"W{depth}"] = rows(below, size)
        if layers[depth]["bias"] == "unit":
            parameters[f"B{depth}"] = [number() for _ in range(size)]
        else:
            parameters[f"b{depth}"] = number()
    several = observations > 1
    return {
        "format": "bpdebug-session",
        "version": "1.2",
        "model": {"layers": layers, **model},
        "inputs": {"x": x if several else x[0]},
        "targets": {"t": t if several else t[0]},
        "parameters": parameters,
        "optimizer": dict(optimizer),
        "iterations": 10,
    }


def own_models() -> dict[str, dict[str, Any]]:
    """Models for what no bundled session has: optimizers, activations, more layers, means."""
    adam = {"method": "adam", "settings": {"learning_rate": 0.01}}
    momentum = {"method": "momentum", "settings": {"learning_rate": 0.1}}
    rmsprop = {"method": "rmsprop", "settings": {"learning_rate": 0.01}}
    decay = {"method": "gradient descent with weight decay", "settings": {"learning_rate": 0.1}}
    return {
        "tanh, adam": _spec(_layers(("x", 3, ""), ("h", 3, "tanh"), ("o", 2, "sigmoid")), adam, 1),
        "silu, momentum, mean of 3": _spec(
            _layers(("x", 2, ""), ("h", 2, "silu"), ("o", 2, "identity")),
            momentum,
            3,
            loss="half squared error",
            reduction="mean",
        ),
        "softplus, rmsprop": _spec(
            _layers(("x", 2, ""), ("h", 3, "softplus"), ("o", 1, "sigmoid"), bias="shared"),
            rmsprop,
            1,
            loss="squared error",
        ),
        "three layers, weight decay": _spec(
            _layers(("x", 2, ""), ("g", 2, "tanh"), ("h", 2, "sigmoid"), ("o", 2, "tanh")),
            decay,
            1,
        ),
    }


def models() -> Iterator[tuple[str, Debugger]]:
    """The twelve models by name."""
    paths = bundled_sessions()
    for name in BUNDLED:
        yield name, make_debugger(read_session(paths[name]), name)
    for name, spec in own_models().items():
        for layer in spec["model"]["layers"]:
            layer["activation"] = layer["activation"] or "identity"
        yield name, make_debugger(parse_session(json.dumps(spec), name), name)


def reported(program: Program) -> list[str]:
    """What somebody hands in: the loss, all gradients, all new parameters."""
    wanted = (Kind.GRADIENT, Kind.PARAMETER)
    names = [program.model.loss]
    for quantity in program.of_kind(*wanted):
        trained = [n for n in quantity.places if program.written_at[program.slot_named(n)]]
        names += trained
    return names


def printed(
    program: Program, numbers: Mapping[tuple[str, int], float], decimals: int
) -> list[Figure]:
    """Numbers as figures with this many decimals."""
    return [
        make_figure(program, name, f"{value:.{decimals}f}", iteration, "made")
        for (name, iteration), value in numbers.items()
    ]


def numbers_of(trial: Trial, names: Sequence[str]) -> dict[tuple[str, int], float]:
    """The numbers of some elements after each iteration."""
    found = {}
    for row, memory in enumerate(trial.run()):
        for name in names:
            slot = trial.program.slot_named(name)
            if slot is not None:
                found[name, row + 1] = float(memory[slot])
    return found


@dataclass(frozen=True)
class Result:
    """What came of one mistake made in one model."""

    first: bool
    among: bool
    seconds: float
    named: bool


@dataclass(frozen=True)
class Case:
    """A model with the numbers that are right."""

    model: str
    debugger: Debugger
    names: list[str]
    trial: Trial
    true: dict[tuple[str, int], float]

    @classmethod
    def of(cls, model: str, debugger: Debugger) -> Case:
        """The case of a model, from its start."""
        program = debugger.program
        before = debugger.history.state(0).copy()
        program.load_observations(before, 1)
        trial = Trial(program, before, 1, ITERATIONS)
        names = reported(program)
        return cls(model, debugger, names, trial, numbers_of(trial, names))


def ask(debugger: Debugger, figures: Sequence[Figure]) -> tuple[Diagnosis | None, float]:
    """The diagnosis of some figures, and how long it took."""
    started = perf_counter()
    comparisons = finish(compare(debugger, figures))
    return finish(diagnosing(debugger, comparisons)), perf_counter() - started


def planted(
    trial: Trial, mistake: Mistake, names: Sequence[str], true: Mapping[tuple[str, int], float]
) -> Iterator[tuple[Alteration, dict[tuple[str, int], float]]]:
    """Ways of making a mistake with the numbers that come of it, in a shuffled order."""
    ways = list(mistake.alterations(trial.program))
    random.Random(mistake.name).shuffle(ways)
    for way in ways:
        try:
            numbers = numbers_of(trial.altered(way), names)
        except ModelError:
            continue
        if all(np.isfinite(v) and abs(v) < 1e6 for v in numbers.values()) and numbers != true:
            yield way, numbers


def measure(each: int, pairs: int, wanted: Sequence[str], only: Sequence[str]) -> None:
    """Measure the models beside one another, and print the tables."""
    tables = Tables()
    names = [name for name, _ in models() if not only or name in only]
    with ProcessPoolExecutor() as pool:
        for name, found in zip(
            names, pool.map(partial(measure_model, each, pairs, wanted), names), strict=True
        ):
            tables.add(found)
            print(f"{name}: done", file=sys.stderr, flush=True)
    tables.print()


def measure_model(each: int, pairs: int, wanted: Sequence[str], name: str) -> Tables:
    """What is measured in a model."""
    tables = Tables()
    case = Case.of(name, dict(models())[name])
    measure_innocent(case, tables)
    for mistake in CATALOGUE:
        if not wanted or mistake.name in wanted:
            measure_mistake(case, mistake, each, tables)
            if mistake.name != ROUNDED:
                measure_by_hand(case, mistake, tables)
    measure_pairs(case, pairs, tables)
    return tables


def measure_mistake(case: Case, mistake: Mistake, each: int, tables: Tables) -> None:
    """Make a mistake in this many ways, and ask."""
    ways = planted(case.trial, mistake, case.names, case.true)
    for _, (way, numbers) in zip(range(each), ways, strict=False):
        for decimals in DECIMALS:
            figures = printed(case.debugger.program, numbers, decimals)
            diagnosis, seconds = ask(case.debugger, figures)
            if diagnosis is None:
                tables.unseen[mistake.name, decimals] += 1
                continue
            result = _judged(diagnosis, [(mistake, way.where)], seconds)
            tables.results[mistake.name, decimals].append(result)
            if not result.first:
                print(f"  {case.model}, {decimals}: {mistake.name} — {way.where}")
                print(f"      said: {_said(diagnosis)}")


def measure_by_hand(case: Case, mistake: Mistake, tables: Tables) -> None:
    """Make a mistake as somebody does who rounds every number, and ask."""
    decimals = DECIMALS[0]
    for way, _ in planted(case.trial, mistake, case.names, case.true):
        altered = case.trial.altered(way)
        numbers = numbers_of(altered.altered(_rounding(altered.program, decimals)), case.names)
        if numbers.keys() != case.true.keys() or not np.isfinite([*numbers.values()]).all():
            continue
        figures = printed(case.debugger.program, numbers, decimals)
        diagnosis, seconds = ask(case.debugger, figures)
        if diagnosis is not None:
            result = _judged(diagnosis, [(mistake, way.where)], seconds)
            tables.by_hand[mistake.name].append(result)
            if not result.first:
                print(f"  {case.model}, by hand: {mistake.name} — {way.where}")
                print(f"      said: {_said(diagnosis)}")
        return


def _rounding(program: Program, decimals: int) -> Alteration:
    """Every result rounded before it is used again."""
    ways = NAMED[ROUNDED].alterations(program)
    return next(way for way in ways if way.where == f"to {decimals} decimals")


def measure_pairs(case: Case, count: int, tables: Tables) -> None:
    """Make two mistakes at once, and ask."""
    chosen = random.Random(case.model)
    for _ in range(count):
        one, other = chosen.sample(CATALOGUE, 2)
        first = next(planted(case.trial, one, case.names, case.true), None)
        if first is None:
            continue
        altered = case.trial.altered(first[0])
        second = next(planted(altered, other, case.names, first[1]), None)
        if second is None or second[1].keys() != case.true.keys():
            continue
        for decimals in DECIMALS:
            figures = printed(case.debugger.program, second[1], decimals)
            diagnosis, seconds = ask(case.debugger, figures)
            if diagnosis is None:
                continue
            made = [(one, first[0].where), (other, second[0].where)]
            result = _judged(diagnosis, made, seconds)
            tables.pairs[decimals].append(result)
            if not result.first:
                said = " and ".join(f"{m.name} — {where}" for m, where in made)
                print(f"  {case.model}, {decimals}: {said}")
                print(f"      said: {_said(diagnosis)}")


def measure_innocent(case: Case, tables: Tables) -> None:
    """Ask about figures without a mistake of the catalogue."""
    program = case.debugger.program
    chosen = random.Random(case.model)
    for decimals in DECIMALS:
        cases = {"printed": printed(program, case.true, decimals)}
        if decimals == DECIMALS[0]:
            numbers = numbers_of(case.trial.altered(_rounding(program, decimals)), case.names)
            cases["rounded by hand"] = printed(program, numbers, decimals)
        for number in range(TYPOS):
            cases[f"mistyped, {number}"] = _mistyped(program, case.true, decimals, chosen)
        for how, figures in cases.items():
            diagnosis, _ = ask(case.debugger, figures)
            kind = how.partition(",")[0], decimals
            tables.innocents[kind] += 1
            if diagnosis is None or not diagnosis.causes:
                continue
            made = diagnosis.causes[0].made
            if how == "rounded by hand" and made[0].mistake.name == ROUNDED:
                continue
            tables.accused[kind] += 1
            print(f"  accused: {case.model}, {how}, {decimals}: {_said(diagnosis)}")


def _mistyped(
    program: Program, true: Mapping[tuple[str, int], float], decimals: int, chosen: random.Random
) -> list[Figure]:
    """The true figures, but for one digit of one of them."""
    figures = printed(program, true, decimals)
    at = chosen.randrange(len(figures))
    figure = figures[at]
    places = [n for n, c in enumerate(figure.text) if c.isdecimal()]
    place = chosen.choice(places[-3:])
    digit = chosen.choice([d for d in "0123456789" if d != figure.text[place]])
    text = figure.text[:place] + digit + figure.text[place + 1 :]
    figures[at] = make_figure(program, figure.name, text, figure.iteration, "mistyped")
    return figures


def _judged(diagnosis: Diagnosis, made: Sequence[tuple[Mistake, str]], seconds: float) -> Result:
    def is_it(named: Sequence[Made]) -> bool:
        if len(made) > 1:
            # Of two, the second is described in a program that has the first in it.
            return sorted(m.mistake.name for m in named) == sorted(m.name for m, _ in made)
        return [(m.mistake, m.alteration.where) for m in named] == list(made)

    groups = [[cause.made, *cause.also] for cause in diagnosis.causes]
    first = bool(groups) and any(map(is_it, groups[0]))
    among = any(is_it(each) for group in groups for each in group)
    return Result(first, among, seconds, bool(groups))


def _said(diagnosis: Diagnosis | None) -> str:
    if diagnosis is None or not diagnosis.causes:
        return "nothing" if diagnosis is None or diagnosis.slip is None else "one slip"
    made = diagnosis.causes[0].made
    text = " + ".join(f"{m.mistake.name} — {m.alteration.where}" for m in made)
    return f"{text} ({len(diagnosis.causes)} causes, {diagnosis.by_chance:.2g} by chance)"


@dataclass
class Tables:
    """What was measured, by mistake and decimals."""

    results: dict[tuple[str, int], list[Result]] = field(default_factory=lambda: defaultdict(list))
    unseen: Counter[tuple[str, int]] = field(default_factory=Counter)
    by_hand: dict[str, list[Result]] = field(default_factory=lambda: defaultdict(list))
    pairs: dict[int, list[Result]] = field(default_factory=lambda: defaultdict(list))
    innocents: Counter[tuple[str, int]] = field(default_factory=Counter)
    accused: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, other: Tables) -> None:
        """Take in what was measured in another model."""
        for key, found in other.results.items():
            self.results[key] += found
        for name, found in other.by_hand.items():
            self.by_hand[name] += found
        for decimals, found in other.pairs.items():
            self.pairs[decimals] += found
        self.unseen += other.unseen
        self.innocents += other.innocents
        self.accused += other.accused

    def print(self) -> None:
        """Print all of it."""
        heads = [*(f"{d} decimals" for d in DECIMALS), f"by hand, {DECIMALS[0]}"]
        print(f"\n{'mistake':<38}" + "".join(f"{head:>16}" for head in heads))
        for mistake in CATALOGUE:
            cells = [_cell(self.results.get((mistake.name, decimals), [])) for decimals in DECIMALS]
            cells.append(_cell(self.by_hand.get(mistake.name, [])))
            print(f"{mistake.name:<38}" + "".join(f"{cell:>16}" for cell in cells))
        for decimals in DECIMALS:
            alone = [r for (_, d), found in self.results.items() if d == decimals for r in found]
            unseen = sum(n for (_, d), n in self.unseen.items() if d == decimals)
            print(f"{decimals} decimals: {_share(alone)}; {unseen} not seen")
            if self.pairs[decimals]:
                print(f"    pairs: {_share(self.pairs[decimals])}")
        print(f"by hand: {_share([r for found in self.by_hand.values() for r in found])}")
        for kind, count in self.innocents.items():
            print(f"{', '.join(map(str, kind))} decimals: accused {self.accused[kind]} of {count}")


def _cell(found: Sequence[Result]) -> str:
    right = len([r for r in found if r.first])
    return f"{right} of {len(found)}" if found else "–"


def _share(found: Sequence[Result]) -> str:
    right = len([r for r in found if r.first])
    among = len([r for r in found if r.among])
    other = len([r for r in found if r.named and not r.among])
    times = [r.seconds for r in found] or [0.0]
    return (
        f"named first {right} of {len(found)} = {100 * right / max(1, len(found)):.1f} %, "
        f"among the causes {among}, others only {other}; "
        f"{statistics.median(times):.2f} s at the median, {max(times):.1f} s at most"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--each", type=int, default=1, help="ways of each mistake in each model")
    parser.add_argument("--pairs", type=int, default=2, help="pairs in each model")
    parser.add_argument("--model", action="append", default=[], help="only this model")
    parser.add_argument("mistakes", nargs="*", help="only these (default: all)")
    parser.add_argument(
        "--real",
        action="store_true",
        help="mistakes that were not planted: backward passes in numpy, and the corpus",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        default=os.environ.get("BPDEBUG_CORPUS"),
        help="folder of the cases of real mistakes (default: BPDEBUG_CORPUS)",
    )
    given = parser.parse_args()
    if given.real or given.corpus:
        corpus.measure(None if given.corpus is None else Path(given.corpus))
        raise SystemExit
    measure(given.each, given.pairs, given.mistakes, given.model)
