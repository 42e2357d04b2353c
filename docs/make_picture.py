"""Make docs/screen.svg, the picture in the README: the blog's network at dE/dh1.

Run it from the repository's folder: .venv/bin/python docs/make_picture.py
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from bpdebug.session.bundled import find_session
from bpdebug.session.session import open_session
from bpdebug.tui.app import BpdebugApp

PICTURE = Path(__file__).parent / "screen.svg"


async def picture() -> str:
    """The screen as SVG, 120×36 cells, at the first derivative with two paths."""
    app = BpdebugApp(open_session(find_session("blog")))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        app.screen.perform("g dE/dh1")  # type: ignore[attr-defined]
        await pilot.pause()
        svg = app.export_screenshot(title="bpdebug")
    # Only fonts that are there: a picture in a README must not fetch anything.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")


if __name__ == "__main__":
    PICTURE.write_text(asyncio.run(picture()), encoding="utf-8")
