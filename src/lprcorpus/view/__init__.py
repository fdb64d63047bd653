"""The reader page."""
