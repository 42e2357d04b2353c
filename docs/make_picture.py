"""Make docs/screen.svg, the picture in the README: the blog's network at dE/dh1.

Run it from the repository's folder: .venv/bin/python docs/make_picture.py
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.tui.app import BpdebugApp
from bpdebug.tui.preferences import Preferences, write_preferences

PICTURE = Path(__file__).parent / "screen.svg"


async def picture() -> str:
    """The screen as SVG, 120×36 cells, at the first derivative with two paths."""
    app = BpdebugApp(open_session(find_session("blog")))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        app.screen.desk.perform("g dE/dh1")  # type: ignore[attr-defined]
        await pilot.pause()
        svg = app.export_screenshot(title="bpdebug")
    # Only fonts that are there: a picture in a README must not fetch anything.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        # Not as the screen of whoever makes the picture looks, and without a welcome.
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_CONFIG_HOME"] = folder
        write_preferences(Preferences(toured=True))
        PICTURE.write_text(asyncio.run(picture()), encoding="utf-8")
