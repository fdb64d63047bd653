"""What each rule lets an edit do: an edit that its rule does not explain invents text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lprcorpus.messages import shorten
from lprcorpus.proof.proved_issue import ProvedIssue
from lprcorpus.schema import Rule

__all__ = ["check_edit_rules", "decode_again"]

# The hyphens and dashes after which a line's end is no word space.
_HYPHENS = "-\u00ad\u2010\u2011\u2013\u2014"
# A hyphen that divides a word at a line's end; some extractors write U+00AC or U+FFFE for it.
_DIVISION = re.compile(r"[-\u00ac\u00ad\u2010\u2011\ufffe]\s*[\n\r]\s*")
_BULLET = re.compile(r"[^\w\s][^\S\n]+")
_ORDINALS = ("st", "nd", "rd", "th")
_BULLETED = ("list_item", "question")
_LAYERS = 3  # times that a text may have been read in the wrong encoding, one over the other


@dataclass(frozen=True)
class _Change:
    """An edit, the raw characters beside it, and whether a list item begins there."""

    before: str
    after: str
    ahead: str
    behind: str
    opens_item: bool


def check_edit_rules(issue: ProvedIssue) -> None:
    """Report every edit that its rule does not explain."""
    item_starts = set()
    for block in issue.rows.blocks:
        if block.kind in _BULLETED:
            item_starts.add(block.raw_start)
    for edit in issue.rows.edits:
        start = max(edit.raw_start, 0)
        end = max(edit.raw_end, 0)
        change = _Change(
            before=edit.before,
            after=edit.after,
            ahead=issue.raw[max(start - 1, 0) : start],
            behind=issue.raw[end : end + 1],
            opens_item=start in item_starts,
        )
        allowed = _objection(edit.rule, change)
        if allowed is not None:
            expected = f"{allowed}; before it was {shorten(edit.before)}"
            issue.report("edit-rule", edit, "after", expected=expected)


def _objection(rule: Rule, change: _Change) -> str | None:
    """Return what a rule lets an edit do, where it does something else."""
    if not change.before:
        return "something before the change: an edit adds nothing of its own"
    if rule == "curated":  # a person answers for it, with a reason
        return None
    if rule not in _RULES:
        return "a known rule"
    is_explained, allowed = _RULES[rule]
    return None if is_explained(change) else allowed


def _is_bullet(change: _Change) -> bool:
    if not change.opens_item or change.after:
        return False
    return _BULLET.fullmatch(change.before) is not None


def _is_mojibake(change: _Change) -> bool:
    # Which of several layers was meant cannot be known: each reading is explained.
    readings = decode_again(change.before)
    if change.behind == " ":  # it may stand for the last byte, and is not in the edit
        for reading in decode_again(f"{change.before} "):
            if reading.endswith(" "):
                readings.append(reading[:-1])
    return change.after in readings


def _is_superscript(change: _Change) -> bool:
    letters = change.before.strip()
    if letters not in _ORDINALS or change.after != letters:
        return False
    before_letters = change.before.partition(letters)[0]
    return "\n" in before_letters and change.ahead.isdigit()


def _is_line_break(change: _Change) -> bool:
    before, after = change.before, change.after
    if not before.isspace() or not re.search(r"[\n\r\f]", before):
        return False
    if after == " ":
        return True
    if (before, after) == ("\r", "\n"):  # verse keeps its lines
        return True
    is_no_space = not before.strip("\r\n")
    follows_space = change.ahead in _HYPHENS or change.ahead.isspace()
    return after == "" and (is_no_space or follows_space)


def _is_hyphenation(change: _Change) -> bool:
    if change.after or not change.ahead:
        return False
    category = unicodedata.category(change.ahead)
    # A combining mark, such as a vowel sign, is part of a letter.
    if not category.startswith(("L", "M")):
        return False
    return _DIVISION.fullmatch(change.before) is not None


_RULES: Mapping[Rule, tuple[Callable[[_Change], bool], str]] = {
    "bullet": (_is_bullet, "a mark and its space, removed where a list item or a question opens"),
    "mojibake": (_is_mojibake, "the same bytes in Windows-1252, read as UTF-8"),
    "superscript": (_is_superscript, "the letters of an ordinal joined to its figure"),
    "line_break": (_is_line_break, "a line's end made a space, or nothing where no space is lost"),
    "hyphenation": (_is_hyphenation, "a hyphen and a line's end removed after a letter"),
}
"""For each rule, whether it explains an edit, and what it lets one do."""


def decode_again(text: str) -> list[str]:
    """Return what a text may be that was written as UTF-8 and read as Windows-1252.

    A byte that Windows-1252 leaves undefined is read as the control character of that number, as
    web browsers do; byte 0xA0 may have become a plain space on the way, and a no-break space is
    given back as a plain one.

    >>> decode_again("â€¦"), decode_again("Â "), decode_again("no")
    (['…'], [' '], [])
    """
    found: list[str] = []
    for _ in range(_LAYERS):
        readings = []
        for space in (b" ", b"\xa0"):
            reading = _decode_once(text, space)
            if reading is not None and reading != text:
                readings.append(reading)
        if not readings:
            break
        text = readings[0]
        found += [reading.replace("\u00a0", " ") for reading in readings]
    return list(dict.fromkeys(found))


def _decode_once(text: str, space: bytes) -> str | None:
    """Return the bytes of a text in Windows-1252 read as UTF-8; None where they are none."""
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
