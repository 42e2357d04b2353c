"""Operations in words: nothing is said that the formula does not say."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest
from openings import blog, opened

from bpdebug.checks.mistakes.slips import rounded
from bpdebug.debugger.actions import perform
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.view import Position, Status, View
from bpdebug.notation.equation import symbols
from bpdebug.notation.functions import FUNCTIONS
from bpdebug.notation.parser import parse_expression
from bpdebug.notation.printing import to_text
from bpdebug.notation.symbols import Derivative
from bpdebug.notation.tree import Call, Negation, walk
from bpdebug.program.build import build
from bpdebug.program.formula import evaluate, formula
from bpdebug.session.bundled import bundled_sessions
from bpdebug.text.formula.phrases import phrase
from bpdebug.text.numbers import number
from bpdebug.text.words.in_words import done_in_words, next_in_words, slot_in_words
from bpdebug.text.words.telling import MOST_PARTS, InWords

SESSIONS = [*bundled_sessions()]


def every_view(debugger: Debugger) -> list[View]:
    """What there is to see after each operation of the first two iterations."""
    last = min(2, debugger.iterations) * debugger.program.operations
    return [debugger.view_at(Position(operation)) for operation in range(1, last + 1)]


def told(view: View) -> InWords:
    words = done_in_words(view)
    assert words is not None
    return words


@pytest.fixture(scope="module", params=SESSIONS)
def named(request: pytest.FixtureRequest) -> str:
    """The name of a session."""
    return str(request.param)


@pytest.fixture(scope="module")
def everything(named: str) -> list[tuple[View, InWords]]:
    """What there is to see after each of its operations, and what is told of it."""
    return [(view, told(view)) for view in every_view(opened(named))]


def at(name: str, session: str = "blog") -> InWords:
    debugger = opened(session)
    slot = debugger.program.slot_named(name)
    assert slot is not None
    return told(debugger.view_at(Position(int(debugger.program.written_at[slot]))))


def test_every_operation_has_a_sentence_about_what_it_computes(
    everything: list[tuple[View, InWords]],
) -> None:
    for view, words in everything:
        assert view.done is not None
        target = view.done.equation.target
        names = (target.of, target.by) if isinstance(target, Derivative) else (target,)
        sentence = words.sentence
        for name in names:
            assert re.search(rf"{re.escape(to_text(name, 'unicode'))}\b", sentence), sentence
        assert sentence.endswith(".")
        assert "NaN" not in sentence


def test_the_numbers_are_those_of_the_formula_as_the_operation_found_them(
    everything: list[tuple[View, InWords]],
) -> None:
    for view, words in everything:
        assert view.done is not None
        found = view.operands(view.done)
        trees = [*walk(view.done.equation.value), view.done.equation.target]
        values = [
            evaluate(tree, found.__getitem__)
            for tree in trees
            if all(symbol in found for symbol in symbols(tree))
        ]
        shown = {number(value) for value in values} | {number(-value) for value in values}
        assert {part.value for part in words.parts} <= shown
        assert words.parts or not any(symbols(view.done.equation.value))


def test_functions_are_named_only_where_they_are(everything: list[tuple[View, InWords]]) -> None:
    for view, words in everything:
        assert view.done is not None
        equation = view.done.equation
        trees = [equation.value]
        if isinstance(equation.target, Derivative):
            slot = view.program.slot_named(to_text(equation.target.of))
            assert slot is not None
            forward = int(view.program.written_at[slot])
            trees.append(formula(view.program, forward).equation.value)
        used = {node.function for tree in trees for node in walk(tree) if isinstance(node, Call)}
        found = set(re.findall(r"[a-z_]+", words.sentence)) & set(FUNCTIONS)
        # These two are English words, too.
        assert found - {"step", "sign"} <= used, words.sentence


def test_the_paths_are_the_whole(named: str, everything: list[tuple[View, InWords]]) -> None:
    """Parts that are told as paths add up to the result, those of one path multiply to it."""
    seen = 0
    for view, words in everything:
        sums = re.search(r"the sum of .* paths", words.sentence)
        if words.left_out or not (sums or "along the path" in words.sentence):
            continue
        exact = done_in_words(view, 17)
        assert exact is not None
        parts = [float(part.value.replace("−", "-")) for part in exact.parts]
        before = parts.pop(0) if "added to" in words.sentence else 0.0
        whole = math.fsum(parts) if sums else math.prod(parts)
        assert whole + before == pytest.approx(view.result(), rel=1e-9, abs=1e-15)
        seen += 1
    assert seen or named in ("adam", "lesson-adam", "lesson-momentum"), "one path of one factor"


def test_the_blog_in_words() -> None:
    said = {
        "zh1": "zh1 is the weighted sum of x1, x2 and x3, plus b1.",
        "h1": "h1 is the sigmoid of zh1.",
        "E": "The loss E is half the sum of the squares of (o1 − t1) and (o2 − t2).",
        "dE/do1": "How the loss E changes with o1: o1 minus t1.",
        "do1/dzo1": "How o1 changes with zo1, the slope of the sigmoid: the product of o1 and "
        "(1 − o1).",
        "dE/dw7": "How the loss E changes with w7: a product of three factors, along the path "
        "E → o1 → zo1 → w7.",
        "dE/dh1": "How the loss E changes with h1: the sum of two paths; most of it (64 %) comes "
        "by E → o2 → zo2 → h1.",
        "dE/dw1": "How the loss E changes with w1: a product of three factors, along the path "
        "E ⋯ h1 → zh1 → w1.",
        "w7": "w7 moves against its gradient, down by 0.0008.",
    }
    assert {name: at(name).sentence for name in said} == said


def test_the_factors_of_a_path_say_what_they_are() -> None:
    assert at("dE/dw7").parts == (
        ("0.7896", "how E changes with o1: o1 − t1"),
        ("0.0983", "how o1 changes with zo1: o1(1 − o1)"),
        ("0.9866", "how zo1 changes with w7: h1"),
    )
    assert at("dE/dw1").parts[0] == ("0.1502", "how E changes with h1, operation 19")


@pytest.mark.parametrize(
    ("session", "name", "sentence"),
    [
        ("softmax", "p1", "p1 is eo1 divided by so."),
        ("softmax", "E", "The loss E is minus the sum of three products."),
        ("softmax", "dp1/dso", "How p1 changes with so: minus (eo1/so²)."),
        (
            "xor",
            "dh1_1/dzh1_1",
            "How h1_1 changes with zh1_1, the slope of the tanh: 1 minus h1_1².",
        ),
        ("lstm", "state1", "state1 is the sum of two products."),
        ("lstm", "out1", "out1 is the product of c1 and o1."),
        ("layer-norm", "sd", "sd is the square root of (var + ε)."),
        (
            "layer-norm",
            "var",
            "var is the sum of the squares of d1, d2 and d3, divided by units.",
        ),
        ("circuit-3", "m", "m is the greater of z and w. Here that is z."),
        ("circuit-3", "dm/dw", "How m changes with w: 1 if (w − z) is positive, else 0."),
        ("diamond", "dc/db", "How c changes with b: 1 plus 1."),
        ("adam", "f", "f is the square of θ."),
        (
            "adam",
            "m_theta",
            "m_theta becomes a running mean: β1 of what it was, the rest of df/dθ.",
        ),
        ("adam", "theta", "θ moves down by 0.1000."),
        ("micrograd", "dg/dg1", "How g changes with g1: just 1."),
        ("micrograd", "a", "a stays at −4: the step is 0."),
        (
            "backward-twice",
            "de/dd",
            "How e changes with d: just c, added to what was there before.",
        ),
        (
            "blog-published",
            "dE/db1",
            "How the loss E changes with b1, by the session's own formula: the sum of two "
            "products.",
        ),
    ],
)
def test_what_is_said_of_all_kinds_of_operations(session: str, name: str, sentence: str) -> None:
    assert at(name, session).sentence == sentence


def test_a_term_that_is_no_path_is_said_to_be_direct() -> None:
    words = at("dE/dout1", "lstm")
    assert "the sum of five paths" in words.sentence
    assert words.parts[-1].words == "E → out1 directly"


def test_of_many_parts_the_first_are_listed() -> None:
    debugger = opened("attention")
    longest = max((told(view) for view in every_view(debugger)), key=lambda w: len(w.parts))
    assert len(longest.parts) <= MOST_PARTS
    assert all(
        not w.left_out or len(w.parts) == MOST_PARTS for w in map(told, every_view(debugger))
    )


def test_what_is_not_known_yet_is_said() -> None:
    view = blog("13s").view
    slot = view.program.slot_named("dE/dw1")
    assert slot is not None
    words = slot_in_words(view, slot)
    assert words.sentence.endswith("It is not computed yet: that is operation 21.")
    assert [part.value for part in words.parts] == ["not yet", "not yet", "1"]


def test_what_is_stale_is_said() -> None:
    view = blog("g 46").view
    slot = view.program.slot_named("dE/dw1")
    assert slot is not None
    assert view.status(slot) is Status.STALE
    words = slot_in_words(view, slot)
    assert "is stale, from the previous iteration: operation 21 comes later." in words.sentence
    assert [part.value[0] for part in words.parts] == ["~", "~", "1"]


@pytest.mark.parametrize("session", SESSIONS)
def test_every_element_can_be_asked_for_at_any_position(session: str) -> None:
    """Unknown is said to be unknown, and never a number or NaN."""
    debugger = opened(session)
    length, end = debugger.program.operations, debugger.end.operation
    for operation in (0, 1, length // 2, length, min(end, length + length // 3)):
        view = debugger.view_at(Position(operation))
        for slot in range(len(debugger.program.start)):
            words = slot_in_words(view, slot)
            assert "NaN" not in words.sentence
            assert all("NaN" not in part.value for part in words.parts)
            unknown = view.status(slot) is Status.UNKNOWN
            assert unknown == ("It is not computed yet" in words.sentence)


def test_what_is_not_finite_is_told_as_it_is() -> None:
    debugger = opened("attention")
    perform(debugger, "e alpha 1e308")
    view = debugger.view_at(Position(debugger.program.operations + 19))
    assert view.result() == math.inf
    assert told(view).parts[0].value == "∞"
    for operation in range(debugger.program.operations, 4 * debugger.program.operations):
        assert told(debugger.view_at(Position(operation))).sentence.endswith(".")


def test_what_is_there_is_told_as_when_it_was_computed() -> None:
    view = blog("29s").view
    slot = view.program.slot_named("dE/dw7")
    assert slot is not None
    assert slot_in_words(view, slot) == at("dE/dw7")


def test_a_given_number_is_just_given() -> None:
    view = blog().view
    for name, sentence in (("x1", "x1 is an input."), ("alpha", "α is given.")):
        slot = view.program.slot_named(name)
        assert slot is not None
        assert slot_in_words(view, slot).sentence == sentence


def test_nothing_is_told_of_no_operation_but_of_the_first() -> None:
    view = blog().view
    assert done_in_words(view) is None
    assert next_in_words(view).sentence == told(blog("s").view).sentence


def test_an_update_along_the_gradient_and_none_are_told_apart() -> None:
    backwards = blog("e alpha -0.01", "g w7").view
    assert told(backwards).sentence == "w7 moves along its gradient, up by 0.0008."
    still = blog("e alpha 0", "g w7").view
    assert told(still).sentence == "w7 stays at 0.7: the step is 0."


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_can_be_told(function: str) -> None:
    arguments = ("first", "second")[: FUNCTIONS[function].arity]
    tree = parse_expression(f"{function}({', '.join(arguments)})")
    words, pieces = phrase(tree, lambda symbol: False)
    assert all(argument in words for argument in arguments)
    assert len(pieces) == len(arguments)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a - b", "a minus b"),
        ("a + b + c", "the sum of a, b and c"),
        ("a + b + c + d + e", "the sum of a, b, c and 2 more"),
        ("a*b + c*d", "the sum of two products"),
        ("w*x + w*y + c", "the weighted sum of x and y, plus c"),
        ("w*x + c", "w·x plus c"),
        ("a - b - c", "a sum of three terms"),
        ("-(a + b)", "minus (a + b)"),
        ("0.5*(a^2 + b^2)", "half the sum of the squares of a and b"),
        ("3*b^2", "3 times the square of b"),
        ("a^3", "the cube of a"),
        ("a^4", "a to the power of 4"),
        ("(a + b)/c", "(a + b) divided by c"),
        ("a*b/c", "the product of a and b, divided by c"),
        ("1/(2*s)", "1 divided by (2·s)"),
        ("relu(a + b)", "the relu of (a + b)"),
        ("round(a, 4)", "a rounded to 4 decimals"),
        ("round(sigmoid(a), 1)", "the sigmoid of a, rounded to 1 decimal"),
        ("round(w*x + w*y + c, k)", "the weighted sum of x and y, plus c, rounded to k decimals"),
        ("0.5*round(a, 4)", "half round(a, 4)"),
    ],
)
def test_phrases(text: str, words: str) -> None:
    tree = parse_expression(text)
    said = phrase(tree, lambda symbol: to_text(symbol) == "w")
    assert said.words == words
    # The pieces are in the formula: nothing is made up.
    assert all(
        piece in walk(tree) or (isinstance(piece, Negation) and piece.operand in walk(tree))
        for piece in said.pieces
    )


def test_a_rounded_derivative_is_told_like_the_exact_one() -> None:
    plain = opened("two-paths")
    *_, to_six = rounded(plain.program)
    model = replace(plain.program.model, replaced=to_six.replaced)
    altered = Debugger(build(model), plain.iterations)
    derivatives = 0
    for operation in range(1, plain.program.operations + 1):
        view, other = (each.view_at(Position(operation)) for each in (plain, altered))
        assert view.done is not None
        if isinstance(view.done.equation.target, Derivative):
            derivatives += 1
            exact = told(view).sentence
            assert told(other).sentence == f"{exact} The result is rounded to 6 decimals."
    assert derivatives


@pytest.mark.parametrize("name", ["w7", "dE/db1", "E"])
def test_words_do_not_work_out_what_is_covered(name: str) -> None:
    debugger = blog(f"g it 1 {name}")
    result = done_in_words(debugger.view)
    assert result is not None
    told = []
    for action in ("ask", "hint", "hint"):
        perform(debugger, action)
        words = done_in_words(debugger.shown)
        assert words is not None
        assert not words.parts
        told.append(words.sentence)
        assert not re.search(r"\d\.\d|%", words.sentence), words.sentence
    assert told[0].startswith("What is ")
    assert told[1] == told[2] != told[0]
