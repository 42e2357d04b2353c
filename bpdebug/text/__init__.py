"""Plain text for everything that is shown: operations, trees, tables, reports."""
