"""A page to step through a stretch: all its operations, next, back, results covered if wanted.

It has one script, whose fingerprint its policy names, so that nothing else runs in it. Without
scripts, and on paper, all operations are seen one below another.
"""

from __future__ import annotations

import json
import math
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from bpdebug.debugger.covering import HINTS_FOR_RULE, Cover
from bpdebug.debugger.predictions import tolerance
from bpdebug.drawing.svg import drawn_values, network_svg
from bpdebug.drawing.svg_values import Drawn
from bpdebug.export.handout.document import Handout, Operation
from bpdebug.export.handout.html import (
    BLANK,
    background,
    introduction,
    lines,
    page_head,
    plain_text,
    resource,
)
from bpdebug.export.written_out import HEADINGS, ExportError
from bpdebug.notation.printing import to_text
from bpdebug.text.numbers import COVER, number
from bpdebug.text.words.in_words import done_in_words


def step_page(handout: Handout, covered: bool = False) -> Iterator[str]:
    """The lines of the page; with `covered` results are covered when it is opened. It has them in
    it in any case, for it checks what is typed. Raises ExportError for stops of a walkthrough.
    """
    operations = [*handout.operations()]
    if not operations or handout.is_walk:
        raise ExportError("a page to step through has operations; leave out --walkthrough")
    script = resource("step.js")
    fingerprint = b64encode(sha256(script.encode()).digest()).decode()
    style = f"{resource('page.css')}\n{resource('step.css')}"
    yield from page_head(handout.title, style, f"'sha256-{fingerprint}'")
    yield "<main>"
    yield f"<h1>{plain_text(handout.title)}</h1>"
    if handout.label:
        yield f'<p class="label">{plain_text(handout.label)}</p>'
    svg = network_svg(operations[0].view, handout.digits).replace(COVER, BLANK)
    yield f"<figure>{svg}</figure>"
    yield '<section class="panel" aria-label="Operations">'
    yield _bar(len(operations), covered)
    yield '<ol class="steps">'
    before: dict[int, Drawn] = {}
    for place, operation in enumerate(operations):
        drawn = drawn_values(operation.view, handout.digits)
        changed = {slot: each for slot, each in drawn.items() if before.get(slot) != each}
        yield _step(operation, place, len(operations), changed if place else {}, handout.digits)
        before = drawn
    yield "</ol>"
    yield _ASK
    yield "</section>"
    yield '<details class="rests"><summary>The session, its model, and what is given</summary>'
    yield from introduction(handout)
    yield from background(handout)
    yield f"</details></main><script>{script}</script></body></html>"


def _bar(count: int, covered: bool) -> str:
    checked = " checked" if covered else ""
    return (
        '<div class="bar" id="bar" hidden>'
        '<button type="button" id="back"><span aria-hidden="true">← </span>Back</button>'
        '<button type="button" id="next">Next<span aria-hidden="true"> →</span></button>'
        f'<input type="range" id="place" min="1" max="{count}" value="1" aria-label="Operation">'
        '<span id="where"></span>'
        f'<label class="switch"><input type="checkbox" id="cover"{checked}> Cover results</label>'
        '<span id="score" class="quiet"></span></div>'
    )


_ASK = (
    '<form class="ask" id="ask" hidden><div class="bar">'
    '<label for="answer" id="asked"></label>'
    '<input type="text" id="answer" inputmode="decimal" autocomplete="off" '
    'aria-describedby="said"><button>Check</button>'
    '<button type="button" id="hint">Show the numbers</button>'
    '<button type="button" id="uncover">Uncover</button></div></form>'
    '<p class="said" id="said" role="status" aria-live="polite"></p>'
)


def _step(
    operation: Operation, place: int, count: int, changed: dict[int, Drawn], digits: int
) -> str:
    worked = operation.worked
    name = to_text(worked.target, "unicode")
    heading = f"{HEADINGS[operation.phase]}, operation {place + 1} of {count}: {name}"
    shown = "" if worked.value is None else f"{name} = {number(worked.value, digits)}"
    data = {
        "slot": str(operation.slot),
        "heading": heading,
        "name": name,
        "words": operation.words,
        "asked": _asked_words(operation, digits),
        "said": f"{shown}." if shown else "",
        "changes": json.dumps(
            {slot: [each.text, *(each.line or ())] for slot, each in changed.items()},
            separators=(",", ":"),
            ensure_ascii=False,
        ),
        **_checking(operation, digits),
    }
    attributes = " ".join(f'data-{key}="{plain_text(text)}"' for key, text in data.items())
    return (
        f'<li class="step" {attributes}><h2>{plain_text(heading)}</h2>'
        f'<p class="words">{plain_text(operation.words)}</p>'
        f"{''.join(lines(worked, digits))}</li>"
    )


def _asked_words(operation: Operation, digits: int) -> str:
    """What is said while the result is covered: which way a weight moves would give it away."""
    cover = Cover(operation.position, operation.slot, HINTS_FOR_RULE)
    told = done_in_words(operation.view.covered([cover]), digits)
    return "" if told is None else told.sentence


def _checking(operation: Operation, digits: int) -> dict[str, str]:
    """What an answer is compared with; nothing where nobody can be asked for the result."""
    value = operation.worked.value
    if value is None or not math.isfinite(value) or operation.is_edited:
        return {}
    return {"result": repr(value), "within": repr(tolerance(value, digits))}
