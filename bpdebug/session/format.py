"""The session file, field by field. docs/session-format.md explains it for people."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bpdebug.debugger.breakpoints import Access
from bpdebug.models.layers import Bias, Numbering, Reduction
from bpdebug.models.model import Gradients, Style, UpdateOrder

FORMAT = "bpdebug-session"
VERSION = "1.1"

Number = Annotated[float, Field(allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=10_000)]
Bounds = Annotated[
    list[Annotated[int, Field(ge=-1000, le=1_000_000)]], Field(min_length=2, max_length=2)
]
"""The first and the last step of a repetition."""

Values = Number | list[Any]
"""A number, or lists of numbers nested as deep as the quantity has indices."""


class _Part(BaseModel):
    """What is not known is an error, except at the top of a file of a newer minor version."""

    model_config = ConfigDict(extra="forbid", strict=True)


class LayerPart(_Part):
    """One layer of the shorthand; of the first, the input, only name and units count."""

    name: Name
    units: Annotated[int, Field(ge=1, le=1_000_000)]
    activation: str = "sigmoid"
    bias: Annotated[Bias, Field(strict=False)] = Bias.SHARED


class ModelPart(_Part):
    """The model, as layers with a loss by name or as equations that compute the loss."""

    layers: list[LayerPart] | None = None
    equations: list[Annotated[str, Field(max_length=10_000)]] | None = None
    loss: str | None = None
    reduction: Annotated[Reduction, Field(strict=False)] = Reduction.SUM
    repeat: dict[Annotated[str, Field(pattern="^[a-z]$")], Bounds] = {}
    numbering: Annotated[Numbering, Field(strict=False)] = Numbering.BY_INPUT
    names: dict[Name, list[Name]] = {}


class SchedulePart(_Part):
    """How the learning rate changes: a schedule by name, and its settings."""

    name: str
    settings: dict[str, Number] = {}


class OptimizerPart(_Part):
    """The optimizer by name, its settings, and what a setting is called in formulas."""

    method: str = "gradient descent"
    settings: dict[str, Number] = {}
    symbols: dict[str, Name] = {}
    schedule: SchedulePart | None = None


class BatchesPart(_Part):
    """Observations taken in turn: how many an iteration, and their order, counted from 1."""

    size: Annotated[int, Field(ge=1)] = 1
    order: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)] | None = None


class PoliciesPart(_Part):
    """What people get wrong, as settings; the defaults are right."""

    update_order: Annotated[UpdateOrder, Field(strict=False)] = UpdateOrder.SIMULTANEOUS
    gradients: Annotated[Gradients, Field(strict=False)] = Gradients.CLEARED


class BreakpointPart(_Part):
    """A breakpoint; `on` is an element's name, or a phase, an iteration or an operation."""

    number: Annotated[int, Field(ge=1, le=10**9)]
    on: Annotated[str, Field(min_length=1, max_length=200)]
    access: Annotated[Access, Field(strict=False)] = Access.WRITE
    condition: Annotated[str, Field(max_length=256)] | None = None
    hit: Annotated[str, Field(max_length=20)] | None = None
    ignore: Annotated[int, Field(ge=0, le=10**9)] = 0
    temporary: bool = False
    log: Annotated[str, Field(max_length=256)] | None = None
    enabled: bool = True


class PositionPart(_Part):
    """A position: operations executed, and arithmetic steps of the next one."""

    operation: Annotated[int, Field(ge=0)] = 0
    arithmetic: Annotated[int, Field(ge=0)] = 0


class EditPart(_Part):
    """A value that was given to an element after so many operations."""

    at: Annotated[int, Field(ge=0)]
    set: Annotated[str, Field(min_length=1, max_length=200)]
    to: Number


class BranchPart(_Part):
    """A course of the run: all its edits, where it was left and how far it was followed."""

    number: Annotated[int, Field(ge=1, le=10**9)]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    edits: Annotated[list[EditPart], Field(max_length=10_000)] = []
    parent: Annotated[int, Field(ge=1, le=10**9)] | None = None
    fork: Annotated[int, Field(ge=0)] = 0
    cursor: PositionPart = PositionPart()
    seen: Annotated[int, Field(ge=0)] = 0


class BookmarkPart(PositionPart):
    """A named position, and the branch that it is on."""

    branch: Annotated[int, Field(ge=1, le=10**9)] = 1


class DigestPart(_Part):
    """The fingerprint that the whole memory must have after so many operations of a branch."""

    operation: Annotated[int, Field(ge=0)]
    branch: Annotated[int, Field(ge=1, le=10**9)] = 1
    state: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class WorkPart(_Part):
    """What a person has made of a run, and where it was left."""

    breakpoints: list[BreakpointPart] = []
    stop_at_non_finite: bool = True
    watches: Annotated[list[Annotated[str, Field(max_length=256)]], Field(max_length=100)] = []
    bookmarks: dict[Annotated[str, Field(min_length=1, max_length=40)], BookmarkPart] = {}
    branches: Annotated[list[BranchPart], Field(max_length=1_000)] = []
    branch: Annotated[int, Field(ge=1, le=10**9)] = 1
    cursor: PositionPart = PositionPart()


class SessionPart(WorkPart):
    """A whole session file."""

    model_config = ConfigDict(extra="allow", strict=True)

    format: Literal["bpdebug-session"]
    version: Annotated[str, Field(pattern=r"^\d{1,4}\.\d{1,4}$")]
    numerics: Literal["ieee-seq-1"] = "ieee-seq-1"
    title: Annotated[str, Field(max_length=200)] = ""
    source: Text = ""
    notes: Text = ""
    model: ModelPart
    inputs: dict[Name, Values] = {}
    targets: dict[Name, Values] = {}
    constants: dict[Name, Values] = {}
    parameters: dict[Annotated[str, Field(min_length=1, max_length=200)], Values] = {}
    frozen: list[Name] = []
    batches: BatchesPart | None = None
    policies: PoliciesPart = PoliciesPart()
    derivations: dict[
        Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=10_000)]
    ] = {}
    optimizer: OptimizerPart = OptimizerPart()
    iterations: Annotated[int, Field(ge=1, le=10**9)] = 1000
    style: Annotated[Style, Field(strict=False)] = Style.EXPANDED
    order: dict[str, list[Annotated[str, Field(max_length=1000)]]] = {}
    recorded_from: WorkPart | None = None
    actions: list[Annotated[str, Field(max_length=400)]] = []
    digests: list[DigestPart] = []
