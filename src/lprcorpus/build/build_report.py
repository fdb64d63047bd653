"""What a build reports: each record, each issue, each issue that failed, and the whole."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pydantic import TypeAdapter

from lprcorpus.build.assembly import BuiltIssue
from lprcorpus.publish.facts import TableFacts
from lprcorpus.schema import Span
from lprcorpus.text.lines import Lines
from lprcorpus.text.text_warnings import RecordExtent, record_warnings, text_warnings

_OPENING = 60  # characters that are quoted of a text in no record


@dataclass(frozen=True)
class RecordReport:
    """One record as the build's report shows it."""

    id: str
    title: str
    type: str
    author: str | None
    page_start: int
    page_end: int
    blocks: int
    words: int


@dataclass(frozen=True)
class UnclaimedText:
    """Text that is in no record: its raw line, its length in characters, and its first words."""

    line: int
    characters: int
    opening: str


@dataclass(frozen=True)
class IssueReport:
    """What the build found in one issue, and what it made of it."""

    id: str
    records: tuple[RecordReport, ...]
    pages: int
    pages_printed: int
    marks: tuple[str, ...]  # the kinds of page mark found
    paragraphs: str
    face: str
    final_spaces: bool
    characters: int
    spans: int
    blocks: int
    edits: Mapping[str, int]  # how many each rule made
    claimed: float  # the share of its text that is in records, page headers and blanks aside
    unclaimed: tuple[UnclaimedText, ...]
    warnings: tuple[str, ...]  # what is doubtful, each with its raw line


def report_issue(issue: BuiltIssue) -> IssueReport:
    """Return the report of an issue that was made into rows."""
    rows, paged = issue.rows, issue.paged
    blocks = Counter(block.record_id for block in rows.blocks)
    records, extents = [], []
    for record, located in zip(rows.records, issue.located, strict=True):
        report = RecordReport(
            id=record.id,
            title=record.title,
            type=record.type,
            author=record.author,
            page_start=record.page_start,
            page_end=record.page_end,
            blocks=blocks[record.id],
            words=record.word_count,
        )
        records.append(report)
        title = located.title
        extents.append(RecordExtent(located.entry.id, title.raw_line, record.word_count))
    unclaimed = unclaimed_text(rows.spans, paged.lines)
    warnings = [*text_warnings(paged), *record_warnings(extents, [], len(paged.pages))]
    return IssueReport(
        id=rows.issue.id,
        records=tuple(records),
        pages=len(rows.pages),
        pages_printed=sum(page.printed for page in rows.pages),
        marks=paged.marks,
        paragraphs=issue.setting.paragraphs,
        face=issue.setting.face,
        final_spaces=paged.final_spaces,
        characters=rows.issue.raw_chars,
        spans=len(rows.spans),
        blocks=len(rows.blocks),
        edits=dict(Counter(edit.rule for edit in rows.edits)),
        claimed=claimed_share(rows.spans, unclaimed),
        unclaimed=unclaimed,
        warnings=tuple(warnings),
    )


def claimed_share(spans: Iterable[Span], unclaimed: Iterable[UnclaimedText]) -> float:
    """Return the share of a text that is in records, page headers, page marks and blanks aside."""
    claimed = sum(span.raw_end - span.raw_start for span in spans if span.record_id is not None)
    missing = sum(text.characters for text in unclaimed)
    if missing == 0:
        return 1.0
    return claimed / (claimed + missing)


def unclaimed_text(spans: Iterable[Span], lines: Lines) -> tuple[UnclaimedText, ...]:
    """Return the text that is in no record: each stretch up to the next record."""
    printed = [span for span in spans if span.record_id is not None or span.role == "body"]
    found = []
    for record_id, group in groupby(printed, key=lambda span: span.record_id):
        if record_id is not None:
            continue
        pieces = list(group)
        start = pieces[0].raw_start
        line = lines.printed[lines.index_of(start)].number
        characters = sum(span.raw_end - span.raw_start for span in pieces)
        # As many pieces as characters are enough, however short they are.
        texts = [lines.text[piece.raw_start : piece.raw_end] for piece in pieces[:_OPENING]]
        words = " ".join(" ".join(texts).split())
        found.append(UnclaimedText(line, characters, words[:_OPENING]))
    return tuple(found)


_REPORTS = TypeAdapter(list[IssueReport])


def pack_reports(reports: list[IssueReport]) -> bytes:
    """Return reports as a file has them: compressed, for there may be many."""
    return zlib.compress(_REPORTS.dump_json(reports))


@dataclass(frozen=True)
class ReportLog:
    """The reports of a build's issues, in order, as the shards' files have them."""

    packed: list[bytes]
    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[IssueReport]:
        for packed in self.packed:
            yield from _REPORTS.validate_json(zlib.decompress(packed))


@dataclass(frozen=True)
class BuildReport:
    """What a build did."""

    out: Path
    issues: ReportLog
    failures: tuple[str, ...]  # a message for each issue that was not built
    tables: tuple[TableFacts, ...]
    notes: tuple[str, ...]  # what else a person should know, a line each
    kept: int  # how many shards a run that was stopped had built before
