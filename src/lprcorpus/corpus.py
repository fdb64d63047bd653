"""A built corpus, opened for reading. Everything on the reading side asks this module; it imports nothing heavy itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lprcorpus.errors import CorpusNotFound, UnknownName, system_reason
from lprcorpus.locations import data_folder, raw_folder

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["Corpus", "open_parquet"]

DESCRIPTOR = "datapackage.json"
MAJOR = 0
"""The major version of the data that this code reads."""


class Corpus:
    """A folder that holds a built corpus.

    >>> Corpus().row("records", "lpr-1-2/hourglass-of-the-free")["title"]
    'Hourglass of the Free'
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        """Open a corpus.

        Args:
            folder: the folder with its ``datapackage.json``; the one that came with the package by default.

        Raises:
            CorpusNotFound: the folder is no corpus, or of a version that this code does not know.
        """
        self.folder = Path(folder) if folder is not None else data_folder()
        version = str(self.descriptor.get("version", ""))
        major = version.partition(".")[0]
        if not major.isdecimal():
            raise CorpusNotFound(f"{self.folder / DESCRIPTOR}: found version {version!r}; expected one such as '0.1.0'")
        if int(major) > MAJOR:
            raise CorpusNotFound(
                f"{self.folder / DESCRIPTOR}: the corpus has version {version}, which is newer than this code reads"
                f" ({MAJOR}.x): pip install --upgrade lprcorpus"
            )

    @cached_property
    def descriptor(self) -> dict[str, Any]:
        """The content of ``datapackage.json``."""
        path = self.folder / DESCRIPTOR
        try:
            content = json.loads(path.read_bytes())
        except OSError as error:
            reason = system_reason(error)
            raise CorpusNotFound(f"{path}: {reason}; expected the folder of a built corpus") from None
        except (ValueError, RecursionError) as error:
            raise CorpusNotFound(f"{path}: not JSON: {error}; expected the descriptor of a built corpus") from None
        if not isinstance(content, dict) or not isinstance(content.get("resources"), list):
            raise CorpusNotFound(f"{path}: no data package; expected the descriptor of a built corpus")
        return content

    @cached_property
    def tables(self) -> dict[str, tuple[Path, ...]]:
        """The files of each table, by the table's name."""
        return {
            name: tuple(self.folder / path for path in _paths(resource["path"])) for name, resource in self._resources.items()
        }

    @cached_property
    def _resources(self) -> dict[str, dict[str, Any]]:
        """What the descriptor says of each table, by the table's name."""
        found: dict[str, dict[str, Any]] = {}
        for number, resource in enumerate(self.descriptor["resources"]):
            if isinstance(resource, dict) and resource.get("type") == "table":
                if not isinstance(resource.get("name"), str) or not _paths(resource.get("path")):
                    where = f"{self.folder / DESCRIPTOR}: resources[{number}]"
                    raise CorpusNotFound(f"{where}: a table without a name or without files; expected both")
                found[resource["name"]] = resource
        return found

    def resource(self, name: str) -> dict[str, Any]:
        """Return what the descriptor says of a table.

        Raises:
            UnknownName: there is no such table.
        """
        try:
            return self._resources[name]
        except KeyError:
            raise UnknownName("table", name, self._resources) from None

    def columns(self, name: str) -> list[str]:
        """Return the names of a table's columns.

        Raises:
            UnknownName: there is no such table.
        """
        return [field["name"] for field in self.resource(name)["schema"]["fields"]]

    def files(self, name: str) -> tuple[Path, ...]:
        """Return the files of a table.

        Raises:
            UnknownName: there is no such table.
        """
        self.resource(name)
        return self.tables[name]

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns.

        Raises:
            UnknownName: there is no such table.
            CorpusNotFound: a file of it is missing or is not Parquet.
        """
        parts = list(self.parts(name, columns))
        if len(parts) == 1:
            return parts[0]
        import pyarrow as pa

        return pa.concat_tables(parts)

    def parts(self, name: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """Yield a table, or some of its columns, one file at a time.

        Raises:
            UnknownName: there is no such table.
            CorpusNotFound: a file of it is missing or is not Parquet.
        """
        for path in self.files(name):
            with open_parquet(path) as file:
                part = file.read(columns=columns)
            yield part

    def row(self, name: str, key: str) -> dict[str, Any]:
        """Return the row of a table whose key is its ``id``; of the other rows only their ids are read.

        Raises:
            UnknownName: there is no such table or row.
            CorpusNotFound: a file of it is missing or is not Parquet.
        """
        known: list[str] = []
        for path in self.files(name):
            with open_parquet(path) as file:
                ids = file.read(columns=["id"]).column("id").to_pylist()
                if key in ids:
                    return _row_at(file, ids.index(key))
            known += ids
        raise UnknownName(name.removesuffix("s"), key, known)

    def rows_of(self, name: str, record: str, columns: list[str] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a table that belong to a record, or some of their columns, in order.

        Raises:
            UnknownName: there is no such table.
            CorpusNotFound: a file of it is missing or is not Parquet.
        """
        found: list[dict[str, Any]] = []
        parts = self.parts(name, None if columns is None else ["record_id", *columns])
        import pyarrow.compute as pc

        for part in parts:
            mine = part.filter(pc.equal(part.column("record_id"), record))
            found += (mine if columns is None else mine.select(columns)).to_pylist()
        return found

    @property
    def license(self) -> str:
        """The licence of the code and the metadata, by its title."""
        return "; ".join(terms["title"] for terms in self.descriptor.get("licenses", ()))

    @property
    def version(self) -> str:
        """The version of the data."""
        return str(self.descriptor["version"])

    def raw_text(self, raw_path: str) -> str:
        """Return a raw text of the corpus.

        Args:
            raw_path: its path as the table ``issues`` gives it.

        Raises:
            CorpusNotFound: it is not there.
        """
        path = raw_folder(self.folder) / Path(raw_path).name
        try:
            return path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CorpusNotFound(f"{path}: the raw text cannot be read: {error}") from None


def _paths(path: object) -> list[str]:
    """Return the paths of a resource, which are one or a list; none where they are anything else."""
    paths = path if isinstance(path, list) else [path]
    found = [entry for entry in paths if isinstance(entry, str)]
    return found if len(found) == len(paths) else []


@contextmanager
def open_parquet(path: Path | str) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file.

    Raises:
        CorpusNotFound: it is missing or is not Parquet, as it turns out at once or in reading it.
    """
    # Not pyarrow.parquet.read_table: that imports pyarrow.dataset, which costs three times as long as all the rest.
    import pyarrow as pa
    import pyarrow.parquet as pq

    unreadable = (OSError, pa.ArrowException)  # looked up now: a generator that is left early comes back here at exit
    try:
        with pq.ParquetFile(str(path), page_checksum_verification=True) as file:
            yield file
    except FileNotFoundError:
        raise CorpusNotFound(f"{path}: is missing; expected a table's file") from None
    except unreadable as error:
        raise CorpusNotFound(f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None


def _row_at(file: pq.ParquetFile, position: int) -> dict[str, Any]:
    """Return one row of a Parquet file; only the row group that holds it is read."""
    start = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if position < start + rows:
            break
        start += rows
    (row,) = file.read_row_group(group).slice(position - start, 1).to_pylist()
    return dict(row)
