"""A manifest drafted from a text."""
