"""The raw texts of a corpus: inside its folder or, as in a checkout, beside it; nowhere else."""

from __future__ import annotations

import re

from lprcorpus.checking.folder import Folder, NotReadable, regular_file
from lprcorpus.errors import UsageError
from lprcorpus.locations import raw_folder
from lprcorpus.problems import Problem, shorten

__all__ = ["RawTexts"]

_PATH = re.compile(r"raw/[A-Za-z0-9_-][A-Za-z0-9._-]*\.txt")

LARGEST_TEXT = 256 * 1024 * 1024
"""Bytes of the raw text of one issue, at most. It bounds the memory."""


class RawTexts:
    """The raw texts that belong to a corpus."""

    def __init__(self, folder: Folder) -> None:
        self.path = raw_folder(folder.root)
        try:
            real = self.path.resolve(strict=True)
        except (OSError, RuntimeError):
            real = None
        self.root = real if real in (folder.root / "raw", folder.root.parent / "raw") and self.path.is_dir() else None

    @property
    def problem(self) -> Problem | None:
        """What keeps all of them from being read, if anything does."""
        if self.root is not None:
            return None
        found = f"a symbolic link that leaves {self.path.parent.name}/" if self.path.is_symlink() else "no such folder"
        expected = "the raw texts, in the corpus or beside it; --no-proof checks all the rest without them"
        return Problem("raw-missing", found, expected, file="raw/")

    def read(self, raw_path: object) -> bytes:
        """Return a raw text.

        Args:
            raw_path: its path as the table ``issues`` gives it.

        Raises:
            NotReadable: the path leaves the folder, or no such text is there.
            UsageError: the system refuses to read it.
        """
        if not isinstance(raw_path, str) or not _PATH.fullmatch(raw_path):
            raise NotReadable(Problem("path-unsafe", shorten(raw_path), "a path such as 'raw/lpr-1-2.txt'", column="raw_path"))
        assert self.root is not None
        try:
            path = regular_file(self.root / raw_path.removeprefix("raw/"), self.root, raw_path)
        except NotReadable as error:
            code = "raw-missing" if error.problem.code == "file-missing" else error.problem.code
            raise NotReadable(Problem(code, error.problem.found, error.problem.expected, file=raw_path)) from None
        size = path.stat().st_size
        if size > LARGEST_TEXT:
            raise NotReadable(Problem("file-too-large", f"{size:,} bytes", f"{LARGEST_TEXT:,} at most", file=raw_path))
        try:
            return path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from None


def decode(data: bytes, raw_path: str) -> str:
    """Return a raw text's characters.

    Raises:
        NotReadable: it is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{data[error.start]:02x}"
        raise NotReadable(Problem("raw-encoding", found, "text in UTF-8", line=line, file=raw_path)) from None
