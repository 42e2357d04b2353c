"""Operations in words: what is computed from what, a sentence and the numbers it speaks of.

The words say what the formula says and nothing else: they are made from its tree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from bpdebug.debugger.covering import COVERED, HINTS_FOR_RULE
from bpdebug.debugger.predictions import MOST_HINTS
from bpdebug.debugger.view import Status, View
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Symbol
from bpdebug.notation.tree import Call, Expression
from bpdebug.program.formula import Formula, formula
from bpdebug.program.program import Phase, Program
from bpdebug.program.quantities import Kind, element_symbol
from bpdebug.text.formula.phrases import phrase, spelled
from bpdebug.text.numbers import DIGITS, number
from bpdebug.text.values import STALE
from bpdebug.text.words.derivatives import derivative_words
from bpdebug.text.words.telling import KINDS, InWords, NumberInWords, Telling
from bpdebug.text.words.updates import update_words


def done_in_words(view: View, digits: int = DIGITS) -> InWords | None:
    """The operation just executed in words, None at the start of a run."""
    done = view.done
    if done is None:
        return None
    values = _known(view, done.slot, view.operands(done))
    told = _told(Telling(view, done, values, view.result(), {}, digits))
    return _as_far_as_shown(view, done.slot, told)


def _as_far_as_shown(view: View, slot: int, told: InWords) -> InWords:
    """Of what is covered only what the hints have said."""
    if view.hides(slot, HINTS_FOR_RULE):
        name = to_text(element_symbol(view.program.name(slot)), "unicode")
        return InWords(f"What is {name}?")
    # Its numbers stand in the formula; what is worked out of them is half of the answer.
    return told._replace(parts=(), left_out=0) if view.hides(slot, MOST_HINTS) else told


def _known(view: View, slot: int, values: Mapping[Symbol, float]) -> Mapping[Symbol, float]:
    """What goes into a result; while that is covered, nothing that a sentence could be made of."""
    return dict.fromkeys(values, COVERED) if view.hides(slot, MOST_HINTS) else values


def next_in_words(view: View, digits: int = DIGITS) -> InWords:
    """The operation that comes next in words."""
    return _told(Telling(view, view.next, view.next_operands(), None, {}, digits))


def slot_in_words(view: View, slot: int, digits: int = DIGITS) -> InWords:
    """The element in a slot in words, with what is not known yet or stale."""
    program = view.program
    operation = int(program.written_at[slot])
    if not operation:
        name = to_text(element_symbol(program.name(slot)), "unicode")
        kind = KINDS.get(program.quantity_at(slot).kind, "given")
        return InWords(
            f"{name} is {kind}.", (NumberInWords(number(view.value(slot), digits), name),)
        )
    written = formula(program, operation)
    done = operation <= view.operation
    value = view.value(slot) if done else None
    found = _known(view, slot, view.operands(written))
    told = _told(Telling(view, written, found, value, _status(view, written), digits))
    standing = _standing(view, slot, operation, digits)
    told = told._replace(sentence=f"{told.sentence} {standing}".strip())
    return _as_far_as_shown(view, slot, told)


def _told(telling: Telling) -> InWords:
    equation = telling.written.equation
    program = telling.view.program
    phase = program.statement(int(program.written_at[telling.written.slot])).phase
    if isinstance(equation.target, Derivative):
        return derivative_words(telling, loss_name(program))
    if phase is Phase.UPDATE:
        return update_words(telling)
    name = loss_name(program) if telling.target == program.model.loss else telling.target
    words, pieces = phrase(equation.value, telling.is_parameter)
    sentence = f"{name[0].upper()}{name[1:]} is {words}." if " " in name else f"{name} is {words}."
    remark = _remark(equation.value, telling)
    return telling.told(f"{sentence} {remark}".strip(), pieces)


def loss_name(program: Program) -> str:
    """What a run makes small: `the loss E`, or just its name where nothing is to be met."""
    has_targets = any(True for _ in program.of_kind(Kind.TARGET))
    return f"the loss {program.model.loss}" if has_targets else program.model.loss


def _remark(tree: Expression, telling: Telling) -> str:
    """Which of the cases of a function with a kink it is here."""
    if not isinstance(tree, Call) or any(
        math.isnan(telling.evaluate(argument)) for argument in tree.arguments
    ):
        return ""
    case = FUNCTIONS[tree.function].case
    if case is None:
        return ""
    return case(*map(telling.evaluate, tree.arguments)).format(*map(spelled, tree.arguments))


def _status(view: View, written: Formula) -> dict[Symbol, Status]:
    """Whether what goes into a formula is there."""
    operation = int(view.program.written_at[written.slot])
    if operation <= view.operation:
        return {}
    return {
        symbol: view.status(operand)
        for symbol, operand in written.operands.items()
        if isinstance(operand, int)
    }


def _standing(view: View, slot: int, operation: int, digits: int) -> str:
    """What has to be said of a value that is not of this iteration, and where it is computed."""
    match view.status(slot):
        case Status.UNKNOWN:
            return f"It is not computed yet: that is operation {operation}."
        case Status.STALE:
            value = STALE + number(view.value(slot), digits)
            return (
                f"{value} is stale, from the previous iteration: operation {operation} comes later."
            )
        case _:
            return ""
