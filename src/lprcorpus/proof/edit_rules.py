"""What each rule lets an edit do: an edit that its rule does not explain invents text, whatever it calls itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lprcorpus.problems import Problem
from lprcorpus.proof.proved_issue import ProvedIssue
from lprcorpus.schema import Edit, Rule

__all__ = ["check_edit_rules", "decode_again"]

# The hyphens and dashes after which a line's end is no word space.
_HYPHENS = "-\u00ad\u2010\u2011\u2013\u2014"
# A hyphen that divides a word at a line's end; some extractors write U+00AC or U+FFFE for it.
_DIVISION = re.compile(r"[-\u00ac\u00ad\u2010\u2011\ufffe]\s*[\n\r]\s*")
_BULLET = re.compile(r"[^\w\s][^\S\n]+")
_ORDINALS = ("st", "nd", "rd", "th")
_BULLETED = ("list_item", "question")
_LAYERS = 3  # times that a text may have been read in the wrong encoding, one over the other


def check_edit_rules(issue: ProvedIssue) -> Iterator[Problem]:
    """Yield a problem for every edit of one issue that its rule does not explain.

    A curated edit may put anything in the place of what it quotes: a person answers for it, with a
    reason.
    """
    bullet_starts = {block.raw_start for block in issue.rows.blocks if block.kind in _BULLETED}
    for edit in issue.rows.edits:
        expected = _expected(edit, issue.raw, opens_item=edit.raw_start in bullet_starts)
        if expected is not None:
            found = f"{edit.before!r} made {edit.after!r}"
            found = found if len(found) <= 100 else f"{found[:99]}…"
            yield issue.problem("edit-rule", edit, "after", found=found, expected=expected)


@dataclass(frozen=True)
class _Change:
    """An edit, the characters before and after it in the raw text, and whether a list item or a question begins there."""

    before: str
    after: str
    ahead: str
    behind: str
    opens_item: bool


def _expected(edit: Edit, raw: str, *, opens_item: bool) -> str | None:
    """Return what the rule of an edit lets it do, where it does something else; None where it is explained."""
    if not edit.before:
        return "something before the change: an edit adds nothing of its own"
    if edit.rule not in _RULES:
        return "a known rule"
    change = _Change(
        before=edit.before,
        after=edit.after,
        ahead=raw[edit.raw_start - 1 : edit.raw_start] if edit.raw_start else "",
        behind=raw[edit.raw_end : edit.raw_end + 1],
        opens_item=opens_item,
    )
    is_explained, allowed = _RULES[edit.rule]
    return None if is_explained(change) else allowed


def _is_bullet(change: _Change) -> bool:
    return change.opens_item and not change.after and _BULLET.fullmatch(change.before) is not None


def _is_mojibake(change: _Change) -> bool:
    # Which of several layers was meant cannot be known: each reading is explained.
    readings = decode_again(change.before)
    if change.behind == " ":  # it may stand for the last byte, and is not in the edit
        longer = decode_again(f"{change.before} ")
        readings += [reading[:-1] for reading in longer if reading.endswith(" ")]
    return change.after in readings


def _is_superscript(change: _Change) -> bool:
    letters = change.before.strip()
    line_end = change.before.partition(letters)[0]
    return (
        letters in _ORDINALS
        and change.after == letters
        and "\n" in line_end
        and change.ahead.isdigit()
    )


def _is_line_break(change: _Change) -> bool:
    if not change.before.isspace() or not re.search(r"[\n\r\f]", change.before):
        return False
    if change.after == " " or (change.before, change.after) == (
        "\r",
        "\n",
    ):  # verse keeps its lines
        return True
    no_space_lost = (
        not change.before.strip("\r\n") or change.ahead in _HYPHENS or change.ahead.isspace()
    )
    return change.after == "" and no_space_lost


def _is_hyphenation(change: _Change) -> bool:
    after_letter = (
        change.ahead != "" and unicodedata.category(change.ahead)[0] in "LM"
    )  # or a vowel sign
    return not change.after and after_letter and _DIVISION.fullmatch(change.before) is not None


def _is_curated(change: _Change) -> bool:  # noqa: ARG001 (all rules are asked alike)
    return True


_RULES: Mapping[Rule, tuple[Callable[[_Change], bool], str]] = {
    "bullet": (_is_bullet, "a mark and its space, removed where a list item or a question opens"),
    "mojibake": (_is_mojibake, "the same bytes in Windows-1252, read as UTF-8"),
    "superscript": (_is_superscript, "the letters of an ordinal joined to its figure"),
    "line_break": (_is_line_break, "a line's end made a space, or nothing where no space is lost"),
    "hyphenation": (_is_hyphenation, "a hyphen and a line's end removed after a letter"),
    "curated": (_is_curated, ""),
}
"""For each rule, whether it explains an edit, and what it lets one do."""


def decode_again(text: str) -> list[str]:
    """Return what a text may be that was written as UTF-8 and read as Windows-1252, once or several times over.

    A byte that Windows-1252 leaves undefined is read as the control character of that number, as
    web browsers do; byte 0xA0 may have become a plain space on the way, and a no-break space is
    given back as a plain one.

    >>> decode_again("â€¦"), decode_again("Â "), decode_again("no")
    (['…'], [' '], [])
    """
    found: list[str] = []
    for _ in range(_LAYERS):
        decoded = [_decode_once(text, space) for space in (b" ", b"\xa0")]
        readings = [reading for reading in decoded if reading is not None and reading != text]
        if not readings:
            break
        text = readings[0]
        found += [reading.replace("\u00a0", " ") for reading in readings]
    return list(dict.fromkeys(found))


def _decode_once(text: str, space: bytes) -> str | None:
    """Return a text's bytes in Windows-1252 read as UTF-8, or None where they are none; a space is written as given."""
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
