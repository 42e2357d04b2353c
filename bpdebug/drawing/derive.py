"""From a program to its network graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from bpdebug.drawing.graph import BiasEdge, Graph, Group, UnitColumn
from bpdebug.drawing.links import Link, Pattern, uses
from bpdebug.drawing.steps import steps
from bpdebug.notation.equation import symbols
from bpdebug.notation.symbols import Reference, Symbol, symbol_letters
from bpdebug.notation.tree import Expression, children, walk
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.quantities import Kind, Quantity

_FLOW = (Kind.INPUT, Kind.COMPUTED, Kind.TARGET)


def network_graph(program: Program) -> Graph:
    """The units and dependences of one observation, in columns from inputs to loss."""
    return _Deriver(program).graph()


class _Deriver:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.statements = [s for s in program.statements if s.phase in (Phase.FORWARD, Phase.LOSS)]
        parameters = frozenset(each.name for each in program.of_kind(Kind.PARAMETER))
        self.leaves = _leaves(program, self.statements, parameters)
        self.parameters = parameters - self.leaves
        self.steps = steps(program)
        self.before = dict(self._activations())
        self._pair_alike()
        self.answers = dict(self._answers())
        self.axes, self.letters = _observation_axes(program, self.statements)

    def graph(self) -> Graph:
        values = list(self._values())
        columns = tuple(self._columns(values))
        axes = [(self.program.quantities[name], axis) for name, axis in self.axes.items()]
        return Graph(
            program=self.program,
            columns=columns,
            links=tuple(self._links({quantity.name for quantity in values})),
            biases=tuple(self._biases()),
            direct=tuple(dict.fromkeys(self._direct())),
            observations=axes[0][0].shape[axes[0][1]] if axes else 1,
            letters=self.letters,
            steps=self.steps,
        )

    def _references(self, tree: Expression, *kinds: Kind) -> list[Reference]:
        plain = (each for each in symbols(tree) if isinstance(each, Reference))
        return [each for each in plain if self._kind(each.name) in kinds]

    def _kind(self, name: str) -> Kind:
        """What a quantity is in the network: a leaf is a unit like those computed."""
        return Kind.COMPUTED if name in self.leaves else self.program.quantities[name].kind

    def _activations(self) -> Iterator[tuple[str, str]]:
        """Each activation with its pre-activation.

        `h` is the activation of `z` if it is computed from the element of `z` with the same
        indices alone, without parameters, and nothing else uses `z`.
        """
        paired: set[str] = set()
        for statement in self.statements:
            value = statement.equation.value
            found = {*self._references(value, *_FLOW)}
            if statement.phase is not Phase.FORWARD or len(found) != 1:
                continue
            (reference,) = found
            users = [
                each
                for each in self.statements
                if reference.name in {r.name for r in self._references(each.equation.value, *_FLOW)}
            ]
            if (
                reference.indices == statement.equation.target.indices
                and self.program.quantities[reference.name].kind is Kind.COMPUTED
                and not self._references(value, Kind.PARAMETER)
                and len(users) == 1
                and reference.name not in paired
            ):
                paired.add(statement.target.name)
                yield statement.target.name, reference.name

    def _pair_alike(self) -> None:
        """Take apart what is not an activation with its pre-activation in every time step."""
        role = self.steps.role if self.steps is not None else {}
        paired = Counter(role[value] for value in self.before if value in role)
        there = Counter(role.values())
        for value in [*self.before]:
            if value in role and paired[role[value]] < there[role[value]]:
                del self.before[value]

    def _answers(self) -> Iterator[tuple[str, str]]:
        """Each computed quantity with the target that it is compared with.

        That is the one computed quantity in the smallest part of the equation that has any.
        """
        for statement in self.statements:
            for target in dict.fromkeys(self._references(statement.equation.value, Kind.TARGET)):
                for part in _around(statement.equation.value, target):
                    near = {*self._references(part, Kind.COMPUTED)}
                    if near:
                        other = next(iter(near))
                        if len(near) == 1 and other.indices == target.indices:
                            yield other.name, target.name
                        break

    def _values(self) -> Iterator[Quantity]:
        """The quantities whose elements are units, in the order of drawing."""
        hidden = {*self.before.values(), *self.answers.values()}
        leaves = [self.program.quantities[name] for name in sorted(self.leaves)]
        leaves.sort(key=lambda quantity: quantity.offset)
        for quantity in (*leaves, *self.program.of_kind(*_FLOW)):
            if quantity.name not in hidden:
                yield quantity

    def _columns(self, values: list[Quantity]) -> Iterator[UnitColumn]:
        ranks: dict[str, int] = {}
        loss = self.program.quantities[self.program.model.loss]
        for statement in self.statements:
            name = statement.target.name
            used = self._references(statement.equation.value, *_FLOW)
            after = 1 + max((ranks.get(each.name, 0) for each in used), default=0)
            ranks[name] = max(statement.target.layer, after)
        for value, before in self.before.items():
            ranks[value] = max(ranks[value], ranks[before])
        # A leaf stands just before what it is used in first, so that its edges are short.
        for statement in reversed(self.statements):
            for each in self._references(statement.equation.value, Kind.COMPUTED):
                if each.name in self.leaves:
                    ranks[each.name] = max(0, ranks[statement.target.name] - 1)
        # A target that no single quantity is compared with stands just before the loss.
        for quantity in self.program.of_kind(Kind.TARGET):
            ranks[quantity.name] = ranks[loss.name] - 1
        order = sorted({ranks.get(quantity.name, 0) for quantity in values})
        for number, rank in enumerate(order):
            members = [each for each in values if ranks.get(each.name, 0) == rank]
            groups: list[Group] = []
            first = 0
            for quantity in members:
                group = self._group(quantity, number, first)
                first += group.size
                groups.append(group)
            yield UnitColumn(self._heading(members, loss), tuple(groups))

    def _group(self, value: Quantity, column: int, first: int) -> Group:
        quantities = self.program.quantities
        before, answer = self.before.get(value.name), self.answers.get(value.name)
        return Group(
            value=value,
            before=quantities[before] if before else None,
            answer=quantities[answer] if answer else None,
            axis=self.axes.get(value.name),
            column=column,
            first=first,
        )

    def _heading(self, members: list[Quantity], loss: Quantity) -> str:
        if loss in members:
            return "loss"
        if all(each.kind is Kind.INPUT for each in members):
            return "inputs" if sum(each.size for each in members) > 1 else "input"
        if all(each.name in self.leaves for each in members):
            return "parameters" if sum(each.size for each in members) > 1 else "parameter"
        return f"layer {members[0].layer}" if self.program.model.layers else ""

    def _links(self, values: set[str]) -> Iterator[Link]:
        for statement in self.statements:
            if self.before.get(statement.target.name):
                continue
            for use in dict.fromkeys(uses(statement.equation.value, self.parameters)):
                if use.reference.name in values:
                    factors = tuple(map(self._pattern, use.factors))
                    yield Link(
                        self._pattern(use.reference), _target(statement), factors, statement.ranges
                    )

    def _biases(self) -> Iterator[BiasEdge]:
        added: list[tuple[Statement, Reference]] = []
        for statement in self.statements:
            if statement.phase is Phase.FORWARD:
                value = statement.equation.value
                factors = {f for use in uses(value, self.parameters) for f in use.factors}
                found = dict.fromkeys(self._references(value, Kind.PARAMETER))
                added.extend((statement, each) for each in found if each not in factors)
        for statement, reference in added:
            units = {*statement.indices} - self.letters
            once = [other.name for _, other in added].count(reference.name) == 1
            own = once and units <= {*reference.indices}
            yield BiasEdge(_target(statement), self._pattern(reference), own)

    def _direct(self) -> Iterator[Quantity]:
        """The parameters that the loss is computed from past all units."""
        for statement in self.statements:
            if statement.phase is Phase.LOSS:
                value = statement.equation.value
                factors = {f for use in uses(value, self.parameters) for f in use.factors}
                for each in dict.fromkeys(self._references(value, Kind.PARAMETER)):
                    if each not in factors:
                        yield self.program.quantities[each.name]

    def _pattern(self, reference: Reference) -> Pattern:
        tables = self.program.names.whole_numbers
        return Pattern(self.program.quantities[reference.name], reference.indices, tables)


def _leaves(
    program: Program, statements: Iterable[Statement], parameters: frozenset[str]
) -> frozenset[str]:
    """The parameters that are units themselves.

    Where nothing is given these are all; else those that are neither multiplied with a unit nor
    added to one: such as an offset in the loss, or one that is summed.
    """
    if not program.of_kind(Kind.INPUT):
        return parameters
    found: set[str] = set()
    elsewhere: set[str] = set()
    for statement in statements:
        value = statement.equation.value
        for symbol in symbols(value):
            if symbol.family in parameters:
                found.add(symbol.family)
                summed = {*_letters(symbol)} - {*statement.indices}
                if statement.phase is Phase.FORWARD and not summed:
                    elsewhere.add(symbol.family)
        for use in uses(value, parameters):
            if program.quantities[use.reference.name].kind in _FLOW:
                elsewhere |= {factor.name for factor in use.factors}
    return frozenset(found - elsewhere)


def _letters(symbol: Symbol) -> Iterator[str]:
    return iter(symbol_letters(symbol))


def _target(statement: Statement) -> Pattern:
    return Pattern(statement.target, statement.equation.target.indices)


def _around(tree: Expression, inner: Expression) -> list[Expression]:
    """The parts of `tree` that contain `inner`, the smallest first."""
    return [part for part in walk(tree) if children(part) and inner in walk(part)][::-1]


def _observation_axes(
    program: Program, statements: Iterable[Statement]
) -> tuple[dict[str, int], frozenset[str]]:
    """The axis of each quantity that counts observations, and the letters that run over it.

    Observations are what an index counts that every input carries, no parameter does, and
    that is carried along through the whole forward pass: copies side by side.
    """
    inputs = program.of_kind(Kind.INPUT)
    forward = [each for each in statements if each.phase is Phase.FORWARD]
    for start in range(len(inputs[0].shape)) if inputs else ():
        axes: dict[str, int] = {inputs[0].name: start}
        letters: set[str] = set()
        if all(_carry(program, each, axes, letters) for each in forward) and all(
            each.name in axes for each in inputs
        ):
            for statement in statements:
                for symbol in symbols(statement.equation.value):
                    kind = program.quantities[symbol.family].kind
                    if kind is Kind.TARGET and letters & {*symbol.indices}:
                        shared = next(each for each in symbol.indices if each in letters)
                        axes.setdefault(symbol.family, symbol.indices.index(shared))
            return axes, frozenset(letters)
    return {}, frozenset()


def _carry(program: Program, statement: Statement, axes: dict[str, int], letters: set[str]) -> bool:
    """Whether `statement` carries the observations along; notes where they are."""
    target = statement.equation.target
    found = [each for each in symbols(statement.equation.value) if isinstance(each, Reference)]
    carried = {each.indices[axes[each.name]] for each in found if each.name in axes}
    if len(carried) != 1:
        return False
    (letter,) = carried
    if not isinstance(letter, str) or letter not in target.indices:
        return False
    for each in found:
        kind = program.quantities[each.name].kind
        if kind is Kind.PARAMETER and letter in each.indices:
            return False
        if kind in _FLOW:
            if letter not in each.indices:
                return False
            if axes.setdefault(each.name, each.indices.index(letter)) != each.indices.index(letter):
                return False
    axes[target.family] = target.indices.index(letter)
    letters.add(letter)
    return True
