"""A corpus's folder, seen from outside: nothing outside it is read, and no file is read before its size is known."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lprcorpus.errors import CorpusNotFound, UsageError, system_reason
from lprcorpus.identifiers import RAW_PATH, is_identifier, leads_inside, stays_inside
from lprcorpus.locations import raw_folder
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.validation.documents import parse_json

__all__ = ["DESCRIPTOR", "Folder", "NotReadable", "RawTexts", "hash_file"]

DESCRIPTOR = "datapackage.json"

LARGEST_METADATA = 32 * 1024 * 1024
"""Bytes of a metadata file that is read as a whole, at most. A descriptor has some 400 bytes for each issue at most."""

LARGEST_TEXT = 256 * 1024 * 1024
"""Bytes of the raw text of one issue, at most. It bounds the memory."""

LARGEST_MANIFEST = 8 * 1024 * 1024
"""Bytes of a manifest, at most."""

_PIECE = 1024 * 1024


class NotReadable(Exception):
    """A file that cannot or must not be read, as a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class Folder:
    """A folder that claims to hold a corpus."""

    def __init__(self, path: Path) -> None:
        """Look at a folder.

        Raises:
            CorpusNotFound: it is no folder, or holds no ``datapackage.json``.
        """
        self.path = path
        try:
            self.root = path.resolve(strict=True)
            names = [entry.name for entry in self.root.iterdir()]
        except (OSError, RuntimeError, ValueError) as error:
            reason = system_reason(error) if isinstance(error, OSError) else str(error)
            raise CorpusNotFound(f"{path}: {reason}; expected the folder of a built corpus") from None
        if DESCRIPTOR not in names:
            raise CorpusNotFound(f"{path}: holds no {DESCRIPTOR}; expected the folder of a built corpus")
        self.names = sorted(names)

    def locate(self, name: object) -> Path:
        """Return a file of the folder by its path as ``datapackage.json`` gives it.

        Args:
            name: the path, relative to the folder, its steps separated by ``/``.

        Raises:
            NotReadable: the path leaves the folder, or no regular file is there.
        """
        if not isinstance(name, str) or not stays_inside(name):
            expected = "a path inside the folder, such as 'records.parquet'"
            raise NotReadable(Problem("path-unsafe", shorten(name), expected, file=DESCRIPTOR))
        return regular_file(self.root / name, self.root, name)

    def read(self, name: str, limit: int = LARGEST_METADATA) -> bytes:
        """Return the content of a metadata file.

        Raises:
            NotReadable: it is not there, leads out of the folder, or is larger than the limit.
            UsageError: the system refuses to read it.
        """
        return read_bounded(regular_file(self.root / name, self.root, name), name, limit)

    def read_json(self, name: str) -> object:
        """Return the content of a JSON file.

        Raises:
            NotReadable: it cannot be read, or is not JSON.
        """
        data = self.read(name)
        try:
            return parse_json(data)
        except ValueError as error:
            problem = Problem("not-json", str(error), "JSON in UTF-8", file=name)
            raise NotReadable(problem) from None

    def descriptor(self) -> Mapping[str, object]:
        """Return the content of ``datapackage.json``.

        Raises:
            CorpusNotFound: it is not the descriptor of a data package.
        """
        try:
            content = self.read_json(DESCRIPTOR)
        except NotReadable as error:
            raise CorpusNotFound(f"{self.path}: {error}") from None
        if not isinstance(content, dict) or not isinstance(content.get("resources"), list):
            where = self.path / DESCRIPTOR
            raise CorpusNotFound(f"{where}: no data package; expected the descriptor of a built corpus")
        return content


class RawTexts:
    """The raw texts and manifests of a corpus: inside its folder or, as in a checkout, beside it; nowhere else."""

    def __init__(self, folder: Folder) -> None:
        self.path = raw_folder(folder.root)
        # `raw` may be a link, but only to a folder of the corpus or of the folder that the corpus is in.
        home = folder.root.parent
        inside = self.path.is_dir() and leads_inside(self.path, home)
        self.root = self.path.resolve() if inside else None

    @property
    def problem(self) -> Problem | None:
        """What keeps all of them from being read, if anything does."""
        if self.root is not None:
            return None
        found = "no such folder"
        if self.path.is_symlink():
            found = f"a symbolic link that leaves {self.path.parent.name}/"
        expected = "the raw texts, in the corpus or beside it; --no-proof checks all the rest without them"
        return Problem("raw-missing", found, expected, file="raw/")

    def names(self, suffix: str) -> list[str]:
        """Return the names of the files that end in a suffix, sorted; hidden ones are passed over."""
        if self.root is None:
            return []
        found = [path.name for path in self.root.iterdir() if path.suffix == suffix]
        return sorted(name for name in found if not name.startswith("."))

    @property
    def size(self) -> int:
        """The bytes of all raw texts together."""
        if self.root is None:
            return 0
        return sum((self.root / name).lstat().st_size for name in self.names(".txt"))

    def read(self, raw_path: object) -> bytes:
        """Return a raw text.

        Args:
            raw_path: its path as the table ``issues`` gives it.

        Raises:
            NotReadable: the path leaves the folder, or no such text is there.
            UsageError: the system refuses to read it.
        """
        if not isinstance(raw_path, str) or not is_identifier(raw_path, RAW_PATH):
            expected = "a path such as 'raw/lpr-1-2.txt'"
            raise NotReadable(Problem("path-unsafe", shorten(raw_path), expected, column="raw_path"))
        try:
            return self._read(raw_path, LARGEST_TEXT)
        except NotReadable as error:
            code = error.problem.code
            missing = replace(error.problem, code="raw-missing" if code == "file-missing" else code)
            raise NotReadable(missing) from None

    def manifest(self, issue: str) -> bytes | None:
        """Return the content of an issue's manifest; None where there is none.

        Raises:
            NotReadable: it leads out of the folder, or is too large.
            UsageError: the system refuses to read it.
        """
        try:
            return self._read(f"raw/{issue}.toml", LARGEST_MANIFEST)
        except NotReadable as error:
            if error.problem.code == "file-missing":
                return None
            raise

    def layout(self, issue: str) -> Path | None:
        """Return the layout file of an issue's raw text; None where there is none.

        Raises:
            NotReadable: it leads out of the folder, or is too large.
        """
        name = f"{issue}.layout.parquet"
        if self.root is None or not (self.root / name).exists():
            return None
        path = regular_file(self.root / name, self.root, f"raw/{name}")
        if path.stat().st_size > LARGEST_TEXT:
            raise NotReadable(
                Problem("file-too-large", f"{path.stat().st_size:,} bytes", f"{LARGEST_TEXT:,} at most", file=f"raw/{name}")
            )
        return path

    def _read(self, name: str, limit: int) -> bytes:
        assert self.root is not None
        path = regular_file(self.root / name.removeprefix("raw/"), self.root, name)
        return read_bounded(path, name, limit)


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


def read_bounded(path: Path, name: str, limit: int) -> bytes:
    """Return the content of a file that is known to be regular.

    Args:
        path: the file.
        name: what it is called in a problem.
        limit: how many bytes it may have.

    Raises:
        NotReadable: it is larger than the limit.
        UsageError: the system refuses to read it.
    """
    size = path.stat().st_size
    if size > limit:
        problem = Problem("file-too-large", f"{size:,} bytes", f"{limit:,} at most", file=name)
        raise NotReadable(problem)
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {system_reason(error)}") from None


def regular_file(path: Path, root: Path, name: str) -> Path:
    """Return where a path leads, which has to be a regular file inside a folder (or in the Hub's store of it).

    Args:
        path: the path.
        root: the folder, resolved.
        name: what a problem calls the file.

    Raises:
        NotReadable: there is none, or it leads elsewhere.
    """
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, RuntimeError, ValueError):
        problem = Problem("file-missing", "no such file", "the file", file=name)
        raise NotReadable(problem) from None
    if not leads_inside(path, root):
        found = f"a symbolic link that leaves {root.name}/"
        raise NotReadable(Problem("path-unsafe", found, "a file inside the folder", file=name))
    if not stat.S_ISREG(mode):
        found = "something that is no regular file"
        raise NotReadable(Problem("file-missing", found, "the file", file=name))
    return real


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    Raises:
        UsageError: the system refuses to read it.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {system_reason(error)}") from None
    return digest.hexdigest()
