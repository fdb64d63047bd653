"""A folder replaced by another in one step, so that at every moment one of the two is there, whole."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lprcorpus.errors import OutputError

__all__ = ["replaced_folder"]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


@contextmanager
def replaced_folder(target: Path, is_ours: Callable[[str], bool]) -> Iterator[Path]:
    """Give an empty folder to write to; when the block ends without an error it takes the place of ``target``.

    The new folder is made beside the target, so that the exchange is one rename. Until then, and on any error, the target
    stays as it is. What a build that was killed left behind is removed by the next.

    Args:
        target: the folder to replace; it need not exist.
        is_ours: tells by its name whether an entry of the target may be replaced.

    Raises:
        OutputError: the target cannot be written, or it holds something that is not ours.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 (a link is refused below, not followed)
    _check_target(target, is_ours)
    prefix = f".{target.name}.building-"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in target.parent.glob(f"{prefix}*"):
            if not _is_running(left.name.removeprefix(prefix).partition("-")[0]):
                shutil.rmtree(left, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=target.parent))
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {_reason(error)}") from None
    try:
        yield fresh
        fresh.chmod(0o755)
        if target.exists():
            _exchange(fresh, target)
        else:
            fresh.rename(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {_reason(error)}; it is as it was before") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _check_target(target: Path, is_ours: Callable[[str], bool]) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise OutputError(f"{target}: not a folder; expected a folder, or a path at which to make one")
    try:
        foreign = sorted(entry.name for entry in target.iterdir() if not is_ours(entry.name)) if target.exists() else []
    except OSError as error:
        raise OutputError(f"{target}: cannot be read: {_reason(error)}") from None
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise OutputError(
            f"{target}: holds {foreign[0]!r}{more}, which no build wrote; expected an empty folder or a built corpus"
        )


def _is_running(pid: str) -> bool:
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _exchange(fresh: Path, target: Path) -> None:
    """Exchange two folders; in one step where the system can, else by two renames with the old one put back on failure."""
    if _swap(fresh, target):
        return
    aside = fresh.with_name(f"{fresh.name}-old")
    target.rename(aside)
    try:
        fresh.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _swap(one: Path, other: Path) -> bool:
    """Exchange two folders by one system call (Linux ``renameat2(2)``, macOS ``renamex_np(2)``); False where there is none."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            status = library.renamex_np(os.fsencode(one), os.fsencode(other), _RENAME_SWAP)
        else:
            status = library.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    except (AttributeError, OSError, TypeError):
        return False
    if status == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code))
