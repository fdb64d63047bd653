"""Invariant 1: the spans partition the raw text, and no text is set aside under another role.

Otherwise text could be lost by calling it a page header, a footnote or the end of a record.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from lprcorpus.proof.proved_issue import ASIDE_ROLES, INLINE_MARK, ProvedIssue, numbers_in, sha256
from lprcorpus.schema import Page, Role, Span

# The roles that a span may have, by whether it names a record and a block.
_ROLES: Mapping[tuple[bool, bool], tuple[str, ...]] = {
    (True, True): ("body",),
    (True, False): ("title", "byline", "note", "source"),
    (False, True): (),
    (False, False): ("body", "section", *ASIDE_ROLES),
}
# What text of a role must look like; of a role that is not here, something must be printed.
_LOOKS: Mapping[Role, re.Pattern[str]] = {
    # A byte order mark at the beginning prints nothing.
    "blank": re.compile(r"(?:\A\ufeff)?\s*"),
    # One that prints nothing is a form feed, or the space that a page turn became.
    "page_mark": re.compile(rf"\s*\d+\s*|{INLINE_MARK.pattern}|\f|(?<![^\n\r\f\ufeff]) "),
    "header": re.compile(r"(?=\s*\S)(?s:.){,300}"),
    "link": re.compile(r"\s*\S+://\S+\s*"),
    # It begins with the rule that it is under, or with its mark.
    "footnote": re.compile(
        r"[^\S\n]*(?:[-_—*=]{3,}\s|\(?\d{1,3}[.)]?\s*\S|\[\d{1,3}\]|[*†‡§¶]{1,3}\s*\S)(?s:.*)"
    ),
}
_PRINTED = re.compile(r"\s*\S(?s:.*)")
_PRINTED_OR_NEWLINE = re.compile(r"\s*[\S\n\r](?s:.*)")

# The spans of a page, a letter for each: t is text, i a mark inside a line, s the space that a page
# turn became. What is set aside is at the top or at the foot; links and footnotes at the foot.
_LETTERS = {"blank": "b", "header": "h", "link": "l", "footnote": "f"}
_PAGE = re.compile("s?[hmib]*(t[tib]*)?[hmiblf]*")
_PAGE_0 = re.compile("[^lf]*[^t]*")  # all pages before page 1: their marks may be between texts
_HEADER_AND_MARK = re.compile("hb?[msi]?")
# The spans of a record: its title, its byline, and the rest.
_RECORD_LETTERS = {"title": "t", "byline": "y"}
_RECORD = re.compile("t+y*x*")

# Arabic digits; a Roman number only if it is the whole of a header.
_DIGITS = re.compile(r"\A\W*[ivxlc]{1,7}\W*\Z|\d+", re.IGNORECASE)
_RULES_AND_SPACES = re.compile(r"[-_=\s]+")
# A page number that was not read as one has four characters at most.
_FIRST_WORD, _LAST_WORD = re.compile(r"\A\S{1,4} "), re.compile(r" \S{1,4}\Z")


def check_raw_text(issue: ProvedIssue) -> None:
    """The raw text is the one that the issue names."""
    row = issue.rows.issue
    issue.compare("raw-length", row, raw_chars=len(issue.raw))
    issue.compare("raw-hash", row, raw_sha256=sha256(issue.raw))


def check_partition(issue: ProvedIssue) -> None:
    """The spans of an issue partition its raw text: no gap, no overlap; and so do its pages."""
    _check_sequence(issue, "page", issue.rows.pages)
    _check_sequence(issue, "span", issue.rows.spans)


def _check_sequence(issue: ProvedIssue, kind: str, rows: Sequence[Page] | Sequence[Span]) -> None:
    gap, overlap, length = f"{kind}-gap", f"{kind}-overlap", len(issue.raw)
    reached = 0
    for row in rows:
        if row.raw_start > reached:
            issue.compare(gap, row, raw_start=reached)
        if row.raw_start < reached:
            issue.compare(overlap, row, raw_start=reached)
        if row.raw_start >= row.raw_end:
            issue.report(f"{kind}-empty", row, raw_end=f"more than {row.raw_start}")
        reached = row.raw_end
    if not rows:
        issue.report(gap, issue.rows.issue, raw_chars=f"a {kind} that has these")
    elif reached < length:
        issue.compare(gap, rows[-1], raw_end=length)
    elif reached > length:
        issue.compare(overlap, rows[-1], raw_end=length)


def check_roles(issue: ProvedIssue) -> None:
    """A span looks as its role says, and is in a record and a block if it says so."""
    for span in issue.rows.spans:
        is_in_block = span.block is not None
        allowed = _ROLES[span.record_id is not None, is_in_block]
        if span.role not in allowed:
            expected = ", ".join(allowed) or "no block without a record"
            issue.report("span-record", span, role=expected)
        # Verse keeps its lines: a newline may be a span of a block.
        look = _LOOKS.get(span.role, _PRINTED_OR_NEWLINE if is_in_block else _PRINTED)
        if not look.fullmatch(issue.raw, span.raw_start, span.raw_end):
            issue.misplaced(span, f"what a {span.role} looks like", code="span-role")


def check_asides(issue: ProvedIssue) -> None:
    """What is set aside is at the top or at the foot of its page; a header is one of several."""
    recurring = _recurring_headers(issue)
    for page in issue.rows.pages:
        spans = issue.page_spans(page)
        letters = "".join([_letter(issue, span) for span in spans])
        order = _PAGE if page.number else _PAGE_0
        rest = order.sub("", letters, count=1)
        if rest:
            expected = "a page whose text is not parted by what is at its top or at its foot"
            issue.misplaced(spans[-len(rest)], expected)
        for found in _HEADER_AND_MARK.finditer(letters):
            header, last = spans[found.start()], spans[found.end() - 1]
            forms = _forms(_without_number(issue.text(header)))
            numbers = numbers_in(issue.raw[header.raw_start : last.raw_end])
            if recurring.isdisjoint(forms) and page.number not in numbers:
                issue.misplaced(header, "a header that recurs, or one with its page's number")


def _letter(issue: ProvedIssue, span: Span) -> str:
    if span.role != "page_mark":
        return _LETTERS.get(span.role, "t")
    text = issue.text(span)
    if INLINE_MARK.fullmatch(text):
        return "i"
    return "s" if text == " " else "m"


def _recurring_headers(issue: ProvedIssue) -> set[str]:
    """Return the page headers that are on several pages, without their numbers."""
    pages: dict[str, set[int]] = defaultdict(set)
    for span in issue.rows.spans:
        if span.role == "header":
            header = _without_number(issue.text(span))
            # Page 0 is all pages before page 1: a header may recur on these alone.
            pages[header].add(span.page or -span.raw_start)
    recurring = set()
    for header, numbers in pages.items():
        if len(numbers) > 1:
            recurring.add(header)
    return recurring


def _without_number(header: str) -> str:
    """Return a page header without its number and its rules: the same on each page."""
    words = _RULES_AND_SPACES.sub(" ", header)
    return _DIGITS.sub("#", words).strip()


def _forms(header: str) -> set[str]:
    """Return a header, and as it is elsewhere if its first or last word is a number misread."""
    return {header, _FIRST_WORD.sub("# ", header), _LAST_WORD.sub(" #", header)}


def check_record_order(issue: ProvedIssue) -> None:
    """A record is one stretch of the text, after the record before it: title, byline, the rest."""
    order = {record.id: place for place, record in enumerate(issue.rows.records, start=1)}
    reached = 0
    text = [span for span in issue.rows.spans if span.role not in ASIDE_ROLES]
    for record_id, group in groupby(text, key=attrgetter("record_id")):
        if record_id is None:
            continue
        spans = list(group)
        place = order.get(record_id, 0)
        if place <= reached:
            expected = "a record that is after the one before it, with all its text in one place"
            issue.report("record-order", spans[0], record_id=expected)
        reached = place
        letters = "".join([_RECORD_LETTERS.get(span.role, "x") for span in spans])
        if not _RECORD.fullmatch(letters):
            issue.misplaced(spans[0], "one title, a byline if there is one, and then the rest")
