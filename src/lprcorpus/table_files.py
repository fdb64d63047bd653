"""The Parquet files of a corpus, each in the state that it had when the corpus was opened."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lprcorpus.errors import CorpusChanged, CorpusNotFound
from lprcorpus.files import open_parquet

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["FileState", "TableFile"]


@dataclass(frozen=True)
class FileState:
    """What distinguishes a file from another that takes its place."""

    device: int
    inode: int
    size: int
    modified: int

    @classmethod
    def of(cls, path: Path) -> FileState | None:
        """Return the state of a regular file, links followed; None where there is none."""
        try:
            found = path.stat()
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True)
class TableFile:
    """A file of a table, in the state it had when its corpus was opened: None if missing."""

    table: str
    path: Path
    state: FileState | None

    @contextmanager
    def open(self) -> Iterator[pq.ParquetFile]:
        """Open the file.

        Raises:
            CorpusNotFound: it is missing or is not Parquet, as it turns out at once or in reading
                it.
            CorpusChanged: it is no longer the file that it was when the corpus was opened.
        """
        import pyarrow as pa

        # Looked up now: a generator that is left early comes back here when the interpreter ends.
        unreadable = (OSError, pa.ArrowException, UnicodeDecodeError)
        if self.state is None:
            raise CorpusNotFound(f"{self.path}: is missing; expected a table's file")
        try:
            with open_parquet(self.path, checksums=True) as file:
                # From here on, a file that takes its place does no harm: this one stays open.
                self._check_unchanged()
                yield file
            self._check_not_written_over()
        except unreadable as error:
            self._check_unchanged()
            reason = str(error).partition("\n")[0]
            raise CorpusNotFound(f"{self.path}: cannot be read as Parquet: {reason}") from None

    def _check_unchanged(self) -> None:
        if FileState.of(self.path) != self.state:
            raise self._changed()

    def _check_not_written_over(self) -> None:
        """Check that no other content was written into the file while it was open."""
        now = FileState.of(self.path)
        if now and self.state and now != self.state and now.inode == self.state.inode:
            raise self._changed()

    def _changed(self) -> CorpusChanged:
        return CorpusChanged(f"{self.path}: has changed since the corpus was opened; open it again")
