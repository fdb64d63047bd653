"""What may be where: a stretch's role must fit its place, so that no text can be put aside under a false name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from lprcorpus.problems import Problem
from lprcorpus.proof.proved_issue import ProvedIssue, cut
from lprcorpus.schema import Block, Span

__all__ = ["check_reading_order"]

# The roles that belong to the page and not to its text.
_ASIDE = frozenset({"blank", "header", "page_mark", "link", "footnote"})
_DIGITS = re.compile(r"\d+")
_RULES_AND_SPACES = re.compile(r"[-_=\s]+")
_INLINE_MARK = re.compile(r"\s*(?:\{\d+\}|\[+\D{0,6}\d+\]+)\s*")
_LINE_ENDS = re.compile(r"[\n\f]")
_HEADER_LIMIT = 300  # characters in a page header, at most


def check_reading_order(issue: ProvedIssue) -> Iterator[Problem]:
    """Yield a problem for every span of one issue whose role does not fit its place."""
    yield from _check_page_marks(issue)
    yield from _check_asides(issue)
    extents = _record_extents(issue.rows.spans)
    yield from _check_records(issue, extents)
    yield from _check_sections(issue, extents)
    yield from _check_block_lines(issue)


def _check_page_marks(issue: ProvedIssue) -> Iterator[Problem]:
    """Invariant 4: each page but the first opens with a mark or after one; its number is printed, or one more than the last."""
    marks = set()
    for span in issue.rows.spans:
        if span.role in ("page_mark", "header"):
            marks |= {span.raw_start, span.raw_end}
    for before, page in pairwise(issue.rows.pages):
        if page.raw_start not in marks:
            yield issue.problem(
                "page-mark",
                page,
                "raw_start",
                found="none",
                expected="a page mark or a page header",
            )
        is_counted = page.number == before.number + 1
        if not is_counted and not (page.printed and page.number > before.number):
            yield issue.problem(
                "page-number",
                page,
                "number",
                found=page.number,
                expected=f"{before.number + 1}, counted",
            )


def _check_asides(issue: ProvedIssue) -> Iterator[Problem]:
    """Page headers and numbers are at the top or at the foot of a page, links and footnotes at its foot."""
    spans = issue.rows.spans
    page_starts = {page.raw_start for page in issue.rows.pages}
    feet = _page_feet(spans)
    pages_of_shape: dict[str, set[int]] = defaultdict(set)
    for span in spans:
        if span.role == "header":
            # Page 0 is all pages before page 1: a header may recur on these alone.
            page = span.page or -span.raw_start
            pages_of_shape[_shape(issue.text(span))].add(page)
    is_top = True
    for place, span in enumerate(spans):
        is_top = is_top or span.raw_start in page_starts
        is_edge = is_top or place in feet
        if span.role == "page_mark":
            yield from _check_page_mark(issue, span, page_starts, is_edge=is_edge)
        elif span.role == "header":
            recurs = len(pages_of_shape[_shape(issue.text(span))]) > 1
            yield from _check_header(issue, place, is_edge=is_edge, recurs=recurs)
        elif span.role in ("link", "footnote") and place not in feet:
            expected = f"a {span.role} at the foot of its page"
            yield _place_problem(issue, span, f"a {span.role} before text", expected)
        is_top = is_top and span.role in _ASIDE


def _place_problem(issue: ProvedIssue, span: Span, found: str, expected: str) -> Problem:
    return issue.problem("span-place", span, "role", found=found, expected=expected)


def _check_page_mark(
    issue: ProvedIssue, span: Span, page_starts: set[int], *, is_edge: bool
) -> Iterator[Problem]:
    text = issue.text(span)
    if not span.page:  # page 0 is all that is before page 1
        return
    if not is_edge and not _INLINE_MARK.fullmatch(text):
        yield _place_problem(
            issue, span, "a page_mark within text", "one at the top or at the foot of its page"
        )
    if text.strip() or text == "\f":
        return
    opens_line = span.raw_start == 0 or issue.raw[span.raw_start - 1] in "\n\f\ufeff"
    if not (text == " " and opens_line and span.raw_start in page_starts):
        expected = "a form feed, or one space that opens a page's first line"
        yield _place_problem(issue, span, repr(text[:20]), expected)


def _check_header(
    issue: ProvedIssue, place: int, *, is_edge: bool, recurs: bool
) -> Iterator[Problem]:
    span = issue.rows.spans[place]
    text = issue.text(span)
    if span.page and not is_edge:
        yield _place_problem(
            issue, span, "a header within text", "one at the top or at the foot of its page"
        )
    if not recurs and not _has_page_number(issue, place):
        yield _place_problem(
            issue, span, cut(text), "a header that recurs, or one with its page's number"
        )
    if len(text) > _HEADER_LIMIT:
        expected = f"a page header, of at most {_HEADER_LIMIT}"
        yield _place_problem(issue, span, f"{len(text)} characters", expected)


def _shape(header: str) -> str:
    """Return a page header without its number and its rules, so that it is the same on each page."""
    return _DIGITS.sub("#", _RULES_AND_SPACES.sub(" ", header)).strip()


def _has_page_number(issue: ProvedIssue, place: int) -> bool:
    """Return whether a header's page number is in it, or in the page mark after it."""
    spans = issue.rows.spans
    texts = [issue.text(spans[place])]
    following = [span for span in spans[place + 1 : place + 3] if span.role != "blank"]
    if following and following[0].role == "page_mark":
        texts.append(issue.text(following[0]))
    numbers = _DIGITS.findall(" ".join(texts))
    return str(spans[place].page) in {number.lstrip("0") or "0" for number in numbers}


def _page_feet(spans: Sequence[Span]) -> set[int]:
    """Return which spans are at the foot of their page: no text follows them there."""
    feet = set()
    page, is_foot = None, True
    # From the end: a span is at the foot if all after it on its page are aside.
    for place in reversed(range(len(spans))):
        span = spans[place]
        is_foot = (is_foot or span.page != page) and span.role in _ASIDE
        page = span.page
        if is_foot:
            feet.add(place)
    return feet


def _record_extents(spans: Sequence[Span]) -> dict[str, tuple[int, int]]:
    """Return the first and the last span of each record, by their places."""
    extents: dict[str, tuple[int, int]] = {}
    for place, span in enumerate(spans):
        if span.record_id is not None:
            first, _ = extents.get(span.record_id, (place, place))
            extents[span.record_id] = first, place
    return extents


def _check_records(issue: ProvedIssue, extents: Mapping[str, tuple[int, int]]) -> Iterator[Problem]:
    """A record is one stretch of the text: its title, its byline, and the rest, with nothing of another's between.

    Where two stretches overlap, each span is looked at in the first alone.
    """
    spans = issue.rows.spans
    known = {record.id for record in issue.rows.records}
    reached = 0
    for record_id, (first, last) in extents.items():
        if record_id not in known:
            yield issue.problem(
                "span-record",
                spans[first],
                "record_id",
                found=repr(record_id),
                expected="a record there is",
            )
        own = [span for span in spans[max(first, reached) : last + 1] if span.role not in _ASIDE]
        reached = max(reached, last + 1)
        for span in own:
            if span.record_id != record_id:
                found = (
                    f"text of {span.record_id}" if span.record_id else f"a {span.role} of no record"
                )
                expected = f"text of {record_id}, which goes on after it"
                yield issue.problem(
                    "span-record", span, "record_id", found=found, expected=expected
                )
        runs = [
            role for role, _ in groupby(span.role for span in own if span.record_id == record_id)
        ]
        if runs[:1] != ["title"] or "title" in runs[1:] or "byline" in runs[2:]:
            expected = "one title, a byline if there is one, the rest"
            yield _place_problem(issue, spans[first], ", ".join(runs[:4]), expected)


def _check_sections(
    issue: ProvedIssue, extents: Mapping[str, tuple[int, int]]
) -> Iterator[Problem]:
    """A record's section is printed before its title, or before an earlier one in the same section."""
    spans = issue.rows.spans
    headings = [place for place, span in enumerate(spans) if span.role == "section"]
    before = 0
    current: str | None = None
    for record in issue.rows.records:
        first, last = extents.get(record.id, (before, before))
        between = headings[bisect_left(headings, before) : bisect_left(headings, first)]
        printed = "".join(_squeezed(issue.text(spans[place])) for place in between)
        # A heading contains for the records after it, until one is in no section.
        if record.section is None and not printed:
            current = None
        current = printed or current
        expected = None if record.section is None else _squeezed(record.section)
        if current != expected:
            wanted = (
                f"the heading printed before it, {current!r}"
                if current
                else "null: no heading is printed before it"
            )
            at = spans[first].raw_start if first < len(spans) else None
            found = repr(record.section)
            yield issue.problem(
                "section-text", record, "section", found=found, expected=wanted, at=at
            )
        before = last + 1


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _check_block_lines(issue: ProvedIssue) -> Iterator[Problem]:
    """Invariant 2: between the spans of a block nothing is left out but blank lines, and what is not its."""
    blocks = {(block.record_id, block.position): block for block in issue.rows.blocks}
    newline_edits = [
        edit.raw_start for edit in issue.rows.edits if "\n" in edit.before or "\n" in edit.after
    ]
    newline_edits.sort()  # they are, unless rows are forged
    for (record_id, position), spans in issue.block_spans.items():
        block = blocks.get((record_id, position or 0))
        if block is not None and block.kind == "verse":
            yield from _check_verse(issue, block, spans, newline_edits)
            continue
        for span, following in pairwise(spans):
            if not _is_between_lines(issue.raw, span.raw_end, following.raw_start):
                found = f"{issue.raw[span.raw_end : following.raw_start][:20]!r} left out"
                expected = "whole blank lines, and indents"
                yield issue.problem(
                    "span-gap", following, "raw_start", found=found, expected=expected
                )
        if block is not None and "\n" in block.text:
            expected = f"none: a {block.kind} is one line"
            yield issue.problem(
                "block-text", block, "text", found="a line's end", expected=expected
            )


def _is_between_lines(raw: str, end: int, start: int) -> bool:
    """Return whether what is left out between two spans begins where a line ends, or is a page mark: no word space is in it."""
    if end == start or raw[end - 1] in "\n\r" or raw[end] in "\n\r\f":
        return True
    return _INLINE_MARK.fullmatch(raw[end:start]) is not None


def _check_verse(
    issue: ProvedIssue, block: Block, spans: Sequence[Span], newline_edits: Sequence[int]
) -> Iterator[Problem]:
    """A stanza has a line for each raw line that is printed on, and no empty one; unless an edit takes or adds one."""
    for span in spans:
        if bisect_left(newline_edits, span.raw_start) < bisect_left(newline_edits, span.raw_end):
            return
    printed = set()
    number, reached = 0, spans[0].raw_start
    for span in spans:
        number += issue.raw.count("\n", reached, span.raw_start) + issue.raw.count(
            "\f", reached, span.raw_start
        )
        reached = span.raw_start
        for line, piece in enumerate(_LINE_ENDS.split(issue.text(span)), start=number):
            if piece.strip():
                printed.add(line)
    lines = block.text.count("\n") + 1
    if lines != len(printed):
        expected = f"{len(printed)}, one for each printed"
        yield issue.problem(
            "verse-lines", spans[0], "block", found=f"{lines} lines", expected=expected
        )
