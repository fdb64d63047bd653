"""What each rule lets an edit do: an edit that its rule does not explain invents text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from lprcorpus.messages import shorten
from lprcorpus.proof.proved_issue import ProvedIssue
from lprcorpus.schema import Edit, Rule

# Hyphens, dashes and white space; Thai, Lao, Tibetan, Burmese, Khmer; Chinese and Japanese; their
# punctuation: after these a line's end is no word space, or there is one already.
_NO_SPACE_AFTER = (
    r"[-\s\u00ad\u2010\u2011\u2013\u2014\u0e00-\u109f\u1780-\u17ff\u3000-\u30ff\u31f0-\u31ff"
    r"\u3400-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003134f]"
)
# How a change looks: the general category of the character ahead and that character, what there
# was before, what there is after, and the next character, with a NUL between them.
_LOOKS: Mapping[Rule, str] = {
    "bullet": r".* \0 [^\w\s][^\S\n]+ \0 \0 .*",
    "superscript": r"N. \0 \s*[\n\r]\s* (st|nd|rd|th) \s* \0 \1 \0 .*",
    # A combining mark, such as a vowel sign, is part of a letter. Some extractors write U+00AC or
    # U+FFFE for a hyphen that divides a word.
    "hyphenation": r"""
        [LM]. \0 [-\u00ac\u00ad\u2010\u2011\ufffe] \s*[\n\r]\s* \0 \0 .*
      | [LM]. \0 [-\u00ac\u00ad\u2010\u2011\ufffe] \s* \0 \0 \f
    """,
    "line_break": rf"""
        .* \0 \s*[\n\r\f]\s* \0 [ ] \0 .*
      | .* \0 (.) \0 \1[ ] \0 \f     # the last letter of a page, and a word space
      | .* \0 \r \0 \n \0 .*         # verse keeps its lines
      | .* \0 [\n\r]+ \0 \0 .*       # no space is lost
      | .* {_NO_SPACE_AFTER} \0 \s*[\n\r\f]\s* \0 \0 .*
    """,
}
_PATTERNS = {rule: re.compile(look, re.DOTALL | re.VERBOSE) for rule, look in _LOOKS.items()}
_ALLOWED: Mapping[Rule, str] = {
    "bullet": "a mark and its space, removed where a list item or a question opens",
    "mojibake": "the same bytes in Windows-1252, read as UTF-8",
    "superscript": "the letters of an ordinal joined to its figure",
    "line_break": "a line's end made a space, or nothing where no space is lost",
    "hyphenation": "a hyphen and a line's end removed after a letter",
}
# A web address that goes on after a line's end, with which it is removed.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*\0\s*[\n\r\f]\s*\0\Z", re.IGNORECASE)
_ADDRESS_REACH = 2_000  # characters of an address that are looked at

_LAYERS = 3  # times that a text may have been read in the wrong encoding, one over the other
# How Windows-1252 shows each byte; one that it leaves undefined is shown as the control character
# of that number, as web browsers do.
_SHOWN = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x100)]


def check_edit_rules(issue: ProvedIssue) -> None:
    """Each edit is one that its rule explains."""
    items = set()
    for block in issue.rows.blocks:
        if block.kind in ("list_item", "question"):
            items.add(block.raw_start)
    for edit in issue.rows.edits:
        is_misplaced = edit.rule == "bullet" and edit.raw_start not in items
        expected = _ALLOWED.get(edit.rule, "a known rule")
        if not edit.before:
            expected = "something before the change: an edit adds nothing of its own"
        elif _is_explained(issue.raw, edit) and not is_misplaced:
            continue
        issue.report("edit-rule", edit, after=f"{expected}; before it was {shorten(edit.before)}")


def _is_explained(raw: str, edit: Edit) -> bool:
    start, before, after = edit.raw_start, edit.before, edit.after
    following = raw[edit.raw_end : edit.raw_end + 1]
    if edit.rule == "curated":  # a person answers for it, with a reason
        return True
    if edit.rule == "mojibake":
        return _is_mojibake(before, after, following)
    if edit.rule not in _PATTERNS or "\0" in after:
        return False
    ahead = raw[start - 1 : start]
    category = unicodedata.category(ahead)[0] if ahead else ""
    if _PATTERNS[edit.rule].fullmatch(f"{category}{ahead}\0{before}\0{after}\0{following}"):
        return True
    line = raw[max(start - _ADDRESS_REACH, 0) : start]
    is_in_address = _ADDRESS.search(f"{line}\0{before}\0") is not None
    return is_in_address and edit.rule == "line_break" and not after


def _is_mojibake(before: str, after: str, following: str) -> bool:
    if is_repair(before, after):
        return True
    # A space behind it may be the last byte, of a letter or a no-break space. It is in no edit, and
    # so the no-break space is not.
    if following not in (" ", "\u00a0"):
        return False
    if is_repair(f"{before} ", f"{after} "):
        return True
    return not after.endswith(" ") and is_repair(f"{before} ", after)


def is_repair(before: str, after: str) -> bool:
    """Return whether a text comes out if another is written in UTF-8 and read as Windows-1252.

    A no-break space may be a plain one in either text.

    >>> is_repair("â€¦", "…"), is_repair("Â ", " "), is_repair("no", "no")
    (True, True, False)
    """
    before = before.replace("\u00a0", " ")
    spoilt = after.replace(" ", "\u00a0")
    for _ in range(_LAYERS):
        spoilt = "".join(_SHOWN[byte] for byte in spoilt.encode("utf-8", "surrogatepass"))
        if spoilt.replace("\u00a0", " ") == before != after:
            return True
    return False
