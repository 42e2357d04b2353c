"""Networks of others as sessions."""
