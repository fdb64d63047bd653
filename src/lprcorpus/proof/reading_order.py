"""What may be where: a role fits its text and its place, so that no text is set aside as another.

Otherwise text could be lost by calling it a page header, a footnote or the end of a record.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from operator import attrgetter

from lprcorpus.proof.proved_issue import INLINE_MARK, RECORD_ROLES, ProvedIssue
from lprcorpus.schema import Role, Span

# The roles that belong to the page and not to its text.
_ASIDE = frozenset({"blank", "header", "page_mark", "link", "footnote"})
# What text of a role must look like; of a role that is not here, something must be printed.
_LOOKS: Mapping[Role, re.Pattern[str]] = {
    "blank": re.compile(r"\s*"),
    "page_mark": re.compile(rf"\s*\d*\s*|{INLINE_MARK.pattern}"),
    "link": re.compile(r"\s*\S+://\S+\s*"),
    # It begins with the rule that it is under, or with its mark.
    "footnote": re.compile(
        r"[^\S\n]*(?:[-_—*=]{3,}\s|\(?\d{1,3}[.)]?\s*\S|\[\d{1,3}\]|[*†‡§¶]{1,3}\s*\S)(?s:.*)"
    ),
}
_PRINTED = re.compile(r"\s*\S(?s:.*)")
_PRINTED_OR_NEWLINE = re.compile(r"\s*[\S\n\r](?s:.*)")
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"\W*[ivxlc]{1,7}\W*", re.IGNORECASE)
_MISREAD = 4  # characters of a page number that was not read as one, at most
_NUMBER = re.compile(r"(?<!\d)\d{1,9}(?!\d)")
_RULES_AND_SPACES = re.compile(r"[-_=\s]+")
_HEADER_LIMIT = 300  # characters in a page header, at most
# A page mark that comes sooner after a page's beginning has the number of that page; one that comes
# later may have that of the page before, which ends there.
_NUMBER_REACH = 400


def check_reading_order(issue: ProvedIssue) -> None:
    """Report every span of one issue whose role does not fit its text or its place."""
    for span in issue.spans:
        _check_role(issue, span)
    _check_pages(issue)
    _check_asides(issue)
    _check_records(issue)
    _check_sections(issue)


def _check_role(issue: ProvedIssue, span: Span) -> None:
    """Invariant 1: a span looks, and is in a record or not, as its role says."""
    is_in_block = span.role == "body" and span.block is not None  # no record claims other body
    is_in_record = is_in_block or (span.role in RECORD_ROLES and span.role != "body")
    if span.block is not None and not is_in_block:
        issue.report("span-block", span, "block", "none: it is not body")
    if is_in_record and span.record_id is None:
        issue.report("span-record", span, "record_id", "a record")
    if not is_in_record and span.record_id is not None:
        expected = f"none: this {span.role} is in no record"
        issue.report("span-record", span, "record_id", expected)
    # Verse keeps its lines: a newline may be a span of a block.
    look = _LOOKS.get(span.role, _PRINTED_OR_NEWLINE if is_in_block else _PRINTED)
    text = issue.text(span)
    if span.raw_start == 0 and span.role == "blank":
        text = text.removeprefix("\ufeff")  # a byte order mark prints nothing
    if not look.fullmatch(text):
        issue.misplaced(span, f"what a {span.role} looks like", code="span-role")


def _check_pages(issue: ProvedIssue) -> None:
    """Invariant 4: a page opens with a mark or after one; its number is printed or counted."""
    edges = set()
    numbers: dict[int, set[int]] = defaultdict(set)  # in the headers and marks of each page
    marks: dict[int, list[int]] = defaultdict(list)  # where a mark is a page's number
    for span in issue.spans:
        if span.role not in ("page_mark", "header"):
            continue
        edges |= {span.raw_start, span.raw_end}
        text = issue.text(span)
        numbers[span.page].update(map(int, _NUMBER.findall(text)))
        if span.role == "page_mark" and text.strip() == str(span.page):
            marks[span.page].append(span.raw_start)
    for page in issue.pages:
        if page.printed and page.number not in numbers[page.number]:
            expected = "False: no page header of that page has it"
            issue.report("page-printed", page, "printed", expected)
        near = range(page.raw_start, page.raw_start + _NUMBER_REACH)
        if not page.printed and any(mark in near for mark in marks[page.number]):
            issue.report("page-printed", page, "printed", "True: its page mark has it")
    for before, page in pairwise(issue.pages):
        if page.raw_start not in edges:
            expected = "where a page mark or a page header is"
            issue.report("page-mark", page, "raw_start", expected)
        is_printed = page.printed and page.number > before.number
        if page.number != before.number + 1 and not is_printed:
            issue.report("page-number", page, "number", f"{before.number + 1}, counted")


def _check_asides(issue: ProvedIssue) -> None:
    """Invariant 1: what is set aside is at the top or at the foot of its page, where it belongs."""
    recurring = _recurring_headers(issue)
    page_starts = {page.raw_start for page in issue.pages}
    for page, group in groupby(issue.spans, key=attrgetter("page")):
        spans = list(group)
        text = [place for place, span in enumerate(spans) if span.role not in _ASIDE]
        text_start, text_end = (text[0], text[-1]) if text else (0, -1)
        for place, span in enumerate(spans):
            is_foot = place > text_end
            is_edge = is_foot or place < text_start or page == 0
            if span.role in ("link", "footnote") and not is_foot:
                issue.misplaced(span, f"a {span.role} at the foot of its page")
            if span.role == "page_mark" and page != 0:
                if not is_edge and not INLINE_MARK.fullmatch(issue.text(span)):
                    issue.misplaced(span, "a page_mark at the top or at the foot of its page")
                _check_blank_mark(issue, span, page_starts)
            if span.role == "header":
                if not is_edge:
                    issue.misplaced(span, "a header at the top or at the foot of its page")
                _check_header(issue, spans[place : place + 3], recurring)


def _check_blank_mark(issue: ProvedIssue, mark: Span, page_starts: set[int]) -> None:
    """A page mark that prints nothing is a form feed, or the space that a page turn became."""
    text = issue.text(mark)
    if text.strip() or text == "\f":
        return
    before = issue.raw[max(mark.raw_start - 1, 0) : mark.raw_start]
    opens_line = before in ("", "\n", "\r", "\f", "\ufeff")
    if text != " " or not opens_line or mark.raw_start not in page_starts:
        issue.misplaced(mark, "a form feed, or one space that opens a page's first line")


def _recurring_headers(issue: ProvedIssue) -> set[str]:
    """Return the page headers that are on several pages, without their numbers."""
    pages: dict[str, set[int]] = defaultdict(set)
    for span in issue.spans:
        if span.role == "header":
            # Page 0 is all pages before page 1: a header may recur on these alone.
            pages[_without_number(issue.text(span))].add(span.page or -span.raw_start)
    return {header for header, numbers in pages.items() if len(numbers) > 1}


def _check_header(issue: ProvedIssue, spans: Sequence[Span], recurring: set[str]) -> None:
    """A page header recurs, or its page's number is in it or in the page mark after it."""
    header, *following = spans
    text = issue.text(header)
    is_recurring = not recurring.isdisjoint(_as_printed_elsewhere(_without_number(text)))
    for span in following:
        if span.role == "page_mark":
            text += f" {issue.text(span)}"
        if span.role != "blank":
            break
    if not is_recurring and header.page not in map(int, _NUMBER.findall(text)):
        issue.misplaced(header, "a header that recurs, or one with its page's number")
    if header.raw_end - header.raw_start > _HEADER_LIMIT:
        issue.misplaced(header, f"a page header of at most {_HEADER_LIMIT} characters")


def _without_number(header: str) -> str:
    """Return a page header without its number and its rules: the same on each page."""
    if _ROMAN.fullmatch(header):
        return "#"
    return _DIGITS.sub("#", _RULES_AND_SPACES.sub(" ", header)).strip()


def _as_printed_elsewhere(header: str) -> Iterator[str]:
    """Yield a header, and as it is elsewhere if its first or last word is a number misread."""
    yield header
    first, *rest = header.split(" ")
    if rest and len(first) <= _MISREAD:
        yield " ".join(["#", *rest])
    if rest and len(rest[-1]) <= _MISREAD:
        yield " ".join([first, *rest[:-1], "#"])


def _check_records(issue: ProvedIssue) -> None:
    """A record is one stretch of the text: its title, its byline, and the rest."""
    unopened = {record.id for record in issue.records}
    text = [span for span in issue.spans if span.role not in _ASIDE]
    for record_id, group in groupby(text, key=attrgetter("record_id")):
        if record_id is None:
            continue
        spans = list(group)
        if record_id not in unopened:
            expected = "a record that there is, with all its text in one place"
            issue.report("span-record", spans[0], "record_id", expected)
            continue
        unopened.remove(record_id)
        parts = [role for role, _ in groupby(spans, key=attrgetter("role"))]
        is_title_first = parts[0] == "title" and "title" not in parts[1:]
        if not is_title_first or "byline" in parts[2:]:
            found = ", ".join(parts[:4])
            issue.misplaced(spans[0], f"one title, a byline if there is one, the rest, not {found}")


def _check_sections(issue: ProvedIssue) -> None:
    """A record's section is printed before its title, or before an earlier one of the section."""
    pending = {record.id: record for record in issue.records}
    section = printed = ""
    for span in issue.spans:
        if span.role == "section":
            printed += _squeezed(issue.text(span))
        record = pending.pop(span.record_id or "", None)
        if record is None:
            continue
        # A heading is that of the records after it, until one is in no section.
        if printed or record.section is None:
            section = printed
        printed = ""
        if _squeezed(record.section or "") != section:
            expected = f"the heading printed before it, {section!r}"
            if not section:
                expected = "null: no heading is printed before it"
            issue.report("section-text", record, "section", expected)


def _squeezed(text: str) -> str:
    return "".join(text.split())
