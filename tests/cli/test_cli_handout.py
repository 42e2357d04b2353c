"""`bpdebug handout`: what stands in a handout, and that what is blank is nowhere in it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Generator
from hashlib import sha256
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from browser import CHROMIUM, page
from openings import session_of

from bpdebug.debugger.covering import is_covered
from bpdebug.debugger.curves import Curve, Series, sample
from bpdebug.debugger.state import Progress, finish
from bpdebug.debugger.view import Position
from bpdebug.debugger.walkthrough import covers_of
from bpdebug.drawing.curve_svg import curve_svg
from bpdebug.export.handout.compose import composing
from bpdebug.export.handout.document import Handout, Results, Stop
from bpdebug.export.handout.formats import HANDOUT_FORMATS
from bpdebug.export.handout.html import resource
from bpdebug.export.handout.step import step_page
from bpdebug.export.handout.stretch import Stretch, Walk, iteration_stretch, read_stretch
from bpdebug.export.written_out import ExportError
from bpdebug.program.program import Phase
from bpdebug.session.bundled import bundled_sessions
from bpdebug.session.session import Session, open_session
from bpdebug.text.numbers import DIGITS, number

from .calls import Call
from .conftest import WriteSession
from .html_page import HtmlPage
from .latex import check_latex

BLOG = 41
_DIGITS = 6


def handout(
    session: Session,
    stretch: Stretch | Walk,
    results: Results = Results.AS_COVERED,
    digits: int = DIGITS,
    label: str = "",
) -> Handout:
    """The document of a stretch."""
    return finish(composing(session, stretch, results, digits, label))


def written(document: Handout) -> dict[str, str]:
    """The document in every form."""
    return written_together(document)


def written_together(*documents: Handout) -> dict[str, str]:
    """Several in one file of every form."""
    return {
        name: "".join(f"{row}\n" for row in form.write(documents))
        for name, form in HANDOUT_FORMATS.items()
    }


@pytest.fixture(autouse=True)
def short_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves of a few iterations: those of thousands take longer, and are no different."""
    monkeypatch.setattr("bpdebug.export.handout.compose.MOST_FOR_CURVE", 2_000)


def spelled(page_: str) -> str:
    """A page with its numbers as `number` writes them, whatever the form."""
    text = unescape(re.sub(r"<[^>]*>", "", page_)).replace(r" \times 10^{", "e").replace("}", "")
    return text.replace("-", "−")


def odd(write_session: WriteSession, **changes: object) -> Session:
    """The blog's network with numbers whose results are all different, and no round ones."""
    inputs = {"x": [1.0471976, 0.7357589, 0.5772157]}
    texts = {"notes": "", "source": ""}
    return open_session(write_session(inputs=inputs, **texts | changes))


# The document


def test_what_is_blank_is_nowhere_and_what_is_solved_is_there(write_session: WriteSession) -> None:
    session = odd(write_session, notes="It comes to 42.4242.")
    stretch = read_stretch(session, "it 2", "it 2")
    solved = handout(session, stretch, Results.SOLUTION, _DIGITS)
    results = {each.name: number(each.worked.value or 0.0, _DIGITS) for each in solved.operations()}
    assert len(set(results.values())) > 35
    for name, text in written(solved).items():
        for each in results.values():
            assert each in spelled(text), (name, each)
        assert "42.4242" in text
    blank = handout(session, stretch, Results.BLANK, _DIGITS)
    assert [each.name for each in blank.asked()] == [*results]
    assert blank.curve is None
    for operation in blank.operations():
        assert operation.worked.value is not None
        assert is_covered(operation.worked.value)
        assert not re.search(r"\d\.\d|%", operation.words), operation.words
    for name, text in written(blank).items():
        for element, result in results.items():
            assert result not in spelled(text), (name, element)
        assert not any(said in text for said in ("NaN", "▒", "42.4242")), name


def test_what_is_blank_at_one_stop_is_blank_at_the_others(write_session: WriteSession) -> None:
    stops = [
        {"where": "it 1 zh1", "title": "a sum", "predict": True},
        {"where": "it 1 h1", "title": "its sigmoid", "text": "zh1 is **{zh1}**, h1 is {h1}."},
    ]
    session = odd(write_session, walkthrough=stops)
    asked = number(session.debugger.view_at(Position(1)).result(), _DIGITS)
    solved = written(handout(session, Walk(), Results.SOLUTION, _DIGITS))
    for form, text in written(handout(session, Walk(), Results.BLANK, _DIGITS)).items():
        assert asked in spelled(solved[form]), form
        assert asked not in spelled(text), form
        assert "h1 is 0.75" in text.replace("\\", ""), form


def test_a_stretch_in_the_middle_gives_what_was_computed_before() -> None:
    document = handout(session_of("blog"), Stretch(14, 14), Results.BLANK)
    (only,) = document.operations()
    assert (only.name, only.phase, only.iteration) == ("dE/dw7", Phase.BACKWARD, 1)
    given = {name: value for each in document.given for name, value in each.values}
    before = document.given[-1]
    assert before.heading == "Computed before"
    assert [name for name, _ in before.values] == ["dE/do1", "do1/dzo1", "h1"]
    assert given["w7"] == 0.7
    view = session_of("blog").debugger.history.view
    assert given["h1"] == view(Position(2)).result()
    # Which way a weight moves would say what becomes of it.
    (only,) = handout(session_of("blog"), Stretch(36, 36), Results.BLANK).operations()
    assert "w7 loses" in only.words
    # What the stretch computes itself is not given.
    document = handout(session_of("blog"), Stretch(13, 14), Results.BLANK)
    names = [name for each in document.given for name, _ in each.values]
    assert "do2/dzo2" not in names
    assert names[-4:] == ["o2", "dE/do1", "do1/dzo1", "h1"]


def test_what_the_session_covers_is_blank_unless_it_is_the_solution() -> None:
    lesson = session_of("lesson-blog")
    stretch = iteration_stretch(lesson, 1)
    asked = [each.position for each in handout(lesson, stretch).asked()]
    covers = covers_of(lesson.debugger, 1)
    assert asked == [each.operation for each in covers]
    assert asked
    assert not [*handout(lesson, stretch, Results.SOLUTION).asked()]
    blank = handout(lesson, stretch, Results.BLANK)
    # On a sheet the rule is the question, also where the lesson keeps it for a hint.
    assert "w1·x1" in "\n".join(HANDOUT_FORMATS["markdown"].write([blank]))


def test_sections_are_phases_by_iteration() -> None:
    document = handout(session_of("blog"), Stretch(30, 50), Results.SOLUTION)
    headings = [each.heading for each in document.sections]
    assert headings == ["Iteration 1: update", "Iteration 2: forward", "Iteration 2: loss"]
    positions = [each.position for each in document.operations()]
    assert positions == [*range(30, 51)]


@pytest.mark.parametrize("name", [n for n in bundled_sessions() if "lesson" in n or n == "blog"])
def test_a_walkthrough_has_its_stops_and_asks_what_they_ask(name: str) -> None:
    session = session_of(name)
    document = handout(session, Walk(), Results.BLANK)
    stops = [part for each in document.sections for part in each.parts]
    wanted = session.part.walkthrough
    for stop, part in zip(stops, wanted, strict=True):
        assert isinstance(stop, Stop)
        assert stop.title == part.title
        assert stop.answer is None
        if part.predict and stop.operation is not None:
            assert stop.operation.is_blank
    for form, text in written(document).items():
        assert "▒" not in text
        if form == "html":
            HtmlPage(text).check_alone()
        if form == "latex":
            check_latex(text)
    solved = handout(session, Walk(), Results.SOLUTION)
    assert not [*solved.asked()]
    assert "{" not in "".join(
        part.text for part in solved.sections[0].parts if isinstance(part, Stop)
    )


@pytest.mark.parametrize(
    ("start", "until", "first", "last"),
    [
        (None, None, 1, BLOG),
        ("it 3", None, 2 * BLOG + 1, 3 * BLOG),
        (None, "E", 1, 9),
        (None, "it 2 E", BLOG + 1, BLOG + 9),
        ("it 1 dE/dw7", "it 2", 14, 2 * BLOG),
        ("dE/dw7", "E", 14, BLOG + 9),
        ("it 1 E", "E", 9, 9),
        ("start", "5", 1, 5),
        ("410000", "end", 410_000, 410_000),
    ],
)
def test_stretches_as_places_are_written(
    start: str | None, until: str | None, first: int, last: int
) -> None:
    assert read_stretch(session_of("blog"), start, until) == Stretch(first, last)


@pytest.mark.parametrize(
    ("start", "until", "words"),
    [
        ("it 2", "it 1", "give the earlier place first"),
        ("it 1", "it 100", "found 4,100 operations, expected at most 1,000"),
        ("zh9", None, "zh9"),
        ("w7x", "E", "w7x"),
        ("", None, "a place is missing"),
        ("next time w3 changes", None, "next depends on the current position"),
        ("end", "E", "E is not computed again after operation 410000"),
        (None, "it 10001", "there is no iteration 10001"),
    ],
)
def test_stretches_that_are_none(start: str | None, until: str | None, words: str) -> None:
    with pytest.raises(ExportError, match=re.escape(words)):
        read_stretch(session_of("blog"), start, until)


# The forms


def test_every_session_is_written_well_formed() -> None:
    count = 0
    for name in bundled_sessions():
        session = session_of(name)
        last = min(25, session.debugger.program.operations)
        document = handout(session, Stretch(1, last))
        texts = written(document)
        HtmlPage(texts["html"]).check_alone()
        check_latex(texts["latex"])
        fences = [row for row in texts["markdown"].splitlines() if row.startswith("```")]
        assert len(fences) % 2 == 0
        count += sum(1 for _ in document.operations())
    assert count > 400


def test_hostile_texts_are_texts(write_session: WriteSession) -> None:
    nasty = "</title></style><script>alert(1)</script> \\input{x} ```\n# {} ` & $ \" ' <!--"
    line = nasty.replace("\n", " ")
    said = line.replace("{", "").replace("}", "")
    stop = {
        "where": "it 1 E",
        "title": line[:90],
        "text": f"**{said}** `{said}`\n\n- {said}",
        "question": {"ask": said, "answer": "]] --> </div>"},
    }
    session = odd(write_session, title=line, walkthrough=[stop])
    session.part = session.part.model_copy(update={"notes": nasty, "source": nasty})
    for stretch in (Stretch(1, 9), Walk()):
        document = handout(session, stretch, Results.SOLUTION, label=line)
        texts = written(document)
        read = HtmlPage(texts["html"])
        read.check_alone()
        assert not read.scripts
        assert "script" not in read.tags
        assert line in read.text
        check_latex(texts["latex"])
        assert "\\input{" not in texts["latex"]
    step = HtmlPage("\n".join(step_page(handout(session, Stretch(1, 9), Results.SOLUTION))))
    step.check_alone()
    assert len(step.scripts) == 1


def test_several_handouts_are_one_file() -> None:
    first = handout(session_of("blog"), Stretch(1, 2), Results.SOLUTION, label="Ada & Bo")
    second = handout(session_of("blog"), Stretch(3, 4), Results.BLANK)
    for form, text in written_together(first, second).items():
        assert "Ada" in text, form
        assert text.count("Name:") == 1, form
    assert written_together(first, second)["html"].count('<article class="handout">') == 2


def test_a_curve_stays_within_its_drawing_and_has_gaps() -> None:
    values = {n: float(n) for n in range(1, 31)} | {7: None, 8: None, 20: float("inf"), 21: 1e308}
    series = Series("a<b", values.__getitem__)
    (curve,) = finish(_curves(series, 30))
    svg = curve_svg(curve)
    HtmlPage(svg)
    assert "a&lt;b" in svg
    assert "not finite at iteration 20" in svg
    runs = re.findall(r'points="([^"]+)"', svg)
    assert len(runs) == 3
    for run in runs:
        places = [tuple(map(float, each.split(","))) for each in run.split()]
        assert all(0 <= x <= 560 and 0 <= y <= 240 for x, y in places)
        assert all(x < after for (x, _), (after, _) in pairwise(places))
    for only in ({1: 2.0}, {1: 3.0, 2: 3.0}, {1: float("nan")}, {1: -1e308, 2: 1e308}):
        (curve,) = finish(_curves(Series("E", only.__getitem__), len(only)))
        assert "nan" not in curve_svg(curve)


def _curves(series: Series, last: int) -> Generator[Progress, None, tuple[Curve, ...]]:
    return sample([series], 1, last, 300)


def test_colours_can_be_read_in_light_dark_and_print() -> None:
    blocks = re.findall(r":root \{(.*?)\}", resource("page.css"), re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        named = dict(re.findall(r"--(\w+): #(\w+);", block))
        paper = luminance(named["paper"])
        for name in ("ink", "quiet", "accent", "good", "bad"):
            low, high = sorted((paper, luminance(named[name])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, name


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour if len(colour) == 6 else "".join(2 * each for each in colour)
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# The command


def test_the_command_writes_what_is_asked_for(call: Call, tmp_path: Path) -> None:
    done = call("handout", "blog", "--blank", "--until", "E")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("<!DOCTYPE html>")
    assert "Operations 1 to 9 of iteration 1" in done.out
    assert call("handout", "blog", "--to", "markdown").out.startswith("# blog")
    path = tmp_path / "sheet.tex"
    done = call("handout", "blog", "--walkthrough", "-o", path)
    assert (done.code, done.out) == (0, f"{path}\n")
    check_latex(path.read_text("utf-8"))
    refused = call("handout", "blog", "-o", path)
    assert "exists already; --force replaces it" in refused.err
    assert call("handout", "blog", "--from", "it 2 E", "-o", path, "--force").code == 0
    assert "Operations 9 to 41 of iteration 2" in path.read_text("utf-8")
    digits = call("handout", "blog", "--to", "markdown", "--until", "h1", "--digits", "8").out
    assert "= 0.98661308" in digits
    assert re.search(r"Example:\s+bpdebug\s+handout ", call("handout", "--help").out)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["blog", "--walkthrough", "--until", "E"], "does not go with --from and --until"),
        (["xor", "--walkthrough"], "has no walkthrough"),
        (["blog", "--step", "--to", "latex"], "not in latex"),
        (["blog", "--step", "--walkthrough"], "steps through operations"),
        (["blog", "--blank", "--solution"], "not allowed with"),
        (["blog", "--until", "E["], "E["),
        (["blgo"], "did you mean blog?"),
        (["blog", "-o", "no/such/a.html"], "No such file"),
    ],
)
def test_what_cannot_be_written_is_said_in_a_sentence(
    call: Call, words: list[str], message: str
) -> None:
    refused = call("handout", *words)
    assert (refused.code, refused.out) == (2, "")
    assert message in refused.err


# Stepping


def test_the_stepping_page_is_small_and_runs_one_script(call: Call) -> None:
    text = call("handout", "blog", "--step", "--blank").out
    assert len(text.encode()) <= 300_000
    read = HtmlPage(text)
    read.check_alone()
    (script,) = read.scripts
    fingerprint = b64encode(sha256(script.encode()).digest()).decode()
    policy = " ".join(value for name, value in read.attributes if name == "content")
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{fingerprint}'" in policy
    assert read.tags.count("li") > BLOG
    for _, value in (each for each in read.attributes if each[0] == "data-changes"):
        json.loads(value)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to open the page in")
def test_the_stepping_page_in_a_browser(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "step.html"
    call("handout", "blog", "--step", "--blank", "-o", path)
    with page(tmp_path) as here:
        here.open(path.as_uri())
        assert here.requests == [path.as_uri()]
        shown = here.text(".panel")
        assert "operation 1 of 41: zh1" in shown
        assert "4.3" not in shown
        assert "What is zh1?" in shown
        # By the keyboard alone, from the first thing on the page.
        here.press("Tab", 9)
        assert here.value("document.activeElement.id") == "next"
        here.press("Enter", 13, "\r")
        assert "operation 2 of 41: h1" in here.text(".panel")
        assert "The result is covered" in here.value("said.textContent")
        slot = here.value("document.querySelectorAll('.step')[1].dataset.slot")
        box = f"document.querySelector('[data-value=\"{slot}\"]').textContent"
        assert here.value(box) == "?"
        here.value("answer.focus()")
        for typed, said in (
            ("0.98", "Not 0.98."),
            ("what", "An answer is a number"),
            ("0,9866", "Right: h1 = 0.9866."),
        ):
            here.value("answer.value = ''")
            here.type(typed)
            here.press("Enter", 13, "\r")
            assert said in here.text("#said"), typed
        assert here.value(box) == "0.9866"
        assert here.value("document.activeElement.id") == "next"
        assert here.text("#score") == "1 of 1 right"
        here.press("ArrowRight", 39)
        here.value("hint.click()")
        assert "0.2" in here.text(".panel")
        assert "5.3" not in here.text(".panel")
        here.value("uncover.click()")
        assert "zh2 = 5.3" in here.text("#said")
        here.press("ArrowLeft", 37)
        assert "0.9866" in here.text(".panel")
        # To the end: the drawing has the weights after the update.
        here.value("cover.click()")
        here.value("place.value = 41; place.dispatchEvent(new Event('input'))")
        assert here.value("next.disabled")
        drawn = here.value("document.querySelector('svg').textContent")
        assert "w7 0.6992" in drawn
        assert "not yet" not in drawn
        here.press("Home", 36)
        here.value("place.value = 1; place.dispatchEvent(new Event('input'))")
        assert "not yet" in here.value("document.querySelector('svg').textContent")
        assert here.messages == []
