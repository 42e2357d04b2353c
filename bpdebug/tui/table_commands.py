"""The parameter table: its columns, its order, and which of its rows are seen."""

from __future__ import annotations

from dataclasses import replace

from textual import on

from bpdebug.text.parameter_filter import FilterError, read_filter
from bpdebug.text.parameter_order import TableLook, order_words
from bpdebug.tui.column_list import ColumnScreen
from bpdebug.tui.filter_prompt import FilterPrompt
from bpdebug.tui.panes.parameters import ParametersPane
from bpdebug.tui.session_screen import SessionScreen


class TableCommands(SessionScreen):
    """The commands of the main screen that are about the parameter table."""

    def put_table(self, look: TableLook) -> None:
        """Show the table in another way."""
        self.table = look
        self.show()

    def do_columns(self) -> None:
        """Show the list of columns."""
        pane = self._table_pane()
        if pane is not None:
            self.app.push_screen(ColumnScreen(self, pane, self.put_table))

    def do_sort(self) -> None:
        """Order the rows by the next column; first by numbers of this moment, if they have
        changed since.
        """
        pane = self._table_pane()
        if pane is None:
            return
        if pane.is_old:
            pane.arrange_anew()
        else:
            self.put_table(self.table.next_order())
        self._tell_order(pane)

    @on(ParametersPane.HeadingClicked)
    def heading_clicked(self, message: ParametersPane.HeadingClicked) -> None:
        """Order the rows by a column; once more, the other way round."""
        self.put_table(self.table.ordered_by(message.column))
        self._tell_order(self.query_one(ParametersPane))

    def _tell_order(self, pane: ParametersPane) -> None:
        self.tell(f"ordered by {order_words(self.table, pane.states)}", "muted")

    def do_filter(self) -> None:
        """Ask which rows are to be seen, and show them while that is being typed."""
        pane = self._table_pane()
        if pane is None:
            return

        def accept(text: str) -> str | None:
            try:
                read_filter(text, pane.states)
            except FilterError as error:
                return str(error)
            self.put_table(replace(self.table, filter=text))
            return None

        self.app.push_screen(FilterPrompt(self.table.filter, accept))

    def _table_pane(self) -> ParametersPane | None:
        """The table, if it is on the screen."""
        pane = self.query_one(ParametersPane)
        if pane.region:
            return pane
        self.tell("the parameter table is not on the screen now", "error")
        return None
