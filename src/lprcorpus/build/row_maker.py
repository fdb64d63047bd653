"""The rows of one issue: objects of the models in :mod:`lprcorpus.schema`, which are validated as they are made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from lprcorpus.build.locating import LocatedPassage, LocatedRecord
from lprcorpus.build.manifest import Manifest, SourceParts
from lprcorpus.build.spans import Extent, partition
from lprcorpus.schema import Block, Contributor, Edit, Issue, IssueRows, Kind, Page, Record, Role
from lprcorpus.text.blocks import LineRun, classify
from lprcorpus.text.joining import Composer, Composition
from lprcorpus.text.pages import Paged
from lprcorpus.text.repairs import TextEdit

__all__ = ["RecordLines", "RowMaker"]

# What is between the blocks of a body (invariant 3), and between the paragraphs of a note.
_BETWEEN = "\n\n"
# The kinds whose opening mark is taken off.
_BULLETED = frozenset({"list_item", "question"})


@dataclass
class RecordLines:
    """The printed lines of a record, in paragraphs (in stanzas, where it is a poem)."""

    note: list[LineRun] = field(default_factory=list)
    body: list[LineRun] = field(default_factory=list)


class RowMaker:
    """Makes the rows of one issue, record by record, and gathers what has a role in the raw text, and every edit."""

    def __init__(self, manifest: Manifest, paged: Paged, composer: Composer) -> None:
        self.manifest = manifest
        self.paged = paged
        self.composer = composer
        self.records: list[Record] = []
        self.contributors: list[Contributor] = []
        self.blocks: list[Block] = []
        self.extents: list[Extent] = []
        self.edits: list[TextEdit] = []

    def add_record(self, found: LocatedRecord, lines: RecordLines) -> None:
        """Compose the passages of a record, give their characters a role, and make its rows."""
        record_id = f"{self.manifest.issue.id}/{found.entry.id}"
        kinds = cast(
            "list[Kind]", classify(found.entry.type, lines.body, self.paged)
        )  # the model checks each
        blocks = list(self._make_blocks(record_id, kinds, lines.body))
        self.records.append(self._make_record(record_id, found, lines.note, blocks))
        self.contributors += self._make_contributors(found, record_id)
        self.blocks += blocks

    def _make_record(
        self,
        record_id: str,
        found: LocatedRecord,
        note_lines: Sequence[LineRun],
        blocks: Sequence[Block],
    ) -> Record:
        issue, entry = self.manifest.issue, found.entry
        self._passage("section", found.section, None)
        self._passage("byline", found.byline, record_id)
        title = self._passage("title", found.title, record_id)
        note = [self._claim(self.composer.prose(lines), "note", record_id) for lines in note_lines]
        body = _BETWEEN.join(block.text for block in blocks)
        source = entry.source or SourceParts()
        return Record(
            id=record_id,
            issue_id=issue.id,
            position=len(self.records) + 1,
            title=title or "",
            author=entry.author,
            type=entry.type,
            section=entry.section,
            note=_BETWEEN.join(note) or None,
            source_citation=self._citation(record_id, found),
            source_title=source.title,
            source_container=source.container,
            source_publisher=source.publisher,
            source_place=source.place,
            source_date=source.date,
            source_url=source.url,
            body=body,
            page_start=self._page(found.title.start),
            page_end=max(
                blocks[-1].page_end, self._page(found.source.end - 1) if found.source else 0
            ),
            language=entry.language or issue.language,
            rights=entry.rights or issue.rights,
            word_count=len(body.split()),
            body_sha256=hashlib.sha256(body.encode()).hexdigest(),
        )

    def _citation(self, record_id: str, found: LocatedRecord) -> str | None:
        """Return what the issue says of a record's source: in a line of its own, or in the headnote."""
        if found.source is not None:
            return self._passage("source", found.source, record_id)
        if found.citation is not None:
            return " ".join(self.composer.passage(*found.citation).split())
        return None

    def issue_rows(self) -> IssueRows:
        """Return the rows of the issue, once all records are added."""
        issue, pages = self.manifest.issue, self.paged.pages
        return IssueRows(
            issue=Issue(
                id=issue.id,
                periodical=issue.periodical,
                volume=issue.volume,
                number=issue.number,
                year=issue.year,
                page_start=pages[0].number,
                page_end=pages[-1].number,
                complete=issue.complete,
                raw_path=f"raw/{issue.text or f'{issue.id}.txt'}",
                raw_sha256=issue.sha256,
                raw_chars=len(self.paged.lines.text),
            ),
            pages=[
                Page(
                    issue_id=issue.id,
                    number=page.number,
                    printed=page.printed,
                    raw_start=page.start,
                    raw_end=page.end,
                )
                for page in pages
            ],
            records=self.records,
            contributors=self.contributors,
            blocks=self.blocks,
            spans=partition(self.extents, self.paged, issue.id),
            edits=[
                _edit_row(edit, issue.id)
                for edit in sorted(self.edits, key=lambda edit: edit.start)
            ],
        )

    def _page(self, offset: int) -> int:
        return self.paged.page_at(offset).number

    def _passage(
        self, role: Role, passage: LocatedPassage | None, record_id: str | None
    ) -> str | None:
        """Compose a passage, give its characters their role, and return its text; None where there is none."""
        if passage is None:
            return None
        lines = [line for line in range(passage.first, passage.last + 1) if self.paged.is_set[line]]
        return self._claim(self.composer.prose(lines), role, record_id)

    def _claim(
        self, composition: Composition, role: Role, record_id: str | None, block: int | None = None
    ) -> str:
        """Give the characters of a composition their role, keep its edits, and return its text."""
        for start, end in composition.spans:
            self.extents.append(Extent(start, end, role, record_id, block))
        self.edits += composition.edits
        return composition.text

    def _make_blocks(
        self, record_id: str, kinds: Sequence[Kind], runs: Sequence[LineRun]
    ) -> Iterator[Block]:
        """Yield the blocks of a body, given the kind and the lines of each."""
        body_start = 0
        for position, (kind, lines) in enumerate(zip(kinds, runs, strict=True), start=1):
            composition = self._compose(kind, lines)
            text = self._claim(composition, "body", record_id, position)
            raw_start, raw_end = composition.spans[0][0], composition.spans[-1][1]
            yield Block(
                record_id=record_id,
                position=position,
                kind=kind,
                text=text,
                page_start=self._page(raw_start),
                page_end=self._page(raw_end - 1),
                body_start=body_start,
                body_end=body_start + len(text),
                raw_start=raw_start,
                raw_end=raw_end,
            )
            body_start += len(text) + len(_BETWEEN)

    def _compose(self, kind: Kind, lines: LineRun) -> Composition:
        if kind == "verse":
            return self.composer.verse(lines)
        return self.composer.prose(lines, bullet=kind in _BULLETED)

    def _make_contributors(self, found: LocatedRecord, record_id: str) -> Iterator[Contributor]:
        for position, person in enumerate(found.entry.contributors, start=1):
            yield Contributor(
                record_id=record_id,
                position=position,
                name=person.name,
                family_name=person.family,
                given_name=person.given,
                role=person.role,
            )


def _edit_row(edit: TextEdit, issue_id: str) -> Edit:
    return Edit(
        issue_id=issue_id,
        raw_start=edit.start,
        raw_end=edit.end,
        before=edit.before,
        after=edit.after,
        rule=edit.rule,
        reason=edit.reason,
    )
