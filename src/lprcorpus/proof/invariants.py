"""The proof that the tables follow from the raw text: nothing lost, nothing invented.

Everything is derived again from the raw text and the rows alone. No module that made the rows is
imported, so that a mistake in the making cannot hide itself. The invariants have the numbers that
``docs/fidelity.md`` gives them.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.proof.edit_rules import check_edit_rules
from lprcorpus.proof.proved_issue import RECORD_ROLES, ProvedIssue
from lprcorpus.proof.reading_order import check_left_out, check_reading_order
from lprcorpus.schema import Block, IssueRows, Page, Record, Role, Span

# What text of a role must look like; of a role that is not here, something must be printed.
_LOOKS: Mapping[Role, re.Pattern[str]] = {
    "blank": re.compile(r"\s*"),
    "page_mark": re.compile(r"\s*\d*\s*|\s*\{\d+\}\s*|\s*\[+\D{0,6}\d+\]+\s*"),
    "link": re.compile(r"\s*\S+://\S+\s*"),
    # It begins with the rule that it is under, or with its mark.
    "footnote": re.compile(
        r"[^\S\n]*(?:[-_—*=]{3,}\s|\(?\d{1,3}[.)]?\s*\S|\[\d{1,3}\]|[*†‡§¶]{1,3}\s*\S)(?s:.*)"
    ),
}

_NUMBER = re.compile(r"\d{1,9}")
# A page mark that comes sooner after a page's beginning has the number of that page; one that comes
# later may have that of the page before, which ends there.
_NUMBER_REACH = 400


def prove(raw: str, rows: IssueRows) -> list[Problem]:
    """Derive all that the rows of one issue say again from its raw text; return what differs."""
    issue = ProvedIssue(raw, rows)
    check_issue(issue)
    check_partition(issue, "page", rows.pages)
    check_partition(issue, "span", rows.spans)
    check_span_pages(issue)
    check_span_roles(issue)
    check_edits(issue)
    check_blocks(issue)
    check_records(issue)
    check_printed_numbers(issue)
    check_edit_rules(issue)
    check_reading_order(issue)
    return issue.problems


def check_issue(issue: ProvedIssue) -> None:
    """Invariant 1: the raw text is the one that the issue names, and so are its pages."""
    row = issue.row
    pages = issue.pages
    issue.compare("raw-length", row, raw_chars=len(issue.raw))
    issue.compare("raw-hash", row, raw_sha256=_sha256(issue.raw))
    if pages:
        first = pages[0].number
        last = pages[-1].number
        issue.compare("page-range", row, page_start=first, page_end=last)


def _sha256(text: str) -> str:
    # A forged row may contain surrogates, which UTF-8 does not have.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def check_partition(issue: ProvedIssue, kind: str, rows: Sequence[Page] | Sequence[Span]) -> None:
    """Invariant 1: rows follow each other without gap or overlap, from end to end."""
    reached = 0
    for row in rows:
        code = f"{kind}-gap" if row.raw_start > reached else f"{kind}-overlap"
        issue.compare(code, row, raw_start=reached)
        if row.raw_end <= row.raw_start and issue.raw:
            issue.report(f"{kind}-empty", row, raw_end=f"more than {row.raw_start}")
        reached = max(reached, row.raw_end)
    length = len(issue.raw)
    if reached != length:
        code = f"{kind}-gap" if reached < length else f"{kind}-overlap"
        expected = f"{length}, the length of the raw text"
        if rows:
            issue.report(code, rows[-1], raw_end=expected)
        else:
            issue.report(code, issue.row, raw_chars=expected)


def check_span_pages(issue: ProvedIssue) -> None:
    """Invariant 4: each span is on one page."""
    pages = issue.pages
    if not pages:
        return
    starts = [page.raw_start for page in pages]
    for span in issue.spans:
        place = bisect_right(starts, span.raw_start) - 1
        page = pages[max(place, 0)]
        issue.compare("span-page", span, page=page.number)
        if span.raw_end > page.raw_end:
            expected = f"at most {page.raw_end}, where its page ends"
            issue.report("span-page", span, raw_end=expected)


def check_span_roles(issue: ProvedIssue) -> None:
    """Invariant 1: each span looks, and is in a record or not, as its role says."""
    for span in issue.spans:
        is_in_record = span.role in RECORD_ROLES
        if span.role == "body":  # also the role of text that no record claims
            is_in_record = span.block is not None
        elif span.block is not None:
            issue.report("span-block", span, block="none: it is not body")
        if is_in_record and span.record_id is None:
            issue.report("span-record", span, record_id="a record")
        if not is_in_record and span.record_id is not None:
            expected = f"none: this {span.role} is in no record"
            issue.report("span-record", span, record_id=expected)
        if not _looks_right(span, issue.text(span)):
            issue.misplaced(span, f"what a {span.role} looks like", code="span-role")


def _looks_right(span: Span, text: str) -> bool:
    look = _LOOKS.get(span.role)
    if look is None:
        # Verse keeps its lines: a newline may be a span of a block.
        is_newline = "\n" in text or "\r" in text
        return text.strip() != "" or (is_newline and span.block is not None)
    if span.raw_start == 0 and span.role == "blank":
        text = text.removeprefix("\ufeff")  # a byte order mark prints nothing
    return look.fullmatch(text) is not None


def check_edits(issue: ProvedIssue) -> None:
    """Invariant 2: an edit quotes the raw text, in one span of a record, and overlaps no other."""
    reached = 0
    for edit in issue.edits:
        quoted = issue.raw[edit.raw_start : edit.raw_end]
        issue.compare("edit-before", edit, before=quoted)
        if edit.before == edit.after:
            issue.report("edit-idle", edit, after="a change")
        if edit.raw_start < reached:
            issue.report("edit-overlap", edit, raw_start=f"{reached} or more")
        reached = max(reached, edit.raw_end)
    for edit in issue.stray_edits:
        issue.report("edit-outside", edit, raw_end="the end of text in a record")


def check_blocks(issue: ProvedIssue) -> None:
    """Invariants 2 and 4: each block is its spans, and the blocks are in the order of the text."""
    known: set[tuple[str, int | None]] = set()
    reached = 0  # where the block before ends in the raw text
    for block in issue.blocks:
        known.add((block.record_id, block.position))
        spans = issue.block_spans.get((block.record_id, block.position))
        if not spans:
            issue.report("block-spans", block, position="a block that spans are of")
            continue
        text = issue.derive(spans, verse=block.kind == "verse")
        start = spans[0].raw_start
        end = spans[-1].raw_end
        issue.compare("block-text", block, text=text)
        issue.compare("block-extent", block, raw_start=start, raw_end=end)
        issue.compare("block-page", block, page_start=spans[0].page, page_end=spans[-1].page)
        if start < reached:
            issue.report("block-order", block, raw_start=f"{reached} or more")
        reached = max(reached, end)
        check_left_out(issue, block, spans)
    for key, spans in issue.block_spans.items():
        if key not in known:
            issue.report("span-block", spans[0], block="a block there is")


def check_records(issue: ProvedIssue) -> None:
    """Invariants 2 to 5: a record is its blocks, and the spans of its title, note and source."""
    blocks: dict[str, list[Block]] = defaultdict(list)
    for block in issue.blocks:
        blocks[block.record_id].append(block)
    reached = 0
    for record in issue.records:
        title = issue.record_spans[record.id, "title"]
        if title:
            start = title[0].raw_start
            if start < reached:
                expected = f"the order of the text: its title is at {start}, after {reached}"
                issue.report("record-order", record, position=expected)
            reached = max(reached, start)
        issue.compare("title-text", record, title=issue.derive(title))
        _check_body(issue, record, blocks[record.id])
        _check_pages(issue, record)
        _check_note(issue, record)
        _check_source(issue, record)


def _check_body(issue: ProvedIssue, record: Record, blocks: Sequence[Block]) -> None:
    """Invariants 3 and 5: the body is its blocks, each where it says, and has this hash."""
    body = record.body
    joined = "\n\n".join(block.text for block in blocks)
    issue.compare("body-text", record, body=joined)
    issue.compare("body-hash", record, body_sha256=_sha256(body))
    issue.compare("word-count", record, word_count=len(body.split()))
    for position, block in enumerate(blocks, start=1):
        issue.compare("position", block, position=position)
        start = block.body_start
        is_there = start >= 0 and body.startswith(block.text, start)
        if not is_there or block.body_end != start + len(block.text):
            expected = f"where {shorten(block.text, 40)} is in the body"
            issue.report("body-extent", block, body_start=expected)


def _check_pages(issue: ProvedIssue, record: Record) -> None:
    """Invariant 4: a record is on the pages from its title to its last block or source."""
    title = issue.record_spans[record.id, "title"]
    body = issue.record_spans[record.id, "body"]
    source = issue.record_spans[record.id, "source"]
    first = title[0].page if title else None
    # A headnote may be anywhere in its record, and does not say how far that reaches.
    last = max((span.page for span in title + body + source), default=None)
    issue.compare("record-page", record, page_start=first, page_end=last)


def _check_note(issue: ProvedIssue, record: Record) -> None:
    """Invariant 2 for a note: its paragraphs are its spans in order.

    How many spans a paragraph is made of follows from how much is printed in them.
    """
    spans = issue.record_spans[record.id, "note"]
    stated = [] if record.note is None else record.note.split("\n\n")
    derived = []
    place = 0
    for paragraph in stated:
        first = place
        missing = _printed_length(paragraph)
        while place < len(spans) and missing > 0:
            missing -= _printed_length(issue.derive([spans[place]]))
            place += 1
        derived.append(issue.derive(spans[first:place]))
    if place < len(spans):  # what is left over is in no paragraph
        derived.append(issue.derive(spans[place:]))
    # A note without a paragraph is null.
    note = "\n\n".join(derived) or None
    issue.compare("note-text", record, note=note)


def _printed_length(text: str) -> int:
    # White space at the ends of a paragraph's spans is not in the paragraph; what is printed is.
    return len("".join(text.split()))


def _check_source(issue: ProvedIssue, record: Record) -> None:
    """Invariant 2 for a source: it is its spans or, where it has none, words of the note."""
    spans = issue.record_spans[record.id, "source"]
    citation = record.source_citation
    if spans:
        issue.compare("source-text", record, source_citation=issue.derive(spans))
    elif citation is not None:
        note = " ".join((record.note or "").split())
        if not citation.strip() or citation not in note:
            issue.report("source-text", record, source_citation="words of its note")


def check_printed_numbers(issue: ProvedIssue) -> None:
    """Invariant 4: a page's number is printed where it says so, and only there."""
    numbers: dict[int, set[int]] = defaultdict(set)  # in its headers and marks
    marks: dict[int, list[int]] = defaultdict(list)  # where it is a mark, and nothing else
    for span in issue.spans:
        if span.role in ("header", "page_mark"):
            text = issue.text(span)
            numbers[span.page].update(map(int, _NUMBER.findall(text)))
            if span.role == "page_mark" and text.strip() == str(span.page):
                marks[span.page].append(span.raw_start)
    for page in issue.pages:
        if page.printed and page.number not in numbers[page.number]:
            expected = "False: no page header of that page has it"
            issue.report("page-printed", page, printed=expected)
        near = range(page.raw_start, page.raw_start + _NUMBER_REACH)
        if not page.printed and any(mark in near for mark in marks[page.number]):
            issue.report("page-printed", page, printed="True: its page mark has it")
