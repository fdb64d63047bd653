"""Where an export goes: a file, a stream, or a folder of files."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lprcorpus.errors import UsageError
from lprcorpus.files import whole_file

__all__ = ["Destination", "strangers"]


class Destination:
    """A file to write, a binary stream, or a folder: a path that is one or that ends with a slash.

    Args:
        where: the path, or the stream.
    """

    def __init__(self, where: Path | str | BinaryIO) -> None:
        self._stream = None if isinstance(where, str | Path) else where
        self._path = Path(where) if isinstance(where, str | Path) else None
        ends_as_folder = isinstance(where, str) and where.endswith(("/", os.sep))
        self.is_folder = self._path is not None and (ends_as_folder or self._path.is_dir())

    @property
    def path(self) -> Path | None:
        """The path; None for a stream."""
        return self._path

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Give the one file, or the stream, to write to. A file is there whole afterwards, or not at all.

        Raises:
            OutputError: it cannot be written, or is a folder.
        """
        if self._stream is not None:
            yield self._stream
        else:
            assert self._path is not None
            with whole_file(self._path) as stream:
                yield stream

    def folder(self, format: str) -> Path:  # noqa: A002  the option's name
        """Return the folder to write into, for a format that is a folder of files.

        Raises:
            UsageError: it is a stream.
        """
        if self._path is None:
            raise UsageError(f"{format} is a folder of files; found no folder; expected --out FOLDER/")
        return self._path


def strangers(folder: Path, suffix: str, written: Collection[str]) -> int:
    """Return how many files in a folder have a suffix and were not written now: left by an earlier export, perhaps."""
    names = {path.name for path in folder.glob(f"*{suffix}")}
    return len(names - set(written))
