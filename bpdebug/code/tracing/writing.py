"""From what was noted to equations as text, in the program's names and with readable indices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count

from bpdebug.code.tracing.recorder import Quantity, Recorder, UntraceableError
from bpdebug.code.tracing.running import Trace
from bpdebug.code.tracing.terms import Apply, Index, Number, Over, Ref, Stepped, Term, refs

_LETTERS = [*"ijklmpqrsuvwabcdefghoxyz"]
_BATCH = "n"

_TAKEN_NAMES = (
    "sum and or not exp log sqrt sigmoid tanh relu abs max min leaky_relu elu softplus silu "
    "gelu huber sin cos erf step sign round prev delta isnan isfinite mean norm any all iteration"
)
_TAKEN = frozenset(_TAKEN_NAMES.split())
"""Words of the notation, which are not names of quantities."""

MOST_CHARACTERS = 9_000


@dataclass(frozen=True)
class Written:
    """A quantity as it is written: its name, its equation if it is computed, its line."""

    quantity: Quantity
    name: str
    equation: str


def written(trace: Trace) -> list[Written]:
    """What the loss depends on, in the order in which it was computed; the loss last."""
    needed = _needed(trace)
    names = _names(trace, needed)
    writer = Writer(trace.recorder, needed, names)
    found = [Written(each, names[each.number], writer.equation(each)) for each in needed]
    found.sort(key=lambda each: each.quantity is trace.loss)
    for each in found:
        if len(each.equation) > MOST_CHARACTERS:
            raise UntraceableError(
                f"line {each.quantity.line}: the equation for {each.name} would have "
                f"{len(each.equation):,} characters; with a smaller batch or fewer steps it can "
                "be opened"
            )
    return found


def _needed(trace: Trace) -> list[Quantity]:
    quantities = trace.recorder.quantities
    wanted, waiting = {trace.loss.number}, [trace.loss]
    while waiting:
        term = waiting.pop().term
        for ref in refs(term) if term is not None else ():
            if ref.quantity not in wanted:
                wanted.add(ref.quantity)
                waiting.append(quantities[ref.quantity])
    return [each for each in quantities if each.number in wanted]


# Names


def _names(trace: Trace, needed: list[Quantity]) -> dict[int, str]:
    """A name for each quantity; several with one name are numbered in their order."""
    bases = _bases(needed)
    named = [each for each in needed if each.number in bases]
    times = Counter(bases.values())
    taken: set[str] = set()
    found: dict[int, str] = {}
    for each in named:
        if times[bases[each.number]] == 1:
            found[each.number] = _free(bases[each.number], taken)
            taken.add(found[each.number])
    numbers: Counter[str] = Counter()
    for each in named:
        if each.number in found:
            continue
        base = bases[each.number]
        numbers[base] += 1
        wanted = f"{base}{'_' if base[-1].isdigit() else ''}{numbers[base]}"
        found[each.number] = _free(
            wanted if wanted not in taken else f"{base}_{numbers[base]}", taken
        )
        taken.add(found[each.number])
    users = _users(needed, bases)
    stems: dict[int, str] = {}
    for each in reversed(needed):
        if each.number not in found:
            user = users.get(each.number, -1)
            # In a long chain of nameless ones all are called after the one that it leads to.
            after = stems.get(user, found.get(user, ""))
            wanted = _spelled(f"{after}_{each.hint or 'part'}" if after else each.hint or "c")
            if user in found and found[user] not in bases.values():
                stems[each.number] = after
            found[each.number] = _free(wanted, taken)
            taken.add(found[each.number])
    return _without_clashes(needed, found)


def _bases(needed: list[Quantity]) -> dict[int, str]:
    """What the program calls each quantity that it has a name for.

    A name further out is better, `A2` than the `s` of the function that computes it, unless that
    is one of several, as in a loop, that have no such name.
    """
    first = {each.number: each.names[0][1] for each in needed if each.names}
    outer = {
        each.number: min(each.names, key=lambda name: name[0])[1] for each in needed if each.names
    }
    partly = {name for number, name in first.items() if outer[number] == name}
    return {
        number: _spelled(name if name in partly else outer[number])
        for number, name in first.items()
    }


def _users(needed: list[Quantity], bases: Mapping[int, str]) -> dict[int, int]:
    """For each quantity the first that is computed from it, one with a name if there is any."""
    found: dict[int, int] = {}
    for each in sorted(needed, key=lambda each: each.number not in bases):
        for ref in refs(each.term) if each.term is not None else ():
            found.setdefault(ref.quantity, each.number)
    return found


def _spelled(name: str) -> str:
    """A name as the notation has names."""
    name = re.sub(r"\W", "_", name).strip("_")[:40] or "c"
    if name[0].isdigit():
        name = f"c{name}"
    return f"{name}_" if name in _TAKEN else name


def _free(name: str, taken: set[str]) -> str:
    """The name, or one like it that nothing has."""
    others = chain((name, f"{name}_", f"{name}__"), (f"{name}_{n}" for n in count(2)))
    return next(each for each in others if each not in taken)


def _without_clashes(needed: list[Quantity], found: dict[int, str]) -> dict[int, str]:
    """Names such that no element of an array has the name of another quantity: `h1` is the first
    element of h, if h has one axis.
    """
    arrays: dict[str, int] = {}
    for each in needed:
        if each.shape and not found[each.number][-1].isdigit():
            arrays[found[each.number]] = len(each.shape)
    names = set(found.values())
    for each in needed:
        name = found[each.number]
        match = re.fullmatch(r"(.*?\D)(\d+(?:_\d+)*)", name)
        if match is None or each.shape:
            continue
        if arrays.get(match[1]) == match[2].count("_") + 1:
            while name in names:
                name += "_"
            names.add(name)
            found[each.number] = name
    return found


# Indices

_Axis = tuple[int, int]


class Writer:
    """Writes terms with letters that are the same along the same axis of different arrays."""

    def __init__(
        self, recorder: Recorder, needed: list[Quantity], names: Mapping[int, str]
    ) -> None:
        self.recorder = recorder
        self.names = names
        self._parent: dict[_Axis, _Axis] = {}
        for each in needed:
            if each.term is not None:
                for together in _tied(each).values():
                    for axis in together[1:]:
                        self._join(together[0], axis)
        self._letters: dict[_Axis, str] = {}
        self._batch = self._batches(needed)
        words = set(names.values())
        self._pool = [letter for letter in _LETTERS if letter not in words] or _LETTERS

    def _find(self, axis: _Axis) -> _Axis:
        while self._parent.get(axis, axis) != axis:
            axis = self._parent[axis]
        return axis

    def _join(self, one: _Axis, other: _Axis) -> None:
        one, other = self._find(one), self._find(other)
        if one != other:
            self._parent[max(one, other)] = min(one, other)

    def _batches(self, needed: list[Quantity]) -> set[_Axis]:
        """The axes that are those of observations: of given arrays, and of no parameter."""
        trained = {
            self._find((each.number, n))
            for each in needed
            if each.role == "parameter"
            for n in range(len(each.shape))
        }
        for each in needed:
            if each.role == "given" and each.shape:
                free = [
                    root
                    for n in range(len(each.shape))
                    if (root := self._find((each.number, n))) not in trained
                ]
                if len(each.shape) > 1 and len(free) == 1:
                    return {free[0]}
        return set()

    def equation(self, quantity: Quantity) -> str:
        """The equation of a quantity, empty if it is given."""
        if quantity.term is None:
            return ""
        count = len(quantity.shape)
        letters: dict[Index, str] = {}
        for n in range(count):
            self._give(letters, n - count, (quantity.number, n))
        for index, together in _tied(quantity).items():
            self._give(letters, index, together[0])
        target = self.names[quantity.number]
        if count:
            target += f"[{','.join(letters[n - count] for n in range(count))}]"
        return f"{target} = {self._text(quantity.term, letters, 0)}"

    def _give(self, letters: dict[Index, str], index: Index, axis: _Axis) -> None:
        if index in letters:
            return
        root = self._find(axis)
        taken = set(letters.values())
        if root in self._batch and _BATCH not in taken:
            letters[index] = _BATCH
            return
        used = set(self._letters.values())
        wanted = self._letters.get(root, "")
        if not wanted or wanted in taken:
            free = [each for each in self._pool if each not in taken]
            fresh = [each for each in free if each not in used]
            # The same letter for the second use of an axis, wherever that comes.
            letter = (fresh or free or [f"i{len(taken)}"])[0]
            if not wanted:
                self._letters[root] = letter
            wanted = letter
        letters[index] = wanted

    def _index(self, index: Index, letters: Mapping[Index, str]) -> str:
        if not isinstance(index, Stepped):
            return str(index) if _is_place(index) else letters[index]
        text = ""
        for factor, each in index.parts:
            name = self._text(each, letters, 0) if isinstance(each, Ref) else letters[each]
            sign = "-" if factor < 0 else "+" if text else ""
            text += f"{sign}{'' if abs(factor) == 1 else f'{abs(factor)}*'}{name}"
        return f"{text}{index.constant:+d}" if index.constant else text

    def _text(self, term: Term, letters: Mapping[Index, str], level: int) -> str:
        """A term with the parentheses that it needs where operators of a level stand around it."""
        match term:
            case Number(value):
                return repr(value) if value != int_of(value) else str(int(value))
            case Ref(quantity, indices):
                places = [self._index(n, letters) for n in indices]
                return self.names[quantity] + (f"[{','.join(places)}]" if places else "")
            case Over(name, index, _, body):
                return f"{name}({letters[index]}: {self._text(body, letters, 0)})"
            case Apply("neg", (inner,)):
                return _around(f"-{self._text(inner, letters, 2)}", level > 1)
            case Apply("^", (base, Number(exponent))):
                return f"{self._text(base, letters, 4)}^{int(exponent)}"
            case Apply(sign, (a, b)) if sign in "+-*/":
                own = 1 if sign in "+-" else 2
                left = self._text(a, letters, own)
                right = self._text(b, letters, own + 1)
                between = f" {sign} " if sign in "+-" else sign
                return _around(f"{left}{between}{right}", level > own)
            case Apply(name, parts):
                inside = ", ".join(self._text(each, letters, 0) for each in parts)
                return f"{name}({inside})"
        raise TypeError(term)


def _is_place(index: Index) -> bool:
    return isinstance(index, int) and index > 0


def int_of(value: float) -> float:
    """The whole number that a number is, or one that it is not."""
    return float(int(value)) if abs(value) < 1e15 else value + 1


def _around(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _tied(quantity: Quantity) -> dict[Index, list[_Axis]]:
    """By index the axes that it stands for, of the quantity itself and of those on the right."""
    assert quantity.term is not None
    count = len(quantity.shape)
    found: dict[Index, list[_Axis]] = {n - count: [(quantity.number, n)] for n in range(count)}
    for ref in _in_order(quantity.term):
        for n, index in enumerate(ref.indices):
            # A calculated one goes along no axis.
            if not _is_place(index) and not isinstance(index, Stepped):
                found.setdefault(index, []).append((ref.quantity, n))
    return found


def _in_order(term: Term) -> Iterator[Ref]:
    return iter([*refs(term)][::-1])
