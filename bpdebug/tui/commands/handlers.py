"""Which function does a command of the registry of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpdebug.tui.commands import (
    checks,
    exporting,
    files,
    history,
    hunting,
    layout,
    leading,
    lesson,
    looks,
    network,
    predicting,
    process,
    quantities,
    running,
    saving,
    stops,
    table,
)
from bpdebug.tui.desk import Desk


def _help(desk: Desk) -> None:
    """Show the keys."""
    from bpdebug.tui.screens.help import HelpScreen, focused_pane

    pane = focused_pane(desk.screen)
    desk.screen.app.push_screen(HelpScreen(desk.home.seat.keymap.commands, pane))


def _palette(desk: Desk) -> None:
    """Show all commands by name."""
    desk.screen.app.action_command_palette()


HANDLERS: Mapping[str, Callable[[Desk], object]] = {
    "continue": running.on,
    "continue_back": running.back,
    "interrupt": running.escape,
    "go_to": running.go_to,
    "back": running.trail_back,
    "forth": running.trail_forth,
    "run_to": quantities.run_to,
    "run_back_to": quantities.run_back_to,
    "find": quantities.find,
    "derivative": quantities.derivative,
    "break": stops.break_,
    "breakpoints": stops.breakpoints,
    "watch": stops.watch,
    "watches": stops.watches,
    "edit": history.edit,
    "branches": history.branches,
    "bookmark": history.bookmark,
    "origins": history.origins,
    "actions": history.actions,
    "curves": history.curves,
    "columns": table.columns,
    "sort": table.sort,
    "filter": table.filter_,
    "next_pane": layout.next_pane,
    "previous_pane": layout.previous_pane,
    "jump": layout.jump,
    "maximise": layout.maximise,
    "narrower": layout.narrower,
    "wider": layout.wider,
    "lower": layout.lower,
    "higher": layout.higher,
    "reset_layout": layout.reset,
    "zoom_in": network.zoom_in,
    "zoom_out": network.zoom_out,
    "theme": looks.theme,
    "copy": looks.copy,
    "handout": exporting.handout,
    "picture": exporting.picture,
    "subscripts": looks.subscripts,
    "mathematics": looks.mathematics,
    "more_digits": looks.more_digits,
    "fewer_digits": looks.fewer_digits,
    "present": leading.present,
    "walkthrough": leading.walkthrough,
    "walk_on": leading.walk_on,
    "walk_back": leading.walk_back,
    "answer": leading.answer,
    "predict": predicting.predict,
    "reply": predicting.reply,
    "hint": predicting.hint,
    "uncover": predicting.uncover,
    "ask_anew": predicting.ask_anew,
    "stops": leading.stops,
    "tour": leading.tour,
    "checks": checks.checks,
    "plant": checks.plant,
    "suspect": hunting.suspect,
    "follow": lesson.follow,
    "save": saving.save,
    "save_as": saving.save_as,
    "open": files.open_,
    "quit": files.quit_,
    "suspend": process.suspend,
    "help": _help,
    "palette": _palette,
}
"""By id; the commands that are an action of the session need no function."""
