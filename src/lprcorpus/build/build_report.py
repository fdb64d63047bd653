"""What a build reports: each record, each issue, each issue that failed, and the whole."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from lprcorpus.build.assembly import BuiltIssue
from lprcorpus.build.spans import UnclaimedText
from lprcorpus.proof.invariants import Proof
from lprcorpus.publish.facts import TableFacts

__all__ = ["BuildReport", "IssueReport", "RecordReport", "ReportLog", "report_issue"]


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
class IssueReport:
    """What the build found in one issue, what it made, and what its proof went through."""

    id: str
    records: tuple[RecordReport, ...]
    pages: int
    pages_printed: int
    marks: tuple[str, ...]
    paragraphs: str
    face: str
    final_spaces: bool
    characters: int
    spans: int
    blocks: int
    edits: Mapping[str, int]
    claimed: float
    unclaimed: tuple[UnclaimedText, ...]
    warnings: tuple[str, ...]


_REPORTS = TypeAdapter(tuple[IssueReport, ...])


class ReportLog:
    """The reports of a build's issues, in order. They are kept compressed, for they may be many."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []  # the reports of a shard each
        self._count = 0

    def extend(self, reports: Sequence[IssueReport]) -> None:
        """Add the reports of more issues."""
        self._packed.append(zlib.compress(_REPORTS.dump_json(tuple(reports))))
        self._count += len(reports)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[IssueReport]:
        for packed in self._packed:
            yield from _REPORTS.validate_json(zlib.decompress(packed))


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    ``failures`` has a message for each issue that was not built, ``notes`` a line for what else a
    person should know; ``kept`` counts the shards that had been built before, by a run that was
    stopped.
    """

    out: Path
    issues: ReportLog
    failures: tuple[str, ...]
    tables: tuple[TableFacts, ...]
    notes: tuple[str, ...] = ()
    kept: int = 0


def report_issue(issue: BuiltIssue, proof: Proof) -> IssueReport:
    """Return the report of an issue that was built and proved."""
    rows = issue.rows
    blocks = Counter(block.record_id for block in rows.blocks)
    records = [
        RecordReport(
            id=record.id,
            title=record.title,
            type=record.type,
            author=record.author,
            page_start=record.page_start,
            page_end=record.page_end,
            blocks=blocks[record.id],
            words=record.word_count,
        )
        for record in rows.records
    ]
    return IssueReport(
        id=rows.issue.id,
        records=tuple(records),
        pages=len(rows.pages),
        pages_printed=sum(page.printed for page in rows.pages),
        marks=issue.marks,
        paragraphs=issue.setting.paragraphs,
        face=issue.setting.face,
        final_spaces=issue.setting.final_spaces,
        characters=proof.characters,
        spans=proof.spans,
        blocks=proof.blocks,
        edits=proof.edits,
        claimed=issue.claimed,
        unclaimed=issue.unclaimed,
        warnings=issue.warnings,
    )
