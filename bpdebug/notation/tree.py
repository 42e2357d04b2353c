"""Expression trees: the one intermediate form that everything else reads and writes.

A tree is immutable and compares by value. Indices count from 1, as in a textbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Calculated:
    """A position that is calculated: `i+k`, `2*i-1`, `c[n]`.

    `terms` are whole factors, none of them 0, each with what it multiplies: an index variable, or
    a constant of whole numbers at plain indices, different ones. `constant` is what is added.
    Made by `calculated`, which gives a plain index where nothing is left to be calculated.
    """

    terms: tuple[tuple[int, str | Reference], ...]
    constant: int = 0


Index = str | int | Calculated
"""An index variable (`i`), a 1-based position (`3`), or one that is calculated (`i+k`)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant.

    In equations it is finite and not negative: a sign is a `Negation`. Where a formula has
    its values put in, it is any float.
    """

    value: float


@dataclass(frozen=True, slots=True)
class Reference:
    """A quantity by name, with its indices if it has any: `E`, `w[i,j]`, `x[1]`."""

    name: str
    indices: tuple[Index, ...] = ()

    def __hash__(self) -> int:  # as it would be anyway, and quicker: it is asked for most
        return hash((self.name, self.indices))

    @property
    def family(self) -> str:
        """The name without indices."""
        return self.name


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative by name: `dE/dw[i,j]`. It stands for a value, like a `Reference`."""

    of: Reference
    by: Reference

    @property
    def family(self) -> str:
        """The name without indices: `dE/dw`."""
        return f"d{self.of.name}/d{self.by.name}"

    @property
    def indices(self) -> tuple[Index, ...]:
        """The distinct index variables and positions, in order of first appearance."""
        return tuple(dict.fromkeys((*self.of.indices, *self.by.indices)))


Symbol = Reference | Derivative


def calculated(terms: Iterable[tuple[int, str | Reference]], constant: int = 0) -> Index:
    """The index that some multiples and a constant add up to; a plain one if it is that."""
    found: dict[str | Reference, int] = {}
    for factor, what in terms:
        found[what] = found.get(what, 0) + factor
    left = tuple((factor, what) for what, factor in found.items() if factor)
    if not left:
        return constant
    ((factor, what), *others) = left
    if isinstance(what, str) and factor == 1 and not others and not constant:
        return what
    return Calculated(left, constant)


def as_calculated(index: Index) -> Calculated:
    """The same position, as a calculation whatever it is."""
    if isinstance(index, Calculated):
        return index
    return Calculated(((1, index),)) if isinstance(index, str) else Calculated((), index)


def index_letters(index: Index) -> tuple[str, ...]:
    """The index variables that a position depends on, each once."""
    if isinstance(index, str):
        return (index,)
    if isinstance(index, int):
        return ()
    return tuple(
        dict.fromkeys(
            letter
            for _, what in index.terms
            for letter in ((what,) if isinstance(what, str) else symbol_letters(what))
        )
    )


def symbol_letters(symbol: Symbol) -> tuple[str, ...]:
    """The index variables that `symbol` carries, also in calculations, each once."""
    if len(symbol.indices) == 1:
        return index_letters(symbol.indices[0])
    return tuple(
        dict.fromkeys(letter for index in symbol.indices for letter in index_letters(index))
    )


def is_plain(symbol: Symbol) -> bool:
    """Whether no index of `symbol` is calculated."""
    return not any(isinstance(index, Calculated) for index in symbol.indices)


def positions_of(symbol: Symbol) -> tuple[int, ...] | None:
    """The indices of a single element; None if one is a letter, or calculated."""
    found = tuple(index for index in symbol.indices if isinstance(index, int))
    return found if len(found) == len(symbol.indices) else None


def look_ups(node: Symbol | Over | SumWhere) -> Iterator[Reference]:
    """The constants in which the positions of a symbol are looked up, or that of a sum's terms."""
    indices: tuple[Index, ...] = ()
    if isinstance(node, SumWhere):
        indices = (node.position,)
    elif not isinstance(node, Over):
        indices = node.indices
    for index in indices:
        if isinstance(index, Calculated):
            yield from (what for _, what in index.terms if isinstance(what, Reference))


@dataclass(frozen=True, slots=True)
class Negation:
    """`-operand`."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`, where `operator` is one of `+ - * /`, in conditions also `%`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Power:
    """`base ^ exponent` with a whole exponent of at least 2, meaning repeated multiplication."""

    base: Expression
    exponent: int


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`, of a function known to `notation.functions`."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """What is taken of `body` over the whole range of `index`, in index order."""

    index: str
    body: Expression


@dataclass(frozen=True, slots=True)
class Sum(Over):
    """`sum(index: body)`."""


@dataclass(frozen=True, slots=True)
class Greatest(Over):
    """`max(index: body)`: `max` of the first two, then of that and the third, and so on."""


@dataclass(frozen=True, slots=True)
class SumWhere:
    """`sum(i, k: i+k = p: body)`: the terms for all places of `indices` at which `position` is
    `place`, the last index running first; 0 if there are none.

    It is what the derivative by `x[i+k]` comes to. Without `indices`, `sum(y[n] = p: body)`, there
    is one term or none.
    """

    indices: tuple[str, ...]
    position: Index
    place: Index
    body: Expression

    def free(self, of_body: Iterable[str]) -> frozenset[str]:
        """The letters that it depends on, if `of_body` are those of the body."""
        inner = frozenset((*of_body, *index_letters(self.position)))
        return (inner - frozenset(self.indices)) | frozenset(index_letters(self.place))


@dataclass(frozen=True, slots=True)
class Terms:
    """A sum written out: `a + b + c`, added from the left. At least two terms.

    The parser never makes one (it reads nested `Binary` nodes); it is what a `Sum`
    becomes when it is written out for given indices. The terms are a tuple, or a sequence equal
    to one that makes those that are looked at.
    """

    terms: Sequence[Expression]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chain such as `0 < x <= 1`: true when every neighbouring pair is.

    `operators` has one entry less than `operands`; each is one of `< <= > >= == !=`.
    """

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """`a and b and c` or `a or b or c`; `operator` is `and` or `or`."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not operand`."""

    operand: Expression


Expression = (
    Number
    | Reference
    | Derivative
    | Negation
    | Binary
    | Power
    | Call
    | Sum
    | Greatest
    | SumWhere
    | Terms
    | Comparison
    | Logic
    | Not
)


@dataclass(frozen=True, slots=True)
class Equation:
    """`target = value`, or `target := value` when `assigns`: the old value is replaced."""

    target: Symbol
    value: Expression
    assigns: bool = False
    _uses: tuple[Symbol, ...] | None = field(default=None, init=False, repr=False, compare=False)
    _reductions: tuple[Over | SumWhere, ...] = field(
        default=(), init=False, repr=False, compare=False
    )
    _steps: int | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def uses(self) -> tuple[Symbol, ...]:
        """Every quantity on the right once, in the order in which they come first."""
        return self._uses if self._uses is not None else self._looked_through()

    @property
    def reductions(self) -> tuple[Over | SumWhere, ...]:
        """The different sums and greatest elements on the right, each before those inside it."""
        if self._uses is None:
            self._looked_through()
        return self._reductions

    @property
    def steps(self) -> int | None:
        """How many of `+ - * /` and function calls the right takes; None if it has sums or parts
        that are shared, which have to be counted as they are written out.
        """
        if self._uses is None:
            self._looked_through()
        return self._steps

    def renamed(self, change: Callable[[Symbol], Symbol]) -> Equation:
        """The same equation of other quantities. For rules of bpdebug, which are short."""

        def changed(tree: Expression) -> Expression:
            return change(tree) if isinstance(tree, _SYMBOLS) else rebuild(tree, changed)

        found = Equation(change(self.target), changed(self.value), self.assigns)
        if self.steps is not None:
            # Thousands of parameters may have the same rule: only that is looked through.
            object.__setattr__(found, "_uses", tuple(dict.fromkeys(map(change, self.uses))))
            object.__setattr__(found, "_steps", self._steps)
        return found

    def _looked_through(self) -> tuple[Symbol, ...]:
        # A model is gone through many times before it is a program, and most trees never change.
        found, reductions, steps = _looked_through(self.value)
        uses = tuple(found)
        object.__setattr__(self, "_uses", uses)
        object.__setattr__(self, "_reductions", tuple(reductions))
        object.__setattr__(self, "_steps", steps)
        return uses


def children(tree: Expression) -> tuple[Expression, ...]:
    """The direct subexpressions, from left to right."""
    return _CHILDREN[type(tree)](tree)


_SYMBOLS = (Reference, Derivative)
_LEAVES: frozenset[type] = frozenset((Number, Reference, Derivative))

# Asked for each node of each tree, so a table: trying one pattern after the other takes longer.
_CHILDREN: Mapping[type, Callable[[Any], tuple[Expression, ...]]] = {
    **dict.fromkeys(_LEAVES, lambda tree: ()),
    **dict.fromkeys((Negation, Not), lambda tree: (tree.operand,)),
    **dict.fromkeys((Comparison, Logic), lambda tree: tree.operands),
    Binary: lambda tree: (tree.left, tree.right),
    Power: lambda tree: (tree.base,),
    Call: lambda tree: tree.arguments,
    Sum: lambda tree: (tree.body,),
    Greatest: lambda tree: (tree.body,),
    SumWhere: lambda tree: (tree.body,),
    Terms: lambda tree: tuple(tree.terms),
}


def rebuild(tree: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """`tree` with `change` applied to each direct subexpression."""
    if isinstance(tree, Binary):  # Most of them, and a pattern takes longer.
        return Binary(tree.operator, change(tree.left), change(tree.right))
    match tree:
        case Number() | Reference() | Derivative():
            return tree
        case Negation(operand) | Not(operand):
            return replace(tree, operand=change(operand))
        case Power(base, exponent):
            return Power(change(base), exponent)
        case Call(function, arguments):
            return Call(function, tuple(map(change, arguments)))
        case Sum() | Greatest() | SumWhere():
            return replace(tree, body=change(tree.body))
        case Terms(terms):
            return Terms(tuple(map(change, terms)))
        case Comparison(operands, operators):
            return Comparison(tuple(map(change, operands)), operators)
        case Logic(operator, operands):
            return Logic(operator, tuple(map(change, operands)))


def walk(tree: Expression) -> Iterator[Expression]:
    """`tree` and all its subexpressions, parents first, from left to right."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def parts(tree: Expression) -> list[Expression]:
    """The different objects that `tree` is made of, each once, those inside before those around.

    The derivative of a nest shares its factors: written out it is much larger than this.
    """
    done: dict[int, Expression] = {}
    opened: set[int] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        key = id(node)
        if key in done:
            continue
        if type(node) in _LEAVES or key in opened:
            done[key] = node
        else:
            opened.add(key)
            waiting.append(node)
            waiting.extend(children(node)[::-1])
    return [*done.values()]


def extent(tree: Expression) -> tuple[int, int]:
    """How many nodes of `tree` stand one inside another, and how many it has written out."""
    found: dict[int, tuple[int, int]] = {}
    for node in parts(tree):
        height, size = 0, 1
        for child in children(node):
            inner, more = found[id(child)]
            height, size = max(height, inner), size + more
        found[id(node)] = height + 1, size
    return found[id(tree)]


def replaced(tree: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """`tree` with what `change` gives in the place of a node, from the root on.

    Where it gives None the node stays, and what is inside is looked at. What is shared is
    changed once, and shared again; what does not change is the same object.
    """
    done: dict[int, Expression] = {}
    waiting = [(tree, False)]
    while waiting:
        node, opened = waiting.pop()
        if id(node) in done:
            continue
        changed = None if opened else change(node)
        inner = children(node)
        if changed is not None:
            done[id(node)] = changed
        elif inner and not opened:
            waiting.append((node, True))
            waiting.extend((child, False) for child in reversed(inner))
        elif not inner or all(done[id(child)] is child for child in inner):
            done[id(node)] = node
        else:
            done[id(node)] = rebuild(node, lambda child: done[id(child)])
    return done[id(tree)]


def symbols(tree: Expression) -> Iterator[Symbol]:
    """Every reference in `tree`, from left to right, repetitions included."""
    for node in walk(tree):
        if isinstance(node, Reference | Derivative):
            yield node


def different_symbols(tree: Expression) -> dict[Symbol, None]:
    """Every reference in `tree` once, in the order in which they come first."""
    return _looked_through(tree)[0]


def _looked_through(
    tree: Expression,
) -> tuple[dict[Symbol, None], list[Over | SumWhere], int | None]:
    """The symbols of `tree` in order, its reductions, and its steps (see `Equation.steps`)."""
    found: dict[Symbol, None] = {}
    reductions: list[Over | SumWhere] = []
    steps, is_shared = 0, False
    opened: set[int] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _SYMBOLS):
            found[node] = None
        elif isinstance(node, Number):
            pass
        elif id(node) in opened:
            is_shared = True
        else:
            opened.add(id(node))
            if isinstance(node, Binary):
                steps += 1
                waiting += (node.right, node.left)
                continue
            waiting += children(node)[::-1]
            match node:
                case Over() | SumWhere():
                    reductions.append(node)
                case Terms(terms):
                    steps += len(terms) - 1
                case Power(_, exponent):
                    steps += exponent - 1
                case Call():
                    steps += 1
    return found, reductions, None if reductions or is_shared else steps


def bound_letters(node: Over | SumWhere) -> tuple[str, ...]:
    """The letters that a sum, or a greatest element, is taken over."""
    return node.indices if isinstance(node, SumWhere) else (node.index,)


def with_letters(index: Index, change: Mapping[str, Index]) -> Index:
    """An index with its letters replaced as `change` says."""
    if isinstance(index, str):
        return change.get(index, index)
    if isinstance(index, int) or not any(letter in change for letter in index_letters(index)):
        return index
    terms: list[tuple[int, str | Reference]] = []
    constant = index.constant
    for factor, what in index.terms:
        if isinstance(what, Reference):
            terms.append((factor, _changed(what, change)))
            continue
        to = as_calculated(change.get(what, what))
        terms += ((factor * inner, each) for inner, each in to.terms)
        constant += factor * to.constant
    return calculated(terms, constant)


def _changed(reference: Reference, change: Mapping[str, Index]) -> Reference:
    return Reference(
        reference.name, tuple(with_letters(index, change) for index in reference.indices)
    )


def with_indices(symbol: Symbol, change: Mapping[str, Index]) -> Symbol:
    """`symbol` with its index variables replaced as `change` says."""
    if isinstance(symbol, Reference):
        return _changed(symbol, change)
    return Derivative(_changed(symbol.of, change), _changed(symbol.by, change))


def match_indices(pattern: tuple[Index, ...], given: tuple[Index, ...]) -> dict[str, Index] | None:
    """What to put for the letters of `pattern` to make it `given`; None if nothing does."""
    change: dict[str, Index] = {}
    for have, want in zip(pattern, given, strict=True):
        if isinstance(have, str):
            if change.setdefault(have, want) != want:
                return None
        elif have != want:
            return None
    return change


def substitute(tree: Expression, change: Mapping[str, Index]) -> Expression:
    """`tree` with its free index variables replaced as `change` says.

    An index bound by a sum or a `Greatest` is left alone inside it. The caller sees to it that
    no replacement is an index that one inside binds (`unique_sums` makes that easy).
    """

    def change_at(node: Expression) -> Expression | None:
        match node:
            case Reference() | Derivative():
                return with_indices(node, change)
            case Sum(index, body) | Greatest(index, body) if index in change:
                inner = {name: to for name, to in change.items() if name != index}
                return replace(node, body=substitute(body, inner))
            case SumWhere():
                inner = {name: to for name, to in change.items() if name not in node.indices}
                return replace(
                    node,
                    position=with_letters(node.position, inner),
                    place=with_letters(node.place, change),
                    body=substitute(node.body, inner),
                )
        return None

    return replaced(tree, change_at) if change else tree
