"""Arrays in brackets, as NumPy, PyTorch, Python, JSON, MATLAB and LaTeX write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bpdebug.checks.figures.figure import DOUBLE, SINGLE
from bpdebug.session.data.pasted.tokens import Sign, Token

_DEEPEST = 16

_ARRAY = re.compile(
    r"(?:\w+\.){0,3}(?:array|asarray|matrix|tensor|Tensor|Array|DeviceArray|Parameter"
    r"|float(?:16|32|64|_)|double)\("
)
_SINGLE = frozenset({"float32", "torch.float32", "np.float32", "jnp.float32", "torch.float"})
_HALF = frozenset({"float16", "bfloat16", "torch.float16", "torch.bfloat16", "half"})


_BESIDE = "found numbers beside rows of numbers; is a bracket missing?"
_SUMS = "+-*/×·^"


class PastedError(ValueError):
    """What cannot be read as an array, said in words."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number or an array: its shape, its numbers row-major, as they are written."""

    shape: tuple[int, ...]
    texts: tuple[str, ...]
    epsilon: float = DOUBLE


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: one value, or those of a list of arrays of different shapes; the place of
    the sign after it.
    """

    values: tuple[Value, ...]
    end: int


@dataclass(slots=True)
class _Frame:
    """A bracket that is open: where its numbers begin, what is in it, how long its rows are."""

    is_call: bool
    first: int
    line: int
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    numbers: int = 0
    rows: list[int] = field(default_factory=list)
    is_over: bool = False


def begins_array(signs: Sequence[Token], at: int) -> bool:
    """Whether an array begins at a place: `[`, or `array(` and its like."""
    if at >= len(signs):
        return False
    sign = signs[at]
    return (sign.sign is Sign.OPEN and sign.text == "[") or (
        sign.sign is Sign.CALL and _ARRAY.fullmatch(sign.text) is not None
    )


def read_array(signs: Sequence[Token], at: int) -> Reading:
    """The array that begins at a place. Raises PastedError."""
    reader = _Reader()
    for place in range(at, len(signs)):
        if reader.take(signs[place]):
            return Reading(reader.values(), place + 1)
    raise PastedError(
        f"the bracket opened in line {signs[at].line} is not closed; copy the array to its end"
    )


class _Reader:
    """Reads sign by sign; what is open stands on a stack."""

    def __init__(self) -> None:
        self._open: list[_Frame] = []
        self._texts: list[str] = []
        self._epsilon = DOUBLE
        self._found: list[tuple[tuple[int, ...], int]] = []

    def take(self, sign: Token) -> bool:
        """Read one sign; whether the array is at its end."""
        match sign.sign:
            case Sign.OPEN | Sign.CALL:
                self._begin(sign)
            case Sign.CLOSE:
                return self._finish()
            case Sign.NUMBER if not self._is_over:
                self._texts.append(sign.text)
                self._open[-1].numbers += 1
            case Sign.SEMICOLON:
                self._end_row()
            case Sign.ELISION if not self._is_over:
                raise PastedError(
                    "numbers are left out (…); print all of them: "
                    "np.set_printoptions(threshold=np.inf), torch.set_printoptions(profile='full')"
                )
            case Sign.NOT_FINITE if not self._is_over:
                raise PastedError(f"found {sign.text}; not all of its numbers are finite")
            case Sign.NAME | Sign.EQUALS:
                self._word(sign)
            case Sign.OTHER if sign.text in _SUMS and not self._is_over:
                raise PastedError(
                    f"found {sign.text!r} in line {sign.line}; write out each number, without a "
                    "factor before them"
                )
            case _:
                pass
        return False

    @property
    def _is_over(self) -> bool:
        return any(frame.is_over for frame in self._open)

    def _begin(self, sign: Token) -> None:
        if len(self._open) >= _DEEPEST:
            raise PastedError(f"brackets are more than {_DEEPEST} deep in line {sign.line}")
        is_call = sign.sign is Sign.CALL or sign.text == "("
        self._open.append(_Frame(is_call, len(self._texts), sign.line))

    def _word(self, sign: Token) -> None:
        """`dtype=float32` after the numbers of a call: what follows are not numbers."""
        if not self._open[-1].is_call and not self._is_over:
            raise PastedError(f"found {sign.text!r:.40} among the numbers of line {sign.line}")
        self._open[-1].is_over = True
        if sign.text in _SINGLE:
            self._epsilon = SINGLE
        elif sign.text in _HALF:
            raise PastedError(f"found numbers of {sign.text}; compute in float32 or float64")

    def _end_row(self) -> None:
        frame = self._open[-1]
        if frame.numbers:
            frame.rows.append(frame.numbers)
            frame.numbers = 0

    def _finish(self) -> bool:
        frame = self._open.pop()
        if frame.rows:
            if frame.numbers:
                frame.rows.append(frame.numbers)
            if len(set(frame.rows)) > 1:
                raise PastedError(_ragged(frame.rows))
            shape: tuple[int, ...] = (len(frame.rows), frame.rows[0])
        elif frame.is_call:
            # `array([1, 2])` is what is in it; `(3, 2)` and `array(0.5)` are numbers.
            if len(frame.shapes) == 1 and not frame.numbers:
                shape = frame.shapes[0]
            elif frame.numbers and not frame.shapes:
                shape = () if frame.numbers == 1 else (frame.numbers,)
            elif frame.shapes and frame.numbers:
                raise PastedError(_BESIDE)
            elif self._open:
                return False
            else:
                shape = (0,)
        elif frame.shapes and frame.numbers:
            raise PastedError(_BESIDE)
        elif frame.shapes:
            if set(frame.shapes) == {()}:
                shape = (len(frame.shapes),)
            elif len(set(frame.shapes)) == 1:
                shape = (len(frame.shapes), *frame.shapes[0])
            elif not self._open and all(frame.shapes):
                return self._list(frame)
            else:
                raise PastedError(_ragged([each[-1] if each else 1 for each in frame.shapes]))
        else:
            shape = (frame.numbers,)
        if self._open:
            self._open[-1].shapes.append(shape)
            self._open[-1].starts.append(frame.first)
            return False
        self._found = [(shape, frame.first)]
        return True

    def _list(self, frame: _Frame) -> bool:
        """Arrays of different shapes in one list: one for each layer, most likely.

        Rows of numbers of different lengths are not such a list.
        """
        if all(len(shape) == 1 for shape in frame.shapes) and len(frame.shapes) > 1:
            raise PastedError(_ragged([shape[0] for shape in frame.shapes]))
        self._found = list(zip(frame.shapes, frame.starts, strict=True))
        return True

    def values(self) -> tuple[Value, ...]:
        """What was read."""
        ends = [*(start for _, start in self._found[1:]), len(self._texts)]
        return tuple(
            Value(shape, tuple(self._texts[start:end]), self._epsilon)
            for (shape, start), end in zip(self._found, ends, strict=True)
        )


def _ragged(lengths: Sequence[int]) -> str:
    shown = ", ".join(map(str, dict.fromkeys(lengths)))
    return f"its rows are of unequal length ({shown:.60})"
