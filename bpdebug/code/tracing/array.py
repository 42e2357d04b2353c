"""An array that knows how it was computed, besides its numbers.

The program goes on with it as with any other array, loops and branches included. What it does with
it is noted: arithmetic as terms, moving elements about as identities (`recorder`). What cannot be
noted makes an array that is `lost`; that matters only if the loss depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpdebug.code.tracing.gathering import gathered, owners
from bpdebug.code.tracing.recorder import Ids, Recorder, UntraceableError
from bpdebug.code.tracing.terms import (
    Apply,
    Index,
    Number,
    Over,
    Term,
    has_over,
    multiply,
    negate,
    opposite,
    refs,
    size,
)

MOST_TERMS = 60
"""Terms that an array without a name is made of; beyond that it gets one."""

Handler = Callable[..., Any]


class Known:
    """How an array was computed: a term over its axes, or the identities of its elements.

    `lost` says why that is not known. `uses` counts in how many terms the term stands, `line` is
    where it was computed, `pick` what the program calls the places that were taken.
    """

    def __init__(
        self,
        term: Term | None = None,
        ids: Ids | None = None,
        lost: str = "",
        bools: bool = False,
        pick: str = "",
        line: int = 0,
    ) -> None:
        self.term = term
        self.ids = ids
        self.lost = lost
        self.bools = bools
        self.pick = pick
        self.line = line
        self.uses = 0


class Traced(np.ndarray[Any, Any]):
    """See the module. Where only its numbers are wanted, `plain` gives them."""

    known: Known | None
    recorder: Recorder

    def __array_finalize__(self, other: Any) -> None:
        # What numpy makes by itself is not known, until somebody says so.
        self.known = None
        if isinstance(other, Traced):
            self.recorder = other.recorder

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return UFUNCS(ufunc, method, inputs, kwargs)

    def __array_function__(
        self, func: Any, types: Any, args: Any, kwargs: Mapping[str, Any]
    ) -> Any:
        return FUNCTIONS(func, args, dict(kwargs))

    def __deepcopy__(self, memo: Any) -> Traced:
        return FUNCTIONS(np.copy, (self,), {})  # type: ignore[no-any-return]

    def __reduce__(self) -> Any:
        return plain(self).__reduce__()

    def __float__(self) -> float:
        return float(plain(self))

    def __int__(self) -> int:
        self.recorder.choice("a value as a whole number")
        return int(plain(self))

    def __index__(self) -> int:
        return self.__int__()

    def __bool__(self) -> bool:
        self.recorder.choice("a comparison")
        return bool(plain(self))

    def __format__(self, spec: str) -> str:
        return format(plain(self) if self.ndim else float(plain(self)), spec)

    def __iter__(self) -> Any:
        return (self[n] for n in range(len(self)))


UFUNCS: Handler = lambda *_: NotImplemented  # noqa: E731
FUNCTIONS: Handler = lambda *_: NotImplemented  # noqa: E731


def plain(value: Any) -> Any:
    """The numbers of an array, and of those in lists and tuples, without how they came about."""
    if isinstance(value, Traced):
        return value.view(np.ndarray)
    if isinstance(value, list | tuple):
        inner = [plain(each) for each in value]
        return inner if isinstance(value, list) else tuple(inner)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value


def any_traced(value: Any) -> Traced | None:
    """The first traced array in arguments."""
    if isinstance(value, Traced):
        return value
    if isinstance(value, list | tuple):
        for each in value:
            found = any_traced(each)
            if found is not None:
                return found
    if isinstance(value, dict):
        return any_traced([*value.values()])
    return None


def made(recorder: Recorder, values: Any, known: Known) -> Traced:
    """A traced array of these numbers."""
    array = np.array(values, dtype=bool if known.bools else float).view(Traced)
    array.recorder = recorder
    array.known = known
    return array


def with_term(recorder: Recorder, values: Any, term: Term, bools: bool = False) -> Traced:
    """What is computed by a term."""
    found = made(recorder, values, Known(term, bools=bools, line=recorder.line()))
    if size(term) > MOST_TERMS and not bools:
        name(found, "", 0, "part")
    return found


def with_ids(
    recorder: Recorder, values: Any, ids: Ids, bools: bool = False, pick: str = ""
) -> Traced:
    """What consists of these elements."""
    return made(recorder, values, Known(ids=ids, bools=bools, pick=pick))


def lost(recorder: Recorder, values: Any, reason: str) -> Any:
    """Values whose origin cannot be written as an equation; whole numbers stay what they are."""
    if isinstance(values, tuple | list):
        return type(values)(lost(recorder, each, reason) for each in values)
    array = np.asarray(values)
    if array.dtype.kind not in "fb":
        return values
    if not reason.startswith("line "):
        reason = f"line {recorder.line()}: {reason}"
    return made(recorder, array, Known(lost=reason, bools=array.dtype.kind == "b"))


def known_of(array: Traced) -> Known:
    """How an array was computed. Raises UntraceableError if that is not known."""
    if array.known is None:
        array.known = Known(
            lost=f"line {array.recorder.line()}: an array comes from a call that is not traced"
        )
    if array.known.lost:
        raise LostError(array.known.lost)
    return array.known


def reason(error: Exception, what: str) -> str:
    """Why something is not traced: what an error says, if that is for people."""
    told = isinstance(error, UntraceableError) and str(error)
    return told or f"{what} is not traced in this way; write it with arithmetic and sums"


def failed(recorder: Recorder, error: Exception, what: str, given: Any, values: Any) -> Any:
    """What comes of a call that is not traced: a constant, if no parameter goes into it."""
    array = np.asarray(values)
    if array.dtype.kind == "f" and array.size and not depends(given):
        return with_ids(recorder, array, recorder.lifted(array))
    return lost(recorder, values, reason(error, what))


def depends(value: Any) -> bool:
    """Whether a parameter goes into a value, or into one of several."""
    if isinstance(value, list | tuple):
        return any(map(depends, value))
    if isinstance(value, dict):
        return depends([*value.values()])
    if not isinstance(value, Traced):
        return False
    known = value.known
    if known is None or known.lost:
        return True
    recorder = value.recorder
    if known.term is not None:
        return any(recorder.quantities[ref.quantity].depends for ref in refs(known.term))
    assert known.ids is not None
    return any(owner.depends for owner, _ in owners(recorder, known.ids))


class LostError(UntraceableError):
    """What an array comes from was not traceable; the message names that line already."""


def ids_of(recorder: Recorder, value: Any, hint: str = "part") -> Ids:
    """The identities of an array's elements; what has no name yet gets one."""
    if not isinstance(value, Traced):
        array = np.asarray(value)
        if array.ndim == 0 or array.dtype.kind in "bu" or isinstance(value, list | tuple):
            return recorder.number_ids(array.astype(float))
        return recorder.lifted(value)
    known = known_of(value)
    if known.ids is None:
        name(value, "", 0, hint)
    assert known.ids is not None
    return known.ids


def name(array: Traced, called: str, depth: int, hint: str = "") -> None:
    """Make a quantity of what has no name yet."""
    known = known_of(array)
    assert known.term is not None
    recorder = array.recorder
    match known.term:
        case Number(value):
            known.ids = np.full(array.shape, recorder.number_id(value))
            known.term = None
            return
    values = np.array(plain(array), dtype=float)
    known.ids = recorder.computed(known.term, values, called, depth, hint, known.line)
    known.term = None
    known.uses = 0


def term_of(recorder: Recorder, value: Any) -> Term:
    """A value as a term over its axes."""
    if not isinstance(value, Traced):
        return gathered(recorder, ids_of(recorder, value))
    known = known_of(value)
    if known.term is None:
        assert known.ids is not None
        return gathered(recorder, known.ids, known.pick)
    known.uses += 1
    if known.uses > 1 and not known.bools and _is_work(known.term):
        return named(recorder, value, "part")
    return known.term


def named(recorder: Recorder, value: Traced, hint: str) -> Term:
    """A value as an element of something with a name; of a negative value that is the positive."""
    known = known_of(value)
    if known.term is None:
        assert known.ids is not None
        known.term = gathered(recorder, known.ids, known.pick)
    match known.term:
        case Number():
            return known.term
        case Apply("neg", (inner,)):
            positive = made(recorder, -plain(value), Known(inner, line=known.line))
            known.ids, known.term = None, negate(named(recorder, positive, hint))
            return known.term
    name(value, "", 0, hint)
    assert known.ids is not None
    return gathered(recorder, known.ids)


def _is_work(term: Term) -> bool:
    """Whether computing a term twice would be a waste."""
    return has_over(term) or size(term) > 6


def simple_term(recorder: Recorder, value: Any, hint: str = "in") -> Term:
    """A value as a term without sums, such as is put into a function or another sum."""
    term = term_of(recorder, value)
    if not has_over(term) or not isinstance(value, Traced):
        return term
    return named(recorder, value, "max" if _hint(term, hint) == "max" else hint)


def apart(recorder: Recorder, values: list[Any], hint: str = "part") -> list[Term]:
    """Values as terms that can stand in one equation.

    One equation must not use two elements of a quantity that may be the same one: of such values
    those with more in them get names.
    """
    shapes = [np.shape(each) for each in values]
    full = np.broadcast_shapes(*shapes)
    terms = []
    for value, shape in zip(values, shapes, strict=True):
        term = term_of(recorder, value)
        if has_over(term) and shape != full and isinstance(value, Traced):
            term = named(recorder, value, _hint(term, hint))
        terms.append(term)
    for one in sorted(range(len(values)), key=lambda n: -size(terms[n])):
        if not clash(terms):
            return terms
        value = values[one]
        if isinstance(value, Traced):
            terms[one] = named(recorder, value, _hint(terms[one], hint))
    return terms


def _hint(term: Term, hint: str) -> str:
    match term:
        case Over(name):
            return name
        case Apply("/", (Over("sum"), _)):
            return "mean"
    return hint


def clash(terms: list[Term]) -> bool:
    """Whether two different references may be the same element of a quantity."""
    found: dict[int, set[tuple[Index, ...]]] = {}
    for term in terms:
        for ref in refs(term):
            found.setdefault(ref.quantity, set()).add(ref.indices)
    for several in found.values():
        for one in several:
            if all(isinstance(n, int) and n > 0 for n in one):
                continue
            for other in several:
                if one != other and all(
                    a == b or not (_is_place(a) and _is_place(b))
                    for a, b in zip(one, other, strict=True)
                ):
                    return True
    return False


def _is_place(index: Index) -> bool:
    return isinstance(index, int) and index > 0


def chosen(condition: Term, a: Term, b: Term) -> Term:
    """a where a condition is 1, b where it is 0."""
    if b == Number(0.0):
        return multiply(condition, a)
    if a == Number(0.0):
        return multiply(opposite(condition), b)
    return Apply("+", (multiply(condition, a), multiply(opposite(condition), b)))
