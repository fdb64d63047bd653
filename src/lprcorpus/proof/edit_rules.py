"""What each rule lets an edit do: an edit that its rule does not explain invents text, whatever it calls itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lprcorpus.problems import Problem

__all__ = ["check_changes", "decode_again"]

_BULLET = re.compile(r"[^\w\s][^\S\n]+")
_LINE_END = re.compile(r"\s*[\n\r\f]\s*")
_BARE_LINE_END = re.compile(r"[\r\n]+")
_DIVISION = re.compile(r"[-\u00ac\u00ad\u2010\ufffe]\s*[\n\r]\s*")  # with those that ABBYY and pdfium write
_SUPERSCRIPT = re.compile(r"\s*\n\s*(st|nd|rd|th)\s*")
_HYPHENS = "-\u00ad\u2010\u2011\u2013\u2014"
_BULLETED = frozenset({"list_item", "question"})
_LAYERS = 3


class _Edit(NamedTuple):
    start: int
    end: int
    before: str
    after: str
    rule: str


def check_changes(raw: str, tables: Mapping[str, Mapping[str, Sequence[Any]]]) -> Iterator[Problem]:
    """Yield a problem for every edit of one issue that its rule does not explain.

    A curated edit may put anything in the place of what it quotes: a person answers for it, with a reason.
    """
    edits = tables["edits"]
    issue = next(iter(tables["issues"]["id"]), "")
    kinds = dict(zip(tables["blocks"]["raw_start"], tables["blocks"]["kind"], strict=True))
    for row in zip(*(edits[name] for name in ("raw_start", "raw_end", "before", "after", "rule")), strict=True):
        edit = _Edit(*row)
        expected = _expected(raw, edit, kinds.get(edit.start))
        if expected is not None:
            found = f"{edit.before!r} made {edit.after!r}"
            found = found if len(found) <= 100 else f"{found[:99]}…"
            line = raw.count("\n", 0, max(edit.start, 0)) + 1
            yield Problem("edit-rule", found, expected, "edits", f"{issue},{edit.start}", "after", line)


def _expected(raw: str, edit: _Edit, opens: str | None) -> str | None:
    """Return what a rule lets an edit do, if this one does something else; None if it is explained.

    Args:
        raw: the raw text.
        edit: the edit.
        opens: the kind of the block that begins where the edit does, or None.
    """
    before, after = edit.before, edit.after
    ahead = raw[edit.start - 1 : edit.start] if edit.start else ""
    if not before:
        return "something before the change: an edit adds nothing of its own"
    if edit.rule == "bullet":
        fits = _BULLET.fullmatch(before) is not None and not after and opens in _BULLETED
        return None if fits else "a mark and its space, removed where a list item or a question opens"
    if edit.rule == "mojibake":
        readings = decode_again(before)
        if raw[edit.end : edit.end + 1] == " ":  # it may stand for the last byte, and is none of the edit's
            readings += [reading[:-1] for reading in decode_again(f"{before} ") if reading.endswith(" ")]
        return None if after in readings else "the same bytes in Windows-1252, read as UTF-8"
    if edit.rule == "superscript":
        match = _SUPERSCRIPT.fullmatch(before)
        fits = match is not None and after == match[1] and ahead.isdigit()
        return None if fits else "the letters of an ordinal joined to its figure"
    if edit.rule == "line_break":
        bare = _BARE_LINE_END.fullmatch(before) is not None or ahead in _HYPHENS or ahead.isspace()
        fits = _LINE_END.fullmatch(before) is not None and (after == " " or (after == "" and bare))
        fits = fits or (before == "\r" and after == "\n")  # in verse, which keeps its lines
        return None if fits else "a line's end made a space, or nothing where no space is lost"
    if edit.rule == "hyphenation":
        fits = _DIVISION.fullmatch(before) is not None and not after and _joins_letters(ahead)
        return None if fits else "a hyphen and a line's end removed after a letter"
    return None if edit.rule == "curated" else "a known rule"


def _joins_letters(character: str) -> bool:
    """Return whether a character is a letter or a sign that joins one, as a vowel sign does."""
    return unicodedata.category(character)[0] in "LM" if character else False


def decode_again(text: str) -> list[str]:
    """Return what a text may be that was written as UTF-8 and read as Windows-1252, once or several times over.

    A byte that Windows-1252 leaves undefined is read as the control character of that number, as web browsers do; byte 0xA0
    may have become a plain space on the way, and a no-break space is given back as a plain one.

    >>> decode_again("â€¦"), decode_again("Â "), decode_again("no")
    (['…'], [' '], [])
    """
    found = []
    for _ in range(_LAYERS):
        readings = [reading for space in (b" ", b"\xa0") if (reading := _decode_once(text, space)) not in (None, text)]
        if not readings:
            break
        text = str(readings[0])
        found += [str(reading).replace("\u00a0", " ") for reading in readings]
    return list(dict.fromkeys(found))


def _decode_once(text: str, space: bytes) -> str | None:
    """Return a text's bytes in Windows-1252 read as UTF-8, or None where they are none; a space stands for the given byte."""
    data = bytearray()
    for character in text:
        try:
            data += space if character == " " else character.encode("cp1252")
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return None
            data.append(ord(character))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
