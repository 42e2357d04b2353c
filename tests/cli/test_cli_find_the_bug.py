"""Find the bug without a screen: nothing names the mistake before it is found, and the score."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.checks.mistakes.catalogue import NAMED

from .calls import Call


def test_nothing_names_the_mistake_before_it_is_found(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mistake = "wrong sign"
    assert call("plant", "blog", "-o", "bug.json", "--mistake", mistake, "--seed", "3").code == 0
    lines = (
        "where\nlist\ncheck\ncheck dE/dw7 = 0.0765\ncheck dE/dw7 = (o1-t1)*o1*(1-o1)*h1\n"
        "go dE/dw7\nexplain\ninfo dE/dw7\ntree dE/dw7\ninfo session\ninfo score\n"
        "ask\nanswer 0.0765\nuncover\n"
    )
    Path("script.txt").write_text(lines, "utf-8")
    said = [
        call("check", "bug.json", "--no-causes"),
        call("check", "bug.json", "--figure", "dE/dw7 = 0.0765", "--figure", "w7 = 0.6992"),
        call("check", "bug.json", "--json", "--figure", "dE/dw7 = 0.0765"),
        call("check", "bug.json", "--derivation", "dE/dw7 = (o1 - t1)*o1*(1 - o1)*h1"),
        call("show", "bug.json"),
        call("bug.json", "-x", "script.txt"),
        call("replay", "bug.json", "--text"),
    ]
    said += [call("export", "bug.json", "--to", to) for to in ("python", "markdown", "latex")]
    for kind in (["--blank"], ["--solution"], ["--step"]):
        target = f"{kind[0].strip('-')}.html"
        assert call("handout", "bug.json", *kind, "-o", target).code == 0
        assert mistake not in Path(target).read_text("utf-8")
    assert "0.0765 is not right for dE/dw7." in said[5].out
    for each in said:
        text = each.out + each.err
        assert each.out, each.err
        assert mistake not in text
        assert NAMED[mistake].sentence not in text
        # Nor which figure is the first that is wrong, and which only follow.
        assert "The first that disagrees" not in text
        assert "follow" not in text
        assert "sign" not in text.replace("as.sign", "").replace("signif", "")
    assert "not found yet, 0 looks" in said[0].out
    assert said[0].code == 1
    assert mistake in call("check", "bug.json", "--reveal").out


def test_it_is_found_line_by_line_and_the_score_is_told(call: Call, tmp_path: Path) -> None:
    bug, script = tmp_path / "bug.json", tmp_path / "script.txt"
    assert call("plant", "blog", "-o", bug, "--mistake", "wrong sign", "--seed", "1").code == 0
    saved = tmp_path / "found.json"
    script.write_text(
        f"go dE/dw8\nsuspect dE/dw8 flipped sign\nhint\n! do1/dzo1 sign\nsave {saved}\n", "utf-8"
    )
    out = call(bug, "-x", script).out
    assert "Such a mistake has been made, but not there: dE/dw8, wrong sign." in out
    assert "A hint: It is in the backward phase." in out
    assert "Found: do1/dzo1, wrong sign." in out
    score = "ound after 3 looks: one operation, 2 suspects; one hint"
    assert f"F{score}" in out
    assert f"f{score}" in call("check", saved).out
    record = call("check", saved, "--json").record["hunt"]
    assert (record["found"], record["looks"], record["hints"]) == (1, 3, 1)
    told = call("replay", saved, "--text").out
    assert f"F{score}" in told
    assert "do1/dzo1 = -(o1*(1 - o1))" in told
    refused = call(saved, "-x", script)
    assert "there is nothing left to find" in refused.err
    script.write_text("suspect x1 sign\n", "utf-8")
    refused = call(bug, "-x", script)
    assert refused.code == 1
    assert "this may be wrong sign or sign of the loss; say which" in refused.err
