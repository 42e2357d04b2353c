"""`bpdebug replay`: recorded actions once more, on the screen, verified, or told in words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from bpdebug.commands.arguments import json_option, session_argument
from bpdebug.commands.console import check_arithmetic, print_json, print_rows
from bpdebug.commands.errors import UsageError
from bpdebug.commands.opening import file_named
from bpdebug.debugger.debugger import Debugger
from bpdebug.debugger.verbs import action_words
from bpdebug.session.file.errors import MOST_TOLD
from bpdebug.session.file.format import SessionPart
from bpdebug.session.file.read import read_session
from bpdebug.session.model.work import at_start
from bpdebug.session.replay.divergence import Divergence, find_divergence
from bpdebug.session.replay.elsewhere import DoneElsewhere, replaying_elsewhere
from bpdebug.session.replay.replay import (
    DigestCheck,
    Replayed,
    check_digests,
    ends_elsewhere,
    fresh_debugger,
    open_replay,
    replay_actions,
)
from bpdebug.session.session import Session, open_session
from bpdebug.text.records import json_number
from bpdebug.text.run.divergence import divergence_lines
from bpdebug.text.run.transcript import outcome_lines, place_words
from bpdebug.text.safe import safe


def fill(parser: argparse.ArgumentParser) -> None:
    """The options of `replay`."""
    session_argument(parser)
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--headless", action="store_true", help="without a screen; verify every digest"
    )
    way.add_argument("--text", action="store_true", help="in plain words, to read or to read aloud")
    parser.add_argument(
        "--all", action="store_true", help="with --text, every operation of long moves, too"
    )
    parser.add_argument(
        "--on",
        metavar="SESSION",
        help="do them in another session, as far as what they name exists there; "
        "exit code 1 if something is left out",
    )
    json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do recorded actions again: on the screen, or without one."""
    if arguments.on is not None:
        return _elsewhere(arguments)
    if arguments.headless or arguments.text or arguments.json:
        return _without_screen(arguments)
    from bpdebug.commands.screen import check_terminal, show

    session, recorded = open_replay(file_named(arguments.session))
    if not recorded:
        raise UsageError(
            f"no actions are recorded in {arguments.session}, so there is nothing to replay; "
            f"bpdebug open {arguments.session} opens it"
        )
    check_terminal()
    return show(session, recorded)


def _elsewhere(arguments: argparse.Namespace) -> int:
    """Do the recorded actions in another session; 1 if one of them cannot be done there."""
    path, other = file_named(arguments.session), file_named(arguments.on)
    part, there = read_session(path), read_session(other)
    debugger = fresh_debugger(there, str(other))
    if not part.actions:
        raise UsageError(f"no actions are recorded in {arguments.session}: nothing to replay")
    headless = arguments.headless or arguments.text or arguments.json
    check_arithmetic()
    if arguments.text:
        print_rows(
            [f"{there.title or 'A session'}. {_count(len(part.actions))}.", place_words(debugger)]
        )
    before, done, left_out = debugger.standing(), list[str](), list[DoneElsewhere]()
    for each in replaying_elsewhere(part, str(path), debugger):
        (done.append(each.done) if each.done else left_out.append(each))
        if arguments.text:
            print_rows(["", f"Action {each.number}: {action_words(each.action)}."])
            if each.problem:
                print_rows([f"Left out: {each.problem}."])
            else:
                print_rows(outcome_lines(debugger, each.done, before, arguments.all))
            before = debugger.standing()
        elif arguments.headless and not arguments.json:
            what = f"left out: {each.problem}" if each.problem else f"p={each.position.operation}"
            print_rows([f"{each.number:>5}  {each.done or each.action:<24} {what}"])
    if arguments.json:
        print_json(_elsewhere_record(debugger, done, left_out))
    else:
        rows = [] if headless else [f"left out: {e.action}: {e.problem}" for e in left_out]
        more = [f"… and {len(rows) - MOST_TOLD:,} more"] if len(rows) > MOST_TOLD else []
        rows = [*rows[:MOST_TOLD], *more]
        rows.append(f"{len(done)} of {_actions(len(part.actions))} can be done on {arguments.on}")
        print(safe("\n".join(rows)), file=sys.stdout if headless else sys.stderr)
    if not headless and done:
        from bpdebug.commands.screen import check_terminal, show

        check_terminal()
        session = Session(at_start(there), other)
        if left_out:
            count = f"{len(left_out)} of {_actions(len(part.actions))}"
            session.told = f"left out: {count}; the terminal lists them after you quit"
        return show(session, done)
    return 1 if left_out else 0


def _elsewhere_record(
    debugger: Debugger, done: list[str], left_out: list[DoneElsewhere]
) -> dict[str, object]:
    return {
        "ok": not left_out,
        "position": debugger.position.operation,
        "branch": debugger.branch,
        "actions": done,
        "left_out": [
            {"number": each.number, "action": each.action, "problem": each.problem}
            for each in left_out
        ],
    }


def _without_screen(arguments: argparse.Namespace) -> int:
    """Do the recorded actions again and verify every fingerprint."""
    path = file_named(arguments.session)
    part = read_session(path)
    open_session(path)
    check_arithmetic()
    debugger = fresh_debugger(part, str(path))
    done = _told(part, debugger, arguments.all) if arguments.text else _listed(part, debugger)
    problems = []
    for rows, each in done:
        if not arguments.json:
            print_rows(rows)
        if each.problem:
            problems.append(f"action {each.number}, {each.action}: {each.problem}")
    # Without its actions a session stands at its start, whatever the cursor says.
    elsewhere = ends_elsewhere(part, debugger) if part.actions else None
    digests = check_digests(part, debugger)
    divergence = None if problems else find_divergence(debugger, digests)
    problems += [elsewhere] if elsewhere else []
    problems += [str(each) for each in digests if not each.ok]
    if arguments.json:
        print_json(_record(part, debugger, problems, digests, divergence))
    else:
        print_rows(problems)
        if divergence is not None:
            print_rows(["", *divergence_lines(divergence), ""])
        good = sum(digest.ok for digest in digests)
        position = debugger.position.operation
        checked = f"{good} of {len(digests)} digests verified"
        print(f"{len(part.actions)} actions, position {position}, {checked}")
    return 1 if problems else 0


_Rows = Iterator[tuple[list[str], Replayed]]
"""The lines about each action, when it is done."""


def _listed(part: SessionPart, debugger: Debugger) -> _Rows:
    for each in replay_actions(part, debugger):
        yield [f"{each.number:>5}  {each.action:<24} p={each.position.operation}"], each


def _told(part: SessionPart, debugger: Debugger, every: bool) -> _Rows:
    """In words; with `every` all operations, however many an action executes."""
    print_rows(
        [f"{part.title or 'A session'}. {_count(len(part.actions))}.", place_words(debugger)]
    )
    before = debugger.standing()
    for each in replay_actions(part, debugger):
        rows = ["", f"Action {each.number}: {action_words(each.action)}."]
        if each.problem:
            yield [*rows, f"It cannot be done: {each.problem}."], each
            return
        yield [*rows, *outcome_lines(debugger, each.action, before, every)], each
        before = debugger.standing()
    print()


def _count(actions: int) -> str:
    if not actions:
        return "No actions are recorded in it"
    return (
        "One action is recorded in it" if actions == 1 else f"{actions} actions are recorded in it"
    )


def _actions(count: int) -> str:
    return "1 action" if count == 1 else f"{count} actions"


def _record(
    part: SessionPart,
    debugger: Debugger,
    problems: list[str],
    digests: list[DigestCheck],
    divergence: Divergence | None,
) -> dict[str, object]:
    checks = [
        {
            "operation": each.operation,
            "branch": each.branch,
            "ok": each.ok,
            "expected": each.expected,
            "found": each.found,
        }
        for each in digests
    ]
    record: dict[str, object] = {
        "ok": not problems,
        "position": debugger.position.operation,
        "branch": debugger.branch,
        "actions": len(part.actions),
        "digests": checks,
        "problems": problems,
    }
    return record if divergence is None else record | {"divergence": _divergence(divergence)}


def _divergence(found: Divergence) -> dict[str, object]:
    parameters = [
        {
            "name": each.name,
            "here": json_number(each.here),
            "here_hex": each.here.hex(),
            "recorded": json_number(each.recorded),
            "recorded_hex": each.recorded.hex(),
            "ulp": each.distance,
        }
        for each in found.differing
    ]
    return {
        "position": found.check.operation,
        "iteration": found.iteration,
        "branch": found.check.branch,
        "agreeing": found.agreeing,
        "parameters": parameters,
        "environment_here": found.here,
        "environment_recorded": found.check.environment,
    }
