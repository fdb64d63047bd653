"""What each rule lets an edit do: an edit that its rule does not explain invents text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress

from lprcorpus.messages import shorten
from lprcorpus.proof.proved_issue import ProvedIssue
from lprcorpus.schema import Edit, Rule

# The hyphens and dashes after which a line's end is no word space.
_HYPHENS = "-\u00ad\u2010\u2011\u2013\u2014"
# A hyphen that divides a word at a line's end; some extractors write U+00AC or U+FFFE for it.
_DIVISION = re.compile(r"[-\u00ac\u00ad\u2010\u2011\ufffe]\s*[\n\r]\s*")
_BULLET = re.compile(r"[^\w\s][^\S\n]+")
_ORDINAL = re.compile(r"\s*\n\s*(st|nd|rd|th)\s*")

_LAYERS = 3  # times that a text may have been read in the wrong encoding, one over the other
# A byte that Windows-1252 leaves undefined is read as the control character of that number, as web
# browsers do.
_BYTES = {chr(byte): byte for byte in range(0x100)}
for _byte in range(0x80, 0xA0):
    with suppress(UnicodeDecodeError):
        _BYTES[bytes([_byte]).decode("cp1252")] = _byte


def check_edit_rules(issue: ProvedIssue) -> None:
    """Report every edit that its rule does not explain."""
    for edit in issue.edits:
        allowed = "a known rule"
        if not edit.before:
            allowed = "something before the change: an edit adds nothing of its own"
        elif edit.rule == "curated":
            continue  # a person answers for it, with a reason
        elif edit.rule in _RULES:
            is_explained, allowed = _RULES[edit.rule]
            if is_explained(issue, edit):
                continue
        expected = f"{allowed}; before it was {shorten(edit.before)}"
        issue.report("edit-rule", edit, after=expected)


def _ahead(issue: ProvedIssue, edit: Edit) -> str:
    """Return the character before an edit."""
    start = max(edit.raw_start, 0)
    return issue.raw[max(start - 1, 0) : start]


def _is_bullet(issue: ProvedIssue, edit: Edit) -> bool:
    if edit.raw_start not in issue.item_starts or edit.after:
        return False
    return _BULLET.fullmatch(edit.before) is not None


def _is_mojibake(issue: ProvedIssue, edit: Edit) -> bool:
    # Which of several layers was meant cannot be known: each reading is explained.
    readings = decode_again(edit.before)
    # A space behind it may be the last byte, which is not in the edit.
    if issue.raw.startswith((" ", "\u00a0"), max(edit.raw_end, 0)):
        readings += [reading.removesuffix(" ") for reading in decode_again(f"{edit.before} ")]
    return edit.after in readings


def _is_superscript(issue: ProvedIssue, edit: Edit) -> bool:
    ordinal = _ORDINAL.fullmatch(edit.before)
    if ordinal is None or edit.after != ordinal[1]:
        return False
    return _ahead(issue, edit).isdigit()


def _is_line_break(issue: ProvedIssue, edit: Edit) -> bool:
    before, after = edit.before, edit.after
    # The last letter of a page, and a word space.
    if len(before) == 1 and after == f"{before} ":
        return issue.raw.startswith("\f", max(edit.raw_end, 0))
    if not before.isspace() or not re.search(r"[\n\r\f]", before):
        return False
    # Verse keeps its lines.
    if after == " " or (before, after) == ("\r", "\n"):
        return True
    # No word space is lost: none is there, or the line has its own or ends in a hyphen.
    is_no_space = not before.strip("\r\n")
    ahead = _ahead(issue, edit)
    return after == "" and (is_no_space or ahead in _HYPHENS or ahead.isspace())


def _is_hyphenation(issue: ProvedIssue, edit: Edit) -> bool:
    ahead = _ahead(issue, edit)
    if edit.after or not ahead:
        return False
    # A combining mark, such as a vowel sign, is part of a letter.
    if not unicodedata.category(ahead).startswith(("L", "M")):
        return False
    page_end = "\n" if issue.raw.startswith("\f", edit.raw_end) else ""
    return _DIVISION.fullmatch(edit.before + page_end) is not None


# For each rule, whether it explains an edit, and what it lets one do.
_RULES: Mapping[Rule, tuple[Callable[[ProvedIssue, Edit], bool], str]] = {
    "bullet": (_is_bullet, "a mark and its space, removed where a list item or a question opens"),
    "mojibake": (_is_mojibake, "the same bytes in Windows-1252, read as UTF-8"),
    "superscript": (_is_superscript, "the letters of an ordinal joined to its figure"),
    "line_break": (_is_line_break, "a line's end made a space, or nothing where no space is lost"),
    "hyphenation": (_is_hyphenation, "a hyphen and a line's end removed after a letter"),
}


def decode_again(text: str) -> list[str]:
    """Return what a text may be that was written as UTF-8 and read as Windows-1252.

    Byte 0xA0 may have become a plain space on the way, and a no-break space is given back as a
    plain one.

    >>> decode_again("â€¦"), decode_again("Â "), decode_again("no")
    (['…'], [' '], [])
    """
    found: dict[str, None] = {}
    for _ in range(_LAYERS):
        readings = [_decode_once(text, space=0x20), _decode_once(text, space=0xA0)]
        readings = [reading for reading in readings if reading != text]
        if not readings:
            break
        text = readings[0]
        for reading in readings:
            found[reading.replace("\u00a0", " ")] = None
    return list(found)


def _decode_once(text: str, space: int) -> str:
    """Return the bytes of a text in Windows-1252 read as UTF-8; where they are none, the text."""
    bytes_of = {**_BYTES, " ": space}
    try:
        return bytes([bytes_of[character] for character in text]).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return text
