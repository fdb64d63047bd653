"""The corpus in Python: tables, typed records, datasets."""
