"""What a slip that was found is called: a mistake of the catalogue, or what it does."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.kinds import kind
from bpdebug.checks.diagnosis.search import Hit, Search
from bpdebug.checks.diagnosis.values import LastWhere
from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative
from bpdebug.notation.tree import Binary, Expression, Number, walk
from bpdebug.program.program import Phase, Statement
from bpdebug.program.quantities import Kind

_MOST_NAMED = 4


def told(search: Search, hit: Hit) -> Made:
    """A hit as a mistake with a place."""
    if hit.made is not None:
        return hit.made
    slips = hit.together.slips
    slip = next(iter(slips.values()))
    name, words = slip.kind, slip.words
    if hit.together.given:
        values = {search.program.name(slot): value for slot, value in hit.together.given.items()}
        return Made(kind(name), Alteration(words, values=values))
    statements = [search.course.statements[place] for place in slips]
    first = statements[0]
    scaled = f"times {_factor(search, hit)}"
    if name == "wrong factor":
        name, words = _off_by_a_factor(search, hit, first, scaled)
    elif name == "term off by a factor":
        name, words = _term(search, hit, first, scaled)
    elif name == "extra term":
        words = f"{hit.factor_text} · {words} added" if words != "1" else f"{hit.factor_text} added"
    elif hit.factor != 1.0:
        words += f", {scaled}"
    targets = listed([to_text(each.equation.target) for each in statements])
    if len({each.words for each in slips.values()}) > 1 and words == slip.words:
        words += ", and so on"
    where = f"{targets}: {words}" if words else targets
    return Made(kind(name), Alteration(where, equations(search, hit)))


def _factor(search: Search, hit: Hit) -> str:
    text = hit.factor_text
    plain = f"{hit.factor:.6g}"
    if text.replace("−", "-") == plain or text.lstrip("−") in "½⅓¼":
        return text
    return f"{text} = {plain}"


def _off_by_a_factor(search: Search, hit: Hit, first: Statement, scaled: str) -> tuple[str, str]:
    factor = hit.factor
    if factor == 0:
        if first.target.kind is Kind.GRADIENT:
            return "gradient is zero", "0, as if nothing came from above"
        return "wrong factor", "0"
    if factor == -1:
        return "wrong sign", ""
    if first.target.kind is Kind.GRADIENT and factor in (2.0, 0.5) and not _is_chained(first):
        return "2 of the square", "2 times too large" if factor == 2 else "half of it"
    count = search.observations
    if count > 1 and abs(factor - 1 / count) < 1e-12:
        return "mean for sum", f"divided by {count}, the number of observations, once more"
    if count > 1 and abs(factor - count) < 1e-9:
        return "sum for mean", f"{scaled}, the number of observations: not divided by it"
    return "wrong factor", scaled


def _is_chained(statement: Statement) -> bool:
    return any(isinstance(each, Derivative) for each in symbols(statement.equation.value))


def _term(search: Search, hit: Hit, first: Statement, scaled: str) -> tuple[str, str]:
    slip = next(iter(hit.together.slips.values()))
    text, factor = slip.words, hit.factor
    is_update = first.phase is Phase.UPDATE
    if factor == 0:
        if first.target.kind is Kind.GRADIENT:
            return "missing paths", f"{text} left out"
        if is_update and "decay" in text:
            return "weight decay forgotten", f"{text} left out"
        return "term left out", f"{text} left out"
    if is_update and first.target.kind is Kind.PARAMETER:
        if factor == -1:
            return "ascent", ""
        return "learning rate", scaled
    if factor == -1:
        return "wrong sign", f"of {text}"
    return "term off by a factor", f"{text} {scaled}"


def equations(search: Search, hit: Hit) -> tuple[Equation, ...]:
    """The equations that make the slip; none where it is not a matter of equations."""
    found = []
    for place, slip in hit.together.slips.items():
        if slip.turn is not None or slip.reads:
            return ()
        if any(isinstance(node, LastWhere) for node in walk(slip.tree)):
            return ()
        value: Expression = slip.tree
        if hit.factor != 1.0:
            size: Expression = Number(abs(hit.factor))
            value = Binary("*", size, value)
        if hit.factor < 0:
            value = Binary("-", slip.rest if slip.rest is not None else Number(0.0), value)
        elif slip.rest is not None:
            value = Binary("+", slip.rest, value)
        equation = search.course.statements[place].equation
        found.append(Equation(equation.target, value, equation.assigns))
    return tuple(found)


def joined(made: Sequence[Made]) -> tuple[Made, ...]:
    """Slips that come together: those of one kind are one."""
    found: dict[str, list[Made]] = {}
    for each in made:
        found.setdefault(each.mistake.name, []).append(each)
    return tuple(
        Made(
            several[0].mistake,
            Alteration(
                " and ".join(each.alteration.where for each in several),
                tuple(e for each in several for e in each.alteration.replaced),
            ),
        )
        for several in found.values()
    )


def listed(names: Sequence[str]) -> str:
    """`a, b and c`; of many the first and the last."""
    if len(names) == 1:
        return names[0]
    if len(names) > _MOST_NAMED:
        return f"{names[0]}, …, {names[-1]} ({len(names)} of them)"
    return f"{', '.join(names[:-1])} and {names[-1]}"
