"""The machine form of a program: text for LLVM that carries out many iterations.

What a run looks out for is part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bpdebug.notation.symbols import Derivative, Reference, Symbol, positions_of
from bpdebug.notation.tree import Call, Comparison, Expression, Logic, Not, children, parts
from bpdebug.numerics.llvm import Real
from bpdebug.program.lookout import FOUND, Lookout, found_slots, placed
from bpdebug.program.program import Program
from bpdebug.program.statement_loops import StatementWriter, UnsupportedError, Writing
from bpdebug.program.turns import fed_spans

_FLAGS = 2
"""Places before the counts of hits: whether all was finite, whether something was found."""


_MOST_UNROLLED = 4_000
"""Arithmetic steps of a program whose loops are written out."""

_MOST_LINES = 10_000
"""Instructions in a text: LLVM takes some seconds for them."""


@dataclass(frozen=True, slots=True)
class MachineText:
    """LLVM's text of a function `run(memory, state, given, scratch, first, last)` that carries out
    iterations `first` … `last`, up to the first in which something is found, and gives that.

    `state` has 1 if all that was computed before is finite, room for whether something was found,
    and the counts of hits, as integers of 64 bits. `given` has what is given in turn, in rows;
    `scratch` is room for as many numbers as is said here. If it `unrolls` loops are best written
    out; in a larger program arithmetic with several elements at a time is worth more.
    """

    text: str
    scratch: int
    unrolls: bool


def machine_text(program: Program, lookout: Lookout) -> MachineText:
    """The machine form of a program with what is looked out for. Raises UnsupportedError."""
    writer = _Writer(program, lookout)
    return MachineText(writer.text(), writer.scratch, program.steps <= _MOST_UNROLLED)


class _Writer(Writing):
    def __init__(self, program: Program, lookout: Lookout) -> None:
        super().__init__(program)
        self.lookout = lookout

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
            StatementWriter(self, statement).write()
            if len(code.lines) > _MOST_LINES:
                raise UnsupportedError("the program has too many equations")
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
            (slot,) = positions_of(symbol) or ()
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
