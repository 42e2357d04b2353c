"""A page in HTML taken apart: its tags in balance, its attributes, its text, its scripts."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = {"meta", "input", "br", "line", "rect", "path", "circle", "polyline"}
"""Elements without an end, and those of drawings that end where they begin."""


class HtmlPage(HTMLParser):
    """What is in a page; made of its text, all of which has to be in balance."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> ends nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["script"]:
            self.scripts.append(data)
        elif self._open[-1:] != ["style"]:
            self.text += data

    def check_alone(self) -> None:
        """Nothing in it is fetched, and nothing runs but what stands in a script."""
        for name, value in self.attributes:
            assert name not in ("src", "href", "srcset", "data", "action", "background"), name
            assert not name.startswith("on"), name
            if name.startswith("xmlns"):
                continue
            assert "url(" not in value, value
        assert not {"link", "iframe", "object", "embed", "img", "base", "a"} & set(self.tags)
