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

if sys.platform != "win32":
    import fcntl

# What desktops and tools leave in a folder is no reason to stop, and is kept.
_LEFT_BY_TOOLS = (
    ".DS_Store",
    ".gitkeep",
    ".gitattributes",
    ".ipynb_checkpoints",
    "Thumbs.db",
    "desktop.ini",
)
# Why a folder cannot be renamed though its files can be: a mount point, another layer, or not ours
# to move.
_NO_EXCHANGE = (errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS)
# How a system says that another process has the lock; any other answer is that there are no locks.
_LOCKED = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
# <fcntl.h> and <linux/fs.h>; the second also has this value in macOS's <stdio.h> (RENAME_SWAP).
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@dataclass
class StagingFolder:
    """Where a folder is being made.

    Attributes:
        shards: for the finished pieces of the work.
        fresh: the folder that takes the place of the target.
        notes: what a person should know of how that was done, a line each.
        keeps_shards: whether the shards stay where the work stops before its end.
        is_done: whether the fresh folder has taken the place of the target.
    """

    shards: Path
    fresh: Path
    notes: list[str] = field(default_factory=list)
    keeps_shards: bool = True
    is_done: bool = False

    def begin(self, target: Path, *, keeps_shards: bool) -> None:
        """Make the folders, and clear away what a run before may have left."""
        # It may have been killed, even between the two renames of an exchange.
        _put_back(self.fresh, target)
        shutil.rmtree(self.fresh, ignore_errors=True)
        self.shards.mkdir(exist_ok=True)
        self.fresh.mkdir()
        self._tidy(keeps_shards=keeps_shards)

    def end(self) -> None:
        """Remove all that the next run has no use for."""
        shutil.rmtree(self.fresh, ignore_errors=True)
        self._tidy(keeps_shards=self.keeps_shards)
        if not any(self.shards.glob("*")):
            shutil.rmtree(self.shards.parent, ignore_errors=True)

    def _tidy(self, *, keeps_shards: bool) -> None:
        """Remove all shards, or only what killed workers left half-way."""
        for shard in self.shards.glob(".*" if keeps_shards else "*"):
            shutil.rmtree(shard, ignore_errors=True)


@contextmanager
def replaced_folder(
    target: Path, is_ours: Callable[[str], bool], *, resume: bool = False
) -> Iterator[StagingFolder]:
    """Give a staging folder; at the end, its fresh folder takes the place of ``target``.

    Until then, and on any error, the target stays as it is. What desktops and tools left in it is
    kept.

    Args:
        target: the folder to replace; it need not exist. A link to a folder is followed.
        is_ours: returns whether an entry of the target, given its name, may be replaced.
        resume: whether the shards that a run which was stopped has finished are kept.

    Raises:
        OutputError: the target cannot be written, it contains something that is not ours, or
            another process is replacing it.
    """
    shown, target = target, Path(os.path.realpath(target))
    try:
        _check_target(shown, target, is_ours)
        place = _make_place(target)
        staging = StagingFolder(shards=place / "shards", fresh=place / "fresh")
        lock = _lock(place, shown, staging.notes)
    except OSError as error:
        raise OutputError(f"{shown}: cannot be written: {system_reason(error)}") from None
    try:
        staging.begin(target, keeps_shards=resume)
        yield staging
        for name in _file_names(target):
            if _is_left_by_tools(name.parts[0]):
                _copy(target / name, staging.fresh / name)
        _put_in_place(staging, target, shown)
    except OSError as error:
        reason = f"{shown}: cannot be written: {system_reason(error)}"
        raise OutputError(f"{reason}; it is as it was before") from None
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
    for name in sorted(path.name for path in target.iterdir()):
        if not is_ours(name) and not _is_left_by_tools(name) and name != _inner(target).name:
            expected = "expected an empty folder or a built corpus"
            raise OutputError(f"{shown}: contains {name!r}, which no build wrote; {expected}")


def _is_left_by_tools(name: str) -> bool:
    return name in _LEFT_BY_TOOLS or name.startswith("._")  # as macOS writes beside each file


def _inner(target: Path) -> Path:
    return target / ".unfinished"


def _make_place(target: Path) -> Path:
    """Make the staging folder: beside the target or, where that is not allowed, in it."""
    place = target.with_name(f".{target.name}.unfinished")
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        if error.errno not in _NO_EXCHANGE or not target.is_dir():
            raise
        place = _inner(target)
        place.mkdir(exist_ok=True)
    return place


def _lock(place: Path, shown: Path, notes: list[str]) -> IO[bytes]:
    """Lock the staging folder.

    An open file is locked, not a name: the system lets go of it when the process ends, so that
    whoever is killed leaves nothing behind that stops the next.
    """
    path = place / "lock"
    while True:
        place.mkdir(exist_ok=True)
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
                raise OutputError(f"{shown}: {found}; expected one at a time") from None
            hint = "do not start another build of it meanwhile"
            notes.append(f"{shown}: the file system has no locks; {hint}")
        # The lock counts only where its file is still the one that others would open.
        if path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno())):
            file.truncate(0)
            file.write(str(os.getpid()).encode("ascii"))
            file.flush()
            return file
        file.close()


def _put_in_place(staging: StagingFolder, target: Path, shown: Path) -> None:
    """Let the fresh folder take the place of the target."""
    # It is on the disk before, so that lost power leaves one of the two, whole.
    for path in (*staging.fresh.rglob("*"), staging.fresh):
        _sync(path)
    try:
        if target.exists():
            _exchange(staging.fresh, target)
        else:
            staging.fresh.rename(target)
    except OSError as error:
        if error.errno not in _NO_EXCHANGE or not target.is_dir():
            raise
        _replace_files(staging.fresh, target)
        reason = f"cannot be exchanged as a whole ({system_reason(error)})"
        staging.notes.append(f"{shown}: {reason}; its files were replaced one by one")
    staging.is_done = True
    staging.keeps_shards = False
    _sync(target.parent)  # the names are in it


def _sync(path: Path) -> None:
    """Have a file or a folder written to the disk; not every system does that for a folder."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _exchange(fresh: Path, target: Path) -> None:
    """Exchange two folders: in one step where the system can, else by two renames."""
    if _swap(fresh, target):
        return
    # As on NFS. For a moment there is no folder at all; the next run puts the old one back.
    target.rename(_aside(fresh))
    try:
        fresh.rename(target)
    finally:
        _put_back(fresh, target)


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


def _aside(fresh: Path) -> Path:
    return fresh.with_name("old")


def _put_back(fresh: Path, target: Path) -> None:
    """Put the old folder back, where the second rename failed or was never reached."""
    if _aside(fresh).is_dir() and not target.exists():
        _aside(fresh).rename(target)
    shutil.rmtree(_aside(fresh), ignore_errors=True)


def _replace_files(fresh: Path, target: Path) -> None:
    """Replace the files of a folder one by one."""
    inner = _inner(target)
    incoming = inner / "incoming"
    old = [name for name in _file_names(target) if name.parts[0] != inner.name]
    new = _file_names(fresh)
    try:
        # All are copied into the folder first, where a full disk would stop this.
        for name in new:
            _copy(fresh / name, incoming / name)
        for name in new:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (incoming / name).replace(target / name)
        for name in set(old) - set(new):
            (target / name).unlink()
    finally:
        shutil.rmtree(inner if fresh.parent != inner else incoming, ignore_errors=True)


def _file_names(folder: Path) -> list[Path]:
    names = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            names.append(path.relative_to(folder))
    return names


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(file, to, follow_symlinks=False)
