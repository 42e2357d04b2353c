"""Files that nobody means well with, by name: their content, and a word of the answer."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from typing import Any

from .files import blog_text, changed

MIB = 2**20


def session(changes: Mapping[str, Any]) -> bytes:
    return json.dumps(changed(dict(changes))).encode()


def raw(place: str, text: str) -> bytes:
    """The blog's session with JSON text of any kind at a place."""
    return session({place: "HERE"}).replace(b'"HERE"', text.encode())


def equations(*texts: str, **fields: Any) -> bytes:
    data = {"format": "bpdebug-session", "version": "1.0", "model": {"equations": texts}}
    return json.dumps(data | {"parameters": {"w": [0.0] * 2000}} | fields).encode()


ARRAY = base64.b64encode(bytes(24)).decode()
LAYERS = [{"name": "x", "units": 3}, {"name": "o", "units": 2}]
FIGURE = {"of": "w7", "figure": "0.7"}
BRANCH = {"number": 1, "name": "main"}

FILES: Mapping[str, tuple[bytes, str]] = {
    # Not text, not JSON, cut off
    "empty": (b"", "it is empty"),
    "blank": (b" \n\t", "it is empty"),
    "zeros": (bytes(1000), "not JSON"),
    "UTF-16": (blog_text().encode("utf-16"), "save it as UTF-8"),
    "UTF-16 of the other kind": (b"\xfe\xff\0{", "save it as UTF-8"),
    "Latin-1": (blog_text().replace("blog", "bläg").encode("latin-1", "replace"), "not UTF-8"),
    "byte order mark": (b"\xef\xbb\xbf" + blog_text().encode(), "UTF-8 without one"),
    "cut off": (blog_text().encode()[:700], "the file ends in the middle"),
    "cut off in a character": (b'{"title": "\xc3', "not UTF-8"),
    "overlong": (b'{"a": "\xc0\x80"}', "not UTF-8"),
    "surrogates in UTF-8": (b'{"a": "\xed\xa0\x80"}', "not UTF-8"),
    "gzip bomb": (gzip.compress(bytes(20 * MIB)), "not UTF-8"),
    "two sessions": (blog_text().encode() * 2, "something follows the end"),
    "Python": (b"{'format': 'bpdebug-session'}", "not JSON"),
    "comments": (b'{"format": 1 // one\n}', "not JSON"),
    "a comma too many": (b'{"format": 1,}', "a comma before the closing bracket"),
    "pickle": (b"cos\nsystem\n(S'true'\ntR.", "not JSON"),
    "raw control character": (b'{"a": "\x1b[2J"}', "control character"),
    # Depth, size, number
    "brackets": (b"[" * 10 * MIB, "nested too deeply"),
    "objects": (b'{"a":' * MIB, "nested too deeply"),
    "closed brackets": (b"[" * 5000 + b"]" * 5000, "nested too deeply"),
    "deep inputs": (raw("inputs.x", "[" * 150 + "1" + "]" * 150), "lists 150 deep"),
    "deep unknown field": (raw("extra", "[" * 900 + "]" * 900), "nested too deeply"),
    "items": (b"[" + b"0," * 3_000_000 + b"0]", "more than 2,000,000 items"),
    "keys": (b'{"a":0' + b',"a":0' * 100_000 + b"}", "comes twice"),
    "title": (session({"title": "x" * 8 * MIB}), "at most 200 characters"),
    "notes": (session({"notes": "x" * 10_001}), "at most 10000 characters"),
    "key": (session({"inputs." + "x" * MIB: 1}), "at most 64 characters"),
    "watches": (session({"watches": ["w7"] * 101}), "at most 100"),
    "breakpoints": (session({"breakpoints": [{}] * 20_000}), "at most 10000"),
    "branches": (session({"branches": [BRANCH] * 2000}), "at most 1000"),
    "edits": (
        session(
            {"branches": [BRANCH | {"edits": [{"at": 1, "set": "w7", "to": 1}] * 10_001}]},
        ),
        "at most 10000",
    ),
    "equations": (equations(*["E = 1"] * 10_001), "at most 10000"),
    "repetition": (
        equations(model={"equations": ["a{t} = 1", "E = a1"], "repeat": {"t": [1, 10**6]}}),
        "more than 10000 equations",
    ),
    # Numbers
    "NaN": (raw("inputs.x", "[1, NaN, 2]"), "NaN is not a JSON number"),
    "Infinity": (raw("parameters.w1", "Infinity"), "Infinity is not a JSON number"),
    "-Infinity": (raw("parameters.w1", "-Infinity"), "-Infinity is not a JSON number"),
    "1e400": (raw("parameters.w1", "1e400"), "parameters.w1: too large for a double"),
    "-1e400 in a list": (raw("inputs.x", "[1, -1e400, 2]"), "inputs.x[1]: too large"),
    "1e999999999": (raw("iterations", "1e999999999"), "iterations: too large"),
    "30 digits": (raw("iterations", "9" * 30), "iterations: too many digits"),
    "30 digits in a list": (raw("inputs.x", f"[1, {'9' * 30}, 2]"), "inputs.x[1]: too many"),
    "5,000 digits": (raw("iterations", "9" * 5000), "too many digits"),
    "a million digits": (raw("parameters.w1", "9" * 10**6), "too many digits"),
    "hexadecimal": (raw("parameters.w1", "0x10"), "not JSON"),
    "leading zero": (raw("parameters.w1", "01"), "not JSON"),
    "infinite learning rate": (session({"optimizer.settings.learning_rate": "Infinity"}), "number"),
    "iterations": (session({"iterations": 10**18}), "less than or equal to 1000000000"),
    # Keys
    "key twice": (b'{"format": 1, "format": 2}', 'format: the key "format" comes twice'),
    "key twice deep down": (
        raw("model.names", '{"x": [], "y": [], "x": []}'),
        "model.names.x: the",
    ),
    "key twice by escape": (raw("constants", '{"a": 1, "\\u0061": 2}'), "constants.a: the key"),
    "key twice with spaces": (raw("constants", '{"a" : 1, "a"\n: 2}'), "constants.a: the key"),
    # Text
    "lone surrogate": (raw("title", r'"\ud800"'), "surrogate"),
    "lone second surrogate": (raw("title", r'"\udc00"'), "surrogate"),
    "surrogate in a key": (raw("constants", r'{"\ud800": 1}'), "surrogate"),
    "escape sequence": (session({"title": "\x1b]0;x\x07"}), "title: found"),
    "C1 control character": (session({"notes": "\x9b2J"}), "notes: found"),
    "null in a name": (session({"inputs.\0": 1}), "without control characters"),
    "right to left": (session({"title": "\u202egpj.exe"}), "title: found"),
    "isolate": (session({"source": "\u2066x"}), "source: found"),
    "line separator": (session({"title": "a\u2028b"}), "title: found"),
    "line break in an action": (session({"actions": ["s\ns"]}), "actions[0]: found"),
    "escape sequence in an unknown field": (session({"\x1b[31m": 1}), "there is no such field"),
    "escape sequence in an equation": (equations("E = \x1b[31m"), "model.equations[0]: found"),
    "markup as a name": (session({"inputs.[@click=quit]x[/]": 1}), "is not a name"),
    "markup as a layer": (session({"model.layers.1.name": "[bold]h[/]"}), "is not a name"),
    "module as a name": (session({"parameters.__import__('os')": 1}), "no such parameter"),
    "path as a name": (session({"inputs./etc/passwd": 1}), "is not a name"),
    # Arrays
    "not base64": (session({"inputs.x": {"shape": [3], "float64": "$$$$"}}), "expected base64"),
    "base64 cut off": (session({"inputs.x": {"shape": [3], "float64": ARRAY[:-1]}}), "not base64"),
    "base64 too short": (session({"inputs.x": {"shape": [4], "float64": ARRAY}}), "found 24 bytes"),
    "immense shape": (session({"inputs.x": {"shape": [10**9] * 8, "float64": ARRAY}}), "found 24"),
    "negative shape": (session({"inputs.x": {"shape": [-3], "float64": ARRAY}}), "greater than"),
    "nine indices": (session({"inputs.x": {"shape": [1] * 9, "float64": ARRAY}}), "at most 8"),
    # Figures, derivations and mistakes to be checked
    "figures": (session({"printed": [FIGURE] * 10_001}), "at most 10000"),
    "long figure": (session({"printed": [FIGURE | {"figure": "9" * 41}]}), "at most 40"),
    "immense figure": (session({"printed": [FIGURE | {"figure": "1e999999"}]}), "too large"),
    "wrong names of figures": (
        session({"printed": [FIGURE | {"of": f"w{n}"} for n in range(100, 9000)]}),
        "did you mean w10?",
    ),
    "escape sequence as a figure": (
        session({"printed": [FIGURE | {"figure": "\x1b[2J"}]}),
        "printed[0].figure: found",
    ),
    "escape sequence in a derivation": (
        session({"hand_derivations": {"dE/db1": "\x1b[31m"}}),
        "hand_derivations.dE/db1: found",
    ),
    "deep derivation": (
        session({"hand_derivations": {"dE/db1": "(" * 4000 + "1" + ")" * 4000}}),
        "parentheses",
    ),
    "planted in the open": (session({"planted": ["w1\tw2"]}), "expected base64"),
    "planted at length": (session({"planted": ["A" * 1001]}), "at most 1000"),
    "planted without end": (session({"planted": ["QQ=="] * 5}), "at most 4"),
    # Models that no machine could hold
    "billion units": (session({"model.layers.1.units": 10**9}), "less than or equal to 1000000"),
    "weights": (
        session({"model.layers": [{"name": "x", "units": 10**6}, {"name": "o", "units": 10**6}]}),
        "at most",
    ),
    "layers": (session({"model.layers": LAYERS * 60}), "at most 100"),
    "index ranges": (
        equations("q[i,j,k] = w[i]*w[j]*w[k]", "E = sum(i: sum(j: sum(k: q[i,j,k])))"),
        "at most",
    ),
    "sums within sums": (
        equations(
            "E = " + "".join(f"sum({c}: w[{c}]*" for c in "abcdef") + "1" + ")" * 6, frozen=["w"]
        ),
        "at most",
    ),
    "deep expression": (equations("E = " + "(" * 4000 + "w[1]" + ")" * 4000), "parentheses"),
    "powers of powers": (equations("E = " + "exp(" * 1500 + "w[1]" + ")" * 1500), "parentheses"),
    "deep condition": (session({"watches": ["(" * 125 + "w7" + ")" * 125]}), "parentheses"),
    # Positions
    "cursor": (session({"cursor": {"operation": 10**17}}), "there is no position"),
    "seen": (session({"branches": [BRANCH | {"seen": 10**17}]}), "there is no position"),
    "arithmetic": (session({"cursor": {"arithmetic": 10**17}}), "has no arithmetic step"),
    "branch": (session({"branch": 7}), "there is no branch 7"),
    "figure": (session({"printed": [FIGURE | {"iteration": 10**9}]}), "there is no iteration"),
    "digest": (session({"digests": [{"operation": 10**17, "state": "0" * 32}]}), "positions go"),
    # Other files
    "null": (b"null", "not a bpdebug session"),
    "a list of sessions": (b"[" + blog_text().encode() + b"]", "not a bpdebug session"),
    "notebook": (b'{"nbformat": 4, "cells": []}', "not a bpdebug session"),
    "newer": (session({"version": "2.0"}), "was written by a newer bpdebug"),
    "older": (session({"version": "0.9"}), "there never was a version 0.9"),
}
