"""A corpus's folder: nothing outside it is read, and no file before its size is known."""

from __future__ import annotations

import math
import stat
from collections.abc import Mapping
from pathlib import Path

from lprcorpus.errors import CorpusNotFound, UsageError, system_reason
from lprcorpus.identifiers import RAW_PATH, is_identifier, leads_inside, stays_inside
from lprcorpus.locations import raw_folder
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.validation.documents import parse_json

__all__ = ["DESCRIPTOR", "Folder", "NotReadable", "RawTexts", "decode", "read_file", "regular_file"]

DESCRIPTOR = "datapackage.json"

# Bytes of a metadata file, at most. A descriptor has some 400 bytes for each issue at most.
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


def read_file(folder: Path, name: str) -> bytes:
    """Return the content of a metadata file; errors as in :func:`regular_file`."""
    return _content(regular_file(folder, name, LARGEST_METADATA))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {system_reason(error)}") from None


class Folder:
    """A folder that claims to hold a corpus."""

    def __init__(self, path: Path) -> None:
        """Look at a folder.

        Raises:
            CorpusNotFound: it is no folder, or contains no ``datapackage.json``.
        """
        self.path = path
        expected = "expected the folder of a built corpus"
        try:
            self.root = path.resolve(strict=True)
            self.names = sorted(entry.name for entry in self.root.iterdir())
        except (OSError, RuntimeError, ValueError) as error:
            reason = system_reason(error) if isinstance(error, OSError) else str(error)
            raise CorpusNotFound(f"{path}: {reason}; {expected}") from None
        if DESCRIPTOR not in self.names:
            raise CorpusNotFound(f"{path}: contains no {DESCRIPTOR}; {expected}")

    def locate(self, name: object) -> Path:
        """Return a file of the folder by its path as ``datapackage.json`` gives it.

        Raises:
            NotReadable: the path leaves the folder, or no regular file is there.
        """
        if not isinstance(name, str) or not stays_inside(name):
            expected = "a path inside the folder, such as 'records.parquet'"
            raise NotReadable(Problem("path-unsafe", shorten(name), expected, file=DESCRIPTOR))
        return regular_file(self.root, name)

    def descriptor(self) -> Mapping[str, object]:
        """Return the content of ``datapackage.json``.

        Raises:
            CorpusNotFound: it is not the descriptor of a data package.
        """
        try:
            content = parse_json(read_file(self.root, DESCRIPTOR))
        except NotReadable as error:
            raise CorpusNotFound(f"{self.path}: {error}") from None
        except ValueError as error:
            problem = Problem("not-json", str(error), "JSON in UTF-8", file=DESCRIPTOR)
            raise CorpusNotFound(f"{self.path}: {problem}") from None
        if not isinstance(content, dict) or not isinstance(content.get("resources"), list):
            where = self.path / DESCRIPTOR
            raise CorpusNotFound(
                f"{where}: no data package; expected the descriptor of a built corpus"
            )
        return content


class RawTexts:
    """The raw texts, manifests and layouts of a corpus: in its folder or beside it."""

    def __init__(self, folder: Folder) -> None:
        self.path = raw_folder(folder.root)
        # `raw` may be a link, but only to a folder in that of the corpus or in the one around it.
        is_inside = self.path.is_dir() and leads_inside(self.path, folder.root.parent)
        self.root = self.path.resolve() if is_inside else None

    @property
    def problem(self) -> Problem | None:
        """What keeps all of them from being read, if anything does."""
        if self.root is not None:
            return None
        found = "no such folder"
        if self.path.is_symlink():
            found = f"a symbolic link that leaves {self.path.parent.name}/"
        expected = (
            "the raw texts, in the corpus or beside it; --no-proof checks all the rest without them"
        )
        return Problem("raw-missing", found, expected, file="raw/")

    def names(self, suffix: str) -> list[str]:
        """Return the names of the files with a suffix, sorted; hidden ones are passed over."""
        if self.root is None:
            return []
        names = [path.name for path in self.root.iterdir() if path.suffix == suffix]
        return sorted(name for name in names if not name.startswith("."))

    @property
    def size(self) -> int:
        """The bytes of all raw texts together."""
        return sum((self.path / name).lstat().st_size for name in self.names(".txt"))

    def read(self, raw_path: object) -> bytes:
        """Return a raw text, by its path as the table ``issues`` gives it.

        Raises:
            NotReadable: the path leaves the folder, or no such text is there.
        """
        if not isinstance(raw_path, str) or not is_identifier(raw_path, RAW_PATH):
            expected = "a path such as 'raw/lpr-1-2.txt'"
            raise NotReadable(
                Problem("path-unsafe", shorten(raw_path), expected, column="raw_path")
            )
        path = self._find(raw_path.removeprefix("raw/"), LARGEST_TEXT)
        if path is None:
            raise NotReadable(Problem("raw-missing", "no such file", "the file", file=raw_path))
        return _content(path)

    def manifest(self, issue: str) -> bytes | None:
        """Return the content of an issue's manifest; None where there is none.

        Raises:
            NotReadable: it leads out of the folder, or is too large.
        """
        path = self._find(f"{issue}.toml", LARGEST_MANIFEST)
        return None if path is None else _content(path)

    def layout(self, issue: str) -> Path | None:
        """Return the layout file of an issue's raw text; None where there is none.

        Raises:
            NotReadable: it leads out of the folder, or is too large.
        """
        return self._find(f"{issue}.layout.parquet", LARGEST_TEXT)

    def _find(self, name: str, limit: int) -> Path | None:
        assert self.root is not None
        try:
            return regular_file(self.root, name, limit, f"raw/{name}")
        except NotReadable as error:
            if error.problem.code == "file-missing":
                return None
            raise


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
        problem = Problem("raw-encoding", found, "text in UTF-8", line=line, file=raw_path)
        raise NotReadable(problem) from None
