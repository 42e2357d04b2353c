"""The same action in other hands: the call in Python, and the line that is typed as text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bpdebug.debugger.verb import Verb
from bpdebug.debugger.verbs import action_words, read_action


def python_call(action: str) -> str:
    """What does in Python what an action does: `run.step("phase", 3)`, with a run of `api.open`."""
    found = read_action(action)
    if found is None:
        return f"run.do({_quoted(action)})"
    verb, rest = found
    if verb.step is not None:
        return _step_call(verb, rest)
    number = re.fullmatch(r"[1-9]\d{0,9}", rest)
    match verb.name:
        case "c":
            return "run.run()"
        case "C":
            return "run.run(back=True)"
        case "g":
            return f"run.go({rest if number or rest == '0' else _quoted(rest)})"
        case "b":
            return f"run.break_({_quoted(rest)})"
        case "delete" | "enable" if number:
            return f"run.{verb.name}({rest})"
        case "disable" if number:
            return f"run.enable({rest}, False)"
        case _:
            return f"run.do({_quoted(action)})"


def _step_call(verb: Verb, count: str) -> str:
    assert verb.step is not None
    size, back = verb.step
    parts = [] if size.name == "operation" else [f'"{size.name}"']
    if count != "1":
        parts.append(f"count={count}" if not parts else count)
    if back:
        parts.append("back=True")
    return f"run.step({', '.join(parts)})"


def _quoted(text: str) -> str:
    """A text as Python reads it."""
    return json.dumps(text, ensure_ascii=False)


def typed_line(action: str) -> str:
    """The line of `bpdebug --plain` that does what an action does: `step 20`."""
    found = read_action(action)
    if found is None:
        return action
    verb, rest = found
    if verb.step is not None:
        return verb.called if rest == "1" else f"{verb.called} {rest}"
    if verb.called == "set":
        name, _, value = rest.partition(" ")
        rest = f"{name} = {value.strip()}"
    return f"{verb.called} {rest}".rstrip()


def script_lines(name: str, before: Sequence[str], actions: Sequence[str]) -> list[str]:
    """What was done in a session as a Python script, each action above the call that does the same.

    `before` are the actions that the session had when it was opened, among `actions` or not.
    """
    done = 0
    while done < min(len(before), len(actions)) and before[done] == actions[done]:
        done += 1
    lines = ["from bpdebug import api", "", f"run = api.open({_quoted(name)})"]
    for number, action in enumerate(actions):
        lines.append(f"# {action}: {action_words(action)}")
        if number >= done:
            lines.append(python_call(action))
        elif number + 1 == done:
            lines.append("# The session was saved here.")
    return lines
