"""Repairs of text that was decoded with the wrong encoding (mojibake)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lprcorpus.errors import MissingLibrary
from lprcorpus.schema import Rule
from lprcorpus.text.lines import LAST_ASCII, members
from lprcorpus.text.pages import Paged

__all__ = ["TextEdit", "find_mojibake"]


@dataclass(frozen=True, slots=True)
class TextEdit:
    """One change to the raw text: its characters, what is there, what takes its place, and why."""

    start: int
    end: int
    before: str
    after: str
    rule: Rule
    reason: str


def _printed(first: int, last: int) -> str:
    """Return how Windows-1252 prints a range of bytes; one that it leaves undefined, as the control character of that number."""
    shown = (
        bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)
        for byte in range(first, last + 1)
    )
    return re.escape("".join(shown))


_FOLLOWING = (
    f"[{_printed(0x80, 0xBF)} ]"  # byte 0xA0, the no-break space, may have become a plain one
)
_TWO, _THREE, _FOUR = (
    f"[{_printed(*leading)}]" for leading in ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4))
)
_SEQUENCES = re.compile(
    f"(?:{_TWO}{_FOLLOWING}|{_THREE}{_FOLLOWING}{{2}}|{_FOUR}{_FOLLOWING}{{3}})+"
)
"""What characters in UTF-8 look like when they are read as Windows-1252."""

_IS_LEADING = members("".join(map(chr, range(0xC2, 0xF5))))
_LAYERS = 3
_REASON = "decoded with the wrong encoding before it was printed or extracted"


def find_mojibake(paged: Paged) -> list[TextEdit]:
    """Return the repairs of text that was written in UTF-8 and read as Windows-1252.

    A cheap screen finds the tell-tale characters, and ftfy says of the lines they are in whether
    they are wrong. Nothing else is asked of it: curly quotes that are right stay as they are.
    Furniture is left as it is: it is in no record.

    Raises:
        MissingLibrary: there is such a line and ftfy is not installed.
    """
    lines, text = paged.lines, paged.lines.text
    found: list[TextEdit] = []
    seen = -1
    high = np.flatnonzero(lines.codes > LAST_ASCII)
    for at in high[_IS_LEADING[lines.codes[high]]].tolist():
        if at <= seen or not _SEQUENCES.match(text, at):
            continue
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        seen = len(text) if end < 0 else end
        found += [edit for edit in _repair_line(text[start:seen], start) if paged.sets(edit.start)]
    return found


def _repair_line(line: str, offset: int) -> Iterator[TextEdit]:
    """Yield the repairs of one line, sequence by sequence, each with all the characters that were wrong together."""
    try:
        import ftfy
    except ImportError:
        raise MissingLibrary("ftfy", "repairing text in a wrong encoding", "build") from None
    repaired = _spaced(ftfy.fix_encoding(line))
    if repaired == _spaced(line):
        return
    runs = [(match.span(), ftfy.fix_encoding(match.group())) for match in _SEQUENCES.finditer(line)]
    runs = [(span, mended) for span, mended in runs if _spoils_to(mended, line[slice(*span)])]
    together = _SEQUENCES.sub(lambda match: dict(runs).get(match.span(), match.group()), line)
    for (start, end), mended in runs:
        word_start = line.rfind(" ", 0, start) + 1
        word = line[word_start:end]
        alone = line[word_start:start] + mended
        if _spaced(together) == repaired or _spaced(ftfy.fix_encoding(word)) == _spaced(alone):
            before, after = line[start:end], _spaced(mended)
            if before.endswith(" ") and after.endswith(
                " "
            ):  # it may be the line's end, and stays where it is
                before, after = before[:-1], after[:-1]
            yield TextEdit(
                offset + start, offset + start + len(before), before, after, "mojibake", _REASON
            )


def _spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


def _spoils_to(text: str, spoilt: str) -> bool:
    """Tell whether a text, written in UTF-8 and read as Windows-1252 once or several times over, gives the spoilt one."""
    for _ in range(_LAYERS):
        text = text.encode("utf-8").decode(
            "sloppy-windows-1252"
        )  # a codec that ftfy brings: no byte is undefined
        if _spaced(text) == _spaced(spoilt):
            return True
    return False
