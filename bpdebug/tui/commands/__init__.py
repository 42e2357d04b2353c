"""What the commands of the registry of keys do."""
