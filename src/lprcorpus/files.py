"""Files: their hash, their text, and writing one so that it is there whole or not at all."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from lprcorpus.errors import OutputError, system_reason

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_BLOCK = 1024 * 1024  # bytes that are read at a time


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    # Imported here, for it is a tenth of what reading a table takes, and reading needs none.
    import hashlib

    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def is_left_by_tools(name: str) -> bool:
    """Return whether an entry of a folder is, by its name, what a desktop or an editor left there.

    It is not read, and is kept. All that is hidden counts as such.

    >>> is_left_by_tools(".DS_Store"), is_left_by_tools("Thumbs.db"), is_left_by_tools("a.txt")
    (True, True, False)
    """
    if name.startswith((".", "~$")) or name.endswith("~"):
        return True
    return name.casefold() in ("desktop.ini", "ehthumbs.db", "icon\r", "thumbs.db", "__macosx")


def read_regular(path: Path) -> bytes:
    """Return the content of a file, but not of a pipe or a device: it might never end."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError("it is no regular file")
    return path.read_bytes()


class UndecodableError(ValueError):
    """Bytes that are not text in UTF-8: what was found, and on which line (None: all)."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(problem)
        self.line = line


# Encodings that their byte order mark betrays; that of UTF-32 begins with that of UTF-16, so it
# comes first.
_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# Files that are no plain text, by their first bytes.
_OTHER_KINDS = {
    b"%PDF-": "this is a PDF",
    b"{\\rtf": "this is RTF",
    b"PK\x03\x04": "this is a ZIP archive, as .docx, .odt and .epub are",
    b"\xd0\xcf\x11\xe0": "this is a document of Word or the like",
    b"\x1f\x8b": "this is compressed by gzip",
}


def decode_utf8(data: bytes) -> str:
    r"""Return bytes in UTF-8 as text. A byte order mark stays in it, as U+FEFF.

    Raises:
        UndecodableError: they are in another encoding, or no plain text.

    >>> decode_utf8(b"caf\xe9")
    Traceback (most recent call last):
    lprcorpus.files.UndecodableError: byte 0xe9 is not UTF-8 (in Windows-1252 it is 'é')
    """
    for opening, kind in _OTHER_KINDS.items():
        if data.startswith(opening):
            raise UndecodableError(kind)
    for mark, encoding in _OTHER_ENCODINGS.items():
        if data.startswith(mark):
            raise UndecodableError(f"the text is in {encoding}")
    if b"\0" in data[:2]:  # a letter of ASCII in UTF-16 is a byte and a NUL
        raise UndecodableError("the text is in UTF-16, or no text at all")
    if b"\0" in data:
        raise UndecodableError("a NUL character", data.count(b"\n", 0, data.index(b"\0")) + 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        line = data.count(b"\n", 0, error.start) + 1
        letter = bytes([byte]).decode("cp1252", "ignore")
        known = f" (in Windows-1252 it is {letter!r})" if letter else ""
        raise UndecodableError(f"byte 0x{byte:02x} is not UTF-8{known}", line) from None


@contextmanager
def open_parquet(path: Path, *, checksums: bool = False) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file; the checksum of each page may be compared as it is read.

    Raises:
        OSError: it cannot be read.
        ArrowException: it is not Parquet.
    """
    # Not pyarrow.parquet.read_table: that imports pyarrow.dataset, which costs three times as
    # long as all the rest.
    import pyarrow as pa
    import pyarrow.parquet as pq

    # By its bytes: PyArrow does not take a path that is not UTF-8 as a string.
    source = pa.OSFile(os.fsencode(path))
    with source, pq.ParquetFile(source, page_checksum_verification=checksums) as file:
        yield file


@contextmanager
def whole_file(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of ``path`` when the block ends well.

    Until then, and on any error, what was at ``path`` stays as it is. A link is followed; what is
    no regular file, such as a pipe or a terminal, is written to directly. One of very many files
    need not be ``durable``: not waited for until it is on the disk, which takes 5 ms.

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
        with _replacement(target, durable=durable) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {system_reason(error)}") from None


@contextmanager
def new_file(path: Path, expected: str) -> Iterator[BinaryIO]:
    """Give a file to write to as :func:`whole_file` does, but none that is there already."""
    if path.exists():
        raise OutputError(f"{path}: is there already; expected {expected}")
    with whole_file(path) as stream:
        yield stream


@contextmanager
def _replacement(target: Path, *, durable: bool) -> Iterator[BinaryIO]:
    """Give a new file, and put it in the place of ``target`` when the block ends well."""
    fresh = target.with_name(f".lprcorpus-{os.urandom(8).hex()}.part")
    nameless = _open_nameless(target.parent)
    try:
        with nameless or fresh.open("xb") as stream:
            yield stream
            stream.flush()
            if durable:  # after a power cut there is the old file or the new one, whole
                os.fsync(stream.fileno())
            if nameless:
                _give_name(stream, fresh)
        if target.exists():
            fresh.chmod(stat.S_IMODE(target.stat().st_mode))
        fresh.replace(target)
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()


def _open_nameless(folder: Path) -> BinaryIO | None:
    """Open a new file without a name: nothing is left of it if the process is killed.

    Linux has such files, on most file systems; elsewhere there is none.
    """
    if not hasattr(os, "O_TMPFILE") or not _DESCRIPTORS.is_dir():
        return None
    try:
        return os.fdopen(os.open(folder, os.O_WRONLY | os.O_TMPFILE, 0o666), "wb")
    except OSError:
        return None


def _give_name(stream: BinaryIO, path: Path) -> None:
    """Give a file without a name its name."""
    # Only with the descriptor of a folder does os.link follow the link in /proc to the file itself.
    root = os.open("/", os.O_RDONLY)
    try:
        os.link(_DESCRIPTORS / str(stream.fileno()), path, src_dir_fd=root, follow_symlinks=True)
    finally:
        os.close(root)


_DESCRIPTORS = Path("/proc/self/fd")
