"""The invariants of a corpus, derived again from raw text and rows alone."""
