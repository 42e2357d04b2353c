"""Finding a planted mistake: whoever names it is right, whoever names something else is not."""

from __future__ import annotations

import random

import pytest
from openings import session_of

from bpdebug.checks.diagnosis.causes import Made
from bpdebug.checks.diagnosis.planting import sealed
from bpdebug.checks.hunting.bugs import Bugs
from bpdebug.checks.hunting.differences import differences
from bpdebug.checks.hunting.evidence import evidence
from bpdebug.checks.hunting.meaning import matching, meant
from bpdebug.checks.mistakes.alteration import Alteration
from bpdebug.checks.mistakes.catalogue import CATALOGUE, NAMED
from bpdebug.debugger.hunts import HuntError, Suspect, SuspectVerdict
from bpdebug.debugger.state import finish
from bpdebug.models.model import ModelError
from bpdebug.program.build import build
from bpdebug.program.program import Program
from checks.mistaken import alterations_of, debugger_of, model_for

RIGHT, PLACE = SuspectVerdict.RIGHT, SuspectVerdict.PLACE
MISTAKE, WRONG = SuspectVerdict.MISTAKE, SuspectVerdict.WRONG


def bugs_of(program: Program, mistake: str, alteration: Alteration) -> Bugs:
    """A judge of a program in which a mistake is planted."""
    text = sealed(Made(NAMED[mistake], alteration))
    return Bugs(lambda: program.model, [text], build(alteration.made_in(program)))


def blog_with(mistake: str, where: str) -> Bugs:
    """The blog's session with a mistake planted at a place."""
    program = session_of("blog").debugger.program
    (alteration,) = (a for a in NAMED[mistake].alterations(program) if a.where == where)
    return bugs_of(program, mistake, alteration)


@pytest.mark.parametrize("mistake", [each.name for each in CATALOGUE])
def test_what_is_planted_is_found_where_it_is_and_nowhere_else(mistake: str) -> None:
    """However it is made: by equations, by numbers, or by another model."""
    program = debugger_of(model_for(mistake)).program
    alterations = alterations_of(mistake, debugger_of(model_for(mistake)))
    tried = 0
    for alteration in random.Random(mistake).sample(alterations, len(alterations)):
        try:
            bugs = bugs_of(program, mistake, alteration)
        except ModelError:
            continue
        (bug,) = bugs.all
        if not bug.at:
            continue
        tried += 1
        assert bug.first.element in bug.at
        for element in list(bug.at)[:3]:
            assert bugs.judged(element, mistake, ()) == Suspect(element, mistake, RIGHT, 0)
            assert bugs.judged(element, "", ()).verdict is PLACE
            # What is possible somewhere is on the list there, or nobody could choose it.
            assert bugs.places.can_be(NAMED[mistake], element), element
        names = [bugs.program.name(s) for s in range(len(bugs.program.start))]
        others = [name for name in names if name not in bug.at]
        for element in others[:3]:
            assert bugs.judged(element, "", ()).verdict is WRONG
        if tried == 2:
            return
    assert tried


def test_verdicts_tell_the_place_from_the_mistake() -> None:
    bugs = blog_with("wrong sign", "dE/dw8")
    said = {
        ("dE/dw8", "wrong sign"): RIGHT,
        ("dE/dw8", "activation derivative missing"): PLACE,
        ("dE/dw7", "wrong sign"): MISTAKE,
        ("dE/dw7", "activation derivative missing"): WRONG,
        ("w8", "parameter not updated"): WRONG,
    }
    for (element, mistake), verdict in said.items():
        assert bugs.judged(element, mistake, ()).verdict is verdict, (element, mistake)
    assert bugs.judged("dE/dw8", "wrong sign", {0}).verdict is WRONG, "it is found already"


def test_another_name_for_the_same_formula_is_right() -> None:
    """Nothing tells such mistakes apart; what changes less or more than was planted is another."""
    bugs = blog_with("activation derivative missing", "do/dzo in dE/dW2[j,k]")
    assert bugs.judged("dE/dw8", "factor left out", ()).verdict is RIGHT
    assert bugs.judged("dE/dw8", "activation derivative doubled", ()).verdict is PLACE
    half = blog_with("½ of the loss", "left out: sum(k: (o[k] - t[k])^2)")
    assert half.judged("dE/do1", "2 of the square", ()).verdict is PLACE, "the loss is wrong, too"


def test_what_can_be_suspected_does_not_tell_what_is_planted() -> None:
    one = blog_with("wrong sign", "dE/dw8").places
    two = blog_with("bias left out", "b1 in zh[j]").places
    for element in ("dE/dw8", "zh1", "x1"):
        here = finish(one.surveying(element))
        assert here == finish(two.surveying(element))
        assert 0 < len(here) < len(CATALOGUE)
    assert [each.name for each in finish(one.surveying("x1"))] == ["values swapped"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Wrong  Sign", "wrong sign"),
        ("forgot the derivative of the sigmoid", "activation derivative missing"),
        ("a path is missing", "missing paths"),
        ("the bias was forgotten", "bias left out"),
        ("weights transposed", "transposed weights"),
        ("added in place of subtracted", "ascent"),
        ("multiplied by the slope twice", "activation derivative doubled"),
        ("inputs are interchanged numbers given", "values swapped"),
        ("index of another element", "wrong index"),
    ],
)
def test_own_words_mean_a_mistake(words: str, name: str) -> None:
    assert [each.name for each in meant(words, CATALOGUE)] == [name]
    assert name in [each.name for each in matching(words, CATALOGUE)[:3]]


def test_words_that_may_mean_several_are_asked_about() -> None:
    bugs = blog_with("wrong sign", "dE/dw8")
    with pytest.raises(HuntError, match=r"this may be wrong sign or sign of the loss"):
        bugs.judged("x1", "sign", ())
    assert bugs.judged("dE/dw8", "sign", ()).verdict is RIGHT, "the loss's is not possible there"
    with pytest.raises(HuntError, match="no mistake is known that 'it is wrong' describes"):
        bugs.judged("dE/dw8", "it is wrong", ())
    with pytest.raises(HuntError, match="bias left out cannot be made at dE/dw8; it could be made"):
        bugs.judged("dE/dw8", "bias left out", ())
    assert [each.name for each in matching("deriv miss", CATALOGUE)] == [
        "activation derivative missing"
    ]
    assert len(matching("", CATALOGUE)) == len(CATALOGUE)


def test_the_evidence_is_what_the_runs_give() -> None:
    bugs = blog_with("wrong sign", "do1/dzo1")
    found = evidence(bugs, Suspect("do1/dzo1", "factor left out", PLACE), 10)
    assert found.iteration == 1
    assert found.is_off
    assert found.after == -found.before
    assert found.run is not None
    assert found.run.result() == found.after
    o1 = found.run.value(bugs.program.slot_named("o1") or 0)
    assert found.instead in (o1, 1 - o1)
    follows = evidence(bugs, Suspect("dE/dw7", "", WRONG), 10)
    assert follows.is_off
    apart = evidence(bugs, Suspect("dE/dw8", "", WRONG), 10)
    assert not apart.is_off
    given = evidence(bugs, Suspect("x1", "", WRONG), 10)
    assert given.run is None
    assert not given.is_off


def test_programs_that_are_the_same_do_not_differ() -> None:
    program = session_of("blog").debugger.program
    assert not differences(program, build(program.model))
