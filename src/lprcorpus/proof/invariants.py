"""The proof that the tables follow from the raw text: nothing lost, nothing invented.

Everything here is derived again from the raw text and the rows alone. No module that made the rows is imported, so that a
mistake in the making cannot hide itself.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from lprcorpus.problems import Problem
from lprcorpus.proof.edit_rules import check_changes
from lprcorpus.proof.reading_order import SpanRow, check_order
from lprcorpus.schema import TABLES, IssueRows, Row, Table

__all__ = ["Proof", "prove"]

Columns = Mapping[str, Sequence[Any]]
"""A table's rows, column by column."""

_OF_RECORDS = ("title", "byline", "note", "body", "source")
_PRINTS = {
    "blank": re.compile(r"\s*"),
    "page_mark": re.compile(r"\s*\d*\s*|[\[{]{1,2}[^\]}\n\d]{0,12}\d+[\]}]{1,2}"),  # alone, or in a line
    "link": re.compile(r"\s*\S+://\S+\s*"),
    "header": re.compile(r"(?s).*\S.*"),
    "section": re.compile(r"(?s).*\S.*"),
    "footnote": re.compile(r"(?s).*\S.*"),
}
"""What a stretch of each role that is in no record must look like."""


@dataclass(frozen=True)
class Proof:
    """What a proof went through, and what failed.

    Attributes:
        characters: the characters of the raw text, each accounted for by one span.
        spans: how many spans account for them.
        blocks: how many blocks were derived again.
        edits: how many edits there are, by rule.
        problems: what does not follow; empty if the proof holds.
    """

    characters: int
    spans: int
    blocks: int
    edits: Mapping[str, int]
    problems: tuple[Problem, ...]


class _Edit(NamedTuple):
    start: int
    end: int
    before: str
    after: str


def prove(raw: str, rows: IssueRows) -> Proof:
    """Derive everything that the tables say of one issue again from its raw text, and list what differs.

    Args:
        raw: the raw text.
        rows: the rows of this issue.
    """
    tables = {name: _columns(table, rows.table(name)) for name, table in TABLES.items()}
    return _Prover(raw, tables).prove()


def _columns(table: Table, rows: Sequence[Row]) -> Columns:
    return {column.name: [getattr(row, column.name) for row in rows] for column in table.columns}


def _shorten(text: str, size: int = 60) -> str:
    return repr(text if len(text) <= size else f"{text[: size - 1]}…")


def _difference(found: str, expected: str) -> tuple[str, str]:
    """Return the two texts around the first character at which they differ."""
    at = next((i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), min(len(found), len(expected)))
    low = max(at - 20, 0)
    return f"{found[low : at + 30]!r} at character {at}", f"{expected[low : at + 30]!r}"


class _Prover:
    """Holds the raw text and the rows of one issue while they are compared."""

    def __init__(self, raw: str, tables: Mapping[str, Columns]) -> None:
        self.raw = raw
        self.tables = tables
        self.issue = tables["issues"]
        self.issue_id = str(self.issue["id"][0]) if len(self.issue["id"]) else ""
        spans, edits = tables["spans"], tables["edits"]
        keys = ("raw_start", "raw_end", "role", "page", "record_id", "block")
        self.spans = list(map(SpanRow._make, zip(*(spans[key] for key in keys), strict=True)))
        quoted = ("raw_start", "raw_end", "before", "after")
        self.edits = list(map(_Edit._make, zip(*(edits[key] for key in quoted), strict=True)))
        self.pages = list(zip(*(tables["pages"][key] for key in ("number", "printed", "raw_start", "raw_end")), strict=True))
        self.edits_in: dict[int, list[_Edit]] = defaultdict(list)
        self.by_role: dict[tuple[str, str], list[SpanRow]] = defaultdict(list)
        self.by_block: dict[tuple[str | None, int | None], list[SpanRow]] = defaultdict(list)
        self.problems: list[Problem] = []

    def prove(self) -> Proof:
        self.problems += self.raw_text()
        self.problems += self.partition("pages", [(start, end, number) for number, _, start, end in self.pages])
        self.problems += self.partition("spans", [(span.start, span.end, span.start) for span in self.spans])
        self.problems += self.span_rows()
        self.problems += self.edit_rows()
        for span in self.spans:
            if span.record is not None:
                self.by_role[span.record, span.role].append(span)
            if span.role == "body" and span.record is not None:
                self.by_block[span.record, span.block].append(span)
        blocks = self.block_rows()
        self.problems += self.record_rows(blocks)
        self.problems += self.printed_numbers()
        self.problems += check_changes(self.raw, self.tables)
        self.problems += check_order(self.raw, self.tables, self.spans)
        rules = Counter(self.tables["edits"]["rule"])
        return Proof(len(self.raw), len(self.spans), sum(map(len, blocks.values())), dict(rules), tuple(self.problems))

    def problem(self, code: str, found: str, expected: str, table: str, key: str, column: str, at: int | None = None) -> Problem:
        line = None if at is None else self.raw.count("\n", 0, max(at, 0)) + 1
        return Problem(code, found, expected, table, key, column, line)

    def raw_text(self) -> Iterator[Problem]:
        """Law 1: the raw text is the one that the issue names."""
        if not self.issue_id:
            return
        if self.issue["raw_chars"][0] != len(self.raw):
            found, expected = f"{self.issue['raw_chars'][0]}", f"{len(self.raw)} characters, as the raw text has"
            yield self.problem("raw-length", found, expected, "issues", self.issue_id, "raw_chars")
        digest = hashlib.sha256(self.raw.encode("utf-8", "surrogatepass")).hexdigest()
        if self.issue["raw_sha256"][0] != digest:
            yield self.problem("raw-hash", digest, self.issue["raw_sha256"][0], "issues", self.issue_id, "raw_sha256")
        numbers = [number for number, *_ in self.pages]
        for column, number in (("page_start", numbers[:1]), ("page_end", numbers[-1:])):
            if number and self.issue[column][0] != number[0]:
                found = str(self.issue[column][0])
                yield self.problem("page-range", found, f"{number[0]}, from its pages", "issues", self.issue_id, column)

    def partition(self, table: str, extents: Sequence[tuple[int, int, int]]) -> Iterator[Problem]:
        """Law 1: stretches follow each other without gap or overlap, from the first character to the last."""
        at = 0
        for start, end, name in extents:
            if start != at:
                code = f"{table[:-1]}-{'gap' if start > at else 'overlap'}"
                row = f"{self.issue_id},{name}"
                yield self.problem(code, str(start), f"{at}, where the one before ends", table, row, "raw_start", at)
            if end <= start and not (table == "pages" and len(self.raw) == 0):
                row = f"{self.issue_id},{name}"
                yield self.problem(f"{table[:-1]}-empty", str(end), f"more than {start}", table, row, "raw_end", start)
            at = max(at, end)
        if at != len(self.raw):
            row = f"{self.issue_id},{extents[-1][2]}" if extents else self.issue_id
            code = f"{table[:-1]}-{'gap' if at < len(self.raw) else 'overlap'}"
            expected = f"{len(self.raw)}, the length of the raw text"
            yield self.problem(code, str(at), expected, table, row, "raw_end", min(at, len(self.raw)))

    def span_rows(self) -> Iterator[Problem]:
        """Law 4 and the roles: a span stands on one page, and looks and belongs as its role says."""
        page = 0
        for span in self.spans:
            while page + 1 < len(self.pages) and self.pages[page + 1][2] <= span.start:
                page += 1
            if self.pages:
                number, _, _, end = self.pages[page]
                if span.page != number:
                    yield self.span_problem("span-page", span, "page", str(span.page), str(number))
                if span.end > end:
                    yield self.span_problem("span-page", span, "raw_end", str(span.end), f"at most {end}, where its page ends")
            yield from self.span_role(span)

    def span_role(self, span: SpanRow) -> Sequence[Problem]:
        """Return what is wrong with a span's role: nothing in all but few cases, so that no generator is made for it."""
        found = []
        belongs = span.role in _OF_RECORDS and (span.role != "body" or span.block is not None)
        if belongs != (span.record is not None):
            expected = "a record" if belongs else "none: a stretch of this role is in no record"
            found.append(self.span_problem("span-record", span, "record_id", repr(span.record), expected))
        if span.block is not None and span.role != "body":
            found.append(self.span_problem("span-block", span, "block", str(span.block), "none: it is not body"))
        text = self.raw[span.start : span.end]
        if span.start == 0 and span.role == "blank":
            text = text.removeprefix("\ufeff")  # a byte-order mark prints nothing
        pattern = _PRINTS.get(span.role)
        if pattern and not pattern.fullmatch(text):
            found.append(self.span_problem("span-role", span, "role", _shorten(text), f"what a {span.role} looks like"))
        elif (
            pattern is None and (not text or text.isspace()) and not (span.block is not None and re.search(r"[\n\r]", text))
        ):  # a verse's newline
            found.append(self.span_problem("span-role", span, "role", _shorten(text), f"print, as a {span.role} has"))
        return found

    def span_problem(self, code: str, span: SpanRow, column: str, found: str, expected: str) -> Problem:
        return self.problem(code, found, expected, "spans", f"{self.issue_id},{span.start}", column, span.start)

    def edit_rows(self) -> Iterator[Problem]:
        """Law 2: an edit quotes the raw text, stands within one stretch of print, and overlaps no other."""
        place, at = 0, 0
        for edit in self.edits:
            row = f"{self.issue_id},{edit.start}"
            there = self.raw[edit.start : edit.end]
            if there != edit.before:
                yield self.problem("edit-before", _shorten(edit.before), _shorten(there), "edits", row, "before", edit.start)
            if edit.before == edit.after:
                yield self.problem("edit-idle", _shorten(edit.after), "a change", "edits", row, "after", edit.start)
            if edit.start < at:
                yield self.problem("edit-overlap", str(edit.start), f"{at} or more", "edits", row, "raw_start", edit.start)
            at = max(at, edit.end)
            while place < len(self.spans) and self.spans[place].end <= edit.start:
                place += 1
            span = self.spans[place] if place < len(self.spans) else None
            if span is None or span.role not in _OF_RECORDS or span.record is None or edit.end > span.end:
                found = f"{edit.start} to {edit.end}"
                yield self.problem("edit-outside", found, "within one span of a record", "edits", row, "raw_end", edit.start)
            else:
                self.edits_in[span.start].append(edit)

    def derive(self, spans: Sequence[SpanRow], *, verse: bool = False) -> str:
        """Law 2: the text of some spans: in order, edits applied, newlines dropped (in verse: kept), ends stripped."""
        pieces = []
        for span in spans:
            at = span.start
            for edit in self.edits_in.get(span.start, ()):
                pieces += [self.raw[at : edit.start], edit.after]
                at = edit.end
            pieces.append(self.raw[at : span.end])
        text = "".join(pieces)
        return (text if verse else text.replace("\n", "")).strip()

    def block_rows(self) -> dict[str, list[tuple[int, str, int, int]]]:
        """Laws 2 and 4: each block is derived again; return what the records need of it."""
        blocks: dict[str, list[tuple[int, str, int, int]]] = defaultdict(list)
        names = ("record_id", "position", "kind", "text", "page_start", "page_end", "raw_start", "raw_end")
        named = set()
        reached = 0
        table = self.tables["blocks"]
        bounds = list(zip(table["body_start"], table["body_end"], strict=True))
        for row, extent in zip(zip(*(table[name] for name in names), strict=True), bounds, strict=True):
            record, position, kind, text, page_start, page_end, raw_start, raw_end = row
            named.add((record, position))
            key = f"{record},{position}"
            spans = self.by_block.get((record, position), [])
            blocks[record].append((position, text, *extent))
            if not spans:
                self.problems.append(self.problem("block-spans", "no span", "at least one", "blocks", key, "position"))
                continue
            derived = self.derive(spans, verse=kind == "verse")
            if derived != text:
                found, expected = _difference(text, derived)
                self.problems.append(self.problem("block-text", found, expected, "blocks", key, "text", spans[0].start))
            wanted = (
                ("raw_start", "block-extent", raw_start, spans[0].start),
                ("raw_end", "block-extent", raw_end, spans[-1].end),
                ("page_start", "block-page", page_start, spans[0].page),
                ("page_end", "block-page", page_end, spans[-1].page),
            )
            self.problems += [
                self.problem(code, str(got), f"{want}, from its spans", "blocks", key, column, spans[0].start)
                for column, code, got, want in wanted
                if got != want
            ]
            if spans[0].start < reached:
                found = str(spans[0].start)
                expected = f"{reached} or more: blocks stand in the order of the text"
                self.problems.append(self.problem("block-order", found, expected, "blocks", key, "position", spans[0].start))
            reached = max(reached, spans[-1].end)
        for (record, block), spans in self.by_block.items():
            if (record, block) not in named:
                row_key = f"{self.issue_id},{spans[0].start}"
                found = f"block {block} of {record}"
                self.problems.append(
                    self.problem("span-block", found, "a block there is", "spans", row_key, "block", spans[0].start)
                )
        return blocks

    def record_rows(self, blocks: Mapping[str, Sequence[tuple[int, str, int, int]]]) -> Iterator[Problem]:
        """Laws 3 and 4: a record's body is its blocks, and its title, note, source and pages are those of its spans."""
        names = ("id", "title", "note", "source_citation", "body", "page_start", "page_end", "word_count", "body_sha256")
        table = self.tables["records"]
        reached = -1
        for record, title, note, citation, body, page_start, page_end, words, digest in zip(
            *(table[name] for name in names), strict=True
        ):
            of = {role: self.by_role.get((record, role), []) for role in _OF_RECORDS}
            at = of["title"][0].start if of["title"] else None
            if at is not None and at < reached:
                yield self.problem("record-order", str(at), f"more than {reached}", "records", record, "position", at)
            reached = max(reached, at or 0)
            yield from self.body_blocks(record, body, blocks.get(record, ()), at)
            pages = [span.page for role in ("title", "body", "source") for span in of[role]]
            derived = (
                ("title", "title-text", title, self.derive(of["title"])),
                ("page_start", "record-page", page_start, of["title"][0].page if of["title"] else None),
                ("page_end", "record-page", page_end, max(pages, default=None)),
                ("word_count", "word-count", words, len(body.split())),
                ("body_sha256", "body-hash", digest, hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()),
            )
            for column, code, found, expected in derived:
                if found != expected:
                    yield self.problem(code, _shorten(str(found)), _shorten(str(expected)), "records", record, column, at)
            yield from self.note_and_source(record, note, citation, of, at)

    def note_and_source(
        self, record: str, note: str | None, citation: str | None, of: Mapping[str, Sequence[SpanRow]], at: int | None
    ) -> Iterator[Problem]:
        """Law 2 for a record's note and source: a note's paragraphs are its spans in order, and so is a source."""
        unread = self.unread(note, of["note"])
        if unread is not None:
            yield self.problem("note-text", _shorten(unread[0]), _shorten(unread[1]), "records", record, "note", at)
        source = self.derive(of["source"])
        if of["source"] and citation != source:
            yield self.problem("source-text", _shorten(str(citation)), _shorten(source), "records", record, "source_citation", at)
        quoted = " ".join((note or "").split())
        if not of["source"] and citation is not None and (not citation.strip() or citation not in quoted):
            found = _shorten(citation)
            yield self.problem("source-text", found, "words of its note", "records", record, "source_citation", at)

    def unread(self, note: str | None, spans: Sequence[SpanRow]) -> tuple[str, str] | None:
        """Read a note against its spans, paragraph by paragraph; return what is found and what stands there where they part."""
        paragraphs = [] if note is None else note.split("\n\n")
        place = 0
        for paragraph in paragraphs:
            ends = range(place + 1, len(spans) + 1)
            end = next((end for end in ends if self.derive(spans[place:end]) == paragraph), None)
            if end is None:
                return paragraph, self.derive(spans[place:])
            place = end
        return None if place == len(spans) else (str(note), self.derive(spans[place:]))

    def body_blocks(
        self, record: str, body: str, blocks: Sequence[tuple[int, str, int, int]], at: int | None
    ) -> Iterator[Problem]:
        """Law 3: the body is its blocks, each where it says."""
        joined = "\n\n".join(text for _, text, *_ in blocks)
        if joined != body:
            found, expected = _difference(body, joined)
            yield self.problem("body-text", found, expected, "records", record, "body", at)
        for place, (position, text, start, end) in enumerate(blocks, start=1):
            key = f"{record},{position}"
            if position != place:
                yield self.problem("position", str(position), str(place), "blocks", key, "position", at)
            if body[start:end] != text or (start, end - start) != (max(start, 0), len(text)):
                found = f"{start} to {end}: {_shorten(body[start:end], 30)}"
                yield self.problem("body-extent", found, _shorten(text, 30), "blocks", key, "body_start", at)

    def printed_numbers(self) -> Iterator[Problem]:
        """Law 4: a page's number is printed where it says so, and only there."""
        numbers: dict[int, set[str]] = defaultdict(set)
        alone: dict[int, list[int]] = defaultdict(list)  # where a page mark is the page's number and nothing else
        for span in self.spans:
            if span.role in ("header", "page_mark"):
                text = self.raw[span.start : span.end]
                numbers[span.page] |= set(re.findall(r"\d+", text))
                if span.role == "page_mark" and text.strip() == str(span.page):
                    alone[span.page].append(span.start)
        for number, printed, start, _ in self.pages:
            if printed and str(number) not in {found.lstrip("0") or "0" for found in numbers[number]}:
                row = f"{self.issue_id},{number}"
                expected = "false: no running head of that page prints it"
                yield self.problem("page-printed", "true", expected, "pages", row, "printed", start)
            if not printed and any(start <= at < start + 400 for at in alone[number]):
                row = f"{self.issue_id},{number}"
                yield self.problem("page-printed", "false", "true: its page mark prints it", "pages", row, "printed", start)
