"""What a build has written: its files, its tables, and the whole, as those see it who make the metadata files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from lprcorpus.metadata import Metadata

__all__ = ["DataFile", "ShardTables", "StreamedFile", "TableFiles", "WholeFile", "WrittenCorpus", "data_file"]


@dataclass(frozen=True)
class DataFile:
    """A written file: its path in the package, its size in bytes, and its SHA-256."""

    path: str
    bytes: int
    sha256: str


def data_file(folder: Path, path: str) -> DataFile:
    """Return what is to be said of a file that is written."""
    with (folder / path).open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
        return DataFile(path, file.tell(), digest.hexdigest())


@dataclass(frozen=True)
class TableFiles:
    """A written table: its name, its files, how many rows they hold, and the digest of what they say."""

    name: str
    files: tuple[DataFile, ...]
    rows: int
    digest: str


@dataclass(frozen=True)
class WrittenCorpus:
    """A corpus whose tables are written.

    Attributes:
        folder: where the files are.
        metadata: what is true of the whole corpus.
        tables: the tables, in the order of the schema.
    """

    folder: Path
    metadata: Metadata
    tables: tuple[TableFiles, ...]

    def parts(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield a table, or some of its columns, one shard at a time: never more than a shard is in memory."""
        import pyarrow.parquet as pq

        for file in next(table.files for table in self.tables if table.name == name):
            with pq.ParquetFile(str(self.folder / file.path)) as parquet:
                yield parquet.read(columns=None if columns is None else list(columns))

    def uncompressed_bytes(self, table: TableFiles) -> int:
        """Return how large a table is before compression, in bytes, from the footers of its files."""
        import pyarrow.parquet as pq

        footers = (pq.read_metadata(str(self.folder / file.path)) for file in table.files)
        return sum(footer.row_group(group).total_byte_size for footer in footers for group in range(footer.num_row_groups))


WholeFile = Callable[[WrittenCorpus], "str | bytes"]
"""Makes a file of the output, once, when all tables are written; what it must know of the rows it asks by the shard."""

ShardTables = Mapping[str, pa.Table]
"""The tables of one shard: all rows of its issues, and no others."""


@dataclass(frozen=True)
class StreamedFile:
    """A file of the output that is made shard by shard, where each shard is built, and joined in the order of the shards.

    Attributes:
        part: makes a shard's part of the text; an empty part is left out, with the separator before it.
        opening: what stands before the first part.
        separator: what stands between two parts.
        closing: what stands after the last part.
    """

    part: Callable[[ShardTables], str]
    opening: str = ""
    separator: str = ""
    closing: str = ""
