"""The session file, field by field. docs/reference/session-format.md explains it for people.

The models below are what a file is checked against, and what `bpdebug schema` is made from.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from bpdebug.debugger.breakpoints import Access
from bpdebug.debugger.hunts import (
    MOST_CLUES,
    MOST_LOOKED_AT,
    MOST_SUSPECTS,
    SuspectVerdict,
)
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


_WHOLE = BeforeValidator(_whole)

Count = Annotated[int, Field(ge=1, le=GREATEST_NUMBER), _WHOLE]
Place = Annotated[int, Field(ge=0, le=10**18), _WHOLE]
Step = Annotated[int, Field(ge=-1000, le=1_000_000), _WHOLE]
Number = Annotated[float, Field(allow_inf_nan=False)]
Line = Annotated[str, Field(pattern=LINE, max_length=200)]
Name = Annotated[str, Field(pattern=LINE, min_length=1, max_length=64)]
Element = Annotated[str, Field(pattern=LINE, min_length=1, max_length=MOST_NAME)]
Condition = Annotated[str, Field(pattern=LINE, max_length=MOST_LETTERS)]
Text = Annotated[str, Field(pattern=TEXT, max_length=10_000)]
Said = Annotated[str, Field(pattern=TEXT, min_length=1, max_length=MOST_SAID)]
Bounds = Annotated[list[Step], Field(min_length=2, max_length=2)]
"""The first and the last step of a repetition."""

Quantity = Number | NonFinite
"""A number of a quantity, which need not be finite."""


class _Part(BaseModel):
    """Fields that are not known are kept here and refused in `read`, if the version is known."""

    model_config = ConfigDict(
        extra="allow", strict=True, json_schema_extra={"additionalProperties": False}
    )


class ArrayPart(_Part):
    """An array: its shape, and its values row by row as little-endian doubles in base64."""

    shape: Annotated[list[Count], Field(min_length=1, max_length=8, description="rows first")]
    float64: Annotated[str, Field(pattern=_BASE64, description="the values, in base64")]


NUMBERS = {"type": "array", "items": "numbers"}
"""Stands in a schema for lists of numbers nested to any depth; `schema` puts it right."""

Values = (
    Quantity | Annotated[list[Any], AfterValidator(check_numbers), WithJsonSchema(NUMBERS)]
) | ArrayPart
"""A number, or lists of numbers nested as deep as the quantity has indices, or an array."""

Given = Annotated[dict[Name, Values], Field(max_length=10_000)]
"""Quantities by name."""


class LayerPart(_Part):
    """One layer of the shorthand; of the first, the input, only name and units count."""

    name: Annotated[Name, Field(description="the common name of its units")]
    units: Annotated[int, Field(ge=1, le=1_000_000), _WHOLE, Field(description="how many")]
    activation: Annotated[Line, Field(description="an activation by name")] = "sigmoid"
    bias: Annotated[
        Bias, Field(strict=False, description="one for all units, one for each, or none")
    ] = Bias.SHARED


class ModelPart(_Part):
    """The model, as layers with a loss by name or as equations that compute the loss."""

    layers: Annotated[
        list[LayerPart] | None, Field(max_length=100, description="the layers, the input first")
    ] = None
    equations: Annotated[
        list[Text] | None, Field(max_length=10_000, description="the equations in order")
    ] = None
    loss: Annotated[
        Text | None,
        Field(description="a loss by name or an equation; with equations the loss's name"),
    ] = None
    reduction: Annotated[
        Reduction, Field(strict=False, description="what becomes of several observations' losses")
    ] = Reduction.SUM
    repeat: Annotated[
        dict[Annotated[str, Field(pattern=_LETTER)], Bounds],
        Field(description="the first and the last step of each letter in braces"),
    ] = {}
    numbering: Annotated[
        Numbering, Field(strict=False, description="how weights and biases are numbered")
    ] = Numbering.BY_INPUT
    names: Annotated[
        dict[Name, list[Name]],
        Field(max_length=10_000, description="names of the elements of quantities, row by row"),
    ] = {}
    origins: Annotated[
        dict[Element, Line],
        Field(max_length=20_000, description="where quantities come from, a line for people"),
    ] = {}


class SchedulePart(_Part):
    """How the learning rate changes: a schedule by name, and its settings."""

    name: Annotated[Line, Field(description="a schedule by name")]
    settings: Annotated[dict[Line, Number], Field(description="its settings by name")] = {}


class OptimizerPart(_Part):
    """The optimizer by name, its settings, and what a setting is called in formulas."""

    method: Annotated[Line, Field(description="an optimizer by name")] = "gradient descent"
    settings: Annotated[dict[Line, Number], Field(description="its settings by name")] = {}
    symbols: Annotated[
        dict[Line, Name], Field(description="what a setting is called in formulas")
    ] = {}
    schedule: Annotated[SchedulePart | None, Field(description="how the learning rate changes")] = (
        None
    )
    state: Annotated[
        Given, Field(description="what it keeps from earlier iterations, by name")
    ] = {}


class BatchesPart(_Part):
    """Observations taken in turn: how many an iteration, and their order, counted from 1."""

    size: Annotated[Count, Field(description="how many observations an iteration takes")] = 1
    order: Annotated[
        list[Count] | None,
        Field(min_length=1, description="the order in which they are taken, again and again"),
    ] = None


class PoliciesPart(_Part):
    """What people get wrong, as settings; the defaults are right."""

    update_order: Annotated[
        UpdateOrder, Field(strict=False, description="when parameters are updated")
    ] = UpdateOrder.SIMULTANEOUS
    gradients: Annotated[
        Gradients, Field(strict=False, description="whether gradients start over")
    ] = Gradients.CLEARED


class BreakpointPart(_Part):
    """A breakpoint; `on` is an element's name, or a phase, an iteration or an operation."""

    number: Annotated[Count, Field(description="a unique number")]
    on: Annotated[Element, Field(description="an element, or phase, iteration, operation")]
    access: Annotated[
        Access, Field(strict=False, description="what has to happen to the element")
    ] = Access.WRITE
    condition: Annotated[Condition | None, Field(description="it is a hit only if this holds")] = (
        None
    )
    hit: Annotated[
        Annotated[str, Field(pattern=LINE, max_length=20)] | None,
        Field(description="which hits count"),
    ] = None
    ignore: Annotated[
        int,
        Field(ge=0, le=GREATEST_NUMBER),
        _WHOLE,
        Field(description="the number of first hits to skip"),
    ] = 0
    temporary: Annotated[bool, Field(description="deleted when it has stopped a run")] = False
    log: Annotated[
        Condition | None, Field(description="a message to write instead of stopping")
    ] = None
    enabled: Annotated[bool, Field(description="whether it is switched on")] = True


class PositionPart(_Part):
    """A position: operations executed, and arithmetic steps of the next one."""

    operation: Annotated[Place, Field(description="operations executed since the start")] = 0
    arithmetic: Annotated[Place, Field(description="arithmetic steps done of the next one")] = 0


class EditPart(_Part):
    """A value that was given to an element, and after how many operations."""

    at: Annotated[Place, Field(description="how many operations are executed before it")]
    set: Annotated[Element, Field(description="the name of the element")]
    to: Annotated[Quantity, Field(description="its value from then on")]


class BranchPart(_Part):
    """A course of the run: all its edits, where it was left and how far it was followed."""

    number: Annotated[Count, Field(description="a unique number")]
    name: Annotated[
        str,
        Field(pattern=LINE, min_length=1, max_length=MOST_BRANCH_NAME),
        Field(description="its name"),
    ]
    edits: Annotated[
        list[EditPart], Field(max_length=MOST_EDITS, description="all values given on it")
    ] = []
    parent: Annotated[Count | None, Field(description="the branch that it left")] = None
    fork: Annotated[Place, Field(description="after how many operations it left its parent")] = 0
    cursor: Annotated[PositionPart, Field(description="where it was left")] = PositionPart()
    seen: Annotated[Place, Field(description="how many of its operations were executed")] = 0


class BookmarkPart(PositionPart):
    """A named position, and the branch that it is on."""

    branch: Annotated[Count, Field(description="the number of its branch")] = 1


class DigestPart(_Part):
    """The fingerprint that the whole memory must have after a number of operations of a branch."""

    operation: Annotated[Place, Field(description="operations executed")]
    branch: Annotated[Count, Field(description="the number of the branch")] = 1
    state: Annotated[str, Field(pattern=_FINGERPRINT, description="half of a SHA-256")]
    environment: Annotated[
        Annotated[str, Field(max_length=200)] | None,
        Field(description="what it was computed with"),
    ] = None
    parameters: Annotated[
        dict[Element, Quantity],
        Field(max_length=MOST_RECORDED, description="what the first parameters were there"),
    ] = {}


class PredictionPart(_Part):
    """A question for the result of an operation, and what was answered before it was shown."""

    operation: Annotated[
        Annotated[int, Field(ge=1, le=10**18), _WHOLE],
        Field(description="which, counted since the start of the run"),
    ]
    branch: Annotated[Count, Field(description="the number of its branch")] = 1
    answers: Annotated[
        list[Annotated[str, Field(pattern=LINE, min_length=1, max_length=MOST_ANSWER)]],
        Field(max_length=MOST_ANSWERS, description="numbers or formulas, as they were given"),
    ] = []
    hints: Annotated[
        int, Field(ge=0, le=MOST_HINTS), _WHOLE, Field(description="how many hints were given")
    ] = 0
    outcome: Annotated[Outcome, Field(strict=False, description="what has become of it")] = (
        Outcome.OPEN
    )
    posed: Annotated[
        bool, Field(description="whether it was asked for, even if not all results are covered")
    ] = False


class SuspectPart(_Part):
    """What was named where a mistake is planted: an element and what is wrong there."""

    element: Annotated[Element, Field(description="the name of the element")]
    mistake: Annotated[Line, Field(description="a mistake by its name; empty for any")] = ""
    verdict: Annotated[SuspectVerdict, Field(strict=False, description="what it is")]
    bug: Annotated[
        Annotated[int, Field(ge=1, le=MOST_PLANTED), _WHOLE] | None,
        Field(description="the number of the planted mistake that it is right about"),
    ] = None


class LooksPart(_Part):
    """What finding out has cost so far; undoing gives nothing back."""

    operations: Annotated[
        list[Count],
        Field(max_length=MOST_LOOKED_AT, description="operations of an iteration come to"),
    ] = []
    suspects: Annotated[Place, Field(description="how many suspects were named")] = 0
    hints: Annotated[Place, Field(description="how many hints were given")] = 0


class HuntPart(_Part):
    """What was named and asked for where a mistake is planted, and how many looks it took."""

    suspects: Annotated[
        list[SuspectPart], Field(max_length=MOST_SUSPECTS, description="what was named")
    ] = []
    hints: Annotated[
        list[Annotated[int, Field(ge=1, le=MOST_PLANTED), _WHOLE]],
        Field(
            max_length=MOST_CLUES * MOST_PLANTED,
            description="for each hint the number of the planted mistake that it is about",
        ),
    ] = []
    revealed: Annotated[bool, Field(description="whether the answer was asked for")] = False
    looks: Annotated[LooksPart, Field(description="what it has cost so far")] = LooksPart()


class WorkPart(_Part):
    """What a person has made of a run, and where it was left."""

    breakpoints: Annotated[
        list[BreakpointPart], Field(max_length=MOST_BREAKPOINTS, description="where runs stop")
    ] = []
    stop_at_non_finite: Annotated[
        bool, Field(description="whether a run stops at the first NaN or infinity")
    ] = True
    watches: Annotated[
        list[Condition], Field(max_length=MOST_WATCHES, description="expressions to be shown")
    ] = []
    bookmarks: Annotated[
        dict[Annotated[str, Field(pattern=LINE, min_length=1, max_length=40)], BookmarkPart],
        Field(max_length=MOST_BOOKMARKS, description="positions by name"),
    ] = {}
    predicting: Annotated[
        bool, Field(description="whether each result is covered until it is answered")
    ] = False
    predictions: Annotated[
        list[PredictionPart],
        Field(max_length=MOST_PREDICTIONS, description="what was asked and answered"),
    ] = []
    hunt: Annotated[
        HuntPart, Field(description="what was named and found where a mistake is planted")
    ] = HuntPart()
    branches: Annotated[
        list[BranchPart], Field(max_length=MOST_BRANCHES, description="courses of the run")
    ] = []
    branch: Annotated[Count, Field(description="the current branch")] = 1
    cursor: Annotated[PositionPart, Field(description="the position on that branch")] = (
        PositionPart()
    )


class QuestionPart(_Part):
    """A question to those who follow, and its answer, which is shown when it is asked for."""

    ask: Annotated[Said, Field(description="the question")]
    answer: Annotated[Said, Field(description="its answer")]


class StopPart(_Part):
    """A stop of a walkthrough: a place and what is said there, with expressions in braces."""

    where: Annotated[Element, Field(description="a place, independent of the current position")]
    title: Annotated[
        str,
        Field(pattern=LINE, min_length=1, max_length=MOST_TITLE),
        Field(description="its title"),
    ]
    text: Annotated[
        str, Field(pattern=TEXT, max_length=MOST_TEXT), Field(description="its text")
    ] = ""
    focus: Annotated[Element | None, Field(description="the element that is selected")] = None
    question: Annotated[QuestionPart | None, Field(description="a question with its answer")] = None
    predict: Annotated[
        bool, Field(description="whether the result there is covered until it is answered")
    ] = False
    open: Annotated[
        Annotated[str, Field(pattern=LINE, min_length=1, max_length=MOST_SESSION_NAME)] | None,
        Field(description="a bundled session that is opened from there, by name"),
    ] = None
    run: Annotated[Element | None, Field(description="a place to run to from there")] = None


class RecordedPart(WorkPart):
    """What was there before the first of the actions; the walkthrough if it was another one."""

    walkthrough: Annotated[
        list[StopPart] | None,
        Field(max_length=MOST_STOPS, description="its stops, if they were others"),
    ] = None


class PrintedPart(_Part):
    """A figure that a source prints, in its digits: of which element, and in which iteration."""

    of: Annotated[Element, Field(description="the name of the element")]
    figure: Annotated[
        str, Field(pattern=LINE, min_length=1, max_length=40), Field(description="as it is printed")
    ]
    iteration: Annotated[Count, Field(description="the iteration that gives it")] = 1


class SessionPart(WorkPart):
    """A session of bpdebug, a debugger for backpropagation."""

    format: Annotated[Literal["bpdebug-session"], Field(description="says what the file is")]
    version: Annotated[str, Field(pattern=_VERSION, description="of the format: major.minor")]
    numerics: Annotated[
        Literal["ieee-seq-1"], Field(description="the arithmetic that the numbers were made with")
    ] = "ieee-seq-1"
    title: Annotated[Line, Field(description="a line for people")] = ""
    source: Annotated[Text, Field(description="where the example is from")] = ""
    notes: Annotated[Text, Field(description="anything worth saying")] = ""
    model: Annotated[ModelPart, Field(description="the network, as layers or as equations")]
    inputs: Annotated[Given, Field(description="given quantities by name")] = {}
    targets: Annotated[Given, Field(description="what outputs should be, by name")] = {}
    constants: Annotated[Given, Field(description="other given quantities by name")] = {}
    parameters: Annotated[
        dict[Element, Values], Field(description="initial values of what is trained")
    ] = {}
    frozen: Annotated[
        list[Name], Field(max_length=10_000, description="parameters that are not updated")
    ] = []
    batches: Annotated[
        BatchesPart | None, Field(description="how observations are taken in turn")
    ] = None
    policies: Annotated[PoliciesPart, Field(description="common mistakes, as settings")] = (
        PoliciesPart()
    )
    derivations: Annotated[
        dict[Line, Text],
        Field(max_length=10_000, description="formulas instead of the right derivatives"),
    ] = {}
    hand_derivations: Annotated[
        dict[Line, Text],
        Field(max_length=1_000, description="formulas for derivatives, to be checked only"),
    ] = {}
    printed: Annotated[
        list[PrintedPart], Field(max_length=10_000, description="figures to be checked")
    ] = []
    planted: Annotated[
        list[Annotated[str, Field(pattern=_BASE64, min_length=1, max_length=1_000)]],
        Field(max_length=MOST_PLANTED, description="mistakes that are switched on, sealed"),
    ] = []
    optimizer: Annotated[OptimizerPart, Field(description="how parameters are updated")] = (
        OptimizerPart()
    )
    iterations: Annotated[Count, Field(description="how many there are")] = 1000
    style: Annotated[
        Style, Field(strict=False, description="which derivatives have names of their own")
    ] = Style.EXPANDED
    order: Annotated[
        dict[Line, list[Annotated[str, Field(pattern=LINE, max_length=1000)]]],
        Field(description="in which order operations come, phase by phase"),
    ] = {}
    walkthrough: Annotated[
        list[StopPart], Field(max_length=MOST_STOPS, description="stops that lead through the run")
    ] = []
    recorded_from: Annotated[
        RecordedPart | None, Field(description="what was there before the first of the actions")
    ] = None
    actions: Annotated[
        list[Annotated[str, Field(pattern=LINE, max_length=MOST_ACTION)]],
        Field(max_length=MOST_ACTIONS, description="what was done, for replay"),
    ] = []
    digests: Annotated[
        list[DigestPart], Field(max_length=MOST_DIGESTS, description="fingerprints of values")
    ] = []
