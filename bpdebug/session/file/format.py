"""The session file, field by field. docs/reference/session-format.md explains it for people.

The models below are what a file is checked against, and what `bpdebug schema` is made from.
"""

from typing import Annotated, Any, Literal

from bpdebug.debugger.breakpoints import Access
from bpdebug.debugger.limits import (
    GREATEST_NUMBER,
    LINE,
    MOST_ACTION,
    MOST_ACTIONS,
    MOST_ANSWER,
    MOST_ANSWERS,
    MOST_BOOKMARKS,
    MOST_BRANCH_NAME,
    MOST_BRANCHES,
    MOST_BREAKPOINTS,
    MOST_DIGESTS,
    MOST_EDITS,
    MOST_LETTERS,
    MOST_NAME,
    MOST_PREDICTIONS,
    MOST_RECORDED,
    MOST_SAID,
    MOST_SESSION_NAME,
    MOST_STOPS,
    MOST_TEXT,
    MOST_TITLE,
    MOST_WATCHES,
    TEXT,
)
from bpdebug.debugger.predictions import MOST_HINTS, Outcome
from bpdebug.models.layers import Bias, Numbering, Reduction
from bpdebug.models.model import Gradients, Style, UpdateOrder
from bpdebug.session.file.arrays import NonFinite, check_numbers
from bpdebug.session.file.parts import Limits, Part

FORMAT = "bpdebug-session"
VERSION = "1.5"

MOST_PLANTED = 4
"""How many mistakes may be planted in a session."""

_VERSION = r"^[0-9]{1,4}\.[0-9]{1,4}$"
_LETTER = "^[a-z]$"
_FINGERPRINT = "^[0-9a-f]{32}$"
_BASE64 = "^[A-Za-z0-9+/]*={0,2}$"
PATTERNS = {
    LINE: "text without control characters",
    TEXT: "text without control characters, except tabs and line breaks",
    _VERSION: f'two numbers with a dot between them, such as "{VERSION}"',
    _LETTER: "a small letter",
    _FINGERPRINT: "32 hexadecimal digits, in small letters",
    _BASE64: "base64",
}
"""What a text has to match, in words."""


def _whole(value: object) -> object:
    """JSON knows one kind of number: 1e3 and 3.0 are whole numbers, too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_WHOLE = Limits(before=_whole)

Count = Annotated[int, Limits(ge=1, le=GREATEST_NUMBER), _WHOLE]
Place = Annotated[int, Limits(ge=0, le=10**18), _WHOLE]
Step = Annotated[int, Limits(ge=-1000, le=1_000_000), _WHOLE]
Number = Annotated[float, Limits(allow_inf_nan=False)]
Line = Annotated[str, Limits(pattern=LINE, max_length=200)]
Name = Annotated[str, Limits(pattern=LINE, min_length=1, max_length=64)]
Element = Annotated[str, Limits(pattern=LINE, min_length=1, max_length=MOST_NAME)]
Condition = Annotated[str, Limits(pattern=LINE, max_length=MOST_LETTERS)]
Text = Annotated[str, Limits(pattern=TEXT, max_length=10_000)]
Said = Annotated[str, Limits(pattern=TEXT, min_length=1, max_length=MOST_SAID)]
Bounds = Annotated[list[Step], Limits(min_length=2, max_length=2)]
"""The first and the last step of a repetition."""

Quantity = Number | NonFinite
"""A number of a quantity, which need not be finite."""


class ArrayPart(Part):
    """An array: its shape, and its values row by row as little-endian doubles in base64."""

    shape: Annotated[list[Count], Limits(min_length=1, max_length=8), "rows first"]
    float64: Annotated[str, Limits(pattern=_BASE64), "the values, in base64"]


NUMBERS = "Numbers"
"""What lists of numbers nested to any depth are called in a schema."""

Values = (Quantity | Annotated[list[Any], Limits(after=check_numbers, shown=NUMBERS)]) | ArrayPart
"""A number, or lists of numbers nested as deep as the quantity has indices, or an array."""

Given = Annotated[dict[Name, Values], Limits(max_length=10_000)]
"""Quantities by name."""


class LayerPart(Part):
    """One layer of the shorthand; of the first, the input, only name and units count."""

    name: Annotated[Name, "the common name of its units"]
    units: Annotated[int, Limits(ge=1, le=1_000_000), _WHOLE, "how many"]
    activation: Annotated[Line, "an activation by name"] = "sigmoid"
    bias: Annotated[Bias, "one for all units, one for each, or none"] = Bias.SHARED


class ModelPart(Part):
    """The model, as layers with a loss by name or as equations that compute the loss."""

    layers: Annotated[
        list[LayerPart] | None, Limits(max_length=100), "the layers, the input first"
    ] = None
    equations: Annotated[list[Text] | None, Limits(max_length=10_000), "the equations in order"] = (
        None
    )
    loss: Annotated[
        Text | None,
        "a loss by name or an equation; with equations the loss's name",
    ] = None
    reduction: Annotated[Reduction, "what becomes of several observations' losses"] = Reduction.SUM
    repeat: Annotated[
        dict[Annotated[str, Limits(pattern=_LETTER)], Bounds],
        "the first and the last step of each letter in braces",
    ] = {}
    numbering: Annotated[Numbering, "how weights and biases are numbered"] = Numbering.BY_INPUT
    names: Annotated[
        dict[Name, list[Name]],
        Limits(max_length=10_000),
        "names of the elements of quantities, row by row",
    ] = {}
    origins: Annotated[
        dict[Element, Line],
        Limits(max_length=20_000),
        "where quantities come from, a line for people",
    ] = {}


class SchedulePart(Part):
    """How the learning rate changes: a schedule by name, and its settings."""

    name: Annotated[Line, "a schedule by name"]
    settings: Annotated[dict[Line, Number], "its settings by name"] = {}


class OptimizerPart(Part):
    """The optimizer by name, its settings, and what a setting is called in formulas."""

    method: Annotated[Line, "an optimizer by name"] = "gradient descent"
    settings: Annotated[dict[Line, Number], "its settings by name"] = {}
    symbols: Annotated[dict[Line, Name], "what a setting is called in formulas"] = {}
    schedule: Annotated[SchedulePart | None, "how the learning rate changes"] = None
    state: Annotated[Given, "what it keeps from earlier iterations, by name"] = {}


class BatchesPart(Part):
    """Observations taken in turn: how many an iteration, and their order, counted from 1."""

    size: Annotated[Count, "how many observations an iteration takes"] = 1
    order: Annotated[
        list[Count] | None,
        Limits(min_length=1),
        "the order in which they are taken, again and again",
    ] = None


class PoliciesPart(Part):
    """What people get wrong, as settings; the defaults are right."""

    update_order: Annotated[UpdateOrder, "when parameters are updated"] = UpdateOrder.SIMULTANEOUS
    gradients: Annotated[Gradients, "whether gradients start anew"] = Gradients.CLEARED


class BreakpointPart(Part):
    """A breakpoint; `on` is an element's name, or a phase, an iteration or an operation."""

    number: Annotated[Count, "its number, different from all others"]
    on: Annotated[Element, "an element, or phase, iteration, operation"]
    access: Annotated[Access, "what has to happen to the element"] = Access.WRITE
    condition: Annotated[Condition | None, "it is a hit only if this holds"] = None
    hit: Annotated[
        Annotated[str, Limits(pattern=LINE, max_length=20)] | None,
        "which hits count",
    ] = None
    ignore: Annotated[
        int,
        Limits(ge=0, le=GREATEST_NUMBER),
        _WHOLE,
        "so many first hits do not count",
    ] = 0
    temporary: Annotated[bool, "deleted when it has stopped a run"] = False
    log: Annotated[Condition | None, "a message to write instead of stopping"] = None
    enabled: Annotated[bool, "whether it is switched on"] = True


class PositionPart(Part):
    """A position: operations executed, and arithmetic steps of the next one."""

    operation: Annotated[Place, "operations executed since the start"] = 0
    arithmetic: Annotated[Place, "arithmetic steps done of the next one"] = 0


class EditPart(Part):
    """A value that was given to an element after so many operations."""

    at: Annotated[Place, "how many operations are executed before it"]
    set: Annotated[Element, "the name of the element"]
    to: Annotated[Quantity, "its value from then on"]


class BranchPart(Part):
    """A course of the run: all its edits, where it was left and how far it was followed."""

    number: Annotated[Count, "its number, different from all others"]
    name: Annotated[
        str,
        Limits(pattern=LINE, min_length=1, max_length=MOST_BRANCH_NAME),
        "its name",
    ]
    edits: Annotated[list[EditPart], Limits(max_length=MOST_EDITS), "all values given on it"] = []
    parent: Annotated[Count | None, "the branch that it left"] = None
    fork: Annotated[Place, "after how many operations it left that"] = 0
    cursor: Annotated[PositionPart, "where it was left"] = PositionPart()
    seen: Annotated[Place, "how many of its operations were executed"] = 0


class BookmarkPart(PositionPart):
    """A named position, and the branch that it is on."""

    branch: Annotated[Count, "the number of its branch"] = 1


class DigestPart(Part):
    """The fingerprint that the whole memory must have after so many operations of a branch."""

    operation: Annotated[Place, "operations executed"]
    branch: Annotated[Count, "the number of the branch"] = 1
    state: Annotated[str, Limits(pattern=_FINGERPRINT), "half of a SHA-256"]
    environment: Annotated[
        Annotated[str, Limits(max_length=200)] | None,
        "what it was computed with",
    ] = None
    parameters: Annotated[
        dict[Element, Quantity],
        Limits(max_length=MOST_RECORDED),
        "what the first parameters were there",
    ] = {}


class PredictionPart(Part):
    """A question for the result of an operation, and what was answered before it was shown."""

    operation: Annotated[
        Annotated[int, Limits(ge=1, le=10**18), _WHOLE],
        "which, counted since the start of the run",
    ]
    branch: Annotated[Count, "the number of its branch"] = 1
    answers: Annotated[
        list[Annotated[str, Limits(pattern=LINE, min_length=1, max_length=MOST_ANSWER)]],
        Limits(max_length=MOST_ANSWERS),
        "numbers or formulas, as they were given",
    ] = []
    hints: Annotated[int, Limits(ge=0, le=MOST_HINTS), _WHOLE, "how many hints were given"] = 0
    outcome: Annotated[Outcome, "what has become of it"] = Outcome.OPEN
    posed: Annotated[bool, "whether it was asked for, also where not all results are covered"] = (
        False
    )


class WorkPart(Part):
    """What a person has made of a run, and where it was left."""

    breakpoints: Annotated[
        list[BreakpointPart], Limits(max_length=MOST_BREAKPOINTS), "where runs stop"
    ] = []
    stop_at_non_finite: Annotated[bool, "whether a run stops at the first NaN or infinity"] = True
    watches: Annotated[
        list[Condition], Limits(max_length=MOST_WATCHES), "expressions to be shown"
    ] = []
    bookmarks: Annotated[
        dict[Annotated[str, Limits(pattern=LINE, min_length=1, max_length=40)], BookmarkPart],
        Limits(max_length=MOST_BOOKMARKS),
        "positions by name",
    ] = {}
    predicting: Annotated[bool, "whether each result is covered until it is answered"] = False
    predictions: Annotated[
        list[PredictionPart],
        Limits(max_length=MOST_PREDICTIONS),
        "what was asked and answered",
    ] = []
    branches: Annotated[
        list[BranchPart], Limits(max_length=MOST_BRANCHES), "courses of the run"
    ] = []
    branch: Annotated[Count, "the branch on which the session stands"] = 1
    cursor: Annotated[PositionPart, "where on it the session stands"] = PositionPart()


class QuestionPart(Part):
    """A question to those who follow, and its answer, which is shown when it is asked for."""

    ask: Annotated[Said, "the question"]
    answer: Annotated[Said, "its answer"]


class StopPart(Part):
    """A stop of a walkthrough: a place and what is said there, with expressions in braces."""

    where: Annotated[Element, "a place, the same wherever one stands"]
    title: Annotated[
        str,
        Limits(pattern=LINE, min_length=1, max_length=MOST_TITLE),
        "its title",
    ]
    text: Annotated[str, Limits(pattern=TEXT, max_length=MOST_TEXT), "what is said there"] = ""
    focus: Annotated[Element | None, "the element that is selected"] = None
    question: Annotated[QuestionPart | None, "a question with its answer"] = None
    predict: Annotated[bool, "whether the result there is covered until it is answered"] = False
    open: Annotated[
        Annotated[str, Limits(pattern=LINE, min_length=1, max_length=MOST_SESSION_NAME)] | None,
        "a bundled session that is opened from there, by name",
    ] = None
    run: Annotated[Element | None, "a place to run to from there"] = None


class RecordedPart(WorkPart):
    """What was there before the first of the actions; the walkthrough if it was another one."""

    walkthrough: Annotated[
        list[StopPart] | None,
        Limits(max_length=MOST_STOPS),
        "its stops, if they were others",
    ] = None


class PrintedPart(Part):
    """A figure that a source prints, in its digits: of which element, and in which iteration."""

    of: Annotated[Element, "the name of the element"]
    figure: Annotated[str, Limits(pattern=LINE, min_length=1, max_length=40), "as it is printed"]
    iteration: Annotated[Count, "the iteration that gives it"] = 1


class SessionPart(WorkPart):
    """A session of bpdebug, a debugger for backpropagation."""

    format: Annotated[Literal["bpdebug-session"], "says what the file is"]
    version: Annotated[str, Limits(pattern=_VERSION), "of the format: major.minor"]
    numerics: Annotated[Literal["ieee-seq-1"], "the arithmetic that the numbers were made with"] = (
        "ieee-seq-1"
    )
    title: Annotated[Line, "a line for people"] = ""
    source: Annotated[Text, "where the example is from"] = ""
    notes: Annotated[Text, "anything worth saying"] = ""
    model: Annotated[ModelPart, "the network, as layers or as equations"]
    inputs: Annotated[Given, "given quantities by name"] = {}
    targets: Annotated[Given, "what outputs should be, by name"] = {}
    constants: Annotated[Given, "other given quantities by name"] = {}
    parameters: Annotated[dict[Element, Values], "initial values of what is trained"] = {}
    frozen: Annotated[list[Name], Limits(max_length=10_000), "parameters that are not updated"] = []
    batches: Annotated[BatchesPart | None, "how observations are taken in turn"] = None
    policies: Annotated[PoliciesPart, "what people get wrong, as settings"] = PoliciesPart()
    derivations: Annotated[
        dict[Line, Text],
        Limits(max_length=10_000),
        "formulas in place of the right derivatives",
    ] = {}
    hand_derivations: Annotated[
        dict[Line, Text],
        Limits(max_length=1_000),
        "formulas for derivatives, to be checked only",
    ] = {}
    printed: Annotated[list[PrintedPart], Limits(max_length=10_000), "figures to be checked"] = []
    planted: Annotated[
        list[Annotated[str, Limits(pattern=_BASE64, min_length=1, max_length=1_000)]],
        Limits(max_length=MOST_PLANTED),
        "mistakes that are switched on, sealed",
    ] = []
    optimizer: Annotated[OptimizerPart, "how parameters are updated"] = OptimizerPart()
    iterations: Annotated[Count, "how many there are"] = 1000
    style: Annotated[Style, "which derivatives have names of their own"] = Style.EXPANDED
    order: Annotated[
        dict[Line, list[Annotated[str, Limits(pattern=LINE, max_length=1000)]]],
        "in which order operations come, phase by phase",
    ] = {}
    walkthrough: Annotated[
        list[StopPart], Limits(max_length=MOST_STOPS), "stops that lead through the run"
    ] = []
    recorded_from: Annotated[
        RecordedPart | None, "what was there before the first of the actions"
    ] = None
    actions: Annotated[
        list[Annotated[str, Limits(pattern=LINE, max_length=MOST_ACTION)]],
        Limits(max_length=MOST_ACTIONS),
        "what was done, for replay",
    ] = []
    digests: Annotated[
        list[DigestPart], Limits(max_length=MOST_DIGESTS), "fingerprints of values"
    ] = []
