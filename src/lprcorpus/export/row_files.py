"""Tables as files: one as CSV, JSON Lines or Parquet, or all as a data package of CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError
from lprcorpus.export.job import Exported, Job, selected_rows
from lprcorpus.export.spreadsheet import guarded
from lprcorpus.files import whole_file
from lprcorpus.schema import TABLES
from lprcorpus.tables import arrow_schema, writer
from lprcorpus.typed_rows import grouped

Cell = str | int | bool | None
"""A value of a flat table."""

Nested = Mapping[str, Mapping[str, Sequence[Mapping[str, Cell]]]]
"""Rows of other tables that a row contains: by the name of their table, and by the id of the row."""

_NESTED = ("contributors", "blocks")
"""The tables that a record may hold the rows of."""

_BOM = b"\xef\xbb\xbf"

_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""Characters that JSON allows in a string and that some programs take for the end of a line."""

_NOT_OF_AN_EXPORT = ("resources", "datacite", "hash", "bytes")
"""Keys of the corpus's descriptor that do not hold for an export."""


def export_tables(job: Job) -> Exported:
    """Write one table as one file; CSV into a folder, where none is named, as a data package."""
    if job.format == "csv" and job.table is None and job.is_folder:
        return _write_package(job)
    write = {"csv": _write_csv, "jsonl": _write_json, "parquet": _write_parquet}[job.format]
    with job.opened() as stream:
        return write(job, job.table or "records", stream)


def _write_csv(job: Job, name: str, stream: BinaryIO) -> Exported:
    stream.write(_csv_head(name, bom=job.bom))
    written = longest = 0
    for shard in job.shards():
        for rows in selected_rows(shard, name, job.selection):
            stream.write(csv_lines(rows, guarded))
            written += rows.num_rows
            for column in rows.columns:
                if pa.types.is_string(column.type):
                    longest = max(longest, pc.max(pc.utf8_length(column)).as_py() or 0)
    return Exported(written, longest_cell=longest)


def _write_json(job: Job, name: str, stream: BinaryIO) -> Exported:
    written = 0
    for shard in job.shards():
        nested: dict[str, dict[str, list[dict[str, Cell]]]] = {}
        for inner in _NESTED if job.nested else ():
            parts = selected_rows(shard, inner, job.selection)
            nested[inner] = _by_record(row for part in parts for row in part.to_pylist())
        for rows in selected_rows(shard, name, job.selection):
            stream.write(json_lines(rows, nested))
            written += rows.num_rows
    return Exported(written)


def _write_parquet(job: Job, name: str, stream: BinaryIO) -> Exported:
    """Write a table with the schema and the features of the corpus's own files."""
    written = 0
    file = writer(name, stream)
    for shard in job.shards():
        for rows in selected_rows(shard, name, job.selection):
            # Combined, since Parquet begins a row group with each chunk.
            file.write_table(rows.combine_chunks())
            written += rows.num_rows
    file.close()
    return Exported(written)


def _write_package(job: Job) -> Exported:
    """Write all tables as CSV into a folder, and their ``datapackage.json`` (Data Package v2) last.

    Values are written as they are: no cell is made safe for spreadsheets, which would change it. So
    Frictionless and R read from these files what the corpus contains.
    """
    folder = job.folder()
    resources = [_resource(job.corpus, name) for name in TABLES]
    written = 0
    with ExitStack() as stack:
        streams = {}
        for name in TABLES:
            streams[name] = stack.enter_context(whole_file(folder / f"{name}.csv"))
            streams[name].write(_csv_head(name, bom=job.bom))
        for shard in job.shards():
            for name, stream in streams.items():
                for rows in selected_rows(shard, name, job.selection):
                    stream.write(csv_lines(rows))
                    written += rows.num_rows
    descriptor = job.corpus.descriptor
    described = {key: descriptor[key] for key in descriptor if key not in _NOT_OF_AN_EXPORT}
    described["resources"] = resources
    # Last: a folder that has a descriptor is complete.
    with whole_file(folder / "datapackage.json") as stream:
        stream.write((json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
    return Exported(written)


def _resource(corpus: Corpus, name: str) -> dict[str, Any]:
    """Return the description of a table's CSV, from what the corpus says of the table."""
    described = corpus.resource(name)
    if "schema" not in described:
        found = f"datapackage.json: the table {name} has no schema"
        raise DataError(f"{corpus.folder}: {found}; run lprcorpus validate")
    kept = ("name", "type", "title", "description", "schema")
    resource = {key: described[key] for key in kept if key in described}
    resource["path"] = f"{name}.csv"
    resource["format"] = "csv"
    resource["mediatype"] = "text/csv"
    resource["encoding"] = "utf-8"
    return resource


def _csv_head(name: str, *, bom: bool) -> bytes:
    """Return what CSV begins with. Without a byte order mark, Excel does not see that it is UTF-8."""
    return (_BOM if bom else b"") + csv_line(arrow_schema(name).names)


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


def csv_lines(rows: pa.Table, as_cell: Callable[[str], str] = str) -> bytes:
    """Return rows as lines of CSV; ``as_cell`` is what a text is written as."""
    columns = []
    for column in rows.columns:
        values = column.to_pylist()
        if pa.types.is_string(column.type):
            values = [None if value is None else as_cell(value) for value in values]
        columns.append(values)
    return b"".join(map(csv_line, zip(*columns, strict=True)))


def json_lines(rows: pa.Table, nested: Nested) -> bytes:
    """Return rows as JSON Lines, each with the rows of other tables that it contains."""
    # Rows are flat: to look for cycles in them would cost time for nothing.
    encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
    lines = []
    for row in rows.to_pylist():
        for name, by_record in nested.items():
            row[name] = by_record.get(row["id"], [])
        lines.append(encode(row).translate(_LINE_ENDS) + "\n")
    return "".join(lines).encode("utf-8")


def _by_record(rows: Iterable[dict[str, Cell]]) -> dict[str, list[dict[str, Cell]]]:
    """Return rows by the record that they belong to, which they do not name again."""
    return grouped(rows, key=lambda row: str(row.pop("record_id")))
