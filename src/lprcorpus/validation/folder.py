"""The files of a corpus that may be broken or hostile.

Nothing outside the folder is read, and no file before its size is known.
"""

from __future__ import annotations

import math
import stat
from dataclasses import replace
from pathlib import Path

from lprcorpus.errors import UsageError, system_reason
from lprcorpus.identifiers import RAW_PATH, is_identifier, leads_inside
from lprcorpus.locations import raw_folder
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem

__all__ = ["LARGEST_METADATA", "NotReadable", "RawTexts", "read_file", "regular_file"]

# Bytes of a metadata file, at most. A descriptor has some 400 bytes for each issue.
LARGEST_METADATA = 32 * 1024 * 1024

# Bytes of the raw text of one issue, or of its layout, at most. It bounds the memory.
LARGEST_TEXT = 256 * 1024 * 1024

# Bytes of a manifest, at most.
LARGEST_MANIFEST = 8 * 1024 * 1024


class NotReadable(Exception):
    """A file that cannot or must not be read, as a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def regular_file(folder: Path, name: str, limit: float = math.inf, shown: str = "") -> Path:
    """Return where a path leads: to a regular file in its folder, or in the Hub's store of it.

    Args:
        folder: the folder, resolved.
        name: the path.
        limit: how many bytes the file may have.
        shown: what a problem calls the file; else its path.

    Raises:
        NotReadable: there is none, it leads elsewhere, or it is larger than the limit.
    """
    shown = shown or name
    path = folder / name
    try:
        real = path.resolve(strict=True)
        state = real.stat()
    except (OSError, RuntimeError, ValueError):
        raise NotReadable(Problem("file-missing", "no such file", "the file", file=shown)) from None
    if not leads_inside(path, folder):
        found = f"a symbolic link that leaves {folder.name}/"
        raise NotReadable(Problem("path-unsafe", found, "a file inside the folder", file=shown))
    if not stat.S_ISREG(state.st_mode):
        found = "something that is no regular file"
        raise NotReadable(Problem("file-missing", found, "the file", file=shown))
    if state.st_size > limit:
        found, expected = f"{state.st_size:,} bytes", f"{limit:,} at most"
        raise NotReadable(Problem("file-too-large", found, expected, file=shown))
    return real


def read_file(folder: Path, name: str, limit: float = LARGEST_METADATA, shown: str = "") -> bytes:
    """Return the content of a file; errors as in :func:`regular_file`."""
    path = regular_file(folder, name, limit, shown)
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {system_reason(error)}") from None


class RawTexts:
    """The raw texts, manifests and layouts of a corpus: in its folder or beside it."""

    def __init__(self, folder: Path) -> None:
        """Find the folder that they are in.

        Args:
            folder: the folder of the corpus, resolved.

        Raises:
            NotReadable: there is none, or it leads away from the corpus.
        """
        path = raw_folder(folder)
        found = "no such folder"
        if path.is_symlink():
            found = f"a symbolic link that leaves {path.parent.name}/"
        # A link may lead to a folder in that of the corpus, or in the one around it.
        if not path.is_dir() or not leads_inside(path, folder.parent):
            expected = "the raw texts, in the corpus or beside it;"
            expected += " --no-proof checks all the rest without them"
            raise NotReadable(Problem("raw-missing", found, expected, file="raw/"))
        self.folder = path.resolve()

    def paths(self) -> list[str]:
        """Return the paths of all texts and manifests, sorted; hidden files are passed over."""
        found = []
        for path in self.folder.iterdir():
            if path.suffix in (".txt", ".toml") and not path.name.startswith("."):
                found.append(f"raw/{path.name}")
        return sorted(found)

    def text(self, raw_path: object) -> bytes:
        """Return a raw text, by its path as the table ``issues`` gives it.

        Raises:
            NotReadable: the path leaves the folder, or no such text is there.
        """
        if not isinstance(raw_path, str) or not is_identifier(raw_path, RAW_PATH):
            found, expected = shorten(raw_path), "a path such as 'raw/lpr-1-2.txt'"
            raise NotReadable(Problem("path-unsafe", found, expected, column="raw_path"))
        return self._read(raw_path.removeprefix("raw/"), LARGEST_TEXT, "raw-missing")

    def manifest(self, issue: str) -> bytes:
        """Return the content of an issue's manifest.

        Raises:
            NotReadable: there is none, it leads out of the folder, or it is too large.
        """
        return self._read(f"{issue}.toml", LARGEST_MANIFEST, "manifest-missing")

    def layout(self, issue: str) -> Path:
        """Return the layout file of an issue's raw text; errors as in :func:`regular_file`."""
        name = f"{issue}.layout.parquet"
        return regular_file(self.folder, name, LARGEST_TEXT, f"raw/{name}")

    def _read(self, name: str, limit: int, code: str) -> bytes:
        try:
            return read_file(self.folder, name, limit, f"raw/{name}")
        except NotReadable as error:
            if error.problem.code != "file-missing":
                raise
            raise NotReadable(replace(error.problem, code=code)) from None
