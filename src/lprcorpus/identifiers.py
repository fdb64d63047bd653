"""What identifiers and paths look like: the patterns, and the checks."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath, PureWindowsPath

# The identifier of an issue, such as ``lpr-1-2``.
ISSUE_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"

# The identifier of a record: its issue's, and a slug.
RECORD_ID = r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$"

# The path of a raw text, from the folder that contains ``processed/``.
RAW_PATH = r"^raw/[A-Za-z0-9_-][A-Za-z0-9._-]*\.txt$"

# The name of a corpus, as a data package has it. Files are called after it, so it is no path.
CORPUS_NAME = r"^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$"

_URL_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def is_identifier(value: object, pattern: str) -> bool:
    """Return whether a value is a string that a pattern of this module describes as a whole.

    >>> is_identifier("lpr-1-2", ISSUE_ID), is_identifier("../../x", ISSUE_ID)
    (True, False)
    """
    # Not re.match: its "$" also matches before a newline at the end.
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def issue_of(identifier: str) -> str:
    """Return the issue of a record, or the issue itself, by its identifier.

    >>> issue_of("lpr-1-2/hourglass-of-the-free"), issue_of("lpr-1-2")
    ('lpr-1-2', 'lpr-1-2')
    """
    return identifier.partition("/")[0]


def stays_inside(path: object) -> bool:
    """Return whether a path is relative, on any system, and does not lead upwards.

    >>> stays_inside("records.parquet"), stays_inside("../x"), stays_inside("C:/x")
    (True, False, False)
    """
    if not isinstance(path, str) or not path or not path.isprintable():
        return False
    posix = PurePosixPath(path)
    windows = PureWindowsPath(path)
    if posix.is_absolute() or windows.drive or windows.root or _URL_SCHEME.match(path):
        return False
    return ".." not in posix.parts and ".." not in windows.parts


def leads_inside(path: Path, folder: Path) -> bool:
    """Return whether a path is in a folder when all links are followed, as those of the folder are.

    A snapshot that ``huggingface_hub`` downloads is a folder of links to ``blobs/`` beside
    ``snapshots/``: a link that leads there is as good as a file.
    """
    real = os.path.realpath(path)
    homes = [folder]
    homes += [above.parent / "blobs" for above in folder.parents if above.name == "snapshots"]
    return any(real.startswith(f"{home}{os.sep}") for home in homes)
