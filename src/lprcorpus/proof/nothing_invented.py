"""Invariant 2: a text is its spans in order, with its edits applied; nothing else is in it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from lprcorpus.messages import shorten
from lprcorpus.proof.proved_issue import INLINE_MARK, ProvedIssue
from lprcorpus.schema import Block, Span

_NEWLINES = ("\n", "\r")
_LINE_END = re.compile(r"[\n\r\f]")
_EMPTY_LINE = re.compile(r"[\n\r]\s*[\n\r]")


def check_edits(issue: ProvedIssue) -> None:
    """An edit quotes the raw text and changes it; it is in one span, and overlaps no other."""
    reached = 0
    for edit in issue.rows.edits:
        issue.compare("edit-before", edit, before=issue.text(edit))
        if edit.before == edit.after:
            issue.report("edit-idle", edit, after="a change")
        if edit.raw_start < reached:
            issue.report("edit-overlap", edit, raw_start=f"{reached} or more")
        reached = max(reached, edit.raw_end)
    for span in issue.rows.spans:
        for edit in issue.edits_in(span):
            if span.record_id is None or edit.raw_end > span.raw_end:
                issue.report("edit-outside", edit, raw_end="the end of text in a record")


def check_blocks(issue: ProvedIssue) -> None:
    """A block's text is its ``body`` spans in order, with its edits applied; blocks are in order.

    Newlines are dropped, in verse kept; the outer white space is stripped. Nothing else differs.
    """
    reached = 0  # where the block before ends in the raw text
    for block in issue.rows.blocks:
        spans = issue.spans(block.record_id, "body", block.position)
        if not spans:
            issue.report("block-spans", block, position="a block that spans are of")
            continue
        text = issue.derive(spans, verse=block.kind == "verse")
        issue.compare("block-text", block, text=text)
        first, last = spans[0], spans[-1]
        issue.compare("block-extent", block, raw_start=first.raw_start, raw_end=last.raw_end)
        if first.raw_start < reached:
            issue.report("block-order", block, raw_start=f"{reached} or more")
        reached = max(reached, last.raw_end)
        if block.kind == "verse":
            _check_verse_lines(issue, block, spans)
        else:
            _check_left_out(issue, spans)


def check_span_blocks(issue: ProvedIssue) -> None:
    """A span is in a block that there is."""
    blocks = {(block.record_id, block.position) for block in issue.rows.blocks}
    for span in issue.rows.spans:
        if span.block is not None and (span.record_id, span.block) not in blocks:
            issue.report("span-block", span, block="a block there is")


def _check_left_out(issue: ProvedIssue, spans: Sequence[Span]) -> None:
    """Between the spans of a block, only blank lines, indents and page marks are left out."""
    for span, following in pairwise(spans):
        end = span.raw_end
        left_out = issue.raw[end : following.raw_start]
        is_at_line_end = _LINE_END.search(issue.raw, end - 1, end + 1)
        is_allowed = is_at_line_end or INLINE_MARK.fullmatch(left_out)
        if left_out and not is_allowed:
            expected = f"only blank lines and indents before it, not {shorten(left_out)}"
            issue.report("span-gap", following, raw_start=expected)


def _check_verse_lines(issue: ProvedIssue, block: Block, spans: Sequence[Span]) -> None:
    """A stanza has a line for each printed one: one line's end is kept of each."""
    raw = issue.raw
    is_kept = not _EMPTY_LINE.search("".join(map(issue.text, spans)))
    for span, following in pairwise(spans):
        end, start = span.raw_end, following.raw_start
        if _LINE_END.search(raw, end, start) and not raw.startswith(_NEWLINES, end - 1):
            is_kept &= raw.startswith(_NEWLINES, start)
    for span in spans:
        for edit in issue.edits_in(span):
            is_joined = _LINE_END.search(edit.before) and edit.after != "\n"
            is_kept &= not is_joined or edit.rule == "curated"
    if not is_kept:
        issue.report("verse-lines", block, text="one line for each printed")


def check_titles(issue: ProvedIssue) -> None:
    """A title is its spans in order, with their edits applied."""
    for record in issue.rows.records:
        title = issue.derive(issue.spans(record.id, "title"))
        issue.compare("title-text", record, title=title)


def check_notes(issue: ProvedIssue) -> None:
    """The paragraphs of a note are its spans in order."""
    for record in issue.rows.records:
        spans = deque(issue.spans(record.id, "note"))
        derived = []
        for paragraph in record.note.split("\n\n") if record.note else ():
            # How many spans a paragraph is made of follows from how much is printed in them.
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
    return len(_without_spaces(text))


def check_sources(issue: ProvedIssue) -> None:
    """The source, as the issue states it, is its spans, or words of the note."""
    for record in issue.rows.records:
        source = issue.spans(record.id, "source")
        citation = record.source_citation
        if source:
            issue.compare("source-text", record, source_citation=issue.derive(source))
        elif citation is not None:
            note = " ".join((record.note or "").split())
            if not citation.strip() or citation not in note:
                issue.report("source-text", record, source_citation="words of its note")


def check_sections(issue: ProvedIssue) -> None:
    """A record's section is printed before its title, or before an earlier one of the section."""
    pending = {record.id: record for record in issue.rows.records}
    section = printed = ""
    for span in issue.rows.spans:
        if span.role == "section":
            printed += _without_spaces(issue.text(span))
        record = pending.pop(span.record_id or "", None)
        if record is None:
            continue
        # A heading is that of the records after it, until one is in no section.
        if printed or record.section is None:
            section = printed
        printed = ""
        if _without_spaces(record.section or "") != section:
            expected = f"{section or None!r}, as the heading before it says"
            issue.report("section-text", record, section=expected)


def _without_spaces(text: str) -> str:
    return "".join(text.split())
