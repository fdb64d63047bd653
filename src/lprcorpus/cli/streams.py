"""The standard streams, as whoever started us left them: closed, or in an encoding that lacks what we print."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TextIO

from lprcorpus.errors import UsageError, system_reason

__all__ = ["prepare_streams", "read_stdin"]


def prepare_streams() -> None:
    """Make standard output and standard error take whatever is printed.

    A stream that is closed (``2>&-``, ``pythonw``) leads nowhere. A character that an encoding lacks is shown as "?":
    a Windows console or redirect is seldom UTF-8, and neither is ``LC_ALL=C``.
    """
    # In the order of their numbers: a file that is opened gets the lowest number that is free, which is that of the stream.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None or (mode == "w" and not _takes_output(stream)):
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123, SIM115 (no path of ours; open to the end)
            setattr(sys, name, stream)
        if mode == "w" and isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="replace")


def _takes_output(stream: TextIO) -> bool:
    """Return whether a stream can be written to: a shell may have left another file, open for reading, in its place."""
    try:
        os.write(stream.fileno(), b"")
    except OSError as error:
        return error.errno != errno.EBADF
    return True


def read_stdin(what: str) -> str:
    """Return what standard input holds, as UTF-8 with or without a byte order mark.

    Args:
        what: what is expected, for messages (``"a selector"``).

    Raises:
        UsageError: it cannot be read, or is not UTF-8.
    """
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"standard input: {system_reason(error)}; expected {what}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"standard input: not UTF-8 at byte {error.start:,}; expected {what}") from None
