"""Search: find passages, name them so that a later edition still has them, and follow such names back."""
