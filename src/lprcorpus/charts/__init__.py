"""Pictures of a corpus, as accessible SVG: rows in, text out."""
