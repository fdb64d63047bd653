"""Where an export goes: a file that is there whole or not at all, or a stream."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from lprcorpus.errors import OutputError, system_reason

__all__ = ["whole_file"]


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of ``path`` when the block ends without an error.

    Until then, and on any error, what was at ``path`` stays as it is. A link is followed; what is no regular file, such as a
    pipe or a terminal, is written to directly.

    Raises:
        OutputError: it cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise OutputError(f"{path}: a folder; expected a file, or a path at which to make one")
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            with target.open("wb") as stream:
                yield stream
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not os.access(target, os.W_OK):
            raise OutputError(f"{path}: cannot be written: it is read-only")
        with _replacement(target) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {system_reason(error)}") from None


@contextmanager
def _replacement(target: Path) -> Iterator[BinaryIO]:
    """Give a new file beside ``target``, and put it in its place when the block ends without an error."""
    fresh = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with fresh.open("xb") as stream:
            yield stream
        if target.exists():
            fresh.chmod(stat.S_IMODE(target.stat().st_mode))
        fresh.replace(target)
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()
