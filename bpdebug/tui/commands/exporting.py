"""Writing what is seen: the screen as a picture, the stretch around the position as a handout."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from bpdebug.export.handout.compose import composing
from bpdebug.export.handout.document import Handout, Results
from bpdebug.export.handout.formats import HANDOUT_FORMATS, format_of_file
from bpdebug.export.handout.stretch import Stretch, Walk, iteration_stretch
from bpdebug.export.written_out import ExportError
from bpdebug.tui.commands.writing import HINT, refusal, write_new
from bpdebug.tui.desk import Desk
from bpdebug.tui.modes.walkthrough import Walkthrough
from bpdebug.tui.screens.prompts import Prompt
from bpdebug.tui.screens.working import Working


def picture(desk: Desk) -> None:
    """Ask for a file and write what is seen as SVG."""
    # The palette is still to be seen until the next frame.
    desk.screen.call_after_refresh(_picture, desk)


def _picture(desk: Desk) -> None:
    if desk.screen.app.screen is not desk.screen:
        return
    svg = _FONTS.sub("", desk.screen.app.export_screenshot(title="bpdebug"))
    hint = f"a file name ending in .svg; {HINT}"
    accept = partial(_write_picture, desk, svg)
    desk.screen.app.push_screen(Prompt("Picture of the screen", hint, accept, "screen.svg"))


_FONTS = re.compile(r"@font-face\s*\{[^}]*\}")
"""Letters that would be fetched from elsewhere; any that are as wide do."""


def _write_picture(desk: Desk, svg: str, name: str) -> str | None:
    if name and not name.lower().endswith(".svg"):
        return "a picture is SVG: end the name with .svg"
    return write_new(desk, name, svg)


def handout(desk: Desk) -> None:
    """Ask for a file and write the iteration, or the walkthrough that is on, as a handout."""
    stretch: Stretch | Walk
    iteration = desk.debugger.view.iteration
    if desk.mode(Walkthrough).is_on:
        stretch, what = Walk(), "the walkthrough"
    else:
        try:
            stretch, what = iteration_stretch(desk.session, iteration), f"iteration {iteration}"
        except ExportError as error:
            desk.tell(str(error), "error")
            return
    hint = f"{what}, with covered results blank; a name ending in {_ENDINGS}; {HINT}"
    accept = partial(_accept, desk, stretch)
    desk.screen.app.push_screen(Prompt("Handout", hint, accept, "handout.html"))


_ENDINGS = ", ".join(each.ending for each in HANDOUT_FORMATS.values())


def _accept(desk: Desk, stretch: Stretch | Walk, name: str) -> str | None:
    if name and not name.lower().endswith(tuple(e.ending for e in HANDOUT_FORMATS.values())):
        return f"end the name with one of {_ENDINGS}"
    refused = refusal(name)
    if refused is None:
        # Not before the prompt is gone, which dismisses whatever is on top.
        desk.screen.call_later(_compose, desk, stretch, Path(name))
    return refused


def _compose(desk: Desk, stretch: Stretch | Walk, path: Path) -> None:
    def done(result: Handout | Exception | None) -> None:
        match result:
            case None:
                desk.tell("cancelled; nothing was written")
            case Exception():
                desk.tell(str(result), "error")
            case _:
                form = HANDOUT_FORMATS[format_of_file(path.name)]
                refused = write_new(desk, str(path), "\n".join([*form.write([result]), ""]))
                if refused is not None:
                    desk.tell(refused, "error")

    work = composing(desk.session, stretch, Results.AS_COVERED, desk.digits)
    desk.screen.app.push_screen(Working("Handout", work, ExportError), done)
