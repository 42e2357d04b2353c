"""What checks have found, in words and lines."""
