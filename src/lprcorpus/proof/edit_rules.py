"""What each rule lets an edit do: an edit that its rule does not explain invents text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from lprcorpus.messages import shorten
from lprcorpus.proof.proved_issue import ProvedIssue
from lprcorpus.schema import Edit, Rule

# The hyphens and dashes after which a line's end is no word space.
_HYPHENS = "-\u00ad\u2010\u2011\u2013\u2014"
# A hyphen that divides a word at a line's end; some extractors write U+00AC or U+FFFE for it.
_DIVISION = re.compile(r"[-\u00ac\u00ad\u2010\u2011\ufffe]\s*[\n\r]\s*")
_BULLET = re.compile(r"[^\w\s][^\S\n]+")
_ORDINALS = ("st", "nd", "rd", "th")
_LAYERS = 3  # times that a text may have been read in the wrong encoding, one over the other


def check_edit_rules(issue: ProvedIssue) -> None:
    """Report every edit that its rule does not explain."""
    for edit in issue.rows.edits:
        allowed = _objection(issue, edit)
        if allowed is not None:
            expected = f"{allowed}; before it was {shorten(edit.before)}"
            issue.report("edit-rule", edit, "after", expected=expected)


def _objection(issue: ProvedIssue, edit: Edit) -> str | None:
    """Return what the rule of an edit lets it do, where it does something else."""
    if not edit.before:
        return "something before the change: an edit adds nothing of its own"
    if edit.rule == "curated":  # a person answers for it, with a reason
        return None
    if edit.rule not in _RULES:
        return "a known rule"
    is_explained, allowed = _RULES[edit.rule]
    if is_explained(issue, edit):
        return None
    return allowed


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
    letters = edit.before.strip()
    if letters not in _ORDINALS or edit.after != letters:
        return False
    before_letters = edit.before.partition(letters)[0]
    return "\n" in before_letters and _ahead(issue, edit).isdigit()


def _is_line_break(issue: ProvedIssue, edit: Edit) -> bool:
    before, after = edit.before, edit.after
    if len(before) == 1 and after == f"{before} ":  # the last letter of a page and a word space
        return issue.raw.startswith("\f", max(edit.raw_end, 0))
    if not before.isspace() or not re.search(r"[\n\r\f]", before):
        return False
    if after == " ":
        return True
    if (before, after) == ("\r", "\n"):  # verse keeps its lines
        return True
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


_RULES: Mapping[Rule, tuple[Callable[[ProvedIssue, Edit], bool], str]] = {
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
