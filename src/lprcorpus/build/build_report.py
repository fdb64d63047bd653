"""What a build reports: each record, each issue, each issue that failed, and the whole."""

from __future__ import annotations

import tempfile
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from pydantic import TypeAdapter

from lprcorpus.build.assembly import BuiltIssue
from lprcorpus.build.spans import Stretch
from lprcorpus.proof.invariants import Proof
from lprcorpus.publish.facts import TableFacts
from lprcorpus.schema import Record

__all__ = ["BuildReport", "IssueReport", "RecordReport", "ReportLog", "report_issue"]

_KEPT_BYTES = 4 * 1024 * 1024


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
    """What the build did with one issue: what it found, what it made, and what its proof went through."""

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
    unclaimed: tuple[Stretch, ...]


_ISSUE = TypeAdapter(IssueReport)


class ReportLog(Sequence[IssueReport]):
    """The reports of a build's issues, in order; on disk when they are many, so that they may be any number."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_KEPT_BYTES)  # noqa: SIM115 (closed with the log)
        self._starts = array("q", [0])

    def extend(self, reports: Iterable[IssueReport]) -> None:
        """Add the reports of more issues."""
        self._file.seek(self._starts[-1])
        for report in reports:
            self._file.write(_ISSUE.dump_json(report))
            self._starts.append(self._file.tell())

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, index: int) -> IssueReport: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[IssueReport, ...]: ...

    def __getitem__(self, index: int | slice) -> IssueReport | tuple[IssueReport, ...]:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self))))
        place = range(len(self))[index]
        self._file.seek(self._starts[place])
        return _ISSUE.validate_json(self._file.read(self._starts[place + 1] - self._starts[place]))

    def __iter__(self) -> Iterator[IssueReport]:
        return map(self.__getitem__, range(len(self)))


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    Attributes:
        out: the folder that it wrote.
        issues: each issue that was built, sorted by id.
        failures: a message for each issue that was not; nothing of it is written.
        tables: the tables.
        kept: how many shards had been built before, by a run that was stopped.
    """

    out: Path
    issues: ReportLog
    failures: tuple[str, ...]
    tables: tuple[TableFacts, ...]
    kept: int = 0


def report_issue(issue: BuiltIssue, proof: Proof) -> IssueReport:
    """Return the report of an issue that was built and proved."""
    rows = issue.rows
    blocks = Counter(block.record_id for block in rows.blocks)
    return IssueReport(
        id=issue.id,
        records=tuple(_report_record(record, blocks[record.id]) for record in rows.records),
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
    )


def _report_record(record: Record, blocks: int) -> RecordReport:
    return RecordReport(
        id=record.id,
        title=record.title,
        type=record.type,
        author=record.author,
        page_start=record.page_start,
        page_end=record.page_end,
        blocks=blocks,
        words=record.word_count,
    )
