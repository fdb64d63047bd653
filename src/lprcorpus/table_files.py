"""The Parquet files of a corpus, each in the state that it had when the corpus was opened."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lprcorpus.errors import CorpusChanged, CorpusNotFound
from lprcorpus.files import open_parquet

if TYPE_CHECKING:
    import pyarrow.parquet as pq


class FileState(NamedTuple):
    """What distinguishes a file from another that takes its place."""

    device: int
    inode: int
    size: int
    modified: int


def state_of(path: Path) -> FileState | None:
    """Return the state of a regular file, links followed; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return FileState(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True)
class TableFile:
    """A file of a table, in the state it had when its corpus was opened: None if missing."""

    path: Path
    state: FileState | None

    @classmethod
    def at(cls, path: Path) -> TableFile:
        """Return the file at a path as it is now."""
        return cls(path, state_of(path))

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
                self._check_unchanged(state_of(self.path))
                yield file
            # But no other content may have been written into it.
            now = state_of(self.path)
            if now is not None and now.inode == self.state.inode:
                self._check_unchanged(now)
        except unreadable as error:
            self._check_unchanged(state_of(self.path))
            reason = str(error).partition("\n")[0]
            raise CorpusNotFound(f"{self.path}: cannot be read as Parquet: {reason}") from None

    def _check_unchanged(self, now: FileState | None) -> None:
        if now != self.state:
            problem = "has changed since the corpus was opened; open it again"
            raise CorpusChanged(f"{self.path}: {problem}")
