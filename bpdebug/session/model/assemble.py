"""From the fields of a session to a model and a debugger, with cross-checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.history import DEFAULT_BUDGET
from bpdebug.models.budget import without_collecting
from bpdebug.models.layers import ParameterShape
from bpdebug.models.model import Model, ModelError, Role
from bpdebug.notation.errors import NotationError
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.tree import Expression
from bpdebug.program.build import build
from bpdebug.program.meant import element_meant
from bpdebug.program.program import Program
from bpdebug.program.quantities import element_labels
from bpdebug.session.file.errors import Problem, SessionError, step
from bpdebug.session.file.fields import Fields
from bpdebug.session.file.format import SessionPart
from bpdebug.session.model.equations import check_equations, expand
from bpdebug.session.model.to_check import check_hand_derivations, check_printed
from bpdebug.session.model.training import (
    check_state,
    declare_optimizer,
    parameter_declarations,
    take_in_turn,
)
from bpdebug.session.model.walkthrough import take_up_walkthrough
from bpdebug.session.model.work import take_up


def make_debugger(part: SessionPart, source: str, budget: int = DEFAULT_BUDGET) -> Debugger:
    """The debugger of a session, standing at its cursor. Raises SessionError.

    What is to be seen there is computed when it is asked for. `budget` is how many bytes the
    states of the run may take.
    """
    fields = Fields(part, source)
    with without_collecting():
        model = _with_mistakes(fields, _model(fields))
        try:
            program = build(model, fields.budget)
        except ModelError as error:
            problems = [*fields.problems, Problem("model", str(error))]
            raise SessionError(source, problems, fields.more) from error
    return debugger_of(program, part, source, budget, fields.problems, fields.more)


def debugger_of(
    program: Program,
    part: SessionPart,
    source: str,
    budget: int = DEFAULT_BUDGET,
    found: Sequence[Problem] = (),
    more: int = 0,
) -> Debugger:
    """The same where the program of the session is at hand; `found` are problems found so far, and
    `more` how many there are besides.
    """
    debugger = Debugger(program, part.iterations, budget)
    if part.planted:
        # Hardly any session needs it.
        from bpdebug.checks.hunting.bugs import Bugs

        unplanted = part.model_copy(update={"planted": []})
        debugger.judge = Bugs(lambda: make_model(unplanted, source), part.planted, program)
    problems = [*found, *take_up(debugger, part)]
    problems += take_up_walkthrough(debugger, part.walkthrough)
    problems += check_hand_derivations(debugger.program, part.hand_derivations)
    problems += check_printed(debugger, part.printed)
    for name in part.model.origins:
        if name not in program.quantities:
            problems.append(Problem(step("model.origins", name), "no such quantity"))
    for index, digest in enumerate(part.digests):
        if digest.operation > debugger.end.operation:
            message = f"positions go from 0 to {debugger.end.operation}"
            problems.append(Problem(f"digests[{index}].operation", message))
        for name in digest.parameters:
            if program.slot_named(name) is None:
                path = step(f"digests[{index}].parameters", name)
                problems.append(Problem(path, "no such parameter"))
    if problems:
        raise SessionError(source, problems, more)
    return debugger


def make_model(part: SessionPart, source: str) -> Model:
    """The model that a session describes, with the mistakes that are planted in it.

    Raises SessionError with all that is wrong.
    """
    fields = Fields(part, source)
    model = _with_mistakes(fields, _model(fields))
    fields.stop_if_bad()
    return model


def _model(fields: Fields) -> Model:
    """The model, if it could be made with other numbers in place of those that are wrong.

    Raises SessionError if it could not.
    """
    part = fields.part
    fields.declare_all("inputs", part.inputs, Role.INPUT)
    fields.declare_all("targets", part.targets, Role.TARGET)
    fields.declare_all("constants", part.constants, Role.CONSTANT)
    feed = take_in_turn(fields)
    equations, wanted, layers = expand(fields)
    optimizer = declare_optimizer(fields)
    # With equations that make no sense, nothing that names quantities can be checked.
    fields.stop_if_bad()
    loss = equations[-1].target.family
    declarations = list(fields.given.values())
    for name, shape in wanted.items():
        declarations += parameter_declarations(fields, optimizer, name, shape, loss)
    _check_unknown(fields, wanted)
    check_state(fields, optimizer, [each for each in wanted if each not in fields.part.frozen])
    if not layers:
        check_equations(fields, equations, {each.name: each.values.shape for each in declarations})
    derivations = _derivations(fields)
    return Model(
        equations,
        tuple(declarations),
        loss,
        part.style,
        {phase: tuple(entries) for phase, entries in part.order.items()},
        layers,
        part.policies.update_order,
        part.policies.gradients,
        feed,
        derivations,
        origins=part.model.origins,
    )


def _with_mistakes(fields: Fields, model: Model) -> Model:
    """The model with what is planted in it."""
    if not fields.part.planted:
        return model
    # Hardly any session needs them, and there are many of them.
    from bpdebug.checks.diagnosis.planting import PlantingError, with_planted

    try:
        return with_planted(model, fields.part.planted)[0]
    except (PlantingError, ModelError) as error:
        fields.problem("planted", str(error))
        return model


def _derivations(fields: Fields) -> dict[str, Expression]:
    """The formulas that are to be used in place of the right derivatives."""
    found = {}
    for name, text in fields.part.derivations.items():
        try:
            found[name] = parse_expression(text)
        except NotationError as error:
            fields.problem(f"derivations.{name}", str(error))
    return found


def _check_unknown(fields: Fields, wanted: Mapping[str, ParameterShape]) -> None:
    """What is named must be there."""
    part = fields.part
    arrays = {
        name: (shape.shape, element_labels(name, shape.shape, shape.names))
        for name, shape in wanted.items()
    }
    known = dict.fromkeys(wanted)
    for shape, labels in arrays.values():
        known |= dict.fromkeys(labels(place) for place in range(prod(shape)))
    for name in part.parameters:
        if name not in known:
            meant = element_meant(name, arrays.get)
            hint = f"; did you mean {meant}?" if meant else fields.did_you_mean(name, known)
            fields.problem(f"parameters.{name}", f"no such parameter{hint}")
    for index, name in enumerate(part.frozen):
        if name not in wanted:
            message = "no such parameter" + fields.did_you_mean(name, wanted)
            fields.problem(f"frozen[{index}]", message)
    named = {*wanted, *fields.given}
    for name in part.model.names:
        if name not in named:
            message = "names nothing that is given" + fields.did_you_mean(name, named)
            fields.problem(f"model.names.{name}", message)
