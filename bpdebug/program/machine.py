"""The machine form of a program: text for LLVM that carries out many iterations.

Each statement is computed for all its elements in nested loops, its sums before: to the sums of all
elements their first terms are added, then their second ones. That takes a processor less time than
one sum after the other, and in every sum the order is as it is. So the bits are those of the other
forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from bpdebug.notation.derivatives import free_indices
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.tree import (
    Binary,
    Call,
    Comparison,
    Derivative,
    Expression,
    Index,
    Logic,
    Negation,
    Not,
    Number,
    Power,
    Reference,
    Sum,
    Symbol,
    Terms,
    children,
    different_symbols,
    parts,
)
from bpdebug.numerics import machine
from bpdebug.numerics.machine import FORMS, Code, Functions, Module, Real
from bpdebug.program.lookout import FOUND, Lookout, found_slots, placed
from bpdebug.program.program import Program, Statement
from bpdebug.program.turns import fed_spans

_STACK = 16_384
"""Elements of sums that may lie on the stack."""

_FLAGS = 2
"""Places before the counts of hits: whether all was finite, whether something was found."""


class UnsupportedError(Exception):
    """There is no machine form of a program."""


@dataclass(frozen=True, slots=True)
class MachineText:
    """LLVM's text of a function `run(memory, state, given, scratch, first, last)` that carries out
    iterations `first` … `last`, up to the first in which something is found, and gives that.

    `state` has 1 if all that was computed before is finite, room for whether something was found,
    and the counts of hits, as integers of 64 bits. `given` has what is given in turn, in rows;
    `scratch` is room for as many numbers as is said here.
    """

    text: str
    scratch: int


def machine_text(program: Program, lookout: Lookout) -> MachineText:
    """The machine form of a program with what is looked out for. Raises UnsupportedError."""
    writer = _Writer(program, lookout)
    return MachineText(writer.text(), writer.scratch)


def _letters(tree: Expression, statement: Statement) -> tuple[str, ...]:
    """The letters that the value of a part of a statement depends on, its own ones first."""
    free = free_indices(tree)
    own = [letter for letter in statement.indices if letter in free]
    return (*own, *sorted(free.difference(own)))


class _Writer:
    def __init__(self, program: Program, lookout: Lookout) -> None:
        self.program = program
        self.lookout = lookout
        self.module = Module()
        self.code = Code(self.module)
        self.functions = Functions(self.code)
        self.stack: list[str] = []
        self.scratch = 0
        self._room = _STACK

    def text(self) -> str:
        """The whole module."""
        code, lookout = self.code, self.lookout
        conditions = [placed(self.program, each) for each in lookout.sought]
        code.do("br label %next")
        code.begin("next")
        code.lines.append("  %i = phi i64 [ %first, %entry ], [ %following, %again ]")
        before = {
            slot: code.load("%memory", str(slot))
            for slot in found_slots(each for those in conditions for each in those)
        }
        for statement in self.program.statements:
            _StatementWriter(self, statement).write()
        found = self._non_finite() if lookout.non_finite else "0"
        counter = _FLAGS
        for sought, those in zip(lookout.sought, conditions, strict=True):
            for condition in those:
                hit = "1" if condition is None else self._truth(condition, before, None)
                if sought.is_counted:
                    hit = self._counted(hit, counter, sought.wanted)
                found = code.put(f"or i1 {found}, {hit}")
            counter += sought.is_counted
        self._take_turns()
        code.do(f"%found = or i1 {found}, 0")
        code.do("%ended = icmp eq i64 %i, %last")
        code.do("%stops = or i1 %found, %ended")
        code.do("br i1 %stops, label %done, label %again")
        code.begin("again")
        code.do("%following = add nsw i64 %i, 1")
        code.do("br label %next")
        code.begin("done")
        code.do("%wide = zext i1 %found to i64")
        self._set_state(1, "%wide")
        head = (
            "define i64 @run(ptr noalias %memory, ptr noalias %state, ptr noalias %given, "
            "ptr noalias %scratch, i64 %first, i64 %last) {\nentry:"
        )
        lines = [head, *self.stack, *code.lines, "  ret i64 %i", "}"]
        return self.module.text() + "\n".join(lines) + "\n"

    # What is looked for

    def _state(self, place: int) -> str:
        pointer = self.code.put(f"getelementptr inbounds i64, ptr %state, i64 {place}")
        return self.code.put(f"load i64, ptr {pointer}, align 8")

    def _set_state(self, place: int, value: str) -> None:
        pointer = self.code.put(f"getelementptr inbounds i64, ptr %state, i64 {place}")
        self.code.do(f"store i64 {value}, ptr {pointer}, align 8")

    def _counted(self, hit: str, place: int, wanted: Expression | None) -> str:
        """Count a hit; whether it is one that is wanted."""
        code = self.code
        one = code.put(f"zext i1 {hit} to i64")
        count = code.integer("add", self._state(place), one)
        self._set_state(place, count)
        if wanted is None:
            return "0"
        number = Real(code, code.put(f"sitofp i64 {count} to double"))
        return code.put(f"and i1 {hit}, {self._truth(wanted, {}, number)}")

    def _non_finite(self) -> str:
        """Whether the first value that is not finite was computed in this iteration."""
        code = self.code
        self.stack.append("  %bad = alloca i64, align 8")
        code.do("store i64 0, ptr %bad, align 8")
        for first, size in _runs(self.program):
            with code.loop(0, size) as place:
                value = code.load("%memory", code.integer("add", place, first))
                exponent = code.integer("and", code.bits(value), 0x7FF << 52)
                # All ones in the exponent and only there make a carry.
                carry = code.integer("lshr", code.integer("add", exponent, 1 << 52), 63)
                bad = code.put("load i64, ptr %bad, align 8")
                code.do(f"store i64 {code.integer('or', bad, carry)}, ptr %bad, align 8")
        bad = code.put("load i64, ptr %bad, align 8")
        was = self._state(0)
        self._set_state(0, code.integer("xor", bad, 1))
        return code.put(f"trunc i64 {code.integer('and', bad, was)} to i1")

    def _truth(self, tree: Expression, before: Mapping[int, Real], number: Real | None) -> str:
        """Whether a condition holds; `number` is that of a hit."""
        code = self.code

        def read(symbol: Symbol) -> Real:
            assert isinstance(symbol, Reference)
            if not symbol.indices:
                return number or Real(code, code.put("sitofp i64 %i to double"))
            slot = int(symbol.indices[0])
            return before[slot] if symbol.name == FOUND else code.load("%memory", str(slot))

        numbers: dict[int, Real] = {}
        truths: dict[int, str] = {}
        for node in parts(tree):
            inner = children(node)
            match node:
                case Comparison(_, operators):
                    texts = [
                        code.compare(_COMPARE[sign], numbers[id(a)], numbers[id(b)])
                        for sign, a, b in zip(operators, inner, inner[1:], strict=False)
                    ]
                    truths[id(node)] = self._joined("and", texts)
                case Logic(operator):
                    texts = [truths[id(child)] for child in inner]
                    truths[id(node)] = self._joined(operator, texts)
                case Not():
                    truths[id(node)] = code.put(f"xor i1 {truths[id(inner[0])]}, 1")
                case Call("isnan"):
                    value = numbers[id(inner[0])]
                    truths[id(node)] = code.compare("uno", value, value)
                case Call("isfinite"):
                    size = self.functions.abs(numbers[id(inner[0])])
                    truths[id(node)] = code.compare("olt", size, float("inf"))
                case Reference() | Derivative():
                    numbers[id(node)] = read(node)
                case _:
                    values = [numbers[id(child)] for child in inner]
                    numbers[id(node)] = self.value(node, values)
        if id(tree) in truths:
            return truths[id(tree)]
        # A number is true unless it is 0.
        return code.compare("une", numbers[id(tree)], 0.0)

    def _joined(self, operator: str, truths: Sequence[str]) -> str:
        joined, *rest = truths
        for each in rest:
            joined = self.code.put(f"{operator} i1 {joined}, {each}")
        return joined

    # What is given in turn

    def _take_turns(self) -> None:
        feed = self.program.model.feed
        if feed is None:
            return
        code, spans = self.code, fed_spans(self.program)
        row = code.integer("srem", "%i", feed.period)
        place = code.integer("mul", row, sum_of(size for _, size in spans))
        for first, size in spans:
            with code.loop(0, size) as number:
                value = code.load("%given", code.integer("add", place, number))
                code.store(value, "%memory", code.integer("add", number, first))
            place = code.integer("add", place, size)

    # Arithmetic

    def room(self, size: int, used: int) -> str:
        """Room for a sum of so many elements, behind what its statement has `used` already."""
        base = f"%sum{len(self.stack)}"
        if size <= self._room:
            self._room -= size
            self.stack.append(f"  {base} = alloca double, i64 {size}, align 64")
        else:
            pointer = f"getelementptr inbounds double, ptr %scratch, i64 {used}"
            self.stack.append(f"  {base} = {pointer}")
            self.scratch = max(self.scratch, used + size)
        return base

    def value(self, node: Expression, values: Sequence[Real]) -> Real:
        """The value of a node, those of what is inside being `values`."""
        match node:
            case Number(value):
                return self.code.real(float(value))
            case Negation():
                return -values[0]
            case Binary("%"):
                return self.functions.called("remainder", machine.remainder, *values)
            case Binary(sign, _, _):
                return self.code.operate(_OPERATE[sign], *values)
            case Power(_, exponent):
                product = values[0]
                for _ in range(exponent - 1):
                    product = product * values[0]
                return product
            case Terms():
                total, *rest = values
                for term in rest:
                    total = total + term
                return total
            case Call(name):
                form = FORMS.get(name) or FUNCTIONS[name].body
                if form is None:
                    raise UnsupportedError(f"{name} has no machine form")
                return self.functions.called(name, form, *values)
        raise UnsupportedError(f"not arithmetic: {type(node).__name__}")


_OPERATE = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv"}
_COMPARE = {"<": "olt", "<=": "ole", ">": "ogt", ">=": "oge", "==": "oeq", "!=": "une"}


def sum_of(sizes: Iterable[int]) -> int:
    """Integers added up."""
    total = 0
    for size in sizes:
        total += size
    return total


def _runs(program: Program) -> list[tuple[int, int]]:
    """The slots that an iteration computes, as places and lengths of what lies side by side."""
    found: list[tuple[int, int]] = []
    for quantity in sorted(program.quantities.values(), key=lambda each: each.offset):
        if not program.written_at[quantity.span].any():
            continue
        first, size = quantity.offset, quantity.size
        if found and found[-1][0] + found[-1][1] == first:
            first, size = found[-1][0], found.pop()[1] + size
        found.append((first, size))
    return found


class _StatementWriter:
    """Writes one statement, its sums first."""

    def __init__(self, writer: _Writer, statement: Statement) -> None:
        self.writer = writer
        self.code = writer.code
        self.program = writer.program
        self.statement = statement
        self.at: dict[str, str] = {}
        """The 0-based position of each letter whose loop is open."""

        self.sums: dict[int, tuple[str, tuple[str, ...]]] = {}
        """For each sum, by identity, where it lies and the letters that it carries."""

        self.used = 0
        self.free = {id(node): free_indices(node) for node in parts(statement.value)}

    def write(self) -> None:
        """Compute all its elements."""
        target = self.statement.equation.target
        own = self.program.names.find(target)
        assert isinstance(own, tuple)
        for symbol in different_symbols(self.statement.value):
            found = self.program.names.find(symbol)
            if isinstance(found, tuple) and found[0] is own[0] and found[1] != own[1]:
                raise UnsupportedError("an equation reads other elements of what it writes")
        for node in parts(self.statement.value):
            if isinstance(node, Sum):
                self._sum(node)
        self._nest(
            self.statement.indices,
            self.statement.value,
            lambda value: self.code.store(value, "%memory", self._slot(target)),
        )

    def _sum(self, node: Sum) -> None:
        """Add up the terms of a sum, the first ones of all elements, then the second ones."""
        letters = _letters(node, self.statement)
        ranges = self.statement.ranges
        size = prod(ranges[letter] for letter in letters)
        base = self.writer.room(size, self.used)
        self.used += size

        def put(value: Real) -> None:
            self.code.store(value, base, self._place(letters))

        def add(value: Real) -> None:
            place = self._place(letters)
            self.code.store(self.code.load(base, place) + value, base, place)

        self.at[node.index] = "0"
        self._nest(letters, node.body, put)
        if ranges[node.index] > 1:
            with self.code.loop(1, ranges[node.index]) as number:
                self.at[node.index] = number
                self._nest(letters, node.body, add)
        del self.at[node.index]
        self.sums[id(node)] = base, letters

    def _nest(self, letters: Sequence[str], tree: Expression, use: Callable[[Real], None]) -> None:
        """Compute an expression for all positions of some letters, and use its values.

        What depends on the outer loops only is read there.
        """
        self._nested(letters, _above_sums(tree), {}, use)

    def _nested(
        self,
        letters: Sequence[str],
        nodes: Sequence[Expression],
        known: Mapping[int, Real],
        use: Callable[[Real], None],
    ) -> None:
        found = dict(known)
        for node in nodes:
            if id(node) not in found and self.free[id(node)] <= self.at.keys():
                if isinstance(node, Sum):
                    base, own = self.sums[id(node)]
                    found[id(node)] = self.code.load(base, self._place(own))
                elif isinstance(node, Reference | Derivative):
                    found[id(node)] = self.code.load("%memory", self._slot(node))
                elif all(id(child) in found for child in children(node)):
                    values = [found[id(child)] for child in children(node)]
                    found[id(node)] = self.writer.value(node, values)
        if not letters:
            use(found[id(nodes[-1])])
            return
        letter, *rest = letters
        with self.code.loop(0, self.statement.ranges[letter]) as number:
            self.at[letter] = number
            self._nested(rest, nodes, found, use)
            del self.at[letter]

    def _place(self, letters: Sequence[str]) -> str:
        """The row-major place for the positions of some letters."""
        place = "0"
        for letter in letters:
            place = self._next(place, self.statement.ranges[letter], self.at[letter])
        return place

    def _next(self, place: str, size: int, position: str | int) -> str:
        if place != "0":
            place = self.code.integer("mul nuw nsw", place, size)
        return self.code.integer("add nuw nsw", place, position)

    def _slot(self, symbol: Symbol) -> str:
        """The slot of an element, at the positions of the letters."""
        found = self.program.names.find(symbol)
        assert isinstance(found, tuple)
        quantity, indices = found
        place = "0"
        for index, size in zip(indices, quantity.shape, strict=True):
            place = self._next(place, size, self._position(index))
        return self.code.integer("add nuw nsw", place, quantity.offset)

    def _position(self, index: Index) -> str | int:
        return index - 1 if isinstance(index, int) else self.at[index]


def _above_sums(tree: Expression) -> list[Expression]:
    """The parts of an expression, those inside first; of a sum no more than itself."""
    found: list[Expression] = []
    waiting = [(tree, False)]
    done: set[int] = set()
    while waiting:
        node, opened = waiting.pop()
        if id(node) in done:
            continue
        inner = () if isinstance(node, Sum) else children(node)
        if inner and not opened:
            waiting.append((node, True))
            waiting.extend((child, False) for child in reversed(inner))
        else:
            done.add(id(node))
            found.append(node)
    return found
