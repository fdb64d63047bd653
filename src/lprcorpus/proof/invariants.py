"""The proof that the tables follow from the raw text: nothing lost, nothing invented.

Everything here is derived again from the raw text and the rows alone. No module that made the rows
is imported, so that a mistake in the making cannot hide itself. The invariants have the numbers
that ``docs/fidelity.md`` gives them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lprcorpus.problems import Problem
from lprcorpus.proof.edit_rules import check_edit_rules
from lprcorpus.proof.proved_issue import RECORD_ROLES, ProvedIssue, cut
from lprcorpus.proof.reading_order import check_reading_order
from lprcorpus.schema import Block, IssueRows, Page, Record, Role, Span

__all__ = ["Proof", "prove"]

_LOOKS: Mapping[Role, re.Pattern[str]] = {
    "blank": re.compile(r"\s*"),
    "page_mark": re.compile(r"\s*\d*\s*|\s*\{\d+\}\s*|\s*\[+\D{0,6}\d+\]+\s*"),
    "link": re.compile(r"\s*\S+://\S+\s*"),
    "footnote": re.compile(
        r"[^\S\n]*[-_—*=]{3,}\s(?s:.*)"
    ),  # it begins with the rule that it is under
}
"""What a stretch of a role that is in no record must look like; one of another role need only be printed."""

# Characters from a page's beginning within which a page mark is its number, and not that of the
# page that ends there.
_NUMBER_REACH = 400


@dataclass(frozen=True)
class Proof:
    """How many characters, spans, blocks and edits (by rule) a proof went through, and what does not follow."""

    characters: int
    spans: int
    blocks: int
    edits: Mapping[str, int]
    problems: tuple[Problem, ...]


def prove(raw: str, rows: IssueRows) -> Proof:
    """Derive everything that the rows of one issue say again from its raw text, and list what differs."""
    issue = ProvedIssue(raw, rows)
    checks = (
        check_raw_text,
        check_partitions,
        check_spans,
        check_edits,
        check_blocks,
        check_records,
        check_printed_numbers,
        check_edit_rules,
        check_reading_order,
    )
    return Proof(
        characters=len(raw),
        spans=len(rows.spans),
        blocks=len(rows.blocks),
        edits=dict(Counter(edit.rule for edit in rows.edits)),
        problems=tuple(problem for check in checks for problem in check(issue)),
    )


def check_raw_text(issue: ProvedIssue) -> Iterator[Problem]:
    """Invariant 1: the raw text is the one that the issue names; its pages are those that the issue says."""
    row, pages = issue.rows.issue, issue.rows.pages
    digest = hashlib.sha256(issue.raw.encode("utf-8", "surrogatepass")).hexdigest()
    if row.raw_chars != len(issue.raw):
        expected = f"{len(issue.raw)} characters, as the raw text has"
        yield issue.problem("raw-length", row, "raw_chars", found=row.raw_chars, expected=expected)
    if row.raw_sha256 != digest:
        yield issue.problem("raw-hash", row, "raw_sha256", found=digest, expected=row.raw_sha256)
    ends = (("page_start", row.page_start, pages[:1]), ("page_end", row.page_end, pages[-1:]))
    for column, number, page in ends:
        if page and number != page[0].number:
            yield issue.problem(
                "page-range",
                row,
                column,
                found=number,
                expected=f"{page[0].number}, from its pages",
            )


def check_partitions(issue: ProvedIssue) -> Iterator[Problem]:
    """Invariant 1: pages and spans follow each other without gap or overlap, from the first character to the last."""
    yield from _check_partition(issue, "page", issue.rows.pages)
    yield from _check_partition(issue, "span", issue.rows.spans)


def _check_partition(
    issue: ProvedIssue, kind: str, rows: Sequence[Page] | Sequence[Span]
) -> Iterator[Problem]:
    reached = 0
    for row in rows:
        if row.raw_start != reached:
            code = f"{kind}-gap" if row.raw_start > reached else f"{kind}-overlap"
            expected = f"{reached}, where the one before ends"
            yield issue.problem(
                code, row, "raw_start", found=row.raw_start, expected=expected, at=reached
            )
        if row.raw_end <= row.raw_start and issue.raw:
            yield issue.problem(
                f"{kind}-empty",
                row,
                "raw_end",
                found=row.raw_end,
                expected=f"more than {row.raw_start}",
            )
        reached = max(reached, row.raw_end)
    if reached != len(issue.raw):
        code = f"{kind}-gap" if reached < len(issue.raw) else f"{kind}-overlap"
        expected = f"{len(issue.raw)}, the length of the raw text"
        last = rows[-1] if rows else issue.rows.issue
        column = "raw_end" if rows else "raw_chars"
        yield issue.problem(
            code, last, column, found=reached, expected=expected, at=min(reached, len(issue.raw))
        )


def check_spans(issue: ProvedIssue) -> Iterator[Problem]:
    """Invariant 4 and the roles: a span is on one page, and looks and belongs as its role says."""
    pages = issue.rows.pages
    place = 0
    # Spans and pages are both in the order of the text, so that each is passed once.
    for span in issue.rows.spans:
        while place + 1 < len(pages) and pages[place + 1].raw_start <= span.raw_start:
            place += 1
        if pages and span.page != pages[place].number:
            yield issue.problem(
                "span-page", span, "page", found=span.page, expected=pages[place].number
            )
        if pages and span.raw_end > pages[place].raw_end:
            expected = f"at most {pages[place].raw_end}, where its page ends"
            yield issue.problem("span-page", span, "raw_end", found=span.raw_end, expected=expected)
        if _is_in_record(span) != (span.record_id is not None):
            expected = (
                "a record"
                if _is_in_record(span)
                else "none: a stretch of this role is in no record"
            )
            yield issue.problem(
                "span-record", span, "record_id", found=repr(span.record_id), expected=expected
            )
        if span.block is not None and span.role != "body":
            yield issue.problem(
                "span-block", span, "block", found=span.block, expected="none: it is not body"
            )
        if not _looks_right(span, issue.text(span)):
            expected = (
                f"what a {span.role} looks like"
                if span.role in _LOOKS
                else f"print, as a {span.role} has"
            )
            yield issue.problem(
                "span-role", span, "role", found=cut(issue.text(span)), expected=expected
            )


def _is_in_record(span: Span) -> bool:
    """Return whether a span of its role is in a record."""
    return span.role in RECORD_ROLES and (span.role != "body" or span.block is not None)


def _looks_right(span: Span, text: str) -> bool:
    """Return whether the characters of a span look as its role says."""
    if span.raw_start == 0 and span.role == "blank":
        text = text.removeprefix("\ufeff")  # a byte order mark prints nothing
    look = _LOOKS.get(span.role)
    if look is not None:
        return look.fullmatch(text) is not None
    is_verse_newline = span.block is not None and ("\n" in text or "\r" in text)
    return is_verse_newline or not (text.isspace() or not text)


def check_edits(issue: ProvedIssue) -> Iterator[Problem]:
    """Invariant 2: an edit quotes the raw text, is within one stretch of print, and overlaps no other."""
    reached = 0
    for edit in issue.rows.edits:
        there = issue.raw[edit.raw_start : edit.raw_end]
        if there != edit.before:
            yield issue.problem(
                "edit-before", edit, "before", found=cut(edit.before), expected=cut(there)
            )
        if edit.before == edit.after:
            yield issue.problem(
                "edit-idle", edit, "after", found=cut(edit.after), expected="a change"
            )
        if edit.raw_start < reached:
            yield issue.problem(
                "edit-overlap",
                edit,
                "raw_start",
                found=edit.raw_start,
                expected=f"{reached} or more",
            )
        reached = max(reached, edit.raw_end)
    for edit in issue.stray_edits:
        found = f"{edit.raw_start} to {edit.raw_end}"
        yield issue.problem(
            "edit-outside", edit, "raw_end", found=found, expected="within one span of a record"
        )


def check_blocks(issue: ProvedIssue) -> Iterator[Problem]:
    """Invariants 2 and 4: each block is its spans, and the blocks are in the order of the text."""
    known = set()
    reached = 0  # where the block before ends in the raw text
    for block in issue.rows.blocks:
        known.add((block.record_id, block.position))
        spans = issue.block_spans.get((block.record_id, block.position))
        if not spans:
            yield issue.problem(
                "block-spans", block, "position", found="no span", expected="at least one"
            )
            continue
        yield from _check_block(issue, block, spans)
        start = spans[0].raw_start
        if start < reached:
            expected = f"{reached} or more: blocks are in the order of the text"
            yield issue.problem("block-order", block, "position", found=start, expected=expected)
        reached = max(reached, spans[-1].raw_end)
    for key, spans in issue.block_spans.items():
        if key not in known:
            found = f"block {key[1]} of {key[0]}"
            yield issue.problem(
                "span-block", spans[0], "block", found=found, expected="a block there is"
            )


def _check_block(issue: ProvedIssue, block: Block, spans: Sequence[Span]) -> Iterator[Problem]:
    start = spans[0].raw_start
    derived = issue.derive(spans, verse=block.kind == "verse")
    if block.text != derived:
        found, expected = _difference(block.text, derived)
        yield issue.problem("block-text", block, "text", found=found, expected=expected, at=start)
    facts = (
        ("block-extent", "raw_start", block.raw_start, start),
        ("block-extent", "raw_end", block.raw_end, spans[-1].raw_end),
        ("block-page", "page_start", block.page_start, spans[0].page),
        ("block-page", "page_end", block.page_end, spans[-1].page),
    )
    for code, column, value, derived_value in facts:
        if value != derived_value:
            expected = f"{derived_value}, from its spans"
            yield issue.problem(code, block, column, found=value, expected=expected, at=start)


def check_records(issue: ProvedIssue) -> Iterator[Problem]:
    """Invariants 2, 3 and 4: a record's body is its blocks, and its title, note, source and pages are those of its spans."""
    blocks: dict[str, list[Block]] = defaultdict(list)
    for block in issue.rows.blocks:
        blocks[block.record_id].append(block)
    reached = -1
    for record in issue.rows.records:
        title = issue.record_spans.get((record.id, "title"))
        start = title[0].raw_start if title else None
        if start is not None and start < reached:
            yield issue.problem(
                "record-order",
                record,
                "position",
                found=start,
                expected=f"more than {reached}",
                at=start,
            )
        reached = max(reached, start or 0)
        yield from _check_body(issue, record, blocks[record.id], start)
        yield from _check_facts(issue, record, start)
        yield from _check_note(issue, record, start)
        yield from _check_source(issue, record, start)


def _check_body(
    issue: ProvedIssue, record: Record, blocks: Sequence[Block], at: int | None
) -> Iterator[Problem]:
    """Invariant 3: the body is its blocks, each where it says."""
    joined = "\n\n".join(block.text for block in blocks)
    if joined != record.body:
        found, expected = _difference(record.body, joined)
        yield issue.problem("body-text", record, "body", found=found, expected=expected, at=at)
    for place, block in enumerate(blocks, start=1):
        if block.position != place:
            yield issue.problem("position", block, "position", found=block.position, expected=place)
        start, end = max(block.body_start, 0), max(block.body_end, 0)
        # The length first: a forged extent of the whole body is not cut out for each block.
        if (
            block.body_end - block.body_start != len(block.text)
            or record.body[start:end] != block.text
        ):
            found = f"{block.body_start} to {block.body_end}: {cut(record.body[start : min(end, start + 40)], 30)}"
            yield issue.problem(
                "body-extent", block, "body_start", found=found, expected=cut(block.text, 30)
            )


def _check_facts(issue: ProvedIssue, record: Record, at: int | None) -> Iterator[Problem]:
    """Check what a record says of itself against what its spans and its body give."""
    title = issue.record_spans.get((record.id, "title"), [])
    # A headnote may be anywhere in its record; it does not say how far that reaches.
    located: tuple[Role, ...] = ("title", "body", "source")
    pages = [
        span.page for role in located for span in issue.record_spans.get((record.id, role), [])
    ]
    digest = hashlib.sha256(record.body.encode("utf-8", "surrogatepass")).hexdigest()
    facts = (
        ("title-text", "title", record.title, issue.derive(title)),
        ("record-page", "page_start", record.page_start, title[0].page if title else None),
        ("record-page", "page_end", record.page_end, max(pages, default=None)),
        ("word-count", "word_count", record.word_count, len(record.body.split())),
        ("body-hash", "body_sha256", record.body_sha256, digest),
    )
    for code, column, value, derived in facts:
        if value != derived:
            yield issue.problem(
                code, record, column, found=cut(value), expected=cut(derived), at=at
            )


def _check_note(issue: ProvedIssue, record: Record, at: int | None) -> Iterator[Problem]:
    """Invariant 2 for a note: its paragraphs are its spans in order.

    Which spans a paragraph is made of follows from how much is printed in them, so that each is
    read once.
    """
    spans = issue.record_spans.get((record.id, "note"), [])
    place = 0
    for paragraph in record.note.split("\n\n") if record.note is not None else ():
        first, printed = place, 0
        # White space at the ends of its spans is not in a paragraph; what is printed is.
        wanted = _printed_length(paragraph)
        while place < len(spans) and printed < wanted:
            printed += _printed_length(issue.derive(spans[place : place + 1]))
            place += 1
        derived = issue.derive(spans[first:place])
        if derived != paragraph:
            yield issue.problem(
                "note-text", record, "note", found=cut(paragraph), expected=cut(derived), at=at
            )
            return
    if place < len(spans):
        rest = issue.derive(spans[place:])
        yield issue.problem(
            "note-text", record, "note", found=cut(record.note), expected=cut(rest), at=at
        )


def _printed_length(text: str) -> int:
    """Return how many characters of a text are not white space."""
    return len("".join(text.split()))


def _check_source(issue: ProvedIssue, record: Record, at: int | None) -> Iterator[Problem]:
    """Invariant 2 for a source: it is its spans in order or, where it has none, words of the note."""
    spans = issue.record_spans.get((record.id, "source"), [])
    citation = record.source_citation
    if spans:
        derived = issue.derive(spans)
        is_right, expected = citation == derived, cut(derived)
    else:
        note = " ".join((record.note or "").split())
        is_right = citation is None or (bool(citation.strip()) and citation in note)
        expected = "words of its note"
    if not is_right:
        yield issue.problem(
            "source-text", record, "source_citation", found=cut(citation), expected=expected, at=at
        )


def check_printed_numbers(issue: ProvedIssue) -> Iterator[Problem]:
    """Invariant 4: a page's number is printed where it says so, and only there."""
    numbers: dict[int, set[int]] = defaultdict(set)
    marks: dict[int, list[int]] = defaultdict(
        list
    )  # where a page mark is the page's number and nothing else
    for span in issue.rows.spans:
        if span.role not in ("header", "page_mark"):
            continue
        text = issue.text(span)
        numbers[span.page].update(int(number) for number in re.findall(r"\d{1,9}", text))
        if span.role == "page_mark" and text.strip() == str(span.page):
            marks[span.page].append(span.raw_start)
    for page in issue.rows.pages:
        if page.printed and page.number not in numbers[page.number]:
            expected = "false: no page header of that page has it"
            yield issue.problem("page-printed", page, "printed", found="true", expected=expected)
        is_marked = any(0 <= start - page.raw_start < _NUMBER_REACH for start in marks[page.number])
        if not page.printed and is_marked:
            yield issue.problem(
                "page-printed",
                page,
                "printed",
                found="false",
                expected="true: its page mark has it",
            )


def _difference(found: str, expected: str) -> tuple[str, str]:
    """Return the two texts around the first character at which they differ."""
    at = 0
    for one, other in zip(found, expected, strict=False):
        if one != other:
            break
        at += 1
    low = max(at - 20, 0)
    return f"{found[low : at + 30]!r} at character {at}", f"{expected[low : at + 30]!r}"
