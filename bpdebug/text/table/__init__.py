"""The parameter table: its rows, columns, order and filter."""
