"""Tables as files: one as CSV, JSON Lines or Parquet, or all as a data package of CSV."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import DataError
from lprcorpus.export.job import Exported, Job
from lprcorpus.export.row_formats import BATCH, CsvRows, JsonRows, ParquetRows, RowWriter
from lprcorpus.export.selection import Selection, selected_table
from lprcorpus.files import whole_file
from lprcorpus.schema import TABLES
from lprcorpus.typed_rows import grouped

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["export_csv_package", "export_table"]

_NESTED = ("contributors", "blocks")
"""The tables that a record may hold the rows of."""

_NOT_OF_AN_EXPORT = ("resources", "datacite", "hash", "bytes")
"""Keys of the corpus's descriptor that do not hold for an export."""


def export_table(job: Job) -> Exported:
    """Write one table as one file."""
    name = job.table or "records"
    written = 0
    with job.out.opened() as stream:
        rows = _row_writer(job, name, stream)
        for shard in job.shards():
            if job.nested and isinstance(rows, JsonRows):
                rows.nested = {inner: _by_record(shard, inner, job.selection) for inner in _NESTED}
            written += _write_table(rows, selected_table(shard, name, job.selection))
        rows.close()
    longest = rows.longest if isinstance(rows, CsvRows) else 0
    return Exported(written, longest_cell=longest)


def export_csv_package(job: Job) -> Exported:
    """Write all tables as CSV into a folder, and their ``datapackage.json`` (Data Package v2) last.

    Values are written as they are: no cell is made safe for spreadsheets, which would change it. So
    Frictionless and R read from these files what the corpus contains.
    """
    folder = job.out.folder(job.format)
    resources = [_resource(job.corpus, name) for name in TABLES]
    written = 0
    with ExitStack() as stack:
        writers = {}
        for name in TABLES:
            stream = stack.enter_context(whole_file(folder / f"{name}.csv"))
            writers[name] = CsvRows(stream, name, bom=job.bom)
        for shard in job.shards():
            for name, rows in writers.items():
                written += _write_table(rows, selected_table(shard, name, job.selection))
    described = {
        key: value for key, value in job.corpus.descriptor.items() if key not in _NOT_OF_AN_EXPORT
    }
    described["resources"] = resources
    # Last: a folder that has a descriptor is complete.
    with whole_file(folder / "datapackage.json") as stream:
        stream.write((json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
    return Exported(written)


def _row_writer(job: Job, name: str, stream: BinaryIO) -> RowWriter:
    if job.format == "csv":
        return CsvRows(stream, name, bom=job.bom, is_guarded=True)
    if job.format == "jsonl":
        return JsonRows(stream)
    return ParquetRows(stream, name)


def _write_table(rows: RowWriter, table: pa.Table) -> int:
    """Write the rows of a table a batch at a time, and return how many they are."""
    for start in range(0, table.num_rows, BATCH):
        rows.write(table.slice(start, BATCH))
    return int(table.num_rows)


def _by_record(shard: Shard, name: str, selection: Selection) -> dict[str, list[dict[str, Any]]]:
    """Return rows by the record that they belong to, which they do not name again."""
    rows = selected_table(shard, name, selection).to_pylist()
    by_record = grouped(rows, key=lambda row: str(row["record_id"]))
    # Only now: the rows are grouped by it.
    for row in rows:
        del row["record_id"]
    return by_record


def _resource(corpus: Corpus, name: str) -> dict[str, Any]:
    """Return the description of a table's CSV, from what the corpus says of the table."""
    described = corpus.resource(name)
    if "schema" not in described:
        raise DataError(
            f"{corpus.folder}: datapackage.json: the table {name} has no schema; run lprcorpus validate"
        )
    kept = {
        key: described[key]
        for key in ("name", "type", "title", "description", "schema")
        if key in described
    }
    return kept | {
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
    }
