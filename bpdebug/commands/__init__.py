"""The commands, one module each: its arguments (`fill`) beside its work (`run`)."""
