"""Repairs of text that was decoded with the wrong encoding (mojibake)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lprcorpus.errors import MissingLibrary
from lprcorpus.schema import Rule
from lprcorpus.text.lines import Line
from lprcorpus.text.pages import Paged


@dataclass(frozen=True, slots=True)
class TextEdit:
    """One change to the raw text: its characters, what is there, what takes its place, and why."""

    start: int
    end: int
    before: str
    after: str
    rule: Rule
    reason: str


def _shown(first: int, last: int) -> str:
    """Return a pattern of how Windows-1252 shows a range of bytes."""
    shown = ""
    for byte in range(first, last + 1):
        # One that it leaves undefined is shown as the control character of that number.
        shown += bytes([byte]).decode("cp1252", "ignore") or chr(byte)
    return f"[{re.escape(shown)}]"


# What characters in UTF-8 look like when they are read as Windows-1252: a leading byte, and as
# many others as it announces. Byte 0xA0, the no-break space, may have become a plain one.
_FOLLOWING = f"(?:{_shown(0x80, 0xBF)}| )"
_SEQUENCES = re.compile(
    f"(?:{_shown(0xC2, 0xDF)}{_FOLLOWING}"
    f"|{_shown(0xE0, 0xEF)}{_FOLLOWING}{{2}}"
    f"|{_shown(0xF0, 0xF4)}{_FOLLOWING}{{3}})+"
)
_LEADING = re.compile("[\u00c2-\u00f4]")  # found in a tenth of the time
_LAYERS = 3  # times that a text may have been read wrongly, one over the other
_REASON = "decoded with the wrong encoding before it was printed or extracted"


def find_mojibake(paged: Paged) -> list[TextEdit]:
    """Return the repairs of text that was written in UTF-8 and read as Windows-1252.

    A cheap screen finds the tell-tale characters, and ftfy says of the lines and words they are in
    whether they are wrong. Nothing else is asked of it: curly quotes that are right stay as they
    are. Page headers are left as they are: they are in no record.

    Raises:
        MissingLibrary: there is such a line and ftfy is not installed.
    """
    found: list[TextEdit] = []
    for line in paged.text_lines:
        may_be_wrong = not line.text.isascii() and _LEADING.search(line.text)
        if may_be_wrong and _SEQUENCES.search(line.text + line.tail):
            found += _repair_line(line)
    return found


def _repair_line(line: Line) -> Iterator[TextEdit]:
    """Yield the repairs of one line, each with all the characters that were wrong together."""
    text = line.text + line.tail  # a space behind a line may be the last byte of a character
    repaired = _fixed(text)
    if repaired == _spaced(text):
        return
    mended = _SEQUENCES.sub(lambda match: _mended(match[0]), text)
    explains_line = _spaced(mended) == repaired
    for match in _SEQUENCES.finditer(text):
        before, after = match[0], _mended(match[0])
        beginning = text[text.rfind(" ", 0, match.start()) + 1 : match.start()]  # of its word
        explains_word = explains_line or _fixed(beginning + before) == _spaced(beginning + after)
        if before == after or not explains_word:
            continue
        after = _spaced(after)
        if before.endswith(" ") and after.endswith(" "):
            before, after = before[:-1], after[:-1]  # the word space stays as it is
        if match.start() + len(before) > len(line.text):  # and so does what is in no block
            before = before[: len(line.text) - match.start()]
            after = after.rstrip(" ")
        start = line.first + match.start()
        yield TextEdit(start, start + len(before), before, after, "mojibake", _REASON)


def _mended(sequence: str) -> str:
    """Return the characters that a sequence spoils, or the sequence itself if it is right."""
    mended = _fixed(sequence)
    spoilt = mended.replace(" ", "\u00a0")
    for _ in range(_LAYERS):
        # A codec that ftfy brings: Windows-1252 with no byte undefined.
        spoilt = spoilt.encode("utf-8").decode("sloppy-windows-1252")
        if _spaced(spoilt) == _spaced(sequence):
            return mended
    return sequence


def _fixed(text: str) -> str:
    """Return a text as ftfy repairs it, no-break spaces as plain ones."""
    try:
        import ftfy
    except ImportError:
        raise MissingLibrary("ftfy", "repairing text in a wrong encoding", "build") from None
    return _spaced(ftfy.fix_encoding(text))


def _spaced(text: str) -> str:
    return text.replace("\u00a0", " ")
