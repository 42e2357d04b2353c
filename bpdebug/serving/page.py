"""The page that visitors open: a terminal, xterm.js, as textual-serve brings it.

It loads nothing from elsewhere.
"""

from __future__ import annotations

import html

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""What goes with every answer. The address, which may have a token in it, is told nobody."""

SCRIPT = """\
"use strict";
const socket = new URL("ws", window.location.href);
socket.protocol = socket.protocol.replace("http", "ws");
document.getElementById("terminal").dataset.sessionWebsocketUrl = socket.href;
// The terminal takes keys when it has the focus, and sends that as soon as there is a connection.
new MutationObserver((changes, observer) => {
  if (document.body.classList.contains("-first-byte")) {
    observer.disconnect();
    document.querySelector(".xterm-helper-textarea").focus();
  }
}).observe(document.body, { attributeFilter: ["class"] });
document.getElementById("again").addEventListener("click", () => window.location.reload());
"""
"""Says where the terminal's socket is, which textual-serve's script asks for when all is loaded."""

_STYLE = """\
@font-face {
  font-family: "Roboto Mono";
  src: url("static/fonts/RobotoMono-VariableFont_wght.ttf");
}
html, body, #terminal { height: 100%; margin: 0; background: #0c0f14; }
#ended { display: none; color: #dde; font: 1.2rem system-ui, sans-serif; padding: 4rem 2rem; }
body.-closed #ended { display: block; }
body.-closed #terminal { display: none; }
#again { font: inherit; padding: 0.4em 1.2em; margin-top: 1em; }
"""

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="static/css/xterm.css">
<style>
{style}</style>
</head>
<body>
<div id="ended" role="status">
<p>This visit is over: it was left with q, or nothing was pressed for long, or the server has
ended or has no place left.</p>
<button type="button" id="again">Come in again</button>
</div>
<div id="terminal" class="textual-terminal" data-font-size="16"></div>
<script src="page.js"></script>
<script src="static/js/textual.js"></script>
</body>
</html>
"""


def page(title: str) -> str:
    """The page, with a title."""
    return _PAGE.format(title=html.escape(title), style=_STYLE)
