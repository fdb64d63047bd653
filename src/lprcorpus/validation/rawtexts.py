"""The raw texts of a corpus: inside its folder or, as in a checkout, beside it; nowhere else."""

from __future__ import annotations

import re
from dataclasses import replace

from lprcorpus.locations import raw_folder
from lprcorpus.problems import Problem, shorten
from lprcorpus.validation.folder import Folder, NotReadable, read_bounded, regular_file

__all__ = ["RawTexts", "decode"]

_PATH = re.compile(r"raw/[A-Za-z0-9_-][A-Za-z0-9._-]*\.txt")

LARGEST_TEXT = 256 * 1024 * 1024
"""Bytes of the raw text of one issue, at most. It bounds the memory."""

LARGEST_MANIFEST = 8 * 1024 * 1024
"""Bytes of a manifest, at most."""


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

    @property
    def size(self) -> int:
        """The bytes of all of them together."""
        return sum(path.lstat().st_size for path in self.root.glob("*.txt")) if self.root else 0

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
        try:
            return self._read(raw_path, LARGEST_TEXT)
        except NotReadable as error:
            code = "raw-missing" if error.problem.code == "file-missing" else error.problem.code
            raise NotReadable(replace(error.problem, code=code)) from None

    def manifest(self, issue: str) -> tuple[str, bytes] | None:
        """Return the path and content of an issue's manifest; None where there is none.

        Raises:
            NotReadable: it leads out of the folder, or is too large.
            UsageError: the system refuses to read it.
        """
        name = f"raw/{issue}.toml"
        try:
            return name, self._read(name, LARGEST_MANIFEST)
        except NotReadable as error:
            if error.problem.code == "file-missing":
                return None
            raise

    def _read(self, name: str, limit: int) -> bytes:
        assert self.root is not None
        return read_bounded(regular_file(self.root / name.removeprefix("raw/"), self.root, name), name, limit)


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
