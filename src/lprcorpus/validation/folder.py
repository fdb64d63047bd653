"""A corpus's folder, seen from outside: nothing outside it is read, and no file is read before its size is known."""

from __future__ import annotations

import hashlib
import re
import stat
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from lprcorpus.errors import CorpusNotFound, UsageError, system_reason
from lprcorpus.problems import Problem, shorten
from lprcorpus.validation.documents import parse_json

__all__ = ["DESCRIPTOR", "Folder", "NotReadable"]

DESCRIPTOR = "datapackage.json"

LARGEST_METADATA = 32 * 1024 * 1024
"""Bytes of a metadata file that is read as a whole, at most. A descriptor has some 400 bytes for each issue at most."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
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
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise CorpusNotFound(f"{path}: {reason}; expected the folder of a built corpus") from None
        if DESCRIPTOR not in names:
            raise CorpusNotFound(f"{path}: holds no {DESCRIPTOR}; expected the folder of a built corpus")
        self.names = sorted(names)

    def locate(self, name: object, *, said: str) -> Path:
        """Return a file of the folder by its path as a metadata file gives it.

        Args:
            name: the path, relative to the folder, parted by ``/``.
            said: the file that says it.

        Raises:
            NotReadable: the path leaves the folder, or no regular file is there.
        """
        if not isinstance(name, str) or not _stays_inside(name):
            raise NotReadable(
                Problem("path-unsafe", shorten(name), "a path inside the folder, such as 'records.parquet'", file=said)
            )
        return self.inside(self.root / name, name)

    def inside(self, path: Path, name: str) -> Path:
        """Return a path where it leads to a regular file inside the folder.

        Raises:
            NotReadable: it does not.
        """
        return regular_file(path, self.root, name)

    def read(self, name: str, limit: int = LARGEST_METADATA) -> bytes:
        """Return the content of a metadata file.

        Raises:
            NotReadable: it is not there, leads out of the folder, or is larger than the limit.
            UsageError: the system refuses to read it.
        """
        return read_bounded(self.inside(self.root / name, name), name, limit)

    def read_json(self, name: str) -> Any:
        """Return the content of a JSON file.

        Raises:
            NotReadable: it cannot be read, or is not JSON.
        """
        data = self.read(name)
        try:
            return parse_json(data)
        except ValueError as error:
            raise NotReadable(Problem("not-json", str(error), "JSON in UTF-8", file=name)) from None

    def descriptor(self) -> dict[str, Any]:
        """Return the content of ``datapackage.json``.

        Raises:
            CorpusNotFound: it is not the descriptor of a data package.
        """
        try:
            content = self.read_json(DESCRIPTOR)
        except NotReadable as error:
            raise CorpusNotFound(f"{self.path}: {error}") from None
        if not isinstance(content, dict) or not isinstance(content.get("resources"), list):
            raise CorpusNotFound(f"{self.path / DESCRIPTOR}: no data package; expected the descriptor of a built corpus")
        return content


def _stays_inside(name: str) -> bool:
    """Tell whether a path is relative, on any system, and does not lead upwards.

    >>> [_stays_inside(name) for name in ("records.parquet", "../x", "/etc/passwd", "C:/x", "https://a.example/x", "")]
    [True, False, False, False, False, False]
    """
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    absolute = posix.is_absolute() or windows.is_absolute() or bool(windows.drive or windows.root)
    upwards = ".." in posix.parts or ".." in windows.parts
    return bool(name) and name.isprintable() and not (absolute or upwards or _SCHEME.match(name))


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
        raise NotReadable(Problem("file-too-large", f"{size:,} bytes", f"{limit:,} at most", file=name))
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {system_reason(error)}") from None


def regular_file(path: Path, root: Path, name: str) -> Path:
    """Return a path where it leads to a regular file inside a folder.

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
        raise NotReadable(Problem("file-missing", "no such file", "the file", file=name)) from None
    if not real.is_relative_to(root):
        found = f"a symbolic link that leaves {root.name}/"
        raise NotReadable(Problem("path-unsafe", found, "a file inside the folder", file=name))
    if not stat.S_ISREG(mode):
        raise NotReadable(Problem("file-missing", "something that is no regular file", "the file", file=name))
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
