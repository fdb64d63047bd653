"""Rows as citations: BibTeX, RIS, CSL, and metadata for repositories."""
