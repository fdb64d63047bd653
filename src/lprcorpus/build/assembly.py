"""One issue made into rows: its text and its manifest go in, the rows of every table come out.

The rows are objects of the models in :mod:`lprcorpus.schema`, and are validated as they are made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from lprcorpus.build.locating import LocatedPassage, LocatedRecord, find_records
from lprcorpus.build.manifest import Manifest, SourceParts
from lprcorpus.build.spans import Extent, UnclaimedText, claimed_share, partition, unclaimed_text
from lprcorpus.errors import ManifestError
from lprcorpus.messages import count
from lprcorpus.schema import Block, Contributor, Edit, Issue, IssueRows, Kind, Page, Record, Role
from lprcorpus.text.blocks import LineRun, classify, stanzas
from lprcorpus.text.joining import Composer, Composition
from lprcorpus.text.lines import split_lines
from lprcorpus.text.pages import Paged, Pagination, find_pages
from lprcorpus.text.paragraphs import Setting, detect_setting, paragraph_ends
from lprcorpus.text.repairs import TextEdit, find_mojibake
from lprcorpus.text.running_headers import find_header

__all__ = ["BuiltIssue", "assemble", "page_text"]

_BETWEEN = "\n\n"
"""What is between the blocks of a body (invariant 3), and between the paragraphs of a note."""

_BULLETED = frozenset({"list_item", "question"})
"""The kinds whose opening mark is taken off."""


@dataclass(frozen=True)
class BuiltIssue:
    """One issue made into rows, and what was seen on the way.

    Attributes:
        rows: its rows in every table.
        setting: how its text was set.
        marks: the kinds of page mark found.
        claimed: the share of its text that is in records, page headers and blanks aside.
        unclaimed: the text that is in no record.
    """

    rows: IssueRows
    setting: Setting
    marks: tuple[str, ...]
    claimed: float
    unclaimed: tuple[UnclaimedText, ...]


@dataclass
class _RecordLines:
    """The printed lines of a record, in paragraphs (in stanzas, where it is a poem)."""

    note: list[LineRun] = field(default_factory=list)
    body: list[LineRun] = field(default_factory=list)


def assemble(text: str, manifest: Manifest, where: str) -> BuiltIssue:
    """Make one issue's text and manifest into the rows of all tables.

    Args:
        text: the raw text.
        manifest: what a person says of it.
        where: the manifest's file, for messages.

    Raises:
        RawTextError: the text cannot be read as one.
        ManifestError: the manifest does not fit the text.
    """
    paged = page_text(text, manifest)
    _check_running_headers(text, manifest, where)
    stated = manifest.setting
    setting = detect_setting(paged, stated.face, stated.paragraphs, stated.hyphens)
    located = find_records(paged, manifest, where)
    paragraphs = _split_paragraphs(paged, located, setting)
    _check_bodies(located, paragraphs, where)

    known_edits = [*_find_curated(paged, located, where), *find_mojibake(paged)]
    maker = _RowMaker(manifest, paged, Composer(paged, known_edits, setting.hyphens))
    for record, lines in zip(located, paragraphs, strict=True):
        maker.add_record(record, lines)
    rows = maker.rows()
    return BuiltIssue(
        rows=rows,
        setting=setting,
        marks=paged.marks,
        claimed=claimed_share(rows.spans),
        unclaimed=unclaimed_text(rows.spans, paged.lines),
    )


def page_text(text: str, manifest: Manifest) -> Paged:
    """Find the pages of a text as its manifest describes them.

    Raises:
        RawTextError: the text is none, or its page numbers contradict each other.
    """
    stated = manifest.pagination
    headers = None if stated.running_heads is None else tuple(stated.running_heads)
    pagination = Pagination(
        first=stated.first,
        running_heads=headers,
        space_marks=stated.space_marks,
        running_feet=tuple(stated.running_feet),
        inline_marks=tuple(stated.inline_marks),
    )
    return find_pages(split_lines(text), pagination)


def _check_running_headers(text: str, manifest: Manifest, where: str) -> None:
    """Refuse a running header or footer that is nowhere: a misquoted one would leave its pages without a mark."""
    pagination = manifest.pagination
    problems = []
    for key, stated in (("running_heads", pagination.running_heads), ("running_feet", pagination.running_feet)):
        for index, header in enumerate(stated or []):
            if next(find_header(text, header), None) is None:
                problem = f"{header!r} is nowhere on lines of its own; expected it as printed"
                problems.append(f"pagination.{key}[{index}]: {problem}")
    if problems:
        raise ManifestError(where, problems)


def _check_bodies(located: Sequence[LocatedRecord], paragraphs: Sequence[_RecordLines], where: str) -> None:
    for index, (record, lines) in enumerate(zip(located, paragraphs, strict=True)):
        if not lines.body:
            problem = "nothing is between its title and the next; expected a body"
            raise ManifestError(where, [f"records[{index}] ({record.entry.id}): {problem}"])


def _split_paragraphs(paged: Paged, located: Sequence[LocatedRecord], setting: Setting) -> list[_RecordLines]:
    """Return the lines of each record's note and of its body, in paragraphs.

    All are found in one pass over the text: that is much faster than a pass for each record. Each note and each body is a
    region of its own, so that no paragraph goes on from one into another.
    """
    regions = _line_regions(paged, located)
    chosen = np.flatnonzero(regions >= 0)
    chosen = chosen[np.argsort(regions[chosen], kind="stable")]  # a note may be within its body, or after it
    ends = np.flatnonzero(paragraph_ends(paged, chosen, regions[chosen], setting)) + 1

    found = [_RecordLines() for _ in located]
    lines = chosen.tolist()
    start = 0
    for end in ends.tolist():
        index, is_body = divmod(int(regions[lines[start]]), 2)
        paragraphs = found[index].body if is_body else found[index].note
        paragraphs.append(lines[start:end])
        start = end
    for record, own in zip(located, found, strict=True):
        if record.entry.type == "poem":
            own.body = stanzas([line for paragraph in own.body for line in paragraph], paged)
    return found


def _line_regions(paged: Paged, located: Sequence[LocatedRecord]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the region of each printed line: twice its record's index for a note, and one more for a body; else -1."""
    regions = np.full(len(paged.lines), -1, dtype=np.int64)
    for index, record in enumerate(located):
        regions[record.first_line : record.end_line] = 2 * index + 1
        for passage in (record.title, record.byline, record.source):
            if passage is not None:
                regions[passage.first : passage.last + 1] = -1
        if record.note is not None:
            regions[record.note.first : record.note.last + 1] = 2 * index
    regions[~paged.is_set] = -1
    return regions


def _find_curated(paged: Paged, located: Sequence[LocatedRecord], where: str) -> list[TextEdit]:
    """Return the edits that a manifest asks for, found in the text.

    Raises:
        ManifestError: what an edit looks for is not exactly once on its page within the record.
    """
    found, problems = [], []
    text = paged.lines.text
    for index, record in enumerate(located):
        record_end = int(paged.lines.end[record.end_line - 1])
        for place, edit in enumerate(record.entry.edits):
            page = paged.page_numbered(edit.page)
            low = max(record.title.start, page.start) if page else 0
            high = min(record_end, page.end) if page else 0
            times = text.count(edit.find, low, high) if low < high else 0
            if times == 1:
                start = text.index(edit.find, low, high)
                end = start + len(edit.find)
                found.append(TextEdit(start, end, edit.find, edit.replace, "curated", edit.reason))
            else:
                key = f"records[{index}].edits[{place}].find ({record.entry.id})"
                problem = f"found {edit.find!r} {count(times, 'time')} in the record on page {edit.page}; expected it once"
                problems.append(f"{key}: {problem}")
    if problems:
        raise ManifestError(where, problems)
    return found


class _RowMaker:
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

    def add_record(self, found: LocatedRecord, lines: _RecordLines) -> None:
        """Compose the passages of a record, give their characters a role, and make its rows."""
        issue, entry = self.manifest.issue, found.entry
        record_id = f"{issue.id}/{entry.id}"
        self._passage("section", found.section, None)
        title = self._passage("title", found.title, record_id)
        self._passage("byline", found.byline, record_id)
        citation = self._passage("source", found.source, record_id)
        if found.citation and citation is None:  # the headnote says where the text is from
            citation = " ".join(self.composer.passage(*found.citation).split())
        note = [self._claim(self.composer.prose(paragraph), "note", record_id) for paragraph in lines.note]
        kinds = cast("list[Kind]", classify(entry.type, lines.body, self.paged))  # the model checks each
        blocks = list(self._make_blocks(record_id, kinds, lines.body))
        body = _BETWEEN.join(block.text for block in blocks)
        page_end = blocks[-1].page_end
        if found.source:
            page_end = max(page_end, self._page(found.source.end - 1))
        source = entry.source or SourceParts()
        record = Record(
            id=record_id,
            issue_id=issue.id,
            position=len(self.records) + 1,
            title=title or "",
            author=entry.author,
            type=entry.type,
            section=entry.section,
            note=_BETWEEN.join(note) or None,
            source_citation=citation,
            source_title=source.title,
            source_container=source.container,
            source_publisher=source.publisher,
            source_place=source.place,
            source_date=source.date,
            source_url=source.url,
            body=body,
            page_start=self._page(found.title.start),
            page_end=page_end,
            language=entry.language or issue.language,
            rights=entry.rights or issue.rights,
            word_count=len(body.split()),
            body_sha256=hashlib.sha256(body.encode()).hexdigest(),
        )
        self.records.append(record)
        self.contributors += self._make_contributors(found, record_id)
        self.blocks += blocks

    def rows(self) -> IssueRows:
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
                Page(issue_id=issue.id, number=page.number, printed=page.printed, raw_start=page.start, raw_end=page.end)
                for page in pages
            ],
            records=self.records,
            contributors=self.contributors,
            blocks=self.blocks,
            spans=partition(self.extents, self.paged, issue.id),
            edits=[_edit_row(edit, issue.id) for edit in sorted(self.edits, key=lambda edit: edit.start)],
        )

    def _page(self, offset: int) -> int:
        return self.paged.page_at(offset).number

    def _passage(self, role: Role, passage: LocatedPassage | None, record_id: str | None) -> str | None:
        """Compose a passage, give its characters their role, and return its text; None where there is none."""
        if passage is None:
            return None
        lines = [line for line in range(passage.first, passage.last + 1) if self.paged.is_set[line]]
        return self._claim(self.composer.prose(lines), role, record_id)

    def _claim(self, composition: Composition, role: Role, record_id: str | None, block: int | None = None) -> str:
        """Give the characters of a composition their role, keep its edits, and return its text."""
        for start, end in composition.spans:
            self.extents.append(Extent(start, end, role, record_id, block))
        self.edits += composition.edits
        return composition.text

    def _make_blocks(self, record_id: str, kinds: Sequence[Kind], runs: Sequence[LineRun]) -> Iterator[Block]:
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
