"""Why an operation comes when it does: what had to be finished before it."""

from __future__ import annotations

from bpdebug.debugger.view import View
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative
from bpdebug.program.formula import formula
from bpdebug.program.quantities import Kind, element_symbol
from bpdebug.text.wrapping import wrap_words

MOST_NAMED = 4
"""Of more operations only the first two and the last are named."""

NOTHING = "nothing of this iteration had to be finished"


def needed(view: View, slot: int) -> list[int]:
    """The operations of an iteration that have to be executed before the one that computes
    `slot`, first to last. For a derivative these are the derivatives it is made of, if any.
    """
    program = view.program
    own = int(program.written_at[slot])
    if not own:
        return []
    done = view.done
    written = done if done and done.slot == slot else formula(program, own)
    found, derivatives = set(), set()
    operations = program.written_at[written.slots_read]
    for operation in operations[(operations > 0) & (operations < own)].tolist():
        found.add(operation)
        if program.statement(operation).target.kind in (Kind.LOCAL, Kind.GRADIENT):
            derivatives.add(operation)
    chained = isinstance(written.equation.target, Derivative) and derivatives
    return sorted(derivatives if chained else found)


def why_now(view: View, slot: int) -> str:
    """Why what computes `slot` comes when it does, or what it still waits for; a sentence.

    Empty for what is given.
    """
    own = int(view.program.written_at[slot])
    if not own:
        return ""
    operations = needed(view, slot)
    if own <= view.operation:
        if not operations:
            return f"why now: {NOTHING}"
        last = f", {_name(view, operations[-1])} last" if len(operations) > 1 else ""
        return f"why now: {_listed(view, operations)} had to be finished{last}"
    missing = [each for each in operations if each > view.operation]
    if missing:
        verb = "has" if len(missing) == 1 else "have"
        return f"not yet: {_listed(view, missing)} {verb} to be finished first"
    return f"not yet: all it needs is there; it is operation {own}"


def why_lines(view: View, slot: int, width: int) -> list[str]:
    """The sentence in lines of at most `width` characters; `(op 11)` stays with its name."""
    text = why_now(view, slot).replace(" (op ", f"{_JOINING}(op{_JOINING}")
    return [line.replace(_JOINING, " ") for line in wrap_words(text, width)]


_JOINING = "\N{NO-BREAK SPACE}"


def since(view: View, slot: int) -> str:
    """The same in a few words: `since do1/dzo1 (op 13)`, or `after …` if it is not there yet."""
    operations = needed(view, slot)
    if not operations:
        return ""
    done = int(view.program.written_at[slot]) <= view.operation
    return f"{'since' if done else 'after'} {_numbered(view, operations[-1])}"


def _listed(view: View, operations: list[int]) -> str:
    """`dE/do1 (op 11), dE/do2 (op 12) and dE/dh1 (op 19)`."""
    if len(operations) > MOST_NAMED:
        first, second = (_numbered(view, each) for each in operations[:2])
        more = f"{len(operations) - 3} more"
        return f"{first}, {second}, {more} and {_numbered(view, operations[-1])}"
    *named, last = (_numbered(view, each) for each in operations)
    return f"{', '.join(named)} and {last}" if named else last


def _numbered(view: View, operation: int) -> str:
    return f"{_name(view, operation)} (op {operation})"


def _name(view: View, operation: int) -> str:
    name = view.program.name(view.program.slot(operation))
    return to_text(element_symbol(name), "unicode")
