"""The rows of one issue, made of the models in :mod:`lprcorpus.schema`, which validate them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, cast

from lprcorpus.build.locating import LocatedPassage, LocatedRecord
from lprcorpus.build.manifest import Manifest, SourceParts
from lprcorpus.schema import (
    Block,
    Contributor,
    Edit,
    Issue,
    IssueRows,
    Kind,
    Page,
    Record,
    Role,
    Span,
)
from lprcorpus.text.blocks import classify
from lprcorpus.text.joining import Composer, Composition
from lprcorpus.text.lines import LineRun, Lines
from lprcorpus.text.pages import Paged

_BETWEEN = "\n\n"  # the blocks of a body (invariant 3), and the paragraphs of a note
# A byte order mark prints nothing, and is no white space to Python.
_BLANK_PRINT_BLANK = re.compile(r"((?:\A\ufeff)?\s*)((?:\S(?:.*\S)?)?)(\s*)", re.DOTALL)
_BULLETED = ("list_item", "question")  # the kinds whose opening mark is taken off


class Extent(NamedTuple):
    """A stretch of raw text with a role; in text order when sorted."""

    start: int
    end: int
    role: Role
    record_id: str | None = None
    block: int | None = None


class RowMaker:
    """Makes the rows of one issue, record by record, and gathers what has a role in its text."""

    def __init__(self, manifest: Manifest, paged: Paged, composer: Composer) -> None:
        self.issue = manifest.issue
        self.paged = paged
        self.composer = composer
        self.extents: list[Extent] = []
        pages = []
        for page in paged.pages:
            row = Page(
                issue_id=self.issue.id,
                number=page.number,
                printed=page.printed,
                raw_start=page.start,
                raw_end=page.end,
            )
            pages.append(row)
        issue = Issue(
            id=self.issue.id,
            periodical=self.issue.periodical,
            volume=self.issue.volume,
            number=self.issue.number,
            year=self.issue.year,
            page_start=pages[0].number,
            page_end=pages[-1].number,
            complete=self.issue.complete,
            raw_path=f"raw/{self.issue.id}.txt",
            raw_sha256=self.issue.sha256,
            raw_chars=len(paged.lines.text),
        )
        self._rows = IssueRows(issue, pages, [], [], [], [], [])

    def rows(self) -> IssueRows:
        """Return the rows of the issue, once all records are added."""
        self._rows.spans.extend(partition(self.extents, self.paged, self.issue.id))
        self._rows.edits.sort(key=lambda edit: edit.raw_start)
        return self._rows

    def add_record(
        self, located: LocatedRecord, note: Sequence[LineRun], body: Sequence[LineRun]
    ) -> None:
        """Make the rows of a record, given the lines of its note and its body, in paragraphs."""
        entry = located.entry
        record_id = f"{self.issue.id}/{entry.id}"
        self._passage("section", located.section, None)
        self._passage("byline", located.byline, record_id)
        blocks = self._make_blocks(record_id, entry.type, body)
        text = _BETWEEN.join(block.text for block in blocks)
        note_texts = [self._claim(self.composer.prose(run), "note", record_id) for run in note]
        source = entry.source or SourceParts()
        page_end = blocks[-1].page_end
        if located.source is not None:  # it may be on a page after that of the last block
            page_end = max(page_end, self._page(located.source.end - 1))
        record = Record(
            id=record_id,
            issue_id=self.issue.id,
            position=len(self._rows.records) + 1,
            title=self._passage("title", located.title, record_id) or "",
            author=entry.author,
            type=entry.type,
            section=entry.section,
            note=_BETWEEN.join(note_texts) or None,
            source_citation=self._citation(record_id, located),
            source_title=source.title,
            source_container=source.container,
            source_publisher=source.publisher,
            source_place=source.place,
            source_date=source.date,
            source_url=source.url,
            body=text,
            page_start=self._page(located.title.start),
            page_end=page_end,
            language=entry.language or self.issue.language,
            rights=entry.rights or self.issue.rights,
            word_count=len(text.split()),
            body_sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
        self._rows.records.append(record)
        self._rows.blocks.extend(blocks)
        for position, person in enumerate(entry.contributors, start=1):
            contributor = Contributor(
                record_id=record_id,
                position=position,
                name=person.name,
                family_name=person.family,
                given_name=person.given,
                role=person.role,
            )
            self._rows.contributors.append(contributor)

    def _citation(self, record_id: str, located: LocatedRecord) -> str | None:
        """Return what the issue says of a record's source: in its own lines, or in the headnote."""
        if located.source is not None or located.citation is None:
            return self._passage("source", located.source, record_id)
        citation = located.citation
        return " ".join(self.composer.passage(citation.start, citation.end).split())

    def _passage(
        self, role: Role, passage: LocatedPassage | None, record_id: str | None
    ) -> str | None:
        """Compose a passage, give its characters their role, and return its text."""
        if passage is None:
            return None
        run = self.paged.text_at(passage.lines)
        return self._claim(self.composer.prose(run), role, record_id)

    def _claim(
        self, composition: Composition, role: Role, record_id: str | None, block: int | None = None
    ) -> str:
        """Give the characters of a composition their role, keep its edits, and return its text."""
        for start, end in composition.spans:
            self.extents.append(Extent(start, end, role, record_id, block))
        if role == "section":
            return ""  # its words are in no row, and so nothing in them is changed
        for edit in composition.edits:
            row = Edit(
                issue_id=self.issue.id,
                raw_start=edit.start,
                raw_end=edit.end,
                before=edit.before,
                after=edit.after,
                rule=edit.rule,
                reason=edit.reason,
            )
            self._rows.edits.append(row)
        return composition.text

    def _make_blocks(
        self, record_id: str, record_type: str, runs: Sequence[LineRun]
    ) -> list[Block]:
        """Return the blocks of a body, given the lines of each."""
        kinds = classify(record_type, runs, self.paged)
        blocks = []
        body_start = 0
        for position, (kind, run) in enumerate(zip(kinds, runs, strict=True), start=1):
            composition = self._compose(kind, run)
            text = self._claim(composition, "body", record_id, position)
            raw_start = composition.spans[0][0]
            raw_end = composition.spans[-1][1]
            block = Block(
                record_id=record_id,
                position=position,
                kind=cast("Kind", kind),  # the model checks it
                text=text,
                page_start=self._page(raw_start),
                page_end=self._page(raw_end - 1),
                body_start=body_start,
                body_end=body_start + len(text),
                raw_start=raw_start,
                raw_end=raw_end,
            )
            blocks.append(block)
            body_start += len(text) + len(_BETWEEN)
        return blocks

    def _compose(self, kind: str, run: LineRun) -> Composition:
        if kind == "verse":
            return self.composer.verse(run)
        return self.composer.prose(run, bullet=kind in _BULLETED)

    def _page(self, offset: int) -> int:
        return self.paged.page_at(offset).number


def partition(extents: Iterable[Extent], paged: Paged, issue_id: str) -> list[Span]:
    """Return the spans of a text: what has a role, what lies between, and cuts where pages begin.

    The extents do not overlap; page headers and marks are added here.
    """
    known = [Extent(aside.start, aside.end, aside.role) for aside in paged.asides]
    known += extents
    known.sort()
    pages = iter(paged.pages)
    page = next(pages)
    spans = []
    for extent in _without_gaps(known, paged.lines):
        start = extent.start
        while start < extent.end:
            while page.end <= start:
                page = next(pages)
            end = min(extent.end, page.end)
            span = Span(
                issue_id=issue_id,
                raw_start=start,
                raw_end=end,
                role=extent.role,
                page=page.number,
                record_id=extent.record_id,
                block=extent.block,
            )
            spans.append(span)
            start = end
    return spans


def _without_gaps(extents: Iterable[Extent], lines: Lines) -> Iterator[Extent]:
    """Yield the extents, and between them what no extent claims."""
    reached = 0
    for extent in extents:
        yield from _gap(reached, extent.start, lines.text)
        yield extent
        reached = extent.end
    yield from _gap(reached, len(lines.text), lines.text)


def _gap(start: int, end: int, text: str) -> Iterator[Extent]:
    """Yield what nothing claims: its print as text in no record, and the blank around it."""
    found = _BLANK_PRINT_BLANK.fullmatch(text, start, end)
    roles: tuple[Role, ...] = ("blank", "body", "blank")
    for group, role in enumerate(roles, start=1):
        if found is not None and found[group]:
            yield Extent(*found.span(group), role)
