"""Hand derivations: right and wrong formulas for a derivative, path by path."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from generated import free_form, layered, programs, written
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openings import opened

from bpdebug.checks.derivations.derivation import check_derivation, checking_derivation
from bpdebug.checks.derivations.errors import HandDerivationError
from bpdebug.checks.derivations.findings import (
    DerivationCheck,
    DerivationVerdict,
    Finding,
    PathVerdict,
)
from bpdebug.checks.derivations.matching import Fit
from bpdebug.checks.derivations.paths import MOST_PATHS, Path, PathEdge, PathGraph
from bpdebug.checks.derivations.samples import samples
from bpdebug.notation.printing import to_text
from bpdebug.numerics import FloatArray
from bpdebug.program.build import build
from bpdebug.program.program import Program
from bpdebug.program.quantities import Kind

SOME = settings(max_examples=settings().max_examples // 4)


def session(name: str) -> tuple[Program, FloatArray]:
    """The program of a bundled session and the memory that its first iteration finds."""
    debugger = opened(name)
    return debugger.program, debugger.program.start


BLOG = session("blog")


def check(text: str, of: tuple[Program, FloatArray] = BLOG) -> DerivationCheck:
    return check_derivation(*of, text)


def chain(o: str, h: str) -> str:
    """One path from E to b1."""
    return f"dE/d{o}*d{o}/dz{o}*dz{o}/d{h}*d{h}/dz{h}*dz{h}/db1"


def kinds(found: DerivationCheck) -> list[PathVerdict]:
    return [finding.kind for finding in found.findings]


def only(found: DerivationCheck) -> Finding:
    (finding,) = found.findings
    return finding


# The law: what is written out from the paths is right, and each change to it is found


def as_factor(graph: PathGraph, edge: PathEdge, alone: bool) -> str:
    """A local derivative by its name, or written out where the name may mean a total, or would
    stand for itself.
    """
    if alone or graph.between(edge.of, edge.by).count() > 1:
        return f"({to_text(edge.derivative)})"
    return to_text(edge.name)


def as_term(graph: PathGraph, path: Path) -> str:
    if len(path.edges) == 1:
        return "1*" + as_factor(graph, path.edges[0], alone=True)
    return "*".join(as_factor(graph, edge, alone=False) for edge in path.edges)


@st.composite
def derivations(draw: st.DrawFn) -> tuple[Program, str, tuple[Path, ...], list[str]]:
    """A derivative of a generated model, its paths and how they are written.

    Each path contributes something, and none is a multiple of another one: then there would be
    two answers.
    """
    program = draw(programs(layered(("sigmoid", "tanh", "softmax")) | free_form()))
    graph = PathGraph(program)
    loss = program.quantities[program.model.loss].offset
    found = []
    for slot in program.parameter_slots().tolist():
        between = graph.between(loss, slot)
        if program.gradient_slot(slot) is not None and 0 < between.count() <= 25:
            found.append(between)
    assume(found)
    between = draw(st.sampled_from(found))
    paths = between.paths()
    memories = samples(program, program.start)
    products = np.array([[path.product(memory) for memory in memories] for path in paths])
    assume(np.isfinite(products).all())
    size = np.abs(products)
    assume((size > 1e-6 * size.sum(axis=0)).all())
    ratios = products[:, None, :] / products[None, :, :]
    spread = np.ptp(ratios, axis=2) + np.eye(len(paths))
    assume((spread > 1e-4 * np.abs(ratios).max(axis=2)).all())
    name = f"d{program.model.loss}/d{program.name(between.by)}"
    return program, name, paths, [as_term(graph, path) for path in paths]


@SOME
@given(derivations(), st.randoms(use_true_random=False))
def test_every_change_to_a_true_derivation_is_found(
    made: tuple[Program, str, tuple[Path, ...], list[str]], random: Random
) -> None:
    program, name, paths, terms = made

    def checked(terms: list[str]) -> DerivationCheck:
        return check_derivation(program, program.start, f"{name} = {' + '.join(terms)}")

    shuffled = random.sample(terms, len(terms))
    true = checked(shuffled)
    assert true.verdict is DerivationVerdict.RIGHT
    assert [str(finding.path) for finding in true.findings] == [str(path) for path in paths]
    assert set(kinds(true)) == {PathVerdict.PRESENT}

    place = random.randrange(len(terms))
    present = [PathVerdict.PRESENT] * len(terms)
    if len(terms) > 1:
        dropped = checked(terms[:place] + terms[place + 1 :])
        assert not dropped.ok
        assert kinds(dropped) == [*present[:place], PathVerdict.MISSING, *present[place + 1 :]]

    negated = checked([*terms[:place], f"(-1)*{terms[place]}", *terms[place + 1 :]])
    assert kinds(negated) == [*present[:place], PathVerdict.WRONG_FACTOR, *present[place + 1 :]]
    difference = negated.findings[place].difference
    assert difference is not None
    assert (difference.constant, difference.missing, difference.extra) == (-1, (), ())

    doubled = checked([*terms, terms[place]])
    assert kinds(doubled) == [*present, PathVerdict.TWICE]
    assert doubled.findings[-1].path is not None
    assert str(doubled.findings[-1].path) == str(paths[place])


# The blog


PUBLISHED = f"dE/db1 = {chain('o1', 'h1')} + {chain('o2', 'h2')}"


def test_the_derivation_of_the_blog_lacks_two_of_four_paths() -> None:
    found = check(PUBLISHED)
    assert kinds(found) == [
        PathVerdict.PRESENT,
        PathVerdict.MISSING,
        PathVerdict.MISSING,
        PathVerdict.PRESENT,
    ]
    assert [str(each.path) for each in found.of_kind(PathVerdict.MISSING)] == [
        "E → o2 → h1 → b1",
        "E → o1 → h2 → b1",
    ]
    assert found.value == pytest.approx(0.000776446843669193, rel=1e-13)
    assert found.truth == pytest.approx(0.00238820119373159, rel=1e-13)
    assert not found.ok


def test_the_truth_does_not_depend_on_a_derivation_that_a_session_uses() -> None:
    found = check(PUBLISHED, session("blog-published"))
    assert found.truth == pytest.approx(0.00238820119373159, rel=1e-13)


FOUR = " + ".join(chain(o, h) for o in ("o1", "o2") for h in ("h1", "h2"))
BY_HAND = "((o1 - t1)*o1*(1 - o1)*w7 + (o2 - t2)*o2*(1 - o2)*w8)*h1*(1 - h1)*x3"


@pytest.mark.parametrize(
    "formula",
    [
        f"dE/db1 = {FOUR}",
        "dE/db1 = dE/dh1*dh1/dzh1*dzh1/db1 + dE/dh2*dh2/dzh2",
        "dE/db1 = dE/dzh1 + dE/dzh2",
        "dE/db1 = dE/do1*do1/db1 + dE/do2*(do2/dh1*dh1/db1 + do2/dh2*dh2/db1)",
        "dE/db1 = dE/dw3/x2 + dE/dw4/x2",
        f"dE/dw5 = {BY_HAND}",
        "∂E/∂w7 = (o1 − t1)·o1·(1 − o1)·h1",
        r"\frac{\partial E}{\partial w_7} = \frac{dE}{do_1} \cdot o_1 (1 - o_1) \cdot h_1",
        "dE/dW2[1,1] = dE/do[1]*do1/dzo[1]*h[1]",
        "dE/do1 = o1 - t1",
        "do1/dzo1 = exp(-zo1)/(1 + exp(-zo1))^2",
        "do1/db1 = do1/dh1*dh1/db1 + do1/dh2*dh2/db1",
    ],
)
def test_a_right_formula_is_right_however_it_is_written(formula: str) -> None:
    found = check(formula)
    assert found.verdict is DerivationVerdict.RIGHT
    assert set(kinds(found)) == {PathVerdict.PRESENT}
    assert found.error < 1e-13


@pytest.mark.parametrize(
    ("formula", "verdict", "fit"),
    [
        # x1 = 1
        ("dE/db1 = dE/dw1 + dE/dw2", DerivationVerdict.RIGHT_FOR_DATA, Fit.SAME_DATA),
        (
            f"dE/dw5 = {BY_HAND.replace('t1', '0.1')}",
            DerivationVerdict.RIGHT_FOR_DATA,
            Fit.SAME_DATA,
        ),
        (f"dE/dw5 = {BY_HAND.replace('w7', '0.7')}", DerivationVerdict.RIGHT_HERE, Fit.HERE),
        ("dE/dw7 = (0.7896)(0.0983)(0.9866)", DerivationVerdict.ROUNDED, Fit.NEAR),
    ],
)
def test_numbers_in_place_of_quantities_are_told_apart(
    formula: str, verdict: DerivationVerdict, fit: Fit
) -> None:
    found = check(formula)
    assert found.verdict is verdict
    assert max(each.fit for each in found.findings) is fit
    assert found.ok


@pytest.mark.parametrize(
    ("formula", "constant", "missing", "extra"),
    [
        ("dE/dw7 = (t1 - o1)*o1*(1 - o1)*h1", -1, [], []),
        ("dE/dw7 = 2*(o1 - t1)*o1*(1 - o1)*h1", 2, [], []),
        ("dE/dw7 = 0.5*dE/do1*do1/dzo1*dzo1/dw7", 0.5, [], []),
        ("dE/dw7 = (o1 - t1)*h1", 1, ["do1/dzo1"], []),
        ("dE/dw7 = -dE/dzo1", -1, ["dzo1/dw7"], []),
        ("dE/dw7 = dE/do1*(o1*(1 - o1))^2*h1", 1, [], ["do1/dzo1"]),
        ("dE/dw7 = dE/do1*do1/dzo1*h2", 1, ["dzo1/dw7"], ["h2"]),
        ("dE/dw7 = dE/do1*do1/dzo1*dzo1/dw8", 1, ["dzo1/dw7"], ["dzo1/dw8"]),
        ("dE/dw7 = (o1 - t1)*zo1*(1 - zo1)*h1", 1, ["do1/dzo1"], ["zo1", "1 - zo1"]),
        ("dE/dw7 = dE/do1/(do1/dzo1)*dzo1/dw7", None, None, None),
        # nothing of the path is left in it
        ("dE/do1 = w7", None, None, None),
    ],
)
def test_what_is_wrong_with_a_path_is_told(
    formula: str,
    constant: float | None,
    missing: list[str] | None,
    extra: list[str] | None,
) -> None:
    found = only(check(formula))
    if constant is None:
        assert (found.kind, found.difference) == (PathVerdict.WRONG, None)
        return
    assert found.kind is PathVerdict.WRONG_FACTOR
    told = found.difference
    assert told is not None
    assert told.constant == pytest.approx(constant)
    assert [to_text(edge.name) for edge in told.missing] == missing
    names = [to_text(each.name if isinstance(each, PathEdge) else each) for each in told.extra]
    assert names == extra


def test_a_term_that_is_no_path_and_one_too_many_are_told() -> None:
    found = check(f"dE/db1 = {FOUR} + 3*w1 + {chain('o2', 'h1')}")
    assert kinds(found)[:4] == [PathVerdict.PRESENT] * 4
    assert {(each.kind, str(each.path)) for each in found.findings[4:]} == {
        (PathVerdict.EXTRA, "None"),
        (PathVerdict.TWICE, "E → o2 → h1 → b1"),
    }


def test_terms_that_come_to_the_right_sum_otherwise_are_right() -> None:
    found = check("dE/dw7 = dE/do1*do1/dzo1*h1*2 - dE/do1*do1/dzo1*h1")
    assert found.verdict is DerivationVerdict.RIGHT
    assert kinds(found) == [PathVerdict.TOGETHER]


def test_a_local_derivative_beside_a_longer_path_is_read_as_it_is_meant() -> None:
    program = build(written("h = tanh(w)", "g = h*h", "o = g + 3*h", "E = o*o", w=0.4))
    of = program, program.start
    # do/dh is 3, as on the page, or 2h + 3, as a total.
    local = check("dE/dw = dE/do*do/dh*dh/dw + dE/do*do/dg*dg/dh*dh/dw", of)
    total = check("dE/dw = dE/do*do/dh*dh/dw", of)
    twice = check("dE/dw = dE/do*do/dh*dh/dw + dE/do*do/dg*dg/dh*dh/dw + 2*h*dh/dw", of)
    assert local.verdict is total.verdict is DerivationVerdict.RIGHT
    assert kinds(twice) == [PathVerdict.PRESENT, PathVerdict.PRESENT, PathVerdict.EXTRA]


def test_more_paths_than_can_be_listed_are_still_summed() -> None:
    equations = ["q0 = w"]
    for n in range(11):
        equations += [f"a{n} = tanh(q{n})", f"b{n} = sigmoid(q{n})", f"q{n + 1} = a{n}*b{n}"]
    program = build(written(*equations, "E = 1000*q11", w=3.0))
    found = check("dE/dw = dE/dq1*dq1/dw", (program, program.start))
    assert found.verdict is DerivationVerdict.RIGHT
    assert (found.path_count, found.findings) == (2**11, ())
    assert found.path_count > MOST_PATHS
    assert "there are 2,048 paths; at most 2,000 are listed" in found.reason
    assert not check("dE/dw = dE/dq1*dq1/dw*2", (program, program.start)).ok


def test_a_path_that_a_dead_unit_blocks_is_missed_but_changes_nothing() -> None:
    program = build(written("a = relu(-5*w)", "b = tanh(w)", "E = (a + b)*(a + b)", w=1.0))
    found = check("dE/dw = dE/db*db/dw", (program, program.start))
    assert found.verdict is DerivationVerdict.RIGHT_HERE
    assert kinds(found) == [PathVerdict.MISSING, PathVerdict.PRESENT]


def test_a_path_that_the_data_block_is_missed_but_changes_nothing_with_them() -> None:
    program = build(written("a = w*X", "b = tanh(w)", "E = (a + b)*(a + b)", w=1.0, X=0.0))
    found = check("dE/dw = dE/db*db/dw", (program, program.start))
    assert found.verdict is DerivationVerdict.RIGHT_FOR_DATA
    assert kinds(found) == [PathVerdict.MISSING, PathVerdict.PRESENT]
    elsewhere = program.start.copy()
    elsewhere[program.quantities["X"].offset] = 1.0
    assert not check("dE/dw = dE/db*db/dw", (program, elsewhere)).ok


def test_what_is_not_finite_is_not_judged() -> None:
    program, before = BLOG
    memory = before.copy()
    memory[program.parameter_slots()] = np.nan
    with pytest.raises(HandDerivationError, match="dE/dw7 is not finite in this iteration"):
        check_derivation(program, memory, "dE/dw7 = dE/do1*do1/dzo1*h1")


def test_a_check_shows_how_far_it_has_got() -> None:
    checking = checking_derivation(*BLOG, PUBLISHED)
    progress = next(checking)
    assert progress.done <= progress.total
    checking.close()


NAMED = ["dE/do1", "do1/dzo1", "do1/dh1", "dE/dh1", "dE/db1", "dzo1/dw8", "o1", "t1", "w7", "h[2]"]
PIECES = st.sampled_from([*NAMED, "1", "0.7", "1e300", "exp(", "(", ")", "^2", *"/-+***"])


@settings(max_examples=settings().max_examples * 2)
@given(st.lists(PIECES, min_size=1, max_size=9))
def test_any_formula_is_judged_or_refused(pieces: list[str]) -> None:
    try:
        found = check("dE/db1 = " + " ".join(pieces))
    except HandDerivationError:
        return
    assert found.truth == pytest.approx(0.00238820119373159, rel=1e-13)
    assert found.ok == (found.verdict is not DerivationVerdict.WRONG)
    if found.verdict in (
        DerivationVerdict.RIGHT,
        DerivationVerdict.RIGHT_FOR_DATA,
        DerivationVerdict.RIGHT_HERE,
    ):
        assert found.error < 1e-6
    on_paths = [
        each for each in found.findings if each.kind not in (PathVerdict.TWICE, PathVerdict.EXTRA)
    ]
    assert [str(each.path) for each in on_paths] == [
        f"E → o{o} → h{h} → b1" for h in (1, 2) for o in (1, 2)
    ]


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("E = 1", "the left side is E; write the derivative"),
        ("dE/dw7 = dE/dw7", "uses dE/dw7 itself"),
        ("dE/dw77 = 1", "there is no w77; did you mean w7?"),
        ("dE/dw7 = dE / do1*h1", "a derivative is written without spaces, dE/d…"),
        ("dx1/dw7 = 1", "x1 is not computed in the forward pass"),
        ("do1/dw8 = 1", "o1 does not depend on w8"),
        ("dE/dE = 1", "E does not depend on E"),
        ("dE/dw7 = h*2", "h is 2 numbers; name one of them, such as h1"),
        ("dE/dw7 = h[3]", r"there is no h[3]: h goes up to h[2]"),
        ("dE/dw7 = b1[1]", "there is no b1[1]: b1 is a single number"),
        ("dE/dw7 = h[k]", "k is neither on the left nor the index of a sum"),
        ("dE/dw7 = *", "column 10: expected a number"),
    ],
)
def test_a_formula_that_makes_no_sense_is_refused(formula: str, words: str) -> None:
    with pytest.raises(HandDerivationError) as caught:
        check(formula)
    assert words in str(caught.value)


def test_what_an_update_names_is_not_there_in_the_forward_pass() -> None:
    program, before = session("adam")
    slot = int(program.parameter_slots()[0])
    (first, *_) = program.of_kind(Kind.INTERMEDIATE)
    formula = f"d{program.model.loss}/d{program.name(slot)} = {first.labels(0)}"
    with pytest.raises(HandDerivationError, match="is not in the forward pass"):
        check_derivation(program, before, formula)


def test_the_loss_may_have_another_name() -> None:
    program, before = session("adam")
    assert program.model.loss != "E"
    with pytest.raises(HandDerivationError) as caught:
        check_derivation(program, before, "dE/dw = 1")
    assert str(caught.value) == f"there is no E; the loss is called {program.model.loss}"
