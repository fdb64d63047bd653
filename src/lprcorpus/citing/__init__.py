"""Citations: rows of the tables as items of CSL-JSON, and those as BibTeX, RIS and formatted text."""
