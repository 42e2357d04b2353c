"""Breakpoints on the screen: `b`, the list, the form."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.widgets import Input

from bpdebug.debugger.breakpoints import Access, Breakpoint
from bpdebug.debugger.stops import Reason
from bpdebug.tui.screens.breakpoint_form import BreakpointForm
from bpdebug.tui.screens.breakpoint_list import BreakpointScreen
from bpdebug.tui.screens.fields import Options

from .driving import LARGE, SMALL, Driven, opened

SIZES = [LARGE, SMALL, (60, 18)]


def _specs(driven: Driven) -> list[str]:
    return [str(each) for each in driven.desk.session.debugger.breakpoints.values()]


def _row(driven: Driven, text: str) -> int:
    """The row of the screen in which a text is seen."""
    return next(n for n, row in enumerate(driven.frame.splitlines()) if text in row)


def _words(shown: str) -> str:
    """What is seen as one line, wherever it is wrapped."""
    return " ".join(shown.replace("│", " ").split())


async def _fill(driven: Driven, **fields: str) -> None:
    """Put texts into the fields of the form."""
    for id, value in fields.items():
        driven.app.screen.query_one(f"#{id}", Input).value = value
    await driven.press()


async def _choose(driven: Driven, id: str, *keys: str) -> None:
    """Press keys on the options `id` of the form."""
    driven.app.screen.query_one(f"#{id}", Options).focus()
    await driven.press(*keys)


async def test_a_breakpoint_on_an_array_is_marked_at_each_element_and_stops_there() -> None:
    async with opened() as driven:
        await driven.press("B", "n", "W", "2", "enter", "escape")
        assert _specs(driven) == ["W2 write"]
        rows = [row for row in driven.frame.splitlines() if "●" in row and "w8" in row]
        assert rows
        shown = await driven.press("c")
        assert "w7 0.7 → 0.6992" in _words(shown)


# The key b


async def test_b_sets_and_clears_on_whatever_is_selected() -> None:
    async with opened() as driven:
        assert "select a quantity first" in await driven.press("b")
        for selected, spec in _SELECTED:
            driven.desk.select(selected)
            shown = await driven.press("b")
            assert _specs(driven) == [spec]
            name, access = spec.split()
            assert f"breakpoint on {name} ({access})" in shown
            assert f"breakpoint on {name} cleared: {spec}" in await driven.press("b")
            assert _specs(driven) == []
        # Several at once, which undo brings back.
        for action in ("b w7 if w7 < 0.69", "b w7 gradient", "b w8"):
            driven.desk.perform(action)
        driven.desk.select("w7")
        assert "2 breakpoints on w7 cleared" in await driven.press("b")
        assert _specs(driven) == ["w8 write"]
        driven.desk.perform("undo")
        driven.desk.perform("undo")
        assert len(_specs(driven)) == 3


_SELECTED = [
    ("w7", "w7 write"),
    ("dE/dw7", "dE/dw7 write"),
    ("h1", "h1 write"),
    ("do1/dzo1", "do1/dzo1 write"),
    ("E", "E write"),
    ("loss", "E write"),
    ("x1", "x1 read"),
    ("t1", "t1 read"),
]
"""What is selected, and the breakpoint that b sets there."""


async def test_b_without_a_selection_means_what_was_just_computed() -> None:
    async with opened() as driven:
        await driven.press("1", "4", "s", "b")
        assert _specs(driven) == ["dE/dw7 write"]


# The list


async def test_the_list_says_everything_without_colour() -> None:
    async with opened() as driven:
        for action in ("b w7", "b w8 hit % 2", 'b E log "E = {E}"', "b b1", "disable 4"):
            driven.desk.perform(action)
        driven.desk.perform("c")
        await driven.press("B")
        for size in SIZES:
            shown = await driven.resize(size)
            for text in (
                "Num Type      Disp  Enb What",
                "▸● 1   write     keep  y   w7",
                "1 hit from the start of the run to here",
                " ◐ 2   write     keep  y   w8",
                " ◇ 3   write     log   y   E",
                "Values that are not finite stop a run.",
                "it 1 p=9: E = 0.5932",
                "Esc close",
            ):
                assert text in shown, (size, text)
            if size != (60, 18):
                assert " ○ 4   write     keep  n   b1" in shown, size


async def test_the_keys_of_the_list() -> None:
    async with opened() as driven:
        for name in ("w5", "w6", "w7"):
            driven.desk.perform(f"b {name}")
        await driven.press("B", "down", "enter")
        debugger = driven.desk.session.debugger
        assert [each.enabled for each in debugger.breakpoints.values()] == [True, False, True]
        assert "breakpoint 2 disabled" in driven.frame
        await driven.press("space")
        assert all(each.enabled for each in debugger.breakpoints.values())
        await driven.press("down", "down", "d")
        assert _specs(driven) == ["w5 write", "w6 write"]
        assert "undone: breakpoint 3 deleted" in await driven.press("u")
        assert len(_specs(driven)) == 3
        assert "redone: breakpoint 3 deleted" in await driven.press("U")
        await driven.press("home", "delete", "delete")
        assert _specs(driven) == []
        shown = await driven.press("enter", "e", "i", "d", "space", "up", "down")
        assert "None. Press n to set one." in shown
        for key in ("q", "escape", "B"):
            await driven.press(key)
            assert driven.app.screen is driven.screen
            assert "Breakpoints" in await driven.press("B")


async def test_ignoring_the_next_hits_and_a_bad_number() -> None:
    async with opened() as driven:
        driven.desk.perform("b w7")
        driven.desk.perform("c")
        await driven.press("B", "i")
        await driven.type("ten")
        assert "write how many hits to ignore" in driven.frame
        await driven.press(*["backspace"] * 3)
        await driven.type("2")
        assert _specs(driven) == ["w7 write ignore 3"]
        assert "ignores the next 2 hits" in driven.frame
        await driven.press("escape", "c")
        assert driven.desk.session.debugger.stop.hit == 4


async def test_values_that_are_not_finite() -> None:
    async with opened() as driven:
        assert "Values that are not finite do not stop a run." in await driven.press("B", "f")
        assert driven.desk.session.actions == ["nonfinite pass"]
        assert "Values that are not finite stop a run." in await driven.press("f")


async def test_the_last_messages_newest_last() -> None:
    async with opened() as driven:
        driven.desk.perform('b E log "[red]E[/red] = {E}"')
        driven.desk.perform("12]")
        await driven.press("B")
        for size, most in zip(SIZES, (8, 7, 4), strict=True):
            shown = await driven.resize(size)
            assert f"Messages, the last {most} of 12" in shown
            rows = [row for row in shown.splitlines() if "[red]E[/red] = 0." in row]
            assert len(rows) == most
            assert "it 12 p=460:" in rows[-1]


async def test_the_cursor_stays_in_sight() -> None:
    async with opened(size=(60, 18)) as driven:
        for number in range(1, 11):
            driven.desk.perform(f"b w{number} if w{number} < 0.5")
        shown = await driven.press("B", "end")
        assert "▸◐ 10  write     keep  y   w10" in shown
        assert "stop only if w10 < 0.5" in shown
        assert "▸◐ 1   write     keep  y   w1" in await driven.press("home")


async def test_a_breakpoint_that_cannot_be_used_is_kept_and_can_be_mended() -> None:
    async with opened() as driven:
        debugger = driven.desk.session.debugger
        broken = Breakpoint(1, "w7", condition="w7 <", enabled=False, problem="column 5: the end")
        debugger.document = replace(debugger.document, breakpoints={1: broken})
        shown = await driven.press("B")
        assert "▸○ 1   write     keep  n   w7" in shown
        assert "cannot be used: column 5: the end" in shown
        assert "breakpoint 1 cannot be used" in await driven.press("enter")
        shown = await driven.press("e")
        assert "It cannot be used: column 5: the end" in shown
        await _fill(driven, condition="w7 < 0.69")
        await driven.press("enter")
        mended = debugger.breakpoints[1]
        assert str(mended) == "w7 write if w7 < 0.69"
        assert mended.enabled
        assert not mended.problem


async def test_the_mouse_chooses_and_opens() -> None:
    async with opened() as driven:
        for name in ("w5", "w6", "w7"):
            driven.desk.perform(f"b {name} if {name} < 1")
        await driven.press("B")
        row = _row(driven, "◐ 3 ") + 1
        await driven.pilot.click(offset=(40, row))
        assert "▸◐ 3 " in await driven.press()
        await driven.pilot.click(offset=(40, row), times=2)
        await driven.press()
        assert "Breakpoint 3" in driven.frame
        assert isinstance(driven.app.screen, BreakpointForm)


async def test_the_list_changes_nothing_while_a_run_goes_on() -> None:
    async with opened() as driven:
        driven.desk.perform("b w7")
        await driven.press("B")
        driven.desk.session.debugger.iterations = 1_000_000_000
        driven.desk.perform("g end")
        await driven.wait_for(lambda: driven.desk.runner is not None)
        assert "a run is in progress" in await driven.press("d")
        assert _specs(driven) == ["w7 write"]
        await driven.press("escape", "escape")
        await driven.wait_for(lambda: driven.desk.runner is None)


# The form


FULL = 'w7 read hit % 10 ignore 3 if w7 < 0.69 and abs(dE/dw5) > 1e-3 log "w7 is {w7} [red]"'


_SPECS = (
    "w7 change once",
    "dE/dw7 write hit == 4",
    "phase backward once",
    "iteration 300",
    "operation 14 if E > 0",
    'iteration hit % 100 log " it {iteration}: E = {E} "',
    FULL,
)


async def test_breakpoints_go_through_the_form_unchanged() -> None:
    async with opened() as driven:
        for spec in _SPECS:
            driven.desk.perform(f"b {spec}")
        debugger = driven.desk.session.debugger
        before = debugger.document
        await driven.press("B")
        for spec in _SPECS:
            await driven.press("e", "enter")
            assert debugger.document is before, f"nothing of {spec} was changed"
            await driven.press("down")
        await driven.press("e")
        await _choose(driven, "marks", "space")
        await driven.press("enter")
        assert _specs(driven) == [*_SPECS]
        enabled = [each.enabled for each in debugger.breakpoints.values()]
        assert enabled == [True] * (len(_SPECS) - 1) + [False]


async def test_every_part_can_be_filled_in() -> None:
    async with opened() as driven:
        await driven.press("B", "n")
        await _fill(
            driven,
            on=" w7 ",
            condition="w7 < 0.69 and abs(dE/dw5) > 1e-3",
            hit="%10",
            ignore="3",
            log="w7 is {w7} [red]",
        )
        await _choose(driven, "access", "right", "right")
        assert "( ) write ( ) change (•) read ( ) gradient" in driven.frame
        shown = await driven.press("ctrl+s")
        assert _specs(driven) == [FULL]
        assert driven.desk.session.actions == [f"b {FULL}"]
        assert "breakpoint 1 set" in shown
        await driven.press("e")
        await _fill(driven, log="", hit="", ignore="", condition="")
        await _choose(driven, "access", "left", "left", "left", "left")
        await _choose(driven, "marks", "right", "space", "left", "space")
        assert "[ ] enabled  [x] temporary" in driven.frame
        await driven.press("enter")
        assert _specs(driven) == ["w7 write once"]
        assert not driven.desk.session.debugger.breakpoints[1].enabled


async def test_what_is_typed_is_shown_in_short() -> None:
    async with opened() as driven:
        await driven.press("B", "n")
        assert "in short   …" in driven.frame
        for character in "w7":
            await driven.press(character)
        assert "in short   w7 write" in driven.frame
        await driven.press("tab", "right", "tab", *"E>1")
        assert "in short   w7 change if E>1" in driven.frame
        assert _specs(driven) == []
        await driven.press("escape")
        assert _specs(driven) == []


_BAD_FORMS: list[tuple[dict[str, str], str, str]] = [
    ({"on": ""}, "on", "Say what to stop at"),
    ({"on": "w77"}, "on", "there is no quantity w77; did you mean w7?"),
    ({"on": "phase back"}, "on", "the phases are forward, loss, backward, update"),
    ({"on": "operation 99"}, "on", "an iteration has operations 1 to 41"),
    ({"on": "w7 read"}, "on", "there is no quantity w7 read"),
    ({"on": "w7", "condition": "w7 <"}, "condition", "column 5: expected a number"),
    ({"on": "w7", "condition": "w7 < w99"}, "condition", "column 6: there is no quantity w99"),
    ({"on": "w7", "condition": 'E > 1 log "x"'}, "condition", "column 11"),
    ({"on": "w7", "hit": "every 10"}, "hit", "write one of > >= == % and a number"),
    ({"on": "w7", "log": "{w99}"}, "log", "there is no quantity w99"),
    ({"on": "w7", "log": "w7 {"}, "log", "an expression goes between { and }"),
    ({"on": "w7", "log": 'say "w7"'}, "log", 'no " among them'),
    ({"on": "w7", "log": "\x1b[31mred"}, "log", "control characters"),
    ({"on": "w7", "log": "x" * 300}, "log", "at most 256"),
]
"""What is filled in, the field that is bad, and what is said of it."""

_EMPTY = dict.fromkeys(("on", "condition", "hit", "ignore", "log"), "")


async def test_an_error_is_told_and_the_form_stays() -> None:
    async with opened() as driven:
        await driven.press("B", "n")
        for fields, field, message in _BAD_FORMS:
            await _fill(driven, **(_EMPTY | fields))
            shown = await driven.press("ctrl+s")
            assert message in _words(shown), fields
            assert isinstance(driven.app.focused, Input)
            assert driven.app.focused.id == field
            assert _specs(driven) == []
        await driven.press("escape", "escape")
        assert isinstance(driven.app.screen, BreakpointScreen)
        assert driven.desk.session.actions == []


async def test_a_mistake_in_a_change_leaves_the_old_one() -> None:
    async with opened() as driven:
        driven.desk.perform("b w7 if w7 < 0.69")
        await driven.press("B", "e")
        await _fill(driven, condition="w7 < ")
        shown = await driven.press("enter")
        assert "column 5" in shown
        await driven.press("8")
        assert "column 5" not in driven.frame, "what is wrong is no longer so"
        await driven.press("escape")
        assert _specs(driven) == ["w7 write if w7 < 0.69"]


async def test_the_form_says_what_is_wrong_where_it_is_wrong() -> None:
    async with opened(size=(60, 18)) as driven:
        await driven.press("B", "n")
        await _fill(driven, on="w7", condition="w7 < w99 and E > 1")
        await driven.press("enter")
        condition = driven.app.screen.query_one("#condition", Input)
        assert condition.cursor_position == 5
        for size in SIZES:
            shown = _words(await driven.resize(size))
            for text in ("Stop at w7", "message", "did you mean", "[ Set ]", "Esc cancels"):
                assert text in shown, (size, text)
        await _fill(driven, condition="", log="w7")
        await _choose(driven, "marks", "right", "space")
        assert "a log message does not stop a run" in await driven.press("enter")


_OFFERED: dict[str, list[Access]] = {
    "w7": list(Access),
    "h1": list(Access),
    "x1": [Access.READ],
    "W1": list(Access),
    "W1[2,1]": list(Access),
    "x": [Access.READ],
    "dE/dw7": [Access.WRITE, Access.CHANGE, Access.READ],
    "unknown": list(Access),
}


async def test_only_accesses_that_can_be_are_offered() -> None:
    async with opened() as driven:
        await driven.press("B", "n")
        for on, offered in _OFFERED.items():
            await _fill(driven, on=on)
            row = driven.frame.splitlines()[_row(driven, "when ")]
            assert [access for access in Access if f") {access}" in row] == offered, on
            # What is forced by one name is not kept for the next.
            assert f"(•) {offered[0]}" in row
        await _fill(driven, on="x1")
        await _fill(driven, on="phase backward")
        assert "when       it begins" in driven.frame
        assert "(•)" not in driven.frame
        await _fill(driven, on="operation 14")
        assert "when       it is done" in driven.frame
        await driven.press("enter")
        assert _specs(driven) == ["operation 14"]


async def test_names_and_phases_are_suggested() -> None:
    async with opened() as driven:
        await driven.press("B", "n", *"phase", "space", "b", "right")
        assert "in short   phase backward" in driven.frame
        await driven.press("tab", *"1>h2+dh", "right")
        assert "if 1>h2+dh1/dzh1" in driven.frame
        driven.app.screen.query_one("#log", Input).focus()
        await driven.press("left_curly_bracket", "d", "E", "right", "right_curly_bracket")
        assert 'log "{dE/do1}"' in driven.frame


async def test_what_a_terminal_would_obey_cannot_be_pasted() -> None:
    async with opened() as driven:
        driven.desk.select("dE/dw5")
        assert "in short   dE/dw5 write" in await driven.press("B", "n"), "what is selected"
        where = driven.app.screen.query_one("#on", Input)
        await _fill(driven, on="")
        for text in ("\x1b[2J", "w\x9b7", "w\u202e7"):
            where.post_message(events.Paste(text))
            await driven.press()
            assert where.value == ""
        where.post_message(events.Paste("[red]w7"))
        assert "there is no quantity [red]w7" in await driven.press("enter")


async def test_the_form_by_mouse() -> None:
    async with opened() as driven:
        driven.desk.select("w7")
        for size in SIZES:
            await driven.resize(size)
            await driven.press("B", "n")
            for text in ("( ) read", "[ ] temporary", "[ Set ]"):
                row = _row(driven, text)
                column = driven.frame.splitlines()[row].index(text) + 1
                await driven.pilot.click(offset=(column, row))
                await driven.press()
            assert _specs(driven) == ["w7 read once"], size
            await driven.press("n")
            row = _row(driven, "[ Cancel ]")
            column = driven.frame.splitlines()[row].index("[ Cancel ]") + 3
            await driven.pilot.click(offset=(column, row))
            await driven.press()
            assert isinstance(driven.app.screen, BreakpointScreen)
            await driven.press("d", "escape")


async def test_what_was_set_in_the_form_stops_a_run() -> None:
    async with opened() as driven:
        await driven.press("B", "n")
        await _fill(driven, on="phase backward", hit="== 2")
        await driven.press("enter", "escape", "c")
        debugger = driven.desk.session.debugger
        assert debugger.stop.reason is Reason.BREAKPOINT
        assert debugger.position.operation == 41 + 10
