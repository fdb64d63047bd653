"""One table as one file: CSV for spreadsheets, JSON Lines or Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from lprcorpus.corpus import Shard
from lprcorpus.export.job import Exported, Job
from lprcorpus.export.row_formats import BATCH, CsvRows, JsonRows, ParquetRows, RowWriter
from lprcorpus.export.selection import Selection, selected_table
from lprcorpus.typed_rows import grouped

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["export_table", "write_table"]

_NESTED = ("contributors", "blocks")
"""The tables that a record may hold the rows of."""


def export_table(job: Job) -> Exported:
    """Write one table as one file."""
    name = job.table or "records"
    written = 0
    with job.out.opened() as stream:
        rows = _row_writer(job, name, stream)
        for shard in job.shards():
            if job.nested and isinstance(rows, JsonRows):
                rows.nested = {inner: _by_record(shard, inner, job.selection) for inner in _NESTED}
            written += write_table(rows, selected_table(shard, name, job.selection))
        rows.close()
    longest = rows.longest if isinstance(rows, CsvRows) else 0
    return Exported(written, f"row of {name}", longest_cell=longest)


def write_table(rows: RowWriter, table: pa.Table) -> int:
    """Write the rows of a table a batch at a time, and return how many they are."""
    for start in range(0, table.num_rows, BATCH):
        rows.write(table.slice(start, BATCH))
    return int(table.num_rows)


def _row_writer(job: Job, name: str, stream: BinaryIO) -> RowWriter:
    if job.format == "csv":
        return CsvRows(stream, name, bom=job.bom, is_guarded=True)
    if job.format == "jsonl":
        return JsonRows(stream)
    return ParquetRows(stream, name)


def _by_record(shard: Shard, name: str, selection: Selection) -> dict[str, list[dict[str, Any]]]:
    """Return rows by the record that they belong to, which they do not name again."""
    rows = selected_table(shard, name, selection).to_pylist()
    by_record = grouped(rows, key=lambda row: str(row["record_id"]))
    for row in rows:
        del row["record_id"]
    return by_record
