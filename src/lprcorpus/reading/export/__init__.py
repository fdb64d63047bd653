"""The corpus in the formats of other programs: CSV, JSON Lines, Parquet and TEI."""
