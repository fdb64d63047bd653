"""The rows of one issue, made of the models in :mod:`lprcorpus.schema`, which validate them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
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
from lprcorpus.text.repairs import TextEdit

_BETWEEN = "\n\n"  # the blocks of a body (invariant 3), and the paragraphs of a note
_BULLETED = ("list_item", "question")  # the kinds whose opening mark is taken off


class Extent(NamedTuple):
    """A stretch of raw text with a role; in text order when sorted."""

    start: int
    end: int
    role: Role
    record_id: str | None = None
    block: int | None = None


@dataclass
class RecordLines:
    """The printed lines of a record, in paragraphs (in stanzas, where it is a poem)."""

    note: list[LineRun] = field(default_factory=list)
    body: list[LineRun] = field(default_factory=list)


class RowMaker:
    """Makes the rows of one issue, record by record.

    It gathers what has a role in the raw text, and every edit.
    """

    def __init__(self, manifest: Manifest, paged: Paged, composer: Composer) -> None:
        self.manifest = manifest
        self.paged = paged
        self.composer = composer
        self.records: list[Record] = []
        self.contributors: list[Contributor] = []
        self.blocks: list[Block] = []
        self.extents: list[Extent] = []
        self.edits: list[TextEdit] = []

    def add_record(self, located: LocatedRecord, lines: RecordLines) -> None:
        """Compose the passages of a record, give their characters a role, and make its rows."""
        issue = self.manifest.issue
        entry = located.entry
        record_id = f"{issue.id}/{entry.id}"
        self._passage("section", located.section, None)
        self._passage("byline", located.byline, record_id)
        blocks = self._make_blocks(record_id, entry.type, lines.body)
        body = _BETWEEN.join(block.text for block in blocks)
        note = []
        for run in lines.note:
            note.append(self._claim(self.composer.prose(run), "note", record_id))
        source = entry.source or SourceParts()
        record = Record(
            id=record_id,
            issue_id=issue.id,
            position=len(self.records) + 1,
            title=self._passage("title", located.title, record_id) or "",
            author=entry.author,
            type=entry.type,
            section=entry.section,
            note=_BETWEEN.join(note) or None,
            source_citation=self._citation(record_id, located),
            source_title=source.title,
            source_container=source.container,
            source_publisher=source.publisher,
            source_place=source.place,
            source_date=source.date,
            source_url=source.url,
            body=body,
            page_start=self._page(located.title.start),
            page_end=self._last_page(located, blocks),
            language=entry.language or issue.language,
            rights=entry.rights or issue.rights,
            word_count=len(body.split()),
            body_sha256=hashlib.sha256(body.encode()).hexdigest(),
        )
        self.records.append(record)
        self.blocks += blocks
        self._add_contributors(located, record_id)

    def _last_page(self, located: LocatedRecord, blocks: Sequence[Block]) -> int:
        last = blocks[-1].page_end
        # A source line of its own may be on a page after that of the last block.
        if located.source is not None:
            last = max(last, self._page(located.source.end - 1))
        return last

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
        lines = range(passage.first, passage.last + 1)
        return self._claim(self.composer.prose(self.paged.text_at(lines)), role, record_id)

    def _claim(
        self, composition: Composition, role: Role, record_id: str | None, block: int | None = None
    ) -> str:
        """Give the characters of a composition their role, keep its edits, and return its text."""
        for start, end in composition.spans:
            self.extents.append(Extent(start, end, role, record_id, block))
        self.edits += composition.edits
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

    def _add_contributors(self, located: LocatedRecord, record_id: str) -> None:
        for position, person in enumerate(located.entry.contributors, start=1):
            contributor = Contributor(
                record_id=record_id,
                position=position,
                name=person.name,
                family_name=person.family,
                given_name=person.given,
                role=person.role,
            )
            self.contributors.append(contributor)

    def _page(self, offset: int) -> int:
        return self.paged.page_at(offset).number

    def issue_rows(self) -> IssueRows:
        """Return the rows of the issue, once all records are added."""
        issue_id = self.manifest.issue.id
        return IssueRows(
            issue=self._make_issue(),
            pages=[
                Page(
                    issue_id=issue_id,
                    number=page.number,
                    printed=page.printed,
                    raw_start=page.start,
                    raw_end=page.end,
                )
                for page in self.paged.pages
            ],
            records=self.records,
            contributors=self.contributors,
            blocks=self.blocks,
            spans=partition(self.extents, self.paged, issue_id),
            edits=[
                Edit(
                    issue_id=issue_id,
                    raw_start=edit.start,
                    raw_end=edit.end,
                    before=edit.before,
                    after=edit.after,
                    rule=edit.rule,
                    reason=edit.reason,
                )
                for edit in sorted(self.edits, key=lambda edit: edit.start)
            ],
        )

    def _make_issue(self) -> Issue:
        stated, pages = self.manifest.issue, self.paged.pages
        return Issue(
            id=stated.id,
            periodical=stated.periodical,
            volume=stated.volume,
            number=stated.number,
            year=stated.year,
            page_start=pages[0].number,
            page_end=pages[-1].number,
            complete=stated.complete,
            raw_path=f"raw/{stated.text_name}",
            raw_sha256=stated.sha256,
            raw_chars=len(self.paged.lines.text),
        )


def partition(extents: Iterable[Extent], paged: Paged, issue_id: str) -> list[Span]:
    """Return the spans of a text: the extents, what lies between them, and cuts where pages begin.

    Args:
        extents: what has a role, without overlap; page headers and marks are added here.
        paged: the text and its pages.
        issue_id: the issue's id.
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
        yield from _gap(reached, extent.start, lines)
        yield extent
        reached = extent.end
    yield from _gap(reached, len(lines.text), lines)


def _gap(start: int, end: int, lines: Lines) -> Iterator[Extent]:
    """Yield what nothing claims: its print as text in no record, and the blank around it."""
    if start == end:
        return
    if lines.is_blank(start, end):
        yield Extent(start, end, "blank")
        return
    text = lines.text[start:end]
    if start == 0 and text[0] == "\ufeff":
        text = f" {text[1:]}"  # a byte order mark prints nothing, and is no white space to Python
    first = end - len(text.lstrip())
    last = start + len(text.rstrip())
    if start < first:
        yield Extent(start, first, "blank")
    yield Extent(first, last, "body")
    if last < end:
        yield Extent(last, end, "blank")
