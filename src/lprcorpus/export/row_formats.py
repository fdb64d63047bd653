"""Rows as bytes: CSV, JSON Lines and Parquet, written as they come."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from lprcorpus.export.spreadsheet import guarded
from lprcorpus.tables import ROW_GROUP, arrow_schema, writer

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["BATCH", "CsvRows", "JsonRows", "ParquetRows", "RowWriter", "csv_line"]

BATCH = ROW_GROUP
"""Rows that are written at a time: as many as are in a row group of the corpus's own files."""

Cell = str | int | bool | None
"""A value of a flat table."""

Nested = Mapping[str, Mapping[str, Sequence[Mapping[str, Cell]]]]
"""Rows of other tables that a row contains: by the name of their table, and by the id of the row."""

_BOM = b"\xef\xbb\xbf"

_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""Characters that JSON allows in a string and that some programs take for the end of a line."""


class RowWriter:
    """What rows are given to, some at a time."""

    def write(self, rows: pa.Table) -> None:
        """Write rows."""
        raise NotImplementedError

    def close(self) -> None:
        """Write what is after the last row; most formats have nothing there."""


def csv_line(cells: Iterable[Cell]) -> bytes:
    r"""Return a line of CSV as RFC 4180 has it, in UTF-8: texts in quotes, and nothing for a null.

    The ``csv`` module can quote a text and leave a null bare only from Python 3.12 on.

    >>> csv_line(["The night", 31, True, None])
    b'"The night",31,true,\r\n'
    """
    written = []
    # Without quotes, an empty text and a null would look the same.
    for cell in cells:
        if isinstance(cell, str):
            written.append('"' + cell.replace('"', '""') + '"')
        else:
            written.append("" if cell is None else str(cell).lower())
    return (",".join(written) + "\r\n").encode("utf-8")


class CsvRows(RowWriter):
    """CSV: a header, then a line for each row.

    Args:
        stream: where to write.
        name: the table.
        bom: whether to begin with a byte order mark, without which Excel does not read a file as
            UTF-8.
        is_guarded: whether a cell that a spreadsheet would run as a formula is made text.
    """

    def __init__(
        self, stream: BinaryIO, name: str, *, bom: bool = False, is_guarded: bool = False
    ) -> None:
        self._stream = stream
        self._as_cell: Callable[[Cell], Cell] = self._guard if is_guarded else lambda cell: cell
        self.longest = 0
        """Characters in the longest cell, where cells are guarded."""
        stream.write((_BOM if bom else b"") + csv_line(arrow_schema(name).names))

    def write(self, rows: pa.Table) -> None:
        """Write rows."""
        columns = [column.to_pylist() for column in rows.columns]
        lines = [csv_line(map(self._as_cell, row)) for row in zip(*columns, strict=True)]
        self._stream.write(b"".join(lines))

    def _guard(self, cell: Cell) -> Cell:
        if not isinstance(cell, str):
            return cell
        self.longest = max(self.longest, len(cell))
        return guarded(cell)


class JsonRows(RowWriter):
    """JSON Lines in UTF-8: an object a row.

    Args:
        stream: where to write.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.nested: Nested = {}
        """Rows of other tables that the rows to come hold."""
        # Rows are flat: to look for cycles in them would cost time for nothing.
        self._encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode

    def write(self, rows: pa.Table) -> None:
        """Write rows, each with the rows of other tables that it contains."""
        lines = []
        for row in rows.to_pylist():
            held: dict[str, Any] = {
                name: by_id.get(row["id"], []) for name, by_id in self.nested.items()
            }
            lines.append(self._encode(row | held).translate(_LINE_ENDS) + "\n")
        self._stream.write("".join(lines).encode("utf-8"))


class ParquetRows(RowWriter):
    """Parquet with the schema and the features of the corpus's own files.

    Args:
        stream: where to write.
        name: the table.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._writer: pq.ParquetWriter = writer(name, stream)

    def write(self, rows: pa.Table) -> None:
        """Write rows, as one row group."""
        # Combined, since Parquet begins a row group with each chunk.
        self._writer.write_table(rows.combine_chunks())

    def close(self) -> None:
        """Write the end of the file, without which it cannot be read."""
        self._writer.close()
