"""Questions for Moodle: read by a strict reader of the format, and graded as Moodle grades."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from bpdebug.cli import main
from bpdebug.session.bundled import find_session
from bpdebug.session.file.read import parse_session

from .moodle import FormatError, Question, read_quiz


def _quiz(session: str, *words: str) -> bytes:
    """What the command prints."""
    with redirect_stdout(io.StringIO()) as out:
        assert main(["export", session, "--to", "moodle", *words]) == 0
    return out.getvalue().encode()


def _given(question: Question) -> dict[str, float]:
    """The numbers that the text of a question gives."""
    pairs = re.findall(r"([\w]+)&nbsp;=&nbsp;([−\d.]+?)(?=[,.](?: |<))", question.text)
    return {name: float(value.replace("−", "-")) for name, value in pairs}


def _check(questions: Sequence[Question], variants: int) -> None:
    """No wrong answer can be taken for the right one, or for another wrong one."""
    assert len({question.category for question in questions}) * variants == len(questions)
    foreseen = 0
    for question in questions:
        right, *others = question.answers
        assert right.percent == 100
        assert all(each.percent < 100 and each.feedback for each in others)
        foreseen += len(others)
        for answer in question.answers:
            assert question.graded(answer.value) is answer, question.name
            # The tolerance is half a unit of the last decimal that is asked for.
            decimals = len(answer.text.partition(".")[2])
            assert answer.tolerance == pytest.approx(0.5 * 10.0**-decimals)
            assert f"to {decimals} decimals" in question.text
            edges = (answer.value - answer.tolerance, answer.value + answer.tolerance)
            for other in question.answers:
                if other is not answer:
                    assert all(abs(other.value - edge) > other.tolerance for edge in edges)
    assert foreseen > 3 * len(questions)


def test_a_quiz_of_softmax_is_valid() -> None:
    _check(read_quiz(_quiz("softmax", "--variants", "1")), 1)


def test_a_quiz_is_valid_right_answers_are_right_and_foreseen_ones_say_what_happened() -> None:
    questions = read_quiz(_quiz("blog", "--variants", "2"))
    _check(questions, 2)
    by_name = {question.name: question for question in questions}
    for number in (1, 2):
        question = by_name[f"blog · 3-2-2 sigmoid: dE/db2 ({number})"]
        values = _computed(_given(question))
        right = question.graded(values["db2"])
        assert right is question.answers[0]
        missing = question.graded(values["through o1"])
        assert missing is not None
        assert missing.feedback == "The path through o2 is missing."
        assert question.category[-1].endswith("dE/db2")
    assert len({str(_given(by_name[f"blog · 3-2-2 sigmoid: E ({n})"])) for n in (1, 2)}) == 2


def _computed(given: dict[str, float]) -> dict[str, float]:
    """The blog's network in plain Python."""

    def sigmoid(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    x, w = [given[f"x{n}"] for n in (1, 2, 3)], [given[f"w{n}"] for n in range(1, 11)]
    h = [sigmoid(sum(w[2 * i + j] * x[i] for i in range(3)) + given["b1"]) for j in (0, 1)]
    o = [sigmoid(sum(w[6 + 2 * j + k] * h[j] for j in (0, 1)) + given["b2"]) for k in (0, 1)]
    paths = [(o[k] - given[f"t{k + 1}"]) * o[k] * (1 - o[k]) for k in (0, 1)]
    return {"db2": sum(paths), "through o1": paths[0]}


def test_a_quiz_is_the_same_each_time_and_another_with_another_seed() -> None:
    once, again, other = (
        _quiz("two-paths", "--variants", "2", "--seed", seed) for seed in ("1", "1", "2")
    )
    assert once == again != other


def test_the_reader_is_strict() -> None:
    text = _quiz("two-paths", "--variants", "1").decode()
    for old, new in (
        ("<?xml", "\n<?xml"),
        ('fraction="100"', 'fraction="99"'),
        ("<tolerance>0.00005</tolerance>", ""),
        ("<hidden>0</hidden>", "<hidden>0</hidden><secret/>"),
        ("<quiz>", "<quiz>text<quizz/>"),
    ):
        assert old in text
        with pytest.raises(FormatError):
            read_quiz(text.replace(old, new, 1).encode())


def test_titles_of_strangers_do_nothing_in_a_quiz(tmp_path: Path) -> None:
    text = find_session("two-paths").read_text("utf-8")
    part = parse_session(text, "two-paths")
    evil = 'a/b <script>alert(1)</script> ]]> & "quotes"'
    escaped = evil.replace('"', '\\"')
    path = tmp_path / "evil.json"
    path.write_text(text.replace(part.title, escaped), "utf-8")
    questions = read_quiz(_quiz(str(path), "--variants", "1"))
    assert questions[0].category[2] == evil
    assert questions[0].name.startswith(evil)
