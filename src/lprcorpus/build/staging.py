"""A folder replaced by another in one step, so that at every moment one of the two is there, whole.

What is being made stands beside the target, in ``.<target>.unfinished``, under a lock: two at once do not meet there. Where the
work stops before its end, what its pieces left in the scratch folder stays for the next, if that wants to go on from there.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lprcorpus.errors import OutputError, system_reason

if sys.platform == "win32":  # pragma: no cover
    import msvcrt
else:
    import fcntl

__all__ = ["Workplace", "replaced_folder"]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


@dataclass(frozen=True)
class Workplace:
    """Where a folder is being made.

    Attributes:
        scratch: for pieces of the work; what is in it stays where the work stops before its end.
        fresh: the folder that takes the place of the target.
    """

    scratch: Path
    fresh: Path

    def forget(self) -> None:
        """Remove the pieces: nothing is to be gone on with."""
        shutil.rmtree(self.scratch, ignore_errors=True)


@contextmanager
def replaced_folder(target: Path, is_ours: Callable[[str], bool], *, resume: bool = False) -> Iterator[Workplace]:
    """Give a place to work in; when the block ends without an error, its fresh folder takes the place of ``target``.

    The new folder is made beside the target, so that the exchange is one rename. Until then, and on any error, the target
    stays as it is.

    Args:
        target: the folder to replace; it need not exist.
        is_ours: tells by its name whether an entry of the target may be replaced.
        resume: whether the scratch folder keeps what a run that was stopped has left in it.

    Raises:
        OutputError: the target cannot be written, it holds something that is not ours, or another process is replacing it.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 (a link is refused below, not followed)
    _check_target(target, is_ours)
    place = target.with_name(f".{target.name}.unfinished")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = _lock(place, target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {system_reason(error)}") from None
    work = Workplace(place / "scratch", place / "fresh")
    try:
        _put_back(work.fresh, target)
        for left in (work.fresh,) if resume else (work.fresh, work.scratch):
            shutil.rmtree(left, ignore_errors=True)
        work.scratch.mkdir(exist_ok=True)
        work.fresh.mkdir()
        yield work
        if target.exists():
            _exchange(work.fresh, target)
        else:
            work.fresh.rename(target)
        work.forget()
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {system_reason(error)}; it is as it was before") from None
    finally:
        shutil.rmtree(work.fresh, ignore_errors=True)
        if not work.scratch.is_dir() or not any(work.scratch.iterdir()):
            shutil.rmtree(place, ignore_errors=True)  # before the lock is let go, so that nobody else works there yet
        lock.close()


def _lock(place: Path, target: Path) -> IO[bytes]:
    """Make the place to work in, and lock it; the system lets go of the lock when the process ends, however it does.

    Raises:
        OutputError: another process holds the lock.
    """
    path = place / "lock"
    while True:
        place.mkdir(exist_ok=True)
        try:
            file = path.open("a+b")
        except FileNotFoundError:  # removed meanwhile by one that has just finished
            continue
        try:
            _take(file)
        except OSError:
            file.seek(0)
            holder = file.read().decode("ascii", "replace")
            file.close()
            raise OutputError(f"{target}: another build is at work on it (process {holder}); expected one at a time") from None
        if path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno())):
            file.truncate(0)
            file.write(str(os.getpid()).encode("ascii"))
            file.flush()
            return file
        file.close()


def _take(file: IO[bytes]) -> None:
    if sys.platform == "win32":  # pragma: no cover
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _check_target(target: Path, is_ours: Callable[[str], bool]) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise OutputError(f"{target}: not a folder; expected a folder, or a path at which to make one")
    try:
        foreign = sorted(entry.name for entry in target.iterdir() if not is_ours(entry.name)) if target.exists() else []
    except OSError as error:
        raise OutputError(f"{target}: cannot be read: {system_reason(error)}") from None
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise OutputError(
            f"{target}: holds {foreign[0]!r}{more}, which no build wrote; expected an empty folder or a built corpus"
        )


def _exchange(fresh: Path, target: Path) -> None:
    """Exchange two folders; in one step where the system can, else by two renames with the old one put back on failure."""
    if _swap(fresh, target):
        return
    aside = _aside(fresh)
    target.rename(aside)
    try:
        fresh.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _aside(fresh: Path) -> Path:
    return fresh.with_name(f"{fresh.name}-old")


def _put_back(fresh: Path, target: Path) -> None:
    """Put the old folder back where the process was killed between the two renames; remove it where it was killed after."""
    if _aside(fresh).is_dir() and not target.exists():
        _aside(fresh).rename(target)
    shutil.rmtree(_aside(fresh), ignore_errors=True)


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
