"""Tables as files: one as CSV, JSON Lines or Parquet, or all as a data package of CSV."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.corpus import DESCRIPTOR
from lprcorpus.export.job import Job
from lprcorpus.export.spreadsheet import guarded
from lprcorpus.files import whole_file
from lprcorpus.schema import TABLES
from lprcorpus.tables import arrow_schema, writer

Cell = str | int | bool | None
"""A value of a flat table."""

Nested = Mapping[str, Mapping[str, Sequence[Mapping[str, Cell]]]]
"""Rows of other tables that a row contains: by the name of their table and the id of the row."""

# Characters that JSON allows in a string and that some programs take for the end of a line.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}

# Keys of the corpus's descriptor that do not hold for an export.
_NOT_OF_AN_EXPORT = ("resources", "datacite", "hash", "bytes")

# Keys of a table's description that hold for its CSV.
_KEPT = ("name", "type", "title", "description", "schema")


def export_tables(job: Job) -> None:
    """Write one table as one file; CSV into a folder, where none is named, as a data package."""
    if job.format == "csv" and job.table is None and job.path and job.is_folder:
        _write_package(job, job.path)
        return
    with job.opened() as stream:
        TABLE_FORMATS[job.format](job, job.table or "records", stream)


def _write_csv(job: Job, name: str, stream: BinaryIO) -> None:
    stream.write(_csv_head(job, name))
    for shard in job.shards():
        for rows in job.rows(shard, name):
            stream.write(csv_lines(rows, guarded))
            job.done.rows += rows.num_rows
            for column in rows.columns:
                if pa.types.is_string(column.type):
                    lengths = pc.utf8_length(column)
                    longest = pc.max(lengths).as_py() or 0
                    job.done.longest_cell = max(job.done.longest_cell, longest)


def _write_json(job: Job, name: str, stream: BinaryIO) -> None:
    for shard in job.shards():
        nested: dict[str, dict[str, list[dict[str, Cell]]]] = {}
        for inner in ("contributors", "blocks") if job.nested else ():
            by_record = nested.setdefault(inner, {})
            for rows in job.rows(shard, inner):
                for row in rows.to_pylist():
                    by_record.setdefault(row.pop("record_id"), []).append(row)
        for rows in job.rows(shard, name):
            stream.write(json_lines(rows, nested))
            job.done.rows += rows.num_rows


def _write_parquet(job: Job, name: str, stream: BinaryIO) -> None:
    """Write a table with the schema and the features of the corpus's own files."""
    with writer(name, stream) as file:
        for shard in job.shards():
            for rows in job.rows(shard, name):
                # Combined, since Parquet begins a row group with each chunk.
                file.write_table(rows.combine_chunks())
                job.done.rows += rows.num_rows


TABLE_FORMATS = {"csv": _write_csv, "jsonl": _write_json, "parquet": _write_parquet}
"""The formats of one table, and what writes it."""


def _write_package(job: Job, folder: Path) -> None:
    """Write all tables as CSV into a folder, and their ``datapackage.json`` (Data Package v2) last.

    Values are written as they are: no cell is made safe for spreadsheets, which would change it. So
    Frictionless and R read from these files what the corpus contains.
    """
    with ExitStack() as stack:
        streams = {}
        for name in TABLES:
            streams[name] = stack.enter_context(whole_file(folder / f"{name}.csv"))
            streams[name].write(_csv_head(job, name))
        for shard in job.shards():
            for name, stream in streams.items():
                for rows in job.rows(shard, name):
                    stream.write(csv_lines(rows))
                    job.done.rows += rows.num_rows
    resources = []
    for name in TABLES:
        described = job.corpus.resource(name)
        resource = {key: described[key] for key in _KEPT if key in described}
        form = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
        resources.append({**resource, "path": f"{name}.csv", **form})
    package = job.corpus.descriptor.copy()
    for key in _NOT_OF_AN_EXPORT:
        package.pop(key, None)
    package["resources"] = resources
    # Last: a folder that has a descriptor is complete.
    with whole_file(folder / DESCRIPTOR) as stream:
        stream.write(json_document(package))


def json_document(content: dict[str, Any]) -> bytes:
    """Return the content of a file of JSON for people and programs."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _csv_head(job: Job, name: str) -> bytes:
    """Return what CSV begins with; without a byte order mark, Excel does not see its UTF-8."""
    head = csv_line(arrow_schema(name).names)
    if job.bom:
        return codecs.BOM_UTF8 + head
    return head


def csv_line(cells: Iterable[Cell], as_cell: Callable[[str], str] = str) -> bytes:
    r"""Return a line of CSV as RFC 4180 has it, in UTF-8: texts in quotes, and nothing for a null.

    The ``csv`` module can quote a text and leave a null bare only from Python 3.12 on.

    >>> csv_line(["The night", 31, True, None])
    b'"The night",31,true,\r\n'
    """
    written = []
    for cell in cells:
        # Without quotes, an empty text and a null would look the same.
        if isinstance(cell, str):
            quoted = as_cell(cell).replace('"', '""')
            written.append(f'"{quoted}"')
        elif cell is None:
            written.append("")
        else:
            written.append(str(cell).lower())
    line = ",".join(written) + "\r\n"
    return line.encode("utf-8")


def csv_lines(rows: pa.Table, as_cell: Callable[[str], str] = str) -> bytes:
    """Return rows as lines of CSV; ``as_cell`` is what a text is written as."""
    return b"".join(csv_line(row.values(), as_cell) for row in rows.to_pylist())


def json_lines(rows: pa.Table, nested: Nested) -> bytes:
    """Return rows as JSON Lines, each with the rows of other tables that it contains."""
    # Rows are flat: to look for cycles in them would cost time for nothing.
    encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False)
    lines = []
    for row in rows.to_pylist():
        for name, by_record in nested.items():
            row[name] = by_record.get(row["id"], [])
        lines.append(encoder.encode(row).translate(_LINE_ENDS) + "\n")
    return "".join(lines).encode("utf-8")
