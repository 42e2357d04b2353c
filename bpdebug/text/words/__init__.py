"""Operations, updates and actions in words."""
