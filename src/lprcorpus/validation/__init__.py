"""A corpus checked: files, schema, values, keys, invariants, metadata."""
