"""The debugger as text, line by line: for screen readers, pipes and scripts."""
