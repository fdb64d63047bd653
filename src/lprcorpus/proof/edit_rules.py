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
# Thai, Lao, Tibetan, Burmese, Khmer; Chinese and Japanese; their punctuation.
_UNSPACED = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u3000-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60"
    "\U00020000-\U0003134f]"
)
# A web address, from its beginning to a line's end, where it goes on.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*\Z", re.IGNORECASE)
_ADDRESS_REACH = 2_000  # characters of an address that are looked at
_BULLET = re.compile(r"[^\w\s][^\S\n]+")
_ORDINAL = re.compile(r"\s*[\n\r]\s*(st|nd|rd|th)\s*")

_LAYERS = 3  # times that a text may have been read in the wrong encoding, one over the other
# How Windows-1252 shows each byte; one that it leaves undefined is shown as the control character
# of that number, as web browsers do.
_SHOWN = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x100)]


def check_edit_rules(issue: ProvedIssue) -> None:
    """Invariant 2: report every edit that its rule does not explain."""
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
        issue.report("edit-rule", edit, "after", expected)


def _is_bullet(issue: ProvedIssue, edit: Edit) -> bool:
    if edit.raw_start not in issue.item_starts or edit.after:
        return False
    return _BULLET.fullmatch(edit.before) is not None


def _is_mojibake(issue: ProvedIssue, edit: Edit) -> bool:
    before, after = edit.before, edit.after
    if is_repair(before, after):
        return True
    # A space behind it may be the last byte, of a letter or a no-break space. It is in no edit, and
    # so the no-break space is not.
    if not issue.raw.startswith((" ", "\u00a0"), max(edit.raw_end, 0)):
        return False
    before += " "
    is_letter = not after.endswith(" ") and is_repair(before, after)
    return is_letter or is_repair(before, f"{after} ")


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


def _is_superscript(issue: ProvedIssue, edit: Edit) -> bool:
    ordinal = _ORDINAL.fullmatch(edit.before)
    if ordinal is None or edit.after != ordinal[1]:
        return False
    return issue.before(edit).isdigit()


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
    if after:
        return False
    # No word space is lost: none is there, or the line has its own, ends in a hyphen, is in a
    # script without spaces, or ends within a web address.
    is_no_space = not before.strip("\r\n")
    ahead = issue.before(edit)
    if is_no_space or ahead in _HYPHENS or ahead.isspace() or _UNSPACED.match(ahead):
        return True
    line = issue.raw[max(edit.raw_start - _ADDRESS_REACH, 0) : max(edit.raw_start, 0)]
    return _ADDRESS.search(line) is not None


def _is_hyphenation(issue: ProvedIssue, edit: Edit) -> bool:
    ahead = issue.before(edit)
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
