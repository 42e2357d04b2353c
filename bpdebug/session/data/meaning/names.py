"""What a name means that a program, a course or a textbook uses: `dW1`, `grads["W1"]`,
`W1.grad`, `∂E/∂w₁₁`, `dZ1[0][2]`, `delta2`, `cost`.

The session's own names come first, and are taken by the letter. Then spelling, then the place in
the network. What may be two quantities is refused with both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod

from bpdebug.checks.figures.figure import FigureError
from bpdebug.notation.names import did_you_mean, spelled
from bpdebug.program.meant import name_hint
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind, Quantity
from bpdebug.session.data.meaning.roles import Roles

_LONGEST = 200
_MOST_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Meaning:
    """A quantity, or an element of it: by its `place`, or by `indices` as they are written, from 0
    or from 1.

    `is_exact` if the name is the session's own, whose indices count from 1.
    """

    quantity: Quantity
    indices: tuple[int, ...] | None = None
    place: int | None = None
    is_exact: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole quantity."""
        return self.indices is None and self.place is None

    def __str__(self) -> str:
        if self.place is not None:
            return self.quantity.labels(self.place)
        if self.indices is None:
            return self.quantity.name
        return f"{self.quantity.name}[{','.join(map(str, self.indices))}]"


_LOSSES = frozenset(
    {"loss", "cost", "l", "j", "e", "c", "error", "err", "total_loss", "totalloss", "total_error",
     "mse", "bce", "nll", "objective"}
)  # fmt: skip
_OF_LOSS = frozenset({*_LOSSES, "f"})
_GRADIENTS = re.compile(
    r"(?:self\.)?(?:d_?)?(?:grads?|gradients?|derivatives|gs|dparams?|d_params?|dparameters|nablas?)",
    re.I,
)
_VALUES = re.compile(
    r"(?:self|model|net|network|cache|caches|params?|parameters|weights|state|memory|values|layer"
    r"|results?|out|outputs?|p)",
    re.I,
)
_PREFIX = re.compile(
    r"(?P<of>grads?_(?:of_)?|gradient_(?:of_)?|nabla_?|del_|d_|g_(?=[^\W\d])|grad(?=[A-Z])|∇[ ]?"
    r"|d(?=[^\W\d_])|g(?=[A-Z])|g(?=[wbv]\d*$))(?P<inner>.+)"
)
_SUFFIX = re.compile(r"(?P<inner>.+?)(?:\.grad(?:\.data)?|\.data\.grad|_grads?|_gradient|Grad)")
_FRACTION = re.compile(r"d_?(?P<of>[^\W\d]\w*?)\(?\d{0,0}/d_?(?P<inner>.+)")
_JOINED = re.compile(r"d(?P<of>[A-Za-z]|[Ll]oss|[Cc]ost)_?d_?(?P<inner>[^\W\d_].*)")
_KEYED = re.compile(r"""(?P<owner>[\w.]+)\[ ?['"](?P<key>[^'"]+)['"] ?\](?P<rest>.*)""", re.S)
_ATTRIBUTE = re.compile(r"(?P<owner>\w+)\.(?P<key>[^\W\d][^/]*)")
_INDEXED = re.compile(r"(?P<stem>[^\[\]]+)(?P<indices>(?:\[ ?\d{1,9}(?: ?, ?\d{1,9})* ?\])+)")
_SUBSCRIPT = re.compile(r"(?<=[^\W\d_])_(\d{1,9})$")
_DIGITS = re.compile(r"(?P<stem>.*?[^\W\d_])(?P<digits>\d{0,9})(?P<parted>(?:_\d{1,9}){0,8})")
_DELTA = re.compile(r"delta_?(?P<which>\d{1,3}|out|output|o|h|hidden|)", re.I)
_ROLE = re.compile(r"(?P<kind>[zahwbxZAHWBX])_?\(?(?P<number>\d{1,3}|[lL]|)\)?")
_OUTPUTS = frozenset(
    {"yhat", "y_hat", "ypred", "y_pred", "al", "output", "out", "probs", "pred", "preds",
     "prediction"}
)  # fmt: skip


def meaning_of(program: Program, roles: Roles, name: str, shape: tuple[int, ...]) -> Meaning:
    """What a name of an array of this shape, or of a number, means.

    Raises FigureError if it is nothing, or may be two.
    """
    size = prod(shape)
    if len(name) > _LONGEST:
        raise FigureError(f"a name has at most {_LONGEST} characters, found {len(name):,}")
    found = _Names(program, roles, size, bool(shape)).meanings(name)
    shown = list(dict.fromkeys(map(str, found)))[:_MOST_CHOICES]
    if len(shown) > 1:
        listed = f"{', '.join(shown[:-1])} or {shown[-1]}"
        raise FigureError(f"{name:.60} may be {listed}; write which")
    if found:
        return found[0]
    raise FigureError(_unknown(program, name, size))


def _unknown(program: Program, name: str, size: int) -> str:
    plain = _plain(name)
    hint = name_hint(program, plain) if size == 1 else ""
    hint = hint or did_you_mean(plain[:60], program.quantities)
    if not hint:
        names = [each.name for each in program.of_kind(Kind.PARAMETER)[:10]]
        hint = f"; parameters are {', '.join(names)}"
    return f"there is no quantity {name:.60}{hint}"


def _plain(name: str) -> str:
    """A name without blanks, in ASCII: `∂E/∂w₁₁` is `dE/dw11`."""
    return spelled("".join(name.split()).replace("∂", "d").replace("^", ""))


class _Names:
    """Looks for what a name means, of which there are this many numbers, in brackets or not."""

    def __init__(self, program: Program, roles: Roles, size: int, is_array: bool) -> None:
        self._program = program
        self._roles = roles
        self._size = size
        self._is_array = is_array
        self._loss = program.model.loss

    def meanings(self, name: str) -> list[Meaning]:
        """All that a name means in the first way of reading it that gives anything."""
        plain = _plain(name)
        missing = ""
        for inner, is_gradient in self._readings(plain):
            found = self._quantities(inner)
            if is_gradient:
                there = [each for each in map(self._gradient, found) if each is not None]
                if found and not there:
                    missing = missing or found[0].quantity.name
                found = there
            fitting = [each for each in found if self._fits(each)]
            if fitting:
                return fitting
            if found:
                return found[:1]
        if missing:
            raise FigureError(f"no operation computes d{self._loss}/d{missing}")
        return []

    def _readings(self, name: str) -> Iterator[tuple[str, bool]]:
        """What is asked for, and whether the gradient by it is; likeliest first."""
        yield name, False
        is_gradient = False
        for _ in range(4):
            keyed = _KEYED.fullmatch(name)
            attribute = None if keyed else _ATTRIBUTE.fullmatch(name)
            found = keyed or attribute
            if found is None or found["key"] in ("grad", "grad.data", "data.grad"):
                break
            owner = found["owner"].rpartition(".")[2]
            is_of_gradients = _GRADIENTS.fullmatch(owner) is not None
            if not (is_of_gradients or _VALUES.fullmatch(owner) or keyed):
                break
            is_gradient = is_gradient or is_of_gradients
            name = found["key"] + (keyed["rest"] if keyed else "")
            if not is_gradient:
                yield name, False
        suffix = _SUFFIX.fullmatch(name)
        if suffix:
            yield suffix["inner"], True
        for pattern in (_FRACTION, _JOINED):
            found = pattern.fullmatch(name)
            if found and self._is_loss(found["of"]):
                yield found["inner"], True
        if found := _DELTA.fullmatch(name):
            for z in self._deltas(found["which"].casefold(), name):
                yield z, True
        if found := _PREFIX.fullmatch(name):
            yield found["inner"], True
        if is_gradient:
            yield name, True

    def _is_loss(self, name: str) -> bool:
        """Whether a name is the loss's: its own, or a usual one that is not another quantity's."""
        if name == self._loss:
            return True
        return name.casefold() in _OF_LOSS and name not in self._program.quantities

    def _deltas(self, which: str, name: str) -> Iterator[str]:
        """The pre-activations that a delta may be the gradient by."""
        layers = self._roles.layers
        if not layers or not name.casefold().startswith("delta"):
            return
        if which.isdecimal():
            if 1 <= int(which) <= len(layers):
                yield layers[int(which) - 1].z
        elif which in ("out", "output", "o") or len(layers) == 1:
            yield layers[-1].z
        elif which in ("h", "hidden") and len(layers) == 2:
            yield layers[0].z

    def _gradient(self, meaning: Meaning) -> Meaning | None:
        name = f"d{self._loss}/d{meaning.quantity.name}"
        quantity = self._program.quantities.get(name)
        return None if quantity is None else Meaning(quantity, meaning.indices, meaning.place)

    def _fits(self, meaning: Meaning) -> bool:
        return self._size == (meaning.quantity.size if meaning.is_whole else 1)

    # Without derivatives

    def _quantities(self, name: str) -> list[Meaning]:
        """What a name means that is not a gradient's, or a gradient's own."""
        if self._is_array and self._size == 1 and name not in self._program.quantities:
            # `db2 = [[0.1]]` is all of B2 rather than the element b2 of another.
            whole = [each for each in self._whole(name) if self._fits(each)]
            if whole:
                return whole
        exact = list(self._exact(name) or self._exact(_SUBSCRIPT.sub(r"\1", name)))
        if any(self._fits(each) for each in exact):
            return exact[:1] if len(exact) == 1 else [e for e in exact if self._fits(e)][:1]
        indexed = _INDEXED.fullmatch(name)
        if indexed:
            indices = tuple(int(each) for each in re.findall(r"\d+", indexed["indices"]))
            found = [
                Meaning(each.quantity, indices)
                for each in self._whole(indexed["stem"])
                if len(_axes(each.quantity)) <= len(indices) <= len(each.quantity.shape) + 1
            ]
            return found or list(self._in_layer(indexed["stem"], indices))
        return self._whole(name) or exact or list(self._by_digits(name))

    def _exact(self, name: str) -> list[Meaning]:
        """By the session's own name: a quantity, or an element."""
        found: list[Meaning] = []
        quantity = self._program.quantities.get(name)
        if quantity is not None:
            found.append(Meaning(quantity, is_exact=True))
        slot = self._program.slot_named(name)
        if slot is not None and (quantity is None or quantity.size > 1):
            of = self._program.quantity_at(slot)
            place = slot - of.offset
            if name.endswith("]"):
                found.append(Meaning(of, of.indices(place), is_exact=True))
            else:
                found.append(Meaning(of, place=place, is_exact=True))
        return found

    def _whole(self, name: str) -> list[Meaning]:
        """Whole quantities by spelling, then by their place in the network."""
        exact = self._program.quantities.get(name)
        if exact is not None and (exact.size == self._size or self._size == 1):
            return [Meaning(exact)]
        folded = name.casefold()
        alike = [
            Meaning(each)
            for each in self._program.quantities.values()
            if each.name.casefold() == folded and each.kind is not Kind.LOCAL
        ]
        fitting = [each for each in alike if each.quantity.size == self._size]
        if fitting or alike:
            return fitting or alike
        if folded in _LOSSES:
            return [Meaning(self._program.quantities[self._loss])]
        return [
            Meaning(self._program.quantities[each])
            for each in dict.fromkeys(self._by_role(name))
            if each in self._program.quantities
        ]

    def _by_role(self, name: str) -> Iterable[str]:
        layers = self._roles.layers
        if not layers:
            return ()
        if name.casefold() in _OUTPUTS:
            return (layers[-1].a,)
        if name in ("ZL", "zL"):
            return (layers[-1].z,)
        found = _ROLE.fullmatch(name)
        if found is None:
            return ()
        number = found["number"]
        if number in ("L", "l"):
            which = len(layers)
        elif number:
            which = int(number)
        elif len(layers) == 1:
            which = 1
        else:
            return ()
        if not 1 <= which <= len(layers):
            return ()
        layer = layers[which - 1]
        match found["kind"].casefold():
            case "z":
                return (layer.z,)
            case "a" | "h":
                return (layer.a,)
            case "w":
                return layer.weights
            case "b":
                return layer.biases
        return ()

    def _in_layer(self, stem: str, indices: tuple[int, ...]) -> Iterator[Meaning]:
        """`w[0]`, `b[1]`: those of a layer, where the numbers tell which; one index alone."""
        if len(indices) != 1:
            return
        for base in (0, 1):
            for each in self._by_role(f"{stem.rstrip('s')[:1]}{indices[0] + 1 - base}"):
                quantity = self._program.quantities.get(each)
                if quantity is not None and quantity.size == self._size > 1:
                    yield Meaning(quantity)

    def _by_digits(self, name: str) -> Iterator[Meaning]:
        """`w11`, `w1_2`, `w_1_2`, `W1_12`: elements by the digits after a name."""
        if self._size != 1:
            return
        found = _DIGITS.fullmatch(name)
        if found is None:
            return
        stem, digits = found["stem"], found["digits"]
        parted = [each for each in found["parted"].split("_") if each]
        ways: dict[tuple[str, tuple[int, ...]], None] = {}
        for cut in range(len(digits) + 1):
            # The first digits may be a layer's, each of the others is an index.
            family, behind = stem + digits[:cut], digits[cut:]
            ways[family, tuple(map(int, [*behind, *parted]))] = None
            if len(parted) == 1:
                ways[family, tuple(map(int, [*behind, *parted[0]]))] = None
        found_already: set[tuple[str, tuple[int, ...]]] = set()
        for family, indices in ways:
            for each in self._family(family) if indices else ():
                key = (each.name, indices)
                if key not in found_already and _may_have(each.shape, indices):
                    found_already.add(key)
                    yield Meaning(each, indices)

    def _family(self, name: str) -> Iterator[Quantity]:
        found = [
            each
            for each in self._program.quantities.values()
            if each.name.casefold() == name.casefold() and each.kind is not Kind.LOCAL
        ]
        yield from found
        if found:
            return
        names = list(self._by_role(name))
        if not names and name.casefold() in ("w", "b"):
            # Of which layer it is nobody says.
            numbers = range(1, len(self._roles.layers) + 1)
            names = [each for n in numbers for each in self._by_role(f"{name}{n}")]
        for each in dict.fromkeys(names):
            if each in self._program.quantities:
                yield self._program.quantities[each]


def _axes(quantity: Quantity) -> tuple[int, ...]:
    """The axes along which a quantity has several elements."""
    return tuple(size for size in quantity.shape if size != 1)


def _may_have(shape: tuple[int, ...], indices: tuple[int, ...]) -> bool:
    """Whether an array may have an element with these indices, from 0 or 1, either way round."""
    return len(shape) == len(indices) and any(
        all(n <= size for n, size in zip(indices, turned, strict=True))
        for turned in (shape, shape[::-1])
    )
