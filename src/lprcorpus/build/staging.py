"""A folder replaced by another in one step, so that at every moment one of the two is there, whole.

What is being made is in a staging folder beside the target, ``.<target>.unfinished``, under a lock.
Where the work stops before its end, the finished shards stay in it for the next build. Where the
system does not let a folder be exchanged (a mount point, a lower layer of an overlay, a parent that
is read-only), its files are replaced one by one, and a note says so.
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

from lprcorpus.errors import OutputError, system_reason
from lprcorpus.files import is_left_by_tools

if sys.platform != "win32":
    import fcntl

# Why a folder cannot be renamed though its files can be: a mount point, another layer, or not ours
# to move.
_NO_EXCHANGE = (errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS)
# How a system says that another process has the lock; any other answer is that there are no locks.
_LOCKED = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
# <fcntl.h> and <linux/fs.h>; the second also has this value in macOS's <stdio.h> (RENAME_SWAP).
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_INNER = ".unfinished"  # the staging folder where it has to be in the target

IsOurs = Callable[[str], bool]
"""Returns whether an entry of the target, given its path in it, may be replaced."""


@dataclass
class StagingFolder:
    """Where a folder is being made.

    Attributes:
        place: the folder itself.
        shown: the target as the user named it, for messages.
        target: the folder to replace.
        notes: what a person should know of how that was done, a line each.
        keeps_shards: whether the shards stay where the work stops before its end.
        is_done: whether the fresh folder has taken the place of the target.
    """

    place: Path
    shown: Path
    target: Path
    notes: list[str] = field(default_factory=list)
    keeps_shards: bool = True
    is_done: bool = False

    @property
    def shards(self) -> Path:
        """For the finished pieces of the work."""
        return self.place / "shards"

    @property
    def fresh(self) -> Path:
        """The folder that takes the place of the target."""
        return self.place / "fresh"

    @property
    def _old(self) -> Path:
        return self.place / "old"

    def begin(self, *, keeps_shards: bool) -> None:
        """Make the folders, and clear away what a run before may have left."""
        self._remove_old()
        self.shards.mkdir(exist_ok=True)
        self.fresh.mkdir()
        self._tidy(keeps_shards=keeps_shards)

    def put_in_place(self) -> None:
        """Let the fresh folder take the place of the target."""
        # It is on the disk before, so that lost power leaves one of the two, whole.
        for path in (*self.fresh.rglob("*"), self.fresh):
            _sync(path)
        try:
            self._exchange()
        except OSError as error:
            if error.errno not in _NO_EXCHANGE or not self.target.is_dir():
                raise
            self._replace_files()
            reason = f"cannot be exchanged as a whole ({system_reason(error)})"
            self.notes.append(f"{self.shown}: {reason}; its files were replaced one by one")
        self.is_done = True
        self.keeps_shards = False
        self._remove_old()
        _sync(self.target.parent)  # the names are in it

    def end(self) -> None:
        """Remove all that the next run has no use for."""
        shutil.rmtree(self.fresh, ignore_errors=True)
        self._tidy(keeps_shards=self.keeps_shards)
        if not any(self.shards.glob("*")):
            shutil.rmtree(self.place, ignore_errors=True)

    def _tidy(self, *, keeps_shards: bool) -> None:
        """Remove all shards, or only what killed workers left half-way."""
        for shard in self.shards.glob(".*" if keeps_shards else "*"):
            shutil.rmtree(shard, ignore_errors=True)

    def _exchange(self) -> None:
        """Exchange two folders: in one step where the system can, else by renames."""
        if not self.target.exists():
            self.fresh.rename(self.target)
        elif not _swap(self.fresh, self.target):
            # As on NFS. For a moment there is no folder at all; the next run puts the old one back.
            self.target.rename(self._old)
            try:
                self.fresh.rename(self.target)
            except OSError:
                self._old.rename(self.target)
                raise

    def _remove_old(self) -> None:
        """Remove the old folder, but for what tools left in it, which belongs in the target."""
        # Whoever was killed may have been between the two renames of an exchange.
        if self._old.is_dir() and not self.target.exists():
            self._old.rename(self.target)
        for old in (self._old, self.fresh):
            if old.is_dir() and self.target.is_dir():
                for path in _entries(old):
                    if is_left_by_tools(path.name):
                        _move(path, self.target / path.relative_to(old))
            shutil.rmtree(old, ignore_errors=True)

    def _replace_files(self) -> None:
        """Replace the files of the target one by one."""
        incoming = self.target / _INNER / "incoming"
        old = [path.relative_to(self.target) for path in _files(self.target)]
        new = [path.relative_to(self.fresh) for path in _files(self.fresh)]
        try:
            # All are copied into the folder first, where a full disk would stop this.
            for name in new:
                (incoming / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.fresh / name, incoming / name)
            for name in new:
                (self.target / name).parent.mkdir(parents=True, exist_ok=True)
                (incoming / name).replace(self.target / name)
            for name in set(old) - set(new):
                (self.target / name).unlink()
        finally:
            shutil.rmtree(incoming, ignore_errors=True)
            with suppress(OSError):  # it is the staging folder
                incoming.parent.rmdir()


@contextmanager
def replaced_folder(
    target: Path, is_ours: IsOurs, *, resume: bool = False
) -> Iterator[StagingFolder]:
    """Give a staging folder; at the end, its fresh folder takes the place of ``target``.

    Until then, and on any error, the target stays as it is. What desktops and tools left in it is
    kept.

    Args:
        target: the folder to replace; it need not exist. A link to a folder is followed.
        is_ours: whether an entry of the target may be replaced.
        resume: whether the shards that a run which was stopped has finished are kept.

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
        staging.begin(keeps_shards=resume)
        yield staging
        _check_target(shown, target, is_ours)  # much may have been put there meanwhile
        staging.put_in_place()
    except OSError as error:
        reason = f"{shown}: cannot be written: {system_reason(error)}"
        raise OutputError(f"{reason}; it is as it was before") from None
    finally:
        staging.end()
        lock.close()  # last, so that nobody else works there yet


def _check_target(shown: Path, target: Path, is_ours: IsOurs) -> None:
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


def _files(folder: Path) -> list[Path]:
    """Return the files of a folder that are no tool's."""
    found = []
    for path in _entries(folder):
        if not is_left_by_tools(path.name) and (path.is_symlink() or not path.is_dir()):
            found.append(path)
    return found


def _move(path: Path, to: Path) -> None:
    with suppress(OSError):  # a folder of that name is there by now
        to.parent.mkdir(exist_ok=True)
        path.rename(to)


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
    """Lock the staging folder.

    An open file is locked, not a name: the system lets go of it when the process ends, so that
    whoever is killed leaves nothing behind that stops the next.
    """
    path = staging.place / "lock"
    while True:
        path.parent.mkdir(exist_ok=True)
        try:
            file = path.open("a+b")
        except FileNotFoundError:  # removed meanwhile by one that has just finished
            continue
        try:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _LOCKED:
                file.seek(0)
                holder = file.read().decode("ascii", "replace")
                file.close()
                found = f"another build is at work on it (process {holder})"
                raise OutputError(f"{staging.shown}: {found}; expected one at a time") from None
            hint = "do not start another build of it meanwhile"
            staging.notes.append(f"{staging.shown}: the file system has no locks; {hint}")
        # The lock counts only where its file is still the one that others would open.
        if path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno())):
            file.truncate(0)
            file.write(str(os.getpid()).encode("ascii"))
            file.flush()
            return file
        file.close()


def _sync(path: Path) -> None:
    """Have a file or a folder written to the disk; not every system does that for a folder."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _swap(one: Path, other: Path) -> bool:
    """Exchange two folders by one system call; return whether there is one.

    It is ``renameat2(2)`` of Linux and ``renamex_np(2)`` of macOS.
    """
    names = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            status = library.renamex_np(*names, _RENAME_EXCHANGE)
        else:
            status = library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE)
    except (AttributeError, OSError, TypeError):
        return False
    if status == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code))
