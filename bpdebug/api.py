"""bpdebug from Python, for notebooks and scripts: open or build a session, then ask and move.

docs/reference/api.md shows it on one page. What a run does is recorded as on the screen, so a
session that is saved here replays there. Opening, building and saving raise SessionError;
everything else that cannot be done raises ActionError, having changed nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from bpdebug.checked import Checked, Figures, check
from bpdebug.checks.figures.figure import FigureError
from bpdebug.checks.limit import SECONDS
from bpdebug.debugger import whole
from bpdebug.debugger.actions import MOST_REPEATS, ActionError
from bpdebug.debugger.breakpoints import Breakpoint, BreakpointError
from bpdebug.debugger.conditions import ConditionError, find, read_condition, read_watch
from bpdebug.debugger.places import find_place
from bpdebug.debugger.state import PositionError
from bpdebug.debugger.steps import STEP_SIZES
from bpdebug.debugger.stops import Reason, Stop
from bpdebug.debugger.view import Position, Status
from bpdebug.frames import RunCurve, curve, parameter_frame
from bpdebug.notation.equation import Equation
from bpdebug.notation.names import did_you_mean
from bpdebug.notation.printing import Form, to_text
from bpdebug.notebook import equations_html, run_html
from bpdebug.numerics import FloatArray
from bpdebug.program.program import Phase
from bpdebug.program.quantities import Quantity
from bpdebug.session.bundled import find_session, is_bundled
from bpdebug.session.data.meaning.taking import Taking
from bpdebug.session.file.errors import Problem, SessionError
from bpdebug.session.file.format import FORMAT, VERSION
from bpdebug.session.file.read import parse_session
from bpdebug.session.session import Session, open_session
from bpdebug.text.formula.operation import OperationText, done_text, next_text
from bpdebug.text.numbers import DIGITS
from bpdebug.text.run import status
from bpdebug.text.run.trace import trace_records
from bpdebug.text.safe import safe

__all__ = [
    "ActionError",
    "Breakpoint",
    "Checked",
    "Equations",
    "OperationText",
    "Phase",
    "Reason",
    "Run",
    "RunCurve",
    "SessionError",
    "Status",
    "Stop",
    "build",
]

_BUILT = "session"
"""What stands for the file of a session that has none yet."""


def __dir__() -> list[str]:
    """What is of use here. `open` is not in `__all__`: it would hide Python's own."""
    return sorted([*__all__, "open"])


def open(name_or_path: str | Path) -> Run:
    """The session in a file, or a bundled one by its name, where it was left.

    Raises SessionError with everything that is wrong with it.

    >>> api.open("blog")
    <blog · 3-2-2 sigmoid: iteration 1/10000 · start · operation 0/41 · p=0>
    """
    return Run(open_session(find_session(str(name_or_path))))


def build(spec: Mapping[str, Any]) -> Run:
    """The session that `spec` describes, field by field as in a session file.

    `format` and `version` may be left out; numpy arrays stand for lists. Raises SessionError
    with everything that is wrong with it.

    >>> spec = {"model": {"equations": ["E = (w - 3)^2"]}, "parameters": {"w": 1}}
    >>> api.build(spec).equations()[0]
    'E = (w − 3)²'
    """
    fields = {"format": FORMAT, "version": VERSION} | dict(spec)
    try:
        text = json.dumps(fields, default=_plain)
    except (TypeError, ValueError, RecursionError) as error:
        raise SessionError(_BUILT, [Problem("", f"cannot be written as JSON: {error}")]) from error
    return Run(Session(parse_session(text, _BUILT), Path(_BUILT)))


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"found {value!r:.40}, expected numbers, texts, lists and dicts")


class Equations(list[str]):
    """Equations as texts, which a notebook shows as mathematics.

    >>> run.equations()[0]
    'zh[j] = Σ(i: W1[i,j]·x[i]) + b1'
    """

    def __init__(self, equations: Sequence[Equation], form: Form) -> None:
        super().__init__(to_text(each, form) for each in equations)
        self._equations = tuple(equations)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return equations_html(self._equations)


class Run:
    """A run of a session and a position in it, made by `open` and `build`.

    Elements are called as on the screen: `w7`, `zh1`, `dE/dw7`, or `loss` for the loss, and by
    indices: `W1[2,1]`. Whole quantities are called `W1`, `h`, `dE/dW1`. A notebook shows the
    network, the operation just executed and its derivative tree.

    >>> stop = run.go("dE/dw7")
    >>> run.gradient("w7")
    0.07653512840587381
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._debugger = session.debugger

    def __repr__(self) -> str:
        return safe(f"<{self.title}: {self.where}>")

    # Where it stands

    @property
    def title(self) -> str:
        """The session's title.

        >>> run.title
        'blog · 3-2-2 sigmoid'
        """
        return self._session.title

    @property
    def where(self) -> str:
        """The position in words.

        >>> run.where
        'iteration 1/10000 · start · operation 0/41 · p=0'
        """
        return status.where(self._debugger)

    @property
    def position(self) -> int:
        """How many operations are executed since the start, from 0.

        >>> run.position
        0
        """
        return self._debugger.position.operation

    @property
    def iteration(self) -> int:
        """The iteration that the position lies in, from 1.

        >>> run.iteration
        1
        """
        return self._debugger.view.iteration

    @property
    def iterations(self) -> int:
        """How many iterations the run has.

        >>> run.iterations
        10000
        """
        return self._debugger.iterations

    @property
    def operations(self) -> int:
        """How many operations an iteration has.

        >>> run.operations
        41
        """
        return self._debugger.program.operations

    @property
    def phase(self) -> Phase | None:
        """The phase of the operation just executed, None at the start of a run.

        >>> stop = run.step()
        >>> str(run.phase)
        'forward'
        """
        return status.phase_of(self._debugger.view)

    # Moving

    def step(self, size: str = "operation", count: int = 1, back: bool = False) -> Stop:
        """Go `count` steps; at the start or end of history it stops there.

        The sizes are `arithmetic`, `operation`, `layer`, `phase` and `iteration`. Raises
        ActionError for another one, or a count that is not from 1 to 1,000,000.

        >>> stop = run.step("phase")
        >>> run.position, run.step(count=2, back=True).position.operation
        (8, 6)
        """
        sizes = {each.name: each for each in STEP_SIZES}
        if size not in sizes:
            hint = did_you_mean(str(size), sizes) or f"; there are {', '.join(sizes)}"
            raise ActionError(f"there is no step size {size}{hint}")
        if not 1 <= count <= MOST_REPEATS:
            raise ActionError(f"found the count {count}, expected 1 to {MOST_REPEATS}")
        return self.do(f"{count}{sizes[size].back if back else sizes[size].key}")

    def go(self, place: str | int) -> Stop:
        """Go to a position (41207), `it 300`, `it 300 dE/dw5`, `dE/dw5`, `50%`, `start`, `end`.

        Raises ActionError for a place that is not there.

        >>> stop = run.go("it 300 dE/dw5")
        >>> run.iteration, run.formula().target
        (300, 'dE/dw5')
        """
        return self.do(f"g {place}")

    def run(self, back: bool = False, until: str | None = None) -> Stop:
        """Continue to the next stop, or back to the previous one: a breakpoint, the first value
        that is not finite, the end of history, or where the condition `until` holds.

        Raises ActionError for a condition that makes no sense.

        >>> stop = run.run(until="loss < 0.25")
        >>> str(stop.reason), run.iteration
        ('condition', 312)
        """
        action = "C" if back else "c"
        if until is None:
            return self.do(action)
        self._session.check_room()
        with _action_errors():
            stop = self._debugger.run(back, read_condition(until, self._debugger.program))
        # What stopped it without the condition's help does so in a replay, too.
        found = stop.reason is Reason.CONDITION
        self._session.record(f"g {stop.position.operation}" if found else action)
        return stop

    def do(self, action: str) -> Stop:
        """Do anything that can be done on the screen, written as sessions record it:
        `e w7 0.5`, `undo`, `branch 2`, `mark here` (docs/reference/session-format.md lists them).

        Raises ActionError for what cannot be done.

        >>> stop = run.do("e w7 0.5")
        >>> run.value("w7")
        0.5
        """
        self._session.perform(action)
        return self._debugger.stop

    # Numbers

    def value(self, name: str) -> float | FloatArray | None:
        """The value of an element as last computed, or those of a whole quantity such as `W1`
        as an array, a copy; None if it, or one of them, is not computed yet.

        `status` says whether that was in this iteration. A quantity has the shape that its
        indices say: W1[i,j] of three inputs and two units is (3, 2). Raises ActionError for a name
        that is not there.

        >>> run.value("w7"), run.value("W1").shape, run.value("zh1") is None
        (0.7, (3, 2), True)
        """
        return self._value(self._find(name))

    def status(self, name: str) -> Status:
        """Whether the value of an element is given, current, stale or not computed yet; of a
        whole quantity that of the element of which least is known. Raises ActionError for a name
        that is not there.

        >>> str(run.status("w7")), str(run.status("zh1"))
        ('current', 'not yet')
        """
        return self._status(self._find(name))

    def gradient(self, name: str) -> float | FloatArray | None:
        """The derivative of the loss by an element, or by all of a quantity as an array of its
        shape; None if it, or one of them, is not computed yet.

        Raises ActionError for a name that is not there, or if no operation computes the derivative.

        >>> stop = run.step("iteration")
        >>> run.gradient("W2").round(4).tolist()
        [[0.0765, 0.1183], [0.0772, 0.1193]]
        """
        found = self._find(name)
        program = self._debugger.program
        gradient: int | Quantity | None
        if isinstance(found, int):
            gradient = program.gradient_slot(found)
        else:
            gradient = program.quantities.get(f"d{program.model.loss}/d{found.name}")
        if gradient is None:
            raise ActionError(f"no operation computes a gradient of {name}")
        return self._value(gradient)

    def parameters(self) -> dict[str, float]:
        """The parameters as they stand, by name.

        >>> list(run.parameters().items())[-2:]
        [('b1', 0.5), ('b2', 0.5)]
        """
        program = self._debugger.program
        names = (program.name(int(slot)) for slot in program.parameter_slots())
        return dict(zip(names, self._debugger.parameters().tolist(), strict=True))

    def evaluate(self, expression: str) -> float | bool | None:
        """What an expression or a condition is here: `w7 - prev(w7)`, `loss < 0.01`; None if
        something in it is not computed yet. Raises ActionError for one that makes no sense.

        >>> run.evaluate("max(abs(W1))"), run.evaluate("E")
        (0.6, None)
        """
        with _action_errors():
            return read_watch(expression, self._debugger.program).value(self._debugger.view)

    def _find(self, name: str) -> int | Quantity:
        with _action_errors():
            return find(self._debugger.program, name)

    def _status(self, found: int | Quantity) -> Status:
        view = self._debugger.view
        return view.status(found) if isinstance(found, int) else whole.status(view, found)

    def _value(self, found: int | Quantity) -> float | FloatArray | None:
        if self._status(found) is Status.UNKNOWN:
            return None
        view = self._debugger.view
        return view.value(found) if isinstance(found, int) else whole.values(view, found)

    # Formulas

    def formula(
        self, name: str | None = None, form: Form = "unicode", digits: int = DIGITS
    ) -> OperationText | None:
        """The operation just executed, with its rule, its numbers and its value; None at the
        start. With a name, the one that computed that element last; if none has yet, the one
        that will first, with the value None.

        `digits` are decimals, `form` is `"unicode"`, `"ascii"` or `"latex"`. Raises ActionError for
        a name that no operation computes.

        >>> stop = run.go("dE/dw7")
        >>> run.formula().numbers
        '(0.7896)(0.0983)(0.9866)'
        """
        debugger = self._debugger
        if name is None:
            return done_text(debugger.view, digits, form)
        with _action_errors():
            place = find_place(debugger, f"it {self.iteration} {name}")
        if place.operation > self.position:
            if self.iteration == 1:
                return next_text(debugger.view_at(Position(place.operation - 1)), digits, form)
            place = Position(place.operation - self.operations)
        return done_text(debugger.view_at(place), digits, form)

    def equations(self, form: Form = "unicode") -> Equations:
        """The equations in index notation: forward, loss, backward, update.

        A list of texts, `form` being `"unicode"`, `"ascii"` or `"latex"`; a notebook shows them as
        mathematics.

        >>> run.equations("ascii")[:2]
        ['zh[j] = sum(i: W1[i,j]*x[i]) + b1', 'h[j] = sigmoid(zh[j])']
        """
        found = [each.equation for each in self._debugger.program.statements]
        return Equations(found, form)

    def curve(self, *names: str, first: int = 1, last: int | None = None) -> RunCurve:
        """The loss, or some quantities or expressions, at the end of iterations `first` to `last`.

        `iterations` of what it gives is an array of shape (n,), `values` one of shape (n, k) with a
        column for each of the k names; `to_pandas()` makes a DataFrame of it. Raises ActionError
        for iterations that are not there and names that make no sense.

        >>> run.curve(last=3)["E"].round(4).tolist()
        [0.5932, 0.5925, 0.5917]
        """
        with _action_errors():
            wanted = names or (self._debugger.program.model.loss,)
            return curve(self._debugger, wanted, first, last or self.iterations)

    def to_pandas(self) -> Any:
        """The parameters as they stand as a DataFrame: value and gradient, by name.

        A gradient that is not computed yet is NaN. Raises ImportError, which names the package,
        where pandas is not installed.

        >>> run.to_pandas().loc["w7", "value"]    # doctest: +SKIP
        0.7
        """
        values = self.parameters()
        program = self._debugger.program
        gradients = []
        for slot in program.parameter_slots():
            gradient = program.gradient_slot(int(slot))
            found = None if gradient is None else self._value(gradient)
            gradients.append(float("nan") if found is None else found)
        return parameter_frame({"value": [*values.values()], "gradient": gradients}, [*values])

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return run_html(self._debugger, self.title)

    def trace(self, first: int, last: int, digits: int = DIGITS) -> list[dict[str, object]]:
        """Operations `first` to `last`, counted from 1, as `bpdebug trace --json` has them.

        Raises ActionError for operations that are not there.

        >>> [row["target"] for row in run.trace(1, 2)]
        ['zh1', 'h1']
        """
        with _action_errors():
            for operation in (first, last):
                self._debugger.view_at(Position(operation))
            return list(trace_records(self._debugger, first, last, digits))

    def check(
        self,
        figures: Figures | None = None,
        derivations: Mapping[str, str] | None = None,
        iteration: int | None = None,
        seconds: float = SECONDS,
        causes: bool = True,
        layout: str | None = None,
        index_from: int | None = None,
        factor: float | None = None,
    ) -> Checked:
        """Check figures and hand derivations in an iteration, from 1.

        `figures` are somebody's numbers by name, texts as printed, or arrays; or a CSV, JSON, NPZ,
        NPY or text file; or a text with printed arrays, tables, lines `name = value`. What was
        assumed to read them stands in the result; `layout` (`session` or `transposed`),
        `index_from` (0 or 1) and `factor` (how many times the session's gradients they are)
        say it otherwise. Without figures and derivations what the session brings is checked:
        gradients, printed figures, derivations. After this many `seconds` what was found by then
        is the report; without `causes` nobody looks for what may have gone wrong. Raises
        ActionError for what cannot be checked, SessionError for a file that is bad.

        >>> run.check({"dE/dw7": 0.0765}).ok
        True
        >>> run.check(derivations={"dW2": "np.outer(h, dzo)"}).ok
        True
        """
        try:
            taking = Taking(layout, index_from, factor)
        except FigureError as error:
            raise ActionError(str(error)) from error
        return check(
            self._session,
            figures,
            derivations or {},
            iteration or self.iteration,
            seconds,
            causes,
            taking,
        )

    # Breakpoints

    @property
    def breakpoints(self) -> tuple[Breakpoint, ...]:
        """The breakpoints as they are now.

        >>> run.breakpoints
        ()
        """
        return tuple(self._debugger.breakpoints.values())

    def break_(self, text: str) -> Breakpoint:
        """Set a breakpoint: `w7`, `w7 read`, `dE/dw7 write if dE/dw7 < 0.07`.

        Raises ActionError for one that makes no sense.

        >>> print(run.break_("w7 write if w7 < 0.69"))
        w7 write if w7 < 0.69
        """
        self.do(f"b {text}")
        return self.breakpoints[-1]

    def enable(self, number: int, enabled: bool = True) -> None:
        """Switch a breakpoint on or off, by its number. Raises ActionError if there is none.

        >>> run.enable(run.break_("w7").number, False)
        >>> run.breakpoints[0].enabled
        False
        """
        self.do(f"{'enable' if enabled else 'disable'} {number}")

    def delete(self, number: int) -> None:
        """Take a breakpoint away, by its number. Raises ActionError if there is none.

        >>> run.delete(run.break_("w7").number)
        >>> run.breakpoints
        ()
        """
        self.do(f"delete {number}")

    @property
    def log(self) -> list[str]:
        """The last log messages of breakpoints, oldest first.

        >>> _ = run.break_('E write log "E = {E}"')
        >>> _ = run.step("iteration")
        >>> run.log
        ['it 1 p=9: E = 0.5932']
        """
        length = self._debugger.program.operations
        return [status.log_line(entry, length) for entry in self._debugger.log]

    @property
    def branches(self) -> dict[int, str]:
        """The branches of the run, names by number; the one where it stands is `branch`.

        >>> run.branches
        {1: 'main'}
        """
        return {n: each.name for n, each in self._debugger.document.branches.items()}

    @property
    def branch(self) -> int:
        """The number of the branch on which it stands.

        >>> run.branch
        1
        """
        return self._debugger.branch

    # The file

    def save(self, path: str | Path, force: bool = False) -> None:
        """Write the session as it stands, in the place of what is there.

        Raises SessionError, and leaves an older file as it was, if it cannot be written, and if
        the file that the session was opened from has been changed or deleted since; that may be
        overwritten with `force`.

        >>> run.save("lesson.json", force=True)
        >>> api.open("lesson.json").where == run.where
        True
        """
        path = Path(path)
        if is_bundled(path):
            message = "that folder holds the bundled sessions; choose another"
            raise SessionError(str(path), [Problem("", message)])
        self._session.save(path, force)


@contextmanager
def _action_errors() -> Iterator[None]:
    try:
        yield
    except (PositionError, BreakpointError, ConditionError) as error:
        raise ActionError(str(error)) from error
