"""What every document in LaTeX that bpdebug writes is held to, where none can be compiled."""

from __future__ import annotations

import re


def check_latex(page: str) -> None:
    """Groups, braces and formulas are balanced; rows of formulas are aligned once."""
    assert page.startswith("\\documentclass")
    assert page.endswith("\\end{document}\n")
    open_groups: list[str] = []
    for kind, group in re.findall(r"\\(begin|end)\{([\w*]+)\}", page):
        if kind == "begin":
            open_groups.append(group)
        else:
            assert open_groups.pop() == group
    assert not open_groups
    plain = re.sub(r"\\[\\{}&%$#_]", "", page)
    assert plain.count("{") == plain.count("}")
    assert plain.count("$") % 2 == 0
    assert page.count("\\left") == page.count("\\right")
    for block in re.findall(r"\\begin\{align\*\}\n(.*?)\n\\end", page, re.DOTALL):
        assert "\n\n" not in block
        assert block.isascii(), set(re.sub(r"[ -~]", "", block))
        for row in re.split(r"\\\\\*?\n", block):
            assert row.count("&") == 1, row
            assert row.count("\\left") == row.count("\\right"), row
