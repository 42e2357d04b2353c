"""Mistakes in the update: the learning rate, the sign, and an optimizer's usual slips."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.parts import biases, owner
from bpdebug.checks.mistakes.trees import everywhere, statements_of
from bpdebug.models.model import Declaration, Model, Role
from bpdebug.notation.equation import Equation, symbols
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative, Reference
from bpdebug.notation.tree import Binary, Call, Expression, Number, walk
from bpdebug.program.program import Phase, Program, Statement
from bpdebug.program.quantities import Kind
from bpdebug.program.run import iteration

_FACTORS = (10.0, 0.1, 100.0, 0.01, 2.0, 0.5, 1000.0, 0.001)


def learning_rate_off(program: Program) -> Iterator[Alteration]:
    """The learning rate wrong by a factor, or left out."""
    for name in _rates(program):
        offset = program.quantities[name].offset
        value = float(program.start[offset])
        for factor in _FACTORS:
            yield Alteration(f"{name} times {factor:g}", values={name: value * factor})
        if value != 1.0:
            yield Alteration(f"{name} left out", values={name: 1.0})


def _rates(program: Program) -> list[str]:
    """The constants that the change of a parameter is multiplied by."""
    found: dict[str, None] = {}
    for statement in _parameter_updates(program):
        for symbol in symbols(statement.equation.value):
            if isinstance(symbol, Reference) and not symbol.indices:
                quantity = program.quantities[symbol.name]
                if quantity.kind is Kind.CONSTANT:
                    found[symbol.name] = None
                    break
    for statement in statements_of(program, Phase.UPDATE):
        # Where the rate is inside the momentum.
        if statement.target.kind is Kind.STATE and not found:
            rest = statement.equation.value
            if isinstance(rest, Binary) and rest.operator == "-":
                for symbol in symbols(rest.right):
                    if isinstance(symbol, Reference) and not symbol.indices:
                        found[symbol.name] = None
                        break
    return list(found)


def _parameter_updates(program: Program) -> list[Statement]:
    return [
        each for each in statements_of(program, Phase.UPDATE) if each.target.kind is Kind.PARAMETER
    ]


def ascent(program: Program) -> Iterator[Alteration]:
    """The change of a parameter added instead of subtracted: of all of them, or of one."""
    equations = []
    for statement in _parameter_updates(program):
        value = statement.equation.value
        if isinstance(value, Binary) and value.operator in "+-":
            sign = "-" if value.operator == "+" else "+"
            equations.append(replace(statement.equation, value=replace(value, operator=sign)))
    yield from _all_and_each(equations)


def not_updated(program: Program) -> Iterator[Alteration]:
    """A parameter that is trained left as it was; or all biases, or all of a layer."""
    several: dict[str, list[Equation]] = {}
    for statement in _parameter_updates(program):
        equation = statement.equation
        assert isinstance(equation.target, Reference)
        left = replace(equation, value=equation.target)
        yield Alteration(to_text(equation.target), (left,))
        if len(statement.target.shape) < 2:
            several.setdefault("all biases", []).append(left)
        several.setdefault(f"all of layer {statement.layer}", []).append(left)
    for where, equations in several.items():
        if len(equations) > 1:
            yield Alteration(where, tuple(equations))


def frozen_updated(program: Program) -> Iterator[Alteration]:
    """Parameters that stay as they are updated like the others."""
    frozen = [e.name for e in program.model.declarations if _is_frozen(program, e)]
    plain = next(iter(_plain_rule(program)), None)
    if not frozen or plain is None:
        return
    yield Alteration(f"all of {', '.join(frozen)}", change=_thawing(frozen, plain))
    if len(frozen) > 1:
        for name in frozen:
            yield Alteration(name, change=_thawing([name], plain))


def _is_frozen(program: Program, declaration: Declaration) -> bool:
    used = any(
        symbol.family == declaration.name
        for equation in program.model.equations
        for symbol in symbols(equation.value)
    )
    return declaration.role is Role.PARAMETER and not declaration.trained and used


def _plain_rule(program: Program) -> Iterator[Equation]:
    """The update of a parameter from nothing but itself, its gradient and constants."""
    for statement in _parameter_updates(program):
        kinds = {
            program.quantities[symbol.family].kind for symbol in symbols(statement.equation.value)
        }
        if kinds <= {Kind.PARAMETER, Kind.GRADIENT, Kind.CONSTANT}:
            yield statement.equation


def _thawing(names: list[str], rule: Equation) -> Callable[[Model], Model]:
    def change(model: Model) -> Model:
        loss = Reference(model.loss)
        declarations = []
        for each in model.declarations:
            if each.name in names:
                letters = tuple("ijklmpqr"[: each.values.ndim])
                own = Reference(each.name, letters)
                value = _renamed(rule, own, Derivative(loss, own))
                each = replace(each, updates=(Equation(own, value, True),), trained=True)
            declarations.append(each)
        return replace(model, declarations=tuple(declarations))

    return change


def _renamed(rule: Equation, own: Reference, gradient: Derivative) -> Expression:
    """The right-hand side of an update, of another parameter."""

    def other(tree: Expression) -> Expression | None:
        if tree == rule.target:
            return own
        return gradient if isinstance(tree, Derivative) else None

    return everywhere(rule.value, other)


def no_bias_correction(program: Program) -> Iterator[Alteration]:
    """The first and second moments used without the correction for their start at 0."""
    equations = []
    for statement in statements_of(program, Phase.UPDATE):
        value = statement.equation.value
        if statement.target.kind is Kind.INTERMEDIATE and _is_corrected(value):
            assert isinstance(value, Binary)
            equations.append(replace(statement.equation, value=value.left))
    if equations:
        yield Alteration("both moments", tuple(equations))
        for letter in ("mh", "sh"):
            mine = [e for e in equations if e.target.family.startswith(f"{letter}_")]
            if mine:
                yield Alteration(f"{letter} alone", tuple(mine))


def _is_corrected(value: Expression) -> bool:
    match value:
        case Binary("/", Reference(), Binary("-", Number(1.0), Reference())):
            return True
    return False


def epsilon_misplaced(program: Program) -> Iterator[Alteration]:
    """ε under the square root instead of beside it, or left out."""
    yield from _in_roots(program, "under the root", _under_root)
    yield from _in_roots(program, "left out", _without_epsilon)


def no_square_root(program: Program) -> Iterator[Alteration]:
    """The square root of the mean square left out."""
    yield from _in_roots(program, "all updates", _without_root)


def _in_roots(
    program: Program, where: str, change: Callable[[Expression], Expression | None]
) -> Iterator[Alteration]:
    equations = []
    for statement in _parameter_updates(program):
        value = everywhere(statement.equation.value, change)
        if value != statement.equation.value:
            equations.append(replace(statement.equation, value=value))
    if equations:
        yield Alteration(where, tuple(equations))


def _under_root(tree: Expression) -> Expression | None:
    match tree:
        case Binary("+", Call("sqrt", (inside,)), epsilon):
            return Call("sqrt", (Binary("+", inside, epsilon),))
    return None


def _without_epsilon(tree: Expression) -> Expression | None:
    match tree:
        case Binary("+", Call("sqrt") as root, _):
            return root
    return None


def _without_root(tree: Expression) -> Expression | None:
    match tree:
        case Call("sqrt", (inside,)):
            return inside
    return None


def moment_weights(program: Program) -> Iterator[Alteration]:
    """A gradient weighed with 1 − the decay where it should be taken whole, or the reverse."""
    weighed, whole = [], []
    for statement in statements_of(program, Phase.UPDATE):
        if statement.target.kind is not Kind.STATE or not isinstance(
            statement.equation.target, Reference
        ):
            continue
        match statement.equation.value:
            case Binary("+" | "-" as sign, Binary("*", decay, own) as kept, added):
                if own != statement.equation.target:
                    continue
                factor = Binary("-", Number(1.0), decay)
                match added:
                    case Binary("*", Binary("-", Number(1.0)) as old, rest) if old == factor:
                        value = Binary(sign, kept, rest)
                        whole.append(replace(statement.equation, value=value))
                    case _:
                        value = Binary(sign, kept, Binary("*", factor, added))
                        weighed.append(replace(statement.equation, value=value))
    if weighed:
        yield Alteration("weighed with 1 − the decay", tuple(weighed))
    if whole:
        yield Alteration("taken whole", tuple(whole))


def first_step_undamped(program: Program) -> Iterator[Alteration]:
    """Dampening left out of the first step, in which there is nothing to dampen yet."""
    damped = []
    for statement in statements_of(program, Phase.UPDATE):
        match statement.equation.value:
            case Binary(
                "+",
                Binary("*", Reference(momentum), Reference(state)),
                Binary("*", Binary("-", Number(1.0), Reference(dampening)), Derivative(by=own)),
            ) if statement.target.name == state and _scalar(program, momentum):
                share = _scalar(program, dampening) / _scalar(program, momentum)
                gradient = program.quantities[f"d{program.model.loss}/d{own.name}"]
                damped.append((statement.target, gradient.offset, share))
    if not damped:
        return
    memory = program.start.copy()
    program.load_observations(memory, 1)
    iteration(program)(memory)
    # What the states must have been for the first step to come out as the whole gradient.
    values = {
        state.labels(place): share * float(memory[gradient + place])
        for state, gradient, share in damped
        for place in range(state.size)
    }
    yield Alteration("all parameters", values=values)


def _scalar(program: Program, name: str) -> float:
    return float(program.start[program.quantities[name].offset])


def weight_decay_forgotten(program: Program) -> Iterator[Alteration]:
    """The term of weight decay left out of the update."""

    def change(tree: Expression) -> Expression | None:
        match tree:
            case Binary("+", left, Binary("*", Reference(name), _)) if "decay" in name:
                return left
        return None

    owners: dict[str, list[Equation]] = {}
    for statement in statements_of(program, Phase.UPDATE):
        value = everywhere(statement.equation.value, change)
        if value != statement.equation.value:
            own = owner(program, statement)
            owners.setdefault(own, []).append(replace(statement.equation, value=value))
    yield from _in_groups(program, owners)


def _in_groups(program: Program, owners: dict[str, list[Equation]]) -> Iterator[Alteration]:
    """All updates, those of the biases, of the weights, and of each parameter."""
    names = set(biases(program))
    groups = {
        "all updates": list(owners),
        "all biases": [name for name in owners if name in names],
        "all weights": [name for name in owners if name not in names],
    }
    seen: list[list[str]] = []
    for where, several in (*groups.items(), *((name, [name]) for name in owners)):
        if several and several not in seen:
            seen.append(several)
            yield Alteration(where, tuple(e for name in several for e in owners[name]))


def weight_decay_misplaced(program: Program) -> Iterator[Alteration]:
    """Weight decay put into the gradient where it belongs into the update, or the reverse."""
    rates = _rates(program)
    inwards, outwards = [], []
    for own in (each.name for each in program.of_kind(Kind.PARAMETER)):
        mine = [
            each.equation
            for each in statements_of(program, Phase.UPDATE)
            if owner(program, each) == own
        ]
        found = [term for each in mine if (term := _decay_of(each.value, own)) is not None]
        if not found or not rates or len(mine) < 2:
            continue
        decay = found[0]
        moved = [replace(e, value=everywhere(e.value, partial(_without, decay))) for e in mine]
        last = moved[-1]
        if last != mine[-1]:
            added = partial(_with_decay, decay)
            moved = [replace(e, value=everywhere(e.value, added)) for e in moved[:-1]]
            inwards += [*moved, last]
        else:
            more = Binary("*", Reference(rates[0]), decay)
            outwards += [*moved[:-1], replace(last, value=Binary("-", last.value, more))]
    if inwards:
        yield Alteration("in the gradient, not in the update", tuple(inwards))
    if outwards:
        yield Alteration("in the update, not in the gradient", tuple(outwards))


def _decay_of(tree: Expression, own: str) -> Expression | None:
    """The term of weight decay in an expression."""
    for node in walk(tree):
        match node:
            case Binary("+", _, Binary("*", Reference(name), Reference(by)) as term):
                if "decay" in name and by == own:
                    return term
    return None


def _without(term: Expression, tree: Expression) -> Expression | None:
    match tree:
        case Binary("+", left, right) if right == term:
            return left
    return None


def _with_decay(term: Expression, tree: Expression) -> Expression | None:
    return Binary("+", tree, term) if isinstance(tree, Derivative) else None


def _all_and_each(equations: list[Equation]) -> Iterator[Alteration]:
    if equations:
        yield Alteration("all parameters", tuple(equations))
    if len(equations) > 1:
        for equation in equations:
            yield Alteration(to_text(equation.target), (equation,))
