"""The parameter table: its columns, its order, and which of its rows are seen."""

from __future__ import annotations

from dataclasses import replace

from bpdebug.text.table.filter import FilterError, read_filter
from bpdebug.text.table.order import order_words
from bpdebug.tui.desk import Desk
from bpdebug.tui.panes.parameters import ParametersPane


def columns(desk: Desk) -> None:
    """Show the list of columns."""
    from bpdebug.tui.screens.column_list import ColumnScreen

    pane = _table_pane(desk)
    if pane is not None:
        desk.screen.app.push_screen(ColumnScreen(desk, pane, desk.put_table))


def sort(desk: Desk) -> None:
    """Order the rows by the next column; first by numbers of this moment, if they have
    changed since.
    """
    pane = _table_pane(desk)
    if pane is None:
        return
    if pane.is_old:
        pane.arrange_anew()
    else:
        desk.put_table(desk.table.next_order())
    _tell_order(desk, pane)


def order_by(desk: Desk, column: str) -> None:
    """Order the rows by a column; once more, the other way round."""
    desk.put_table(desk.table.ordered_by(column))
    _tell_order(desk, desk.pane(ParametersPane))


def _tell_order(desk: Desk, pane: ParametersPane) -> None:
    desk.tell(f"ordered by {order_words(desk.table, pane.states)}", "muted")


def filter_(desk: Desk) -> None:
    """Ask which rows are to be seen, and show them while that is being typed."""
    from bpdebug.tui.screens.filter_prompt import FilterPrompt

    pane = _table_pane(desk)
    if pane is None:
        return

    def accept(text: str) -> str | None:
        try:
            read_filter(text, pane.states)
        except FilterError as error:
            return str(error)
        desk.put_table(replace(desk.table, filter=text))
        return None

    desk.screen.app.push_screen(FilterPrompt(desk.table.filter, accept))


def _table_pane(desk: Desk) -> ParametersPane | None:
    """The table, if it is on the screen."""
    pane = desk.pane(ParametersPane)
    if pane.region:
        if not pane.columns:
            pane.show(desk.picture())  # Keys can come before the first frame.
        return pane
    desk.tell("the parameter table is not on the screen now", "error")
    return None
