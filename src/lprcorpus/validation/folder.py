"""The files of a corpus that may be broken or hostile.

Nothing outside the folder is read, and no file before its size is known.
"""

from __future__ import annotations

import math
import stat
from pathlib import Path

from lprcorpus.errors import UsageError, system_reason
from lprcorpus.identifiers import leads_inside
from lprcorpus.locations import raw_folder
from lprcorpus.problems import Problem

__all__ = [
    "LARGEST_METADATA",
    "LARGEST_TEXT",
    "NotReadable",
    "open_raw_folder",
    "read_file",
    "regular_file",
]

# Bytes of a metadata file or a manifest, at most. A descriptor has some 400 bytes for each issue.
LARGEST_METADATA = 32 * 1024 * 1024

# Bytes of the raw text of one issue, or of its layout, at most. It bounds the memory.
LARGEST_TEXT = 256 * 1024 * 1024


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


def open_raw_folder(root: Path) -> Path:
    """Return the folder of the raw texts and manifests: in that of the corpus, or beside it.

    Args:
        root: the folder of the corpus, resolved.

    Raises:
        NotReadable: there is none, or it leads away from the corpus.
    """
    path = raw_folder(root)
    # It may be a link, but only to a folder in that of the corpus or in the one around it.
    if path.is_dir() and leads_inside(path, root.parent):
        return path.resolve()
    found = "no such folder"
    if path.is_symlink():
        found = f"a symbolic link that leaves {path.parent.name}/"
    way_out = "--no-proof checks all the rest without them"
    expected = f"the raw texts, in the corpus or beside it; {way_out}"
    raise NotReadable(Problem("file-missing", found, expected, file="raw/"))
