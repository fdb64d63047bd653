"""A folder replaced by another in one step, so that at every moment one of the two is there, whole.

What is being made is in a staging folder beside the target, ``.<target>.unfinished``, under a lock.
Where the work stops before its end, the finished shards stay in it for the next build. Where the
system does not let two folders be exchanged (a mount point, a lower layer of an overlay, a parent
that is read-only, NFS), the files are replaced one by one, and a note says so.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lprcorpus.errors import OutputError, WorkersLost, system_reason
from lprcorpus.files import is_left_by_tools

if sys.platform != "win32":
    import fcntl

# Why a folder cannot be exchanged though its files can be replaced: a mount point, another layer,
# not ours to move, a folder in itself, or a system that exchanges none.
_NO_EXCHANGE = (
    *(errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.EINVAL, errno.ENOSYS, errno.ENOTSUP),
)
# How a system says that another process has the lock; any other answer is that there are no locks.
_LOCKED = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
# <fcntl.h> and <linux/fs.h>; the second also has this value in macOS's <stdio.h> (RENAME_SWAP).
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_INNER = ".unfinished"  # the staging folder where it has to be in the target


@dataclass
class StagingFolder:
    """Where a folder is being made."""

    place: Path  # the folder itself
    shown: Path  # the target as the user named it, for messages
    target: Path
    notes: list[str] = field(default_factory=list)  # how that was done, a line each
    keeps_shards: bool = True  # where the work stops before its end
    state: str = "is as it was before"  # of the target, for messages

    def __post_init__(self) -> None:
        self.shards = self.place / "shards"  # for the finished pieces of the work
        self.fresh = self.place / "fresh"  # what takes the place of the target

    @property
    def hint(self) -> str:
        """What a message adds where the work stops and there are shards to go on from."""
        # What killed workers left half-way is hidden.
        finished = len(list(self.shards.glob("[!.]*")))
        if not finished or not self.keeps_shards:
            return ""
        return f"; finished shards are kept ({finished}): build with --resume to go on"

    def begin(self, *, resume: bool) -> None:
        """Make the folders, and clear away what a run before may have left."""
        self._clear_fresh()
        if not resume:
            shutil.rmtree(self.shards, ignore_errors=True)
        self.shards.mkdir(exist_ok=True)
        self.fresh.mkdir()

    def put_in_place(self) -> None:
        """Let the fresh folder take the place of the target."""
        # It is on the disk before, so that lost power leaves one of the two, whole.
        for path in (*self.fresh.rglob("*"), self.fresh):
            _sync(path)
        try:
            if self.target.exists():
                _exchange(self.fresh, self.target)
            else:
                self.fresh.rename(self.target)
        except OSError as error:
            if error.errno not in _NO_EXCHANGE or not self.target.exists():
                raise
            self._replace_files()
            reason = f"cannot be exchanged as a whole ({system_reason(error)})"
            self.notes.append(f"{self.shown}: {reason}; its files were replaced one by one")
        self.state = "is built"
        self.keeps_shards = False
        self._clear_fresh()
        _sync(self.target.parent)  # the names are in it

    def end(self) -> None:
        """Remove all that the next run has no use for."""
        shutil.rmtree(self.fresh, ignore_errors=True)
        if not self.hint:
            shutil.rmtree(self.place, ignore_errors=True)

    def _clear_fresh(self) -> None:
        """Remove the fresh folder; after an exchange it is the old one, where tools left files."""
        if self.fresh.is_dir() and self.target.is_dir():
            for path in _entries(self.fresh):
                if is_left_by_tools(path.name):
                    to = self.target / path.relative_to(self.fresh)
                    with suppress(OSError):  # a folder of that name is there by now
                        to.parent.mkdir(exist_ok=True)
                        path.rename(to)
        shutil.rmtree(self.fresh, ignore_errors=True)

    def _replace_files(self) -> None:
        """Replace the files of the target one by one."""
        incoming = self.target / _INNER / "incoming"
        old = _file_names(self.target)
        new = _file_names(self.fresh)
        try:
            # All are copied into the folder first, where a full disk would stop this.
            for name in new:
                (incoming / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.fresh / name, incoming / name)
            for name in new:
                (self.target / name).parent.mkdir(exist_ok=True)
                (incoming / name).replace(self.target / name)
            for name in old - new:
                (self.target / name).unlink()
        finally:
            shutil.rmtree(incoming, ignore_errors=True)
            with suppress(OSError):  # it is the staging folder
                incoming.parent.rmdir()


@contextmanager
def replaced_folder(
    target: Path, is_ours: Callable[[str], bool], *, resume: bool = False
) -> Iterator[StagingFolder]:
    """Give a staging folder; at the end, its fresh folder takes the place of ``target``.

    Until then, and on any error, the target stays as it is. ``is_ours`` says which entries of it,
    given by their paths in it, may be replaced. With ``resume``, the shards of a run that was
    stopped are kept. Errors and ``KeyboardInterrupt`` say whether there are some to go on from.

    Raises:
        OutputError: the target cannot be written, it contains something that is not ours, or
            another process is replacing it.
    """
    shown, target = target, Path(os.path.realpath(target))
    try:
        _check_target(shown, target, is_ours)
        staging = StagingFolder(_make_place(target), shown, target)
        lock = _lock(staging)
    except OSError as error:
        raise OutputError(f"{shown}: cannot be written: {system_reason(error)}") from None
    try:
        staging.begin(resume=resume)
        yield staging
        _check_target(shown, target, is_ours)  # much may have been put there meanwhile
        staging.put_in_place()
    except OSError as error:
        reason = f"{shown}: cannot be written: {system_reason(error)}"
        raise OutputError(f"{reason}; it {staging.state}{staging.hint}") from None
    except (OutputError, WorkersLost) as error:
        raise type(error)(f"{error}{staging.hint}") from None
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{shown} {staging.state}{staging.hint}") from None
    finally:
        staging.end()
        lock.close()  # last, so that nobody else works there yet


def _check_target(shown: Path, target: Path, is_ours: Callable[[str], bool]) -> None:
    """Refuse to replace a folder that contains what no build wrote."""
    if not target.exists():
        return
    if not target.is_dir():
        expected = "expected a folder, or a path at which to make one"
        raise OutputError(f"{shown}: not a folder; {expected}")
    for path in _entries(target):
        name = path.relative_to(target).as_posix()
        if not is_ours(name) and not is_left_by_tools(path.name):
            expected = "expected an empty folder or a built corpus"
            raise OutputError(f"{shown}: contains {name!r}, which no build wrote; {expected}")


def _entries(folder: Path) -> Iterator[Path]:
    """Yield all that is in a folder, each folder before its entries; not what is in a tool's."""
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink() and not is_left_by_tools(path.name):
            yield from _entries(path)


def _file_names(folder: Path) -> set[Path]:
    """Return the paths in a folder of its files that are no tool's."""
    names = set()
    for path in _entries(folder):
        if not is_left_by_tools(path.name) and (path.is_symlink() or not path.is_dir()):
            names.add(path.relative_to(folder))
    return names


def _make_place(target: Path) -> Path:
    """Make the staging folder: beside the target or, where that is not allowed, in it."""
    place = target.with_name(f".{target.name}.unfinished")
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        if error.errno not in _NO_EXCHANGE or not target.is_dir():
            raise
        place = target / _INNER
        place.mkdir(exist_ok=True)
    return place


def _lock(staging: StagingFolder) -> IO[bytes]:
    """Lock the staging folder; the system lets go of the open file when the process ends."""
    path = staging.place / "lock"
    file = path.open("ab")
    is_held = False
    try:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        is_held = error.errno in _LOCKED
        if not is_held:
            hint = "do not start another build of it meanwhile"
            staging.notes.append(f"{staging.shown}: the file system has no locks; {hint}")
    # A build that ends removes the file: the lock counts only where others would open the same.
    if is_held or not path.exists() or not os.path.samestat(path.stat(), os.fstat(file.fileno())):
        file.close()
        found = "another build is at work on it"
        raise OutputError(f"{staging.shown}: {found}; expected one at a time")
    return file


def _sync(path: Path) -> None:
    """Have a file or a folder written to the disk; not every system does that for a folder."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _exchange(one: Path, other: Path) -> None:
    """Exchange two folders by ``renameat2(2)`` of Linux or ``renamex_np(2)`` of macOS."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            status = library.renamex_np(*names, _RENAME_EXCHANGE)
        else:
            status = library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE)
    except (AttributeError, OSError, TypeError):  # there is no such function
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from None
    if status != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
