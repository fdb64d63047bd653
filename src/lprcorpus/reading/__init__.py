"""The reading wing: a built corpus, opened, searched and cited."""
