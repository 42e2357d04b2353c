"""A strict reader of Moodle's XML format, written from its description and from what Moodle does.

It knows nothing of what writes it: elements, attributes and values that Moodle does not import as
they are meant are refused. See docs.moodle.org, "Moodle XML format", and Moodle's
`question/format/xml/format.php` (`import_numerical`) and `question/type/numerical/question.php`.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

TEXT_FORMATS = {"html", "moodle_auto_format", "plain_text", "markdown"}
FRACTIONS = {100, 90, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571,
             12.5, 11.11111, 10, 5, 0}  # fmt: skip
"""The shares of the points that Moodle accepts; it refuses all others."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ONCE = {
    "name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden",
    "unitgradingtype", "unitpenalty", "showunits", "unitsleft",
}  # fmt: skip


class FormatError(AssertionError):
    """Something that Moodle would not import as it is meant."""


@dataclass(frozen=True)
class Answer:
    """An answer of a question: a number, how far from it one may be, points in percent."""

    text: str
    value: float
    tolerance: float
    percent: float
    feedback: str


@dataclass(frozen=True)
class Question:
    """A numerical question with its category."""

    category: tuple[str, ...]
    name: str
    text: str
    answers: tuple[Answer, ...]

    def graded(self, value: float) -> Answer | None:
        """What Moodle gives a number: the first answer whose tolerance it is within."""
        for answer in self.answers:
            room = answer.tolerance + 10.0**-14 * max(1.0, abs(answer.value))
            if answer.value - room <= value <= answer.value + room:
                return answer
        return None


def read_quiz(content: bytes) -> list[Question]:
    """The numerical questions of a file. Raises FormatError."""
    _check(content.startswith(b"<?xml "), "the declaration has to be the very first thing")
    content.decode("utf-8")
    root = ET.fromstring(content)
    _check(root.tag == "quiz", f"<{root.tag}> in place of <quiz>")
    found: list[Question] = []
    category: tuple[str, ...] = ()
    for element in root:
        _check(element.tag == "question", f"<{element.tag}> within <quiz>")
        _check(set(element.attrib) == {"type"}, f"attributes {set(element.attrib)}")
        kind = element.attrib["type"]
        if kind == "category":
            category = _category(element)
        else:
            _check(kind == "numerical", f"the type {kind}")
            found.append(_question(element, category))
    names = [question.name for question in found]
    _check(len(set(names)) == len(names), "two questions of one name")
    return found


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise FormatError(message)


def _category(element: ET.Element) -> tuple[str, ...]:
    (inner,) = element
    _check(inner.tag == "category", f"<{inner.tag}> in a category")
    path = _text(inner)
    _check(path.startswith("$course$/"), f"the category {path}")
    # As Moodle's split_category_path: a slash in a name is written twice.
    parts = [each.replace("//", "/") for each in re.split(r"(?<!/)/(?!/)", path)]
    _check(all(parts) and all(len(each) <= 255 for each in parts), f"the category {path}")
    return tuple(parts)


def _question(element: ET.Element, category: tuple[str, ...]) -> Question:
    tags = [child.tag for child in element]
    for tag in set(tags):
        _check(tag in _ONCE or tag == "answer", f"<{tag}> in a numerical question")
        _check(tag == "answer" or tags.count(tag) == 1, f"<{tag}> twice")
    _check(bool(category), "a question before any category")
    for tag in ("name", "questiontext", "answer"):
        _check(tag in tags, f"a question without <{tag}>")
    name = _text(_one(element, "name"))
    _check(0 < len(name) <= 255, f"a name of {len(name)} characters")
    answers = tuple(_answer(each) for each in element.findall("answer"))
    _check(any(each.percent == 100 for each in answers), "no answer is right")
    _check(0 <= float(_plain(element, "penalty")) <= 1, "a penalty is from 0 to 1")
    _check(float(_plain(element, "defaultgrade")) > 0, "no points")
    _check(_plain(element, "hidden") in ("0", "1"), "hidden")
    _check(_plain(element, "showunits") == "3", "units are asked for")
    _check(_plain(element, "unitgradingtype") == "0", "units are graded")
    _formatted(_one(element, "generalfeedback"))
    text = _formatted(_one(element, "questiontext"))
    return Question(category, name, text, answers)


def _answer(element: ET.Element) -> Answer:
    _check({child.tag for child in element} == {"text", "tolerance", "feedback"}, "an answer")
    _check(len(element) == 3, "something twice in an answer")
    _check(set(element.attrib) <= {"fraction", "format"}, "attributes of an answer")
    _check(element.get("format", "moodle_auto_format") in TEXT_FORMATS, "the format of an answer")
    percent = float(element.attrib["fraction"])
    _check(percent in FRACTIONS, f"{percent} % of the points")
    text = element.findtext("text") or ""
    _check(bool(_NUMBER.fullmatch(text)), f"the answer {text!r}")
    tolerance = element.findtext("tolerance") or ""
    _check(bool(_NUMBER.fullmatch(tolerance)), f"the tolerance {tolerance!r}")
    _check(float(tolerance) > 0, "no tolerance")
    _check(math.isfinite(float(text)), "not finite")
    feedback = _formatted(_one(element, "feedback"))
    return Answer(text, float(text), float(tolerance), percent, feedback)


def _one(element: ET.Element, tag: str) -> ET.Element:
    found = element.findall(tag)
    _check(len(found) == 1, f"{len(found)} times <{tag}>")
    return found[0]


def _plain(element: ET.Element, tag: str) -> str:
    inner = _one(element, tag)
    _check(not len(inner) and not inner.attrib, f"<{tag}> has something in it")
    return (inner.text or "").strip()


def _text(element: ET.Element) -> str:
    _check([child.tag for child in element] == ["text"], f"<{element.tag}> has no <text>")
    _check(not (element.text or "").strip(), f"text outside of <text> in <{element.tag}>")
    return (element[0].text or "").strip()


def _formatted(element: ET.Element) -> str:
    _check(element.get("format") in TEXT_FORMATS, f"the format of <{element.tag}>")
    text = _text(element)
    if element.get("format") == "html" and text:
        # Well-formed, and nothing that could run.
        inner = ET.fromstring(f"<div>{text.replace('&nbsp;', ' ')}</div>")
        tags = {each.tag for each in inner.iter()}
        _check(tags <= {"div", "p", "b", "pre"}, f"tags {tags}")
    return text
