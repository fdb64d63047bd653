"""From lines of raw text to pages, paragraphs and blocks."""
