"""Passages found, named by selectors, and found again."""
