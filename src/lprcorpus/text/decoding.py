"""The bytes of a raw text decoded, or refused in one line that says what they are."""

from __future__ import annotations

import codecs
from pathlib import Path

from lprcorpus.errors import RawTextError

__all__ = ["decode_text"]

_MARKS_OF_OTHERS = {
    b"%PDF-": "a PDF; expected plain text: lprcorpus extract {path} --out {stem}.txt",
    b"PK\x03\x04": "a Zip archive or an office document; expected plain text",
    b"\x1f\x8b": "compressed with gzip; expected plain text",
    b"{\\rtf": "in Rich Text Format; expected plain text",
    b"\xd0\xcf\x11\xe0": "an old office document; expected plain text",
    codecs.BOM_UTF16_LE: "in UTF-16; expected UTF-8: iconv -f UTF-16 -t UTF-8",
    codecs.BOM_UTF16_BE: "in UTF-16; expected UTF-8: iconv -f UTF-16 -t UTF-8",
}


def decode_text(data: bytes, path: Path | str) -> str:
    """Return the text of a file.

    Raises:
        RawTextError: it is empty, not UTF-8, or holds a NUL; the message says what it seems to be.
    """
    if not data:
        raise RawTextError(str(path), "is empty; expected the raw text of an issue")
    for opening, what in _MARKS_OF_OTHERS.items():
        if data.startswith(opening):
            names = {"path": path, "stem": Path(path).with_suffix("")}
            raise RawTextError(str(path), f"is {what.format(**names)}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        encoding = _likely_encoding(data)
        raise RawTextError(
            f"{path}:{line}",
            f"byte 0x{data[error.start]:02x} is not UTF-8; expected text in UTF-8"
            f" (it may be {encoding}: iconv -f {encoding} -t UTF-8)",
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise RawTextError(f"{path}:{line}", "a NUL character; expected text")
    return text


def _likely_encoding(data: bytes) -> str:
    """Return the name of an encoding that the bytes may be in.

    The Cyrillic letters of Windows-1251 and KOI8-R are all above 0x7F, so that most bytes are; and
    the small ones are above 0xDF in the first and below it in the second.
    """
    high = [byte for byte in data[:100_000] if byte > 0x7F]
    if len(high) > 0.3 * min(len(data), 100_000):
        small = sum(byte >= 0xE0 for byte in high)
        return "Windows-1251" if 2 * small > len(high) else "KOI8-R"
    return "Windows-1252"
