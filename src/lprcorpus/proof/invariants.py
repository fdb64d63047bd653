"""The proof that the tables follow from the raw text: nothing lost, nothing invented.

Everything is derived again from the raw text and the rows alone. No module that made the rows is
imported, so that a mistake in the making cannot hide itself. The invariants have the numbers that
``docs/fidelity.md`` gives them; the fifth, that keys hold, is seen without the raw text.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Sequence
from itertools import pairwise

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.proof.edit_rules import check_edit_rules
from lprcorpus.proof.proved_issue import INLINE_MARK, RECORD_ROLES, ProvedIssue
from lprcorpus.proof.reading_order import check_reading_order
from lprcorpus.schema import Block, IssueRows, Page, Record, Span

_NEWLINES = ("\n", "\r")
_LINE_END = re.compile(r"[\n\r\f]")
_EMPTY_LINE = re.compile(r"[\n\r]\s*[\n\r]")


def prove(raw: str, rows: IssueRows) -> list[Problem]:
    """Derive all that the rows of one issue say again from its raw text; return what differs."""
    issue = ProvedIssue(raw, rows)
    check_issue(issue)
    check_partition(issue, "page", rows.pages)
    check_partition(issue, "span", rows.spans)
    check_span_pages(issue)
    check_reading_order(issue)
    check_edits(issue)
    check_edit_rules(issue)
    check_blocks(issue)
    check_bodies(issue)
    check_records(issue)
    return issue.problems


def check_issue(issue: ProvedIssue) -> None:
    """Invariant 1: the raw text is the one that the issue names, and so are its pages."""
    row, pages = issue.row, issue.pages
    issue.compare("raw-length", row, raw_chars=len(issue.raw))
    issue.compare("raw-hash", row, raw_sha256=_sha256(issue.raw))
    if pages:
        first, last = pages[0].number, pages[-1].number
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
            issue.report(f"{kind}-empty", row, "raw_end", f"more than {row.raw_start}")
        reached = max(reached, row.raw_end)
    length = len(issue.raw)
    if reached == length:
        return
    code = f"{kind}-gap" if reached < length else f"{kind}-overlap"
    expected = f"{length}, the length of the raw text"
    if rows:
        issue.report(code, rows[-1], "raw_end", expected)
    else:
        issue.report(code, issue.row, "raw_chars", expected)


def check_span_pages(issue: ProvedIssue) -> None:
    """Invariant 4: each span is on one page."""
    starts = [page.raw_start for page in issue.pages]
    for span in issue.spans if issue.pages else ():
        place = bisect_right(starts, span.raw_start) - 1
        page = issue.pages[max(place, 0)]
        issue.compare("span-page", span, page=page.number)
        if span.raw_end > page.raw_end:
            expected = f"at most {page.raw_end}, where its page ends"
            issue.report("span-page", span, "raw_end", expected)


def check_edits(issue: ProvedIssue) -> None:
    """Invariant 2: an edit quotes the raw text, in one span of a record, and overlaps no other."""
    in_records = []
    for span in issue.spans:
        if span.record_id is not None and span.role in RECORD_ROLES:
            in_records.append(span)
    starts = [span.raw_start for span in in_records]
    reached = 0
    for edit in issue.edits:
        issue.compare("edit-before", edit, before=issue.raw[edit.raw_start : edit.raw_end])
        if edit.before == edit.after:
            issue.report("edit-idle", edit, "after", "a change")
        if edit.raw_start < reached:
            issue.report("edit-overlap", edit, "raw_start", f"{reached} or more")
        reached = max(reached, edit.raw_end)
        place = bisect_right(starts, edit.raw_start) - 1
        if place < 0 or edit.raw_end > in_records[place].raw_end:
            issue.report("edit-outside", edit, "raw_end", "the end of text in a record")


def check_blocks(issue: ProvedIssue) -> None:
    """Invariants 2 and 4: each block is its spans, and the blocks are in the order of the text."""
    unclaimed = dict(issue.block_spans)
    reached = 0  # where the block before ends in the raw text
    for block in issue.blocks:
        spans = unclaimed.pop((block.record_id, block.position), None)
        if not spans:
            issue.report("block-spans", block, "position", "a block that spans are of")
            continue
        text = issue.derive(spans, verse=block.kind == "verse")
        issue.compare("block-text", block, text=text)
        start, end = spans[0].raw_start, spans[-1].raw_end
        issue.compare("block-extent", block, raw_start=start, raw_end=end)
        issue.compare("block-page", block, page_start=spans[0].page, page_end=spans[-1].page)
        if start < reached:
            issue.report("block-order", block, "raw_start", f"{reached} or more")
        reached = max(reached, end)
        if block.kind == "verse":
            _check_verse_lines(issue, block, spans)
        else:
            _check_left_out(issue, spans)
    for spans in unclaimed.values():
        issue.report("span-block", spans[0], "block", "a block there is")


def _check_left_out(issue: ProvedIssue, spans: Sequence[Span]) -> None:
    """Invariant 2: between the spans of a block, only blank lines and page marks are left out."""
    raw = issue.raw
    for span, following in pairwise(spans):
        end, start = span.raw_end, following.raw_start
        is_at_line_end = _LINE_END.search(raw[end - 1 : end + 1]) is not None
        if end < start and not is_at_line_end and not INLINE_MARK.fullmatch(raw[end:start]):
            left_out = shorten(raw[end:start])
            expected = f"nothing left out before it but blank lines and indents: {left_out}"
            issue.report("span-gap", following, "raw_start", expected)


def _check_verse_lines(issue: ProvedIssue, block: Block, spans: Sequence[Span]) -> None:
    """Invariant 2: a stanza has a line for each printed one: one line's end is kept of each."""
    raw = issue.raw
    is_kept = not _EMPTY_LINE.search("".join(map(issue.text, spans)))
    for span, following in pairwise(spans):
        left_out = raw[span.raw_end : following.raw_start]
        before = raw[span.raw_end - 1 : span.raw_end]
        if _LINE_END.search(left_out) and before not in _NEWLINES:
            is_kept &= raw.startswith(_NEWLINES, following.raw_start)
    for span in spans:
        for edit in issue.edits_in(span):
            is_joined = _LINE_END.search(edit.before) and edit.after != "\n"
            is_kept &= not is_joined or edit.rule == "curated"
    if not is_kept:
        issue.report("verse-lines", block, "text", "one line for each printed")


def check_bodies(issue: ProvedIssue) -> None:
    """Invariant 3: a body is its blocks, each where it says, and has this hash."""
    blocks: dict[str, list[Block]] = defaultdict(list)
    for block in issue.blocks:
        blocks[block.record_id].append(block)
    for record in issue.records:
        body = record.body
        joined = "\n\n".join(block.text for block in blocks[record.id])
        issue.compare("body-text", record, body=joined)
        issue.compare("body-hash", record, body_sha256=_sha256(body))
        issue.compare("word-count", record, word_count=len(body.split()))
        for block in blocks[record.id]:
            start, end = block.body_start, block.body_end
            if start < 0 or end != start + len(block.text) or body[start:end] != block.text:
                expected = f"where {shorten(block.text, 40)} is in the body"
                issue.report("body-extent", block, "body_start", expected)


def check_records(issue: ProvedIssue) -> None:
    """Invariants 2 and 4: a record's title, note and source are their spans, as are its pages."""
    reached = 0
    for record in issue.records:
        title = issue.record_spans[record.id, "title"]
        body = issue.record_spans[record.id, "body"]
        source = issue.record_spans[record.id, "source"]
        if title:
            start = title[0].raw_start
            if start < reached:
                expected = f"the order of the text: its title is at {start}, after {reached}"
                issue.report("record-order", record, "position", expected)
            reached = max(reached, start)
        issue.compare("title-text", record, title=issue.derive(title))
        first = title[0].page if title else None
        # A headnote may be anywhere in its record, and does not say how far that reaches.
        last = max((span.page for span in title + body + source), default=None)
        issue.compare("record-page", record, page_start=first, page_end=last)
        _check_note(issue, record)
        citation = record.source_citation
        if source:
            issue.compare("source-text", record, source_citation=issue.derive(source))
        elif citation is not None:
            note = " ".join((record.note or "").split())
            if not citation.strip() or citation not in note:
                issue.report("source-text", record, "source_citation", "words of its note")


def _check_note(issue: ProvedIssue, record: Record) -> None:
    """Invariant 2 for a note: its paragraphs are its spans in order.

    How many spans a paragraph is made of follows from how much is printed in them.
    """
    spans = deque(issue.record_spans[record.id, "note"])
    derived = []
    for paragraph in record.note.split("\n\n") if record.note else ():
        own = []
        missing = _printed_length(paragraph)
        while spans and missing > 0:
            own.append(spans.popleft())
            missing -= _printed_length(issue.derive(own[-1:]))
        derived.append(issue.derive(own))
    if spans:  # what is left over is in no paragraph
        derived.append(issue.derive(spans))
    # A note without a paragraph is null.
    issue.compare("note-text", record, note="\n\n".join(derived) or None)


def _printed_length(text: str) -> int:
    # White space at the ends of a paragraph's spans is not in the paragraph; what is printed is.
    return len("".join(text.split()))
