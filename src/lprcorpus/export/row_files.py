"""Tables as files: one as CSV, JSON Lines or Parquet, or all as a data package of CSV."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from itertools import islice
from typing import Any, BinaryIO

from lprcorpus.corpus import DESCRIPTOR, Corpus
from lprcorpus.export.job import Job, ShardRows
from lprcorpus.export.spreadsheet import guarded
from lprcorpus.files import whole_file
from lprcorpus.metadata import to_json
from lprcorpus.schema import TABLES
from lprcorpus.tables import ROW_GROUP, to_arrow, writer

Cell = str | int | bool | None
"""A value of a flat table."""

# Characters that JSON allows in a string and that some programs take for the end of a line.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}

# Rows are flat: to look for cycles in them would cost time for nothing.
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)

# Keys of the corpus's descriptor that do not hold for an export.
_NOT_OF_AN_EXPORT = ("datacite", "hash", "bytes")

# Keys of a table's description that hold for its CSV.
_KEPT = ("name", "type", "title", "description", "schema")

_CSV = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}


def export_csv(job: Job) -> None:
    """Write one table; into a folder, where none is named, all as a data package.

    In a package no cell is made safe for spreadsheets, which would change it: Frictionless and R
    read from it what the corpus contains.
    """
    if job.table is not None or not (job.path and job.is_folder):
        with job.opened() as stream:
            _write_csv(job, {job.table or "records": stream}, guarded)
        return
    with ExitStack() as files:
        streams = {}
        for name in TABLES:
            streams[name] = files.enter_context(whole_file(job.path / f"{name}.csv"))
        _write_csv(job, streams, str)
    # Last: a folder that has a descriptor is complete.
    with whole_file(job.path / DESCRIPTOR) as stream:
        stream.write(to_json(_package(job.corpus)).encode())


def _write_csv(job: Job, streams: Mapping[str, BinaryIO], as_cell: Callable[[str], str]) -> None:
    """Write tables, each into its stream."""
    for name, stream in streams.items():
        if job.bom:
            stream.write(codecs.BOM_UTF8)  # without it, Excel does not see that it is UTF-8
        stream.write(csv_line(TABLES[name].model.model_fields))
    for shard in job.shards():
        for name, stream in streams.items():
            for row in shard.rows(name, TABLES[name].model):
                cells = vars(row).values()
                stream.write(csv_line(cells, as_cell))
                job.done.rows += 1
                for cell in cells:
                    if isinstance(cell, str) and len(cell) > job.done.longest_cell:
                        job.done.longest_cell = len(cell)


def _package(corpus: Corpus) -> dict[str, Any]:
    """Return the descriptor (Data Package v2) of all tables as CSV."""
    resources = []
    for name in TABLES:
        described = corpus.resource(name)
        resource = {key: described[key] for key in _KEPT if key in described}
        resource["path"] = f"{name}.csv"
        resources.append(resource | _CSV)
    package = {**corpus.descriptor, "resources": resources}
    for key in _NOT_OF_AN_EXPORT:
        package.pop(key, None)
    return package


def export_json(job: Job) -> None:
    """Write one table as JSON Lines."""
    name = job.table or "records"
    inner_tables = ("contributors", "blocks") if job.nested else ()
    with job.opened() as stream:
        for shard in job.shards():
            inner_rows = {inner: _by_record(shard, inner) for inner in inner_tables}
            for row in shard.rows(name, TABLES[name].model):
                content: dict[str, Any] = {**vars(row)}
                for inner, by_record in inner_rows.items():
                    content[inner] = by_record.get(content["id"], [])
                stream.write(json_line(content))
                job.done.rows += 1


def _by_record(shard: ShardRows, name: str) -> dict[str, list[dict[str, Cell]]]:
    """Return the rows of a table by their record, which they then do not name."""
    found: dict[str, list[dict[str, Cell]]] = {}
    for row in shard.rows(name, TABLES[name].model):
        content = {**vars(row)}
        found.setdefault(content.pop("record_id"), []).append(content)
    return found


def export_parquet(job: Job) -> None:
    """Write one table with the schema and the features of the corpus's own files."""
    name = job.table or "records"
    with job.opened() as stream, writer(name, stream) as file:
        for shard in job.shards():
            rows = shard.rows(name, TABLES[name].model)
            while group := list(islice(rows, ROW_GROUP)):
                file.write_table(to_arrow(name, group))
                job.done.rows += len(group)


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


def json_line(row: dict[str, Any]) -> bytes:
    """Return a row as a line of JSON."""
    return (_JSON.encode(row).translate(_LINE_ENDS) + "\n").encode("utf-8")
