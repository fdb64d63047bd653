"""Tables as files: one as CSV, JSON Lines or Parquet, or all as a data package of CSV."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError
from lprcorpus.export.job import Exported, Job
from lprcorpus.export.spreadsheet import guarded
from lprcorpus.files import whole_file
from lprcorpus.schema import TABLES
from lprcorpus.tables import arrow_schema, writer

Cell = str | int | bool | None
"""A value of a flat table."""

Nested = Mapping[str, Mapping[str, Sequence[Mapping[str, Cell]]]]
"""Rows of other tables that a row contains: by the name of their table and the id of the row."""

# The tables that a record may hold the rows of.
_NESTED = ("contributors", "blocks")

# Characters that JSON allows in a string and that some programs take for the end of a line.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}

# Keys of the corpus's descriptor that do not hold for an export.
_NOT_OF_AN_EXPORT = ("resources", "datacite", "hash", "bytes")

# Keys of a table's description that hold for its CSV.
_KEPT = ("name", "type", "title", "description", "schema")


def export_tables(job: Job) -> Exported:
    """Write one table as one file; CSV into a folder, where none is named, as a data package."""
    if job.format == "csv" and job.table is None and job.is_folder:
        return _write_package(job)
    write = TABLE_FORMATS[job.format]
    with job.opened() as stream:
        return write(job, job.table or "records", stream)


def _write_csv(job: Job, name: str, stream: BinaryIO) -> Exported:
    stream.write(_csv_head(name, bom=job.bom))
    written = longest = 0
    for rows in job.all_rows(name):
        stream.write(csv_lines(rows, guarded))
        written += rows.num_rows
        longest = max(longest, _longest_text(rows))
    return Exported(written, longest_cell=longest)


def _longest_text(rows: pa.Table) -> int:
    longest = 0
    for column in rows.columns:
        if pa.types.is_string(column.type):
            length = pc.max(pc.utf8_length(column)).as_py()
            longest = max(longest, length or 0)
    return longest


def _write_json(job: Job, name: str, stream: BinaryIO) -> Exported:
    written = 0
    for shard in job.shards():
        nested: dict[str, dict[str, list[dict[str, Cell]]]] = {}
        for inner in _NESTED if job.nested else ():
            by_record = nested.setdefault(inner, {})
            for rows in job.rows(shard, inner):
                for row in rows.to_pylist():
                    by_record.setdefault(row.pop("record_id"), []).append(row)
        for rows in job.rows(shard, name):
            stream.write(json_lines(rows, nested))
            written += rows.num_rows
    return Exported(written)


def _write_parquet(job: Job, name: str, stream: BinaryIO) -> Exported:
    """Write a table with the schema and the features of the corpus's own files."""
    written = 0
    with writer(name, stream) as file:
        for rows in job.all_rows(name):
            # Combined, since Parquet begins a row group with each chunk.
            file.write_table(rows.combine_chunks())
            written += rows.num_rows
    return Exported(written)


TABLE_FORMATS = {"csv": _write_csv, "jsonl": _write_json, "parquet": _write_parquet}
"""The formats of one table, and what writes it."""


def _write_package(job: Job) -> Exported:
    """Write all tables as CSV into a folder, and their ``datapackage.json`` (Data Package v2) last.

    Values are written as they are: no cell is made safe for spreadsheets, which would change it. So
    Frictionless and R read from these files what the corpus contains.
    """
    folder = job.folder()
    described = job.corpus.descriptor.copy()
    for key in _NOT_OF_AN_EXPORT:
        described.pop(key, None)
    described["resources"] = [_resource(job.corpus, name) for name in TABLES]
    written = 0
    with ExitStack() as stack:
        streams = {}
        for name in TABLES:
            streams[name] = stack.enter_context(whole_file(folder / f"{name}.csv"))
            streams[name].write(_csv_head(name, bom=job.bom))
        for shard in job.shards():
            for name, stream in streams.items():
                for rows in job.rows(shard, name):
                    stream.write(csv_lines(rows))
                    written += rows.num_rows
    # Last: a folder that has a descriptor is complete.
    with whole_file(folder / "datapackage.json") as stream:
        stream.write(json_document(described))
    return Exported(written)


def _resource(corpus: Corpus, name: str) -> dict[str, Any]:
    """Return the description of a table's CSV, from what the corpus says of the table."""
    described = corpus.resource(name)
    if "schema" not in described:
        found = f"datapackage.json: the table {name} has no schema"
        raise DataError(f"{corpus.folder}: {found}; run lprcorpus validate")
    resource = {key: described[key] for key in _KEPT if key in described}
    resource["path"] = f"{name}.csv"
    resource["format"] = "csv"
    resource["mediatype"] = "text/csv"
    resource["encoding"] = "utf-8"
    return resource


def json_document(content: dict[str, Any]) -> bytes:
    """Return the content of a file of JSON for people and programs."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _csv_head(name: str, *, bom: bool) -> bytes:
    """Return what CSV begins with; without a byte order mark, Excel does not see its UTF-8."""
    head = csv_line(arrow_schema(name).names)
    if bom:
        head = codecs.BOM_UTF8 + head
    return head


def csv_line(cells: Iterable[Cell]) -> bytes:
    r"""Return a line of CSV as RFC 4180 has it, in UTF-8: texts in quotes, and nothing for a null.

    The ``csv`` module can quote a text and leave a null bare only from Python 3.12 on.

    >>> csv_line(["The night", 31, True, None])
    b'"The night",31,true,\r\n'
    """
    written = []
    for cell in cells:
        # Without quotes, an empty text and a null would look the same.
        if isinstance(cell, str):
            quoted = cell.replace('"', '""')
            written.append(f'"{quoted}"')
        elif cell is None:
            written.append("")
        else:
            written.append(str(cell).lower())
    line = ",".join(written) + "\r\n"
    return line.encode("utf-8")


def csv_lines(rows: pa.Table, as_cell: Callable[[str], str] = str) -> bytes:
    """Return rows as lines of CSV; ``as_cell`` is what a text is written as."""
    columns = []
    for column in rows.columns:
        cells = column.to_pylist()
        if pa.types.is_string(column.type):
            cells = [cell and as_cell(cell) for cell in cells]  # neither null nor "" is changed
        columns.append(cells)
    return b"".join(map(csv_line, zip(*columns, strict=True)))


def json_lines(rows: pa.Table, nested: Nested) -> bytes:
    """Return rows as JSON Lines, each with the rows of other tables that it contains."""
    # Rows are flat: to look for cycles in them would cost time for nothing.
    encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False)
    lines = []
    for row in rows.to_pylist():
        for name, by_record in nested.items():
            row[name] = by_record.get(row["id"], [])
        line = encoder.encode(row)
        lines.append(line.translate(_LINE_ENDS) + "\n")
    return "".join(lines).encode("utf-8")
