"""Rows as bytes: CSV, JSON Lines and Parquet, written as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from lprcorpus.export.spreadsheet import guarded
from lprcorpus.tables import ROW_GROUP, arrow_schema, writer

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["BATCH", "CsvRows", "JsonRows", "ParquetRows"]

BATCH = ROW_GROUP
"""Rows that are written at a time: as many as stand in a row group of the corpus's own files."""

Held = Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
"""Rows of other tables that a row may hold: by the name of their table and the id of the row."""

_BOM = b"\xef\xbb\xbf"

_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""Characters that JSON admits in a string and that some programs take for the end of a line."""


class CsvRows:
    """CSV as RFC 4180 has it, in UTF-8: a header, then a row for each row; text in quotes, and nothing for a null.

    Args:
        stream: where to write.
        name: the table.
        bom: whether to begin with a byte order mark, without which Excel does not read a file as UTF-8.
    """

    def __init__(self, stream: BinaryIO, name: str, *, bom: bool = False) -> None:
        self._stream = stream
        self.longest = 0
        """Characters in the longest cell."""
        stream.write((_BOM if bom else b"") + self._line(arrow_schema(name).names))

    def write(self, table: pa.Table, held: Held) -> None:  # noqa: ARG002 (a cell holds no rows)
        """Write rows."""
        columns = (column.to_pylist() for column in table.columns)
        self._stream.write(b"".join(map(self._line, zip(*columns, strict=True))))

    def close(self) -> None:
        """End the rows."""

    def _line(self, values: Iterable[Any]) -> bytes:
        return (",".join(map(self._cell, values)) + "\r\n").encode("utf-8")

    def _cell(self, value: Any) -> str:
        """Return a value as a cell. The csv module can quote a text and leave a null bare only from Python 3.12 on."""
        if isinstance(value, str):
            self.longest = max(self.longest, len(value))
            return '"' + guarded(value).replace('"', '""') + '"'
        return "" if value is None else str(value).lower()


class JsonRows:
    """JSON Lines in UTF-8: an object a row.

    Args:
        stream: where to write.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode

    def write(self, table: pa.Table, held: Held) -> None:
        """Write rows, each with the rows of other tables that it holds."""
        rows = table.to_pylist()
        for name, values in held.items():
            for row in rows:
                row[name] = values.get(row["id"], [])
        lines = (self._encode(row).translate(_LINE_ENDS) + "\n" for row in rows)
        self._stream.write("".join(lines).encode("utf-8"))

    def close(self) -> None:
        """End the rows."""


class ParquetRows:
    """Parquet with the schema and the features of the corpus's own files.

    Args:
        stream: where to write.
        name: the table.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._schema = arrow_schema(name)
        self._writer: pq.ParquetWriter = writer(name, stream)

    def write(self, table: pa.Table, held: Held) -> None:  # noqa: ARG002 (the tables are flat)
        """Write rows, as one row group."""
        self._writer.write_table(table.cast(self._schema).combine_chunks())

    def close(self) -> None:
        """Write the end of the file, without which it cannot be read."""
        self._writer.close()
