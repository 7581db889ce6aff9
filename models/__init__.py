"""What was learned: models that ship, and how each was made."""
