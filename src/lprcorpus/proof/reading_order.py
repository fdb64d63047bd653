"""What may be where: a role fits its place, so that no text is put aside under a false name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from lprcorpus.messages import shorten
from lprcorpus.proof.proved_issue import ProvedIssue
from lprcorpus.schema import Block, Span

# The roles that belong to the page and not to its text.
_ASIDE = frozenset({"blank", "header", "page_mark", "link", "footnote"})
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"(?<!\d)\d{1,9}(?!\d)")
_RULES_AND_SPACES = re.compile(r"[-_=\s]+")
_INLINE_MARK = re.compile(r"\s*(?:\{\d+\}|\[+\D{0,6}\d+\]+)\s*")
_LINE_ENDS = re.compile(r"[\n\f]")
_HEADER_LIMIT = 300  # characters in a page header, at most


def check_reading_order(issue: ProvedIssue) -> None:
    """Report every span of one issue whose role does not fit its place."""
    _check_page_starts(issue)
    _check_asides(issue)
    _check_records(issue)
    _check_sections(issue)


def _check_page_starts(issue: ProvedIssue) -> None:
    """Invariant 4: a page opens with a mark or after one; its number is printed or counted."""
    edges = set()
    for span in issue.spans:
        if span.role in ("page_mark", "header"):
            edges |= {span.raw_start, span.raw_end}
    for before, page in pairwise(issue.pages):
        if page.raw_start not in edges:
            expected = "where a page mark or a page header is"
            issue.report("page-mark", page, raw_start=expected)
        is_next = page.number == before.number + 1
        is_printed = page.printed and page.number > before.number
        if not is_next and not is_printed:
            issue.report("page-number", page, number=f"{before.number + 1}, counted")


def _check_asides(issue: ProvedIssue) -> None:
    """Invariant 1: what is set aside is at the top or at the foot of its page, where it belongs.

    Otherwise text could be lost by calling it a header or a footnote.
    """
    spans = issue.spans
    places = range(len(spans))
    feet = _page_edges(spans, reversed(places))
    edges = feet | _page_edges(spans, places)
    pages_of_header: dict[str, set[int]] = defaultdict(set)
    for span in spans:
        if span.role == "header":
            # Page 0 is all pages before page 1: a header may recur on these alone.
            page = span.page or -span.raw_start
            pages_of_header[_without_number(issue.text(span))].add(page)

    for place, span in enumerate(spans):
        if span.role in ("link", "footnote") and place not in feet:
            issue.misplaced(span, f"a {span.role} at the foot of its page")
        elif span.role == "page_mark":
            _check_page_mark(issue, span, is_edge=place in edges)
        elif span.role == "header":
            if place not in edges and span.page != 0:
                issue.misplaced(span, "a header at the top or at the foot of its page")
            pages = pages_of_header[_without_number(issue.text(span))]
            if len(pages) == 1 and not _has_page_number(issue, place):
                issue.misplaced(span, "a header that recurs, or one with its page's number")
            if span.raw_end - span.raw_start > _HEADER_LIMIT:
                issue.misplaced(span, f"a page header of at most {_HEADER_LIMIT} characters")


def _page_edges(spans: Sequence[Span], places: Iterable[int]) -> set[int]:
    """Return the places of the spans that come before any text of their page, in this order."""
    edges = set()
    page_with_text = None
    for place in places:
        span = spans[place]
        if span.role not in _ASIDE:
            page_with_text = span.page
        elif span.page != page_with_text:
            edges.add(place)
    return edges


def _check_page_mark(issue: ProvedIssue, span: Span, *, is_edge: bool) -> None:
    text = issue.text(span)
    if span.page == 0:  # all that is before page 1
        return
    if not is_edge and not _INLINE_MARK.fullmatch(text):
        issue.misplaced(span, "a page_mark at the top or at the foot of its page")
    if text.strip() or text == "\f":
        return
    # A mark that prints nothing is the one space to which a page turn collapsed.
    before = issue.raw[max(span.raw_start - 1, 0) : span.raw_start]
    opens_line = before in ("", "\n", "\f", "\ufeff")
    if text != " " or not opens_line or span.raw_start not in issue.page_starts:
        issue.misplaced(span, "a form feed, or one space that opens a page's first line")


def _without_number(header: str) -> str:
    """Return a page header without its number and its rules: the same on each page."""
    return _DIGITS.sub("#", _RULES_AND_SPACES.sub(" ", header)).strip()


def _has_page_number(issue: ProvedIssue, place: int) -> bool:
    """Return whether a header's page number is in it, or in the page mark after it."""
    span, *following = issue.spans[place : place + 3]
    text = issue.text(span)
    for other in following:
        if other.role == "page_mark":
            text += f" {issue.text(other)}"
        if other.role != "blank":
            break
    numbers = {int(number) for number in _NUMBER.findall(text)}
    return span.page in numbers


def _check_records(issue: ProvedIssue) -> None:
    """A record is one stretch of the text: its title, its byline, and the rest."""
    spans = issue.spans
    known = {record.id for record in issue.records}
    first: dict[str, int] = {}  # the place of each record's first span
    last: dict[str, int] = {}
    for place, span in enumerate(spans):
        if span.record_id is not None:
            first.setdefault(span.record_id, place)
            last[span.record_id] = place
    reached = 0
    for record_id, start in first.items():
        if record_id not in known:
            issue.report("span-record", spans[start], record_id="a record there is")
        roles = []
        # Where two records overlap, what is in both is looked at in the first alone.
        for span in spans[max(start, reached) : last[record_id] + 1]:
            if span.record_id == record_id:
                roles.append(span.role)
            elif span.role not in _ASIDE:
                expected = f"{record_id!r}, which goes on after it"
                issue.report("span-record", span, record_id=expected)
        reached = max(reached, last[record_id] + 1)
        parts = [role for role, _ in groupby(roles)]
        is_title_first = parts[:1] == ["title"] and "title" not in parts[1:]
        if not is_title_first or "byline" in parts[2:]:
            found = ", ".join(parts[:4])
            expected = f"one title, a byline if there is one, the rest, not {found}"
            issue.misplaced(spans[start], expected)


def _check_sections(issue: ProvedIssue) -> None:
    """A record's section is printed before its title, or before an earlier one of the section."""
    stated = {record.id: record.section for record in issue.records}
    sections: dict[str, str] = {}  # as they are printed
    section = printed = ""
    for span in issue.spans:
        if span.role == "section":
            printed += _squeezed(issue.text(span))
        elif span.record_id is not None and span.record_id not in sections:
            # A heading is that of the records after it, until one is in no section.
            if printed or stated.get(span.record_id) is None:
                section = printed
            sections[span.record_id] = section
            printed = ""
    for record in issue.records:
        section = sections.get(record.id, "")
        if _squeezed(record.section or "") != section:
            expected = "null: no heading is printed before it"
            if section:
                expected = f"the heading printed before it, {section!r}"
            issue.report("section-text", record, section=expected)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def check_left_out(issue: ProvedIssue, block: Block, spans: Sequence[Span]) -> None:
    """Invariant 2: between the spans of a block, only blank lines and page marks are left out."""
    if block.kind == "verse":
        _check_verse(issue, block, spans)
        return
    for span, following in pairwise(spans):
        if not _is_between_lines(issue.raw, span.raw_end, following.raw_start):
            left_out = shorten(issue.raw[span.raw_end : following.raw_start])
            expected = f"nothing left out before it but blank lines and indents: {left_out}"
            issue.report("span-gap", following, raw_start=expected)
    if "\n" in block.text:
        issue.report("block-text", block, text=f"a {block.kind} of one line")


def _is_between_lines(raw: str, end: int, start: int) -> bool:
    """Return whether what is left out begins where a line ends, or is a page mark."""
    if end == start or raw[end - 1] in "\n\r" or raw[end] in "\n\r\f":
        return True
    return _INLINE_MARK.fullmatch(raw[end:start]) is not None


def _check_verse(issue: ProvedIssue, block: Block, spans: Sequence[Span]) -> None:
    """Invariant 2: a stanza has a line for each printed one, unless an edit takes or adds one."""
    text = ""
    reached = spans[0].raw_start
    for span in spans:
        for edit in issue.edits_in.get(span.raw_start, ()):
            if "\n" in edit.before + edit.after:
                return
        # What is left out between two spans prints nothing, but may end lines.
        left_out = issue.raw[reached : span.raw_start]
        text += "\n" * len(_LINE_ENDS.findall(left_out)) + issue.text(span)
        reached = span.raw_end
    printed = [line for line in _LINE_ENDS.split(text) if line.strip()]
    if block.text.count("\n") + 1 != len(printed):
        expected = f"{len(printed)} lines, one for each printed"
        issue.report("verse-lines", block, text=expected)
