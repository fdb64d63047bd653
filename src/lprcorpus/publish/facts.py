"""What the files beside the tables say: the metadata of the whole, and what the tables say in sum.

The build gathers the facts of what it has just written, and validation those of what it finds. Both give them to
:func:`lprcorpus.publish.render.render_files`, which makes the same bytes of the same facts.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import islice, takewhile
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from lprcorpus.figures.figure_data import MOST_ISSUES, FigureData, FigureRecord, FigureSpan, figure_data
from lprcorpus.metadata import Metadata

__all__ = [
    "CorpusFacts",
    "DataFile",
    "IssueFacts",
    "Periodical",
    "RecordFacts",
    "TableFacts",
    "TypeFacts",
    "corpus_periodicals",
    "describe_file",
    "gather_facts",
]

MOST_SOURCES = 1_000
"""Issues that the facts name one by one, at most: the descriptor lists them, and is read whole by all who open the corpus."""


@dataclass(frozen=True)
class DataFile:
    """A written file: its path in the corpus, its size in bytes, and its SHA-256 in hexadecimal."""

    path: str
    bytes: int
    sha256: str


def describe_file(folder: Path, path: str) -> DataFile:
    """Return the path, size and hash of a file of a corpus."""
    digest = hashlib.sha256()
    with (folder / path).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
        return DataFile(path, file.tell(), digest.hexdigest())


@dataclass(frozen=True)
class TableFacts:
    """A written table: its name, its files in order, how many rows they hold, and the content digest of these rows."""

    name: str
    files: tuple[DataFile, ...]
    rows: int
    digest: str


@dataclass(frozen=True)
class IssueFacts:
    """An issue, as far as its bibliography and its raw text are concerned: columns of ``issues``."""

    id: str
    periodical: str
    volume: int | None
    number: int | None
    year: int | None
    page_start: int
    page_end: int
    complete: bool
    raw_path: str
    raw_sha256: str


@dataclass(frozen=True)
class RecordFacts(FigureRecord):
    """A record as the dataset card lists it: columns of ``records``."""

    author: str | None
    page_start: int
    page_end: int


@dataclass(frozen=True)
class _RecordCount:
    """The columns of ``records`` that are counted over the whole corpus, however large it is."""

    type: str
    language: str
    word_count: int


@dataclass(frozen=True)
class TypeFacts:
    """How many records are of a type, and how many words they have together."""

    type: str
    records: int
    words: int


@dataclass(frozen=True)
class Periodical:
    """A periodical, as far as the corpus holds it.

    Attributes:
        title: its title.
        issues: how many issues of it the corpus holds.
        years: the first and the last year of them; None where no issue has one.
        volume: the volume; None where there is none, or more than one issue.
        number: the number of the issue; None likewise.
        pages: the first and the last page; None where there is more than one issue.
        complete: whether all of its issues survive whole.
    """

    title: str
    issues: int
    years: tuple[int, int] | None
    volume: int | None
    number: int | None
    pages: tuple[int, int] | None
    complete: bool


@dataclass(frozen=True)
class CorpusFacts:
    """All that the files beside the tables are made from.

    Nothing here grows with the corpus without bound but the files of the tables and the periodicals.

    Attributes:
        metadata: what is true of the whole corpus.
        tables: the tables, in the order of the schema.
        uncompressed: the size of each table before compression, in bytes, by its name.
        references: the files of references, which are written before the facts are gathered.
        issues: the first issues, :data:`MOST_SOURCES` at most.
        periodicals: the periodicals that all issues are of, sorted by title.
        languages: the languages of all records (BCP 47), that of most records first.
        types: the types of all records, that of most records first.
        records: the records of the first issues, :data:`~lprcorpus.figures.figure_data.MOST_ISSUES` at most.
        figures: what the figures of these issues are drawn from.
        card: the data card, whose generated parts are filled in again.
        license_text: the licence, with the terms of the texts.
    """

    metadata: Metadata
    tables: tuple[TableFacts, ...]
    uncompressed: dict[str, int]
    references: tuple[DataFile, ...]
    issues: tuple[IssueFacts, ...]
    periodicals: tuple[Periodical, ...]
    languages: tuple[str, ...]
    types: tuple[TypeFacts, ...]
    records: tuple[RecordFacts, ...]
    figures: FigureData
    card: str
    license_text: str

    def table(self, name: str) -> TableFacts:
        """Return what there is to say of a table."""
        return next(table for table in self.tables if table.name == name)


def gather_facts(
    folder: Path,
    metadata: Metadata,
    tables: Iterable[TableFacts],
    *,
    references: Iterable[DataFile],
    card: str,
    license_text: str,
) -> CorpusFacts:
    """Return the facts of a corpus whose tables and references are written.

    The tables are read one file at a time. Their values must be those that the models allow.

    Args:
        folder: where the files are.
        metadata: what is true of the whole corpus.
        tables: its tables, in the order of the schema.
        references: its files of references.
        card: the data card.
        license_text: the licence, with the terms of the texts.
    """
    tables = tuple(tables)
    paths = {table.name: [folder / file.path for file in table.files] for table in tables}
    issues = list(islice(_rows(paths["issues"], IssueFacts), MOST_SOURCES))
    drawn = [issue.id for issue in issues[:MOST_ISSUES]]
    # The rows of a table are sorted by issue, so that those of the first issues come first and the rest is not read.
    records = list(takewhile(lambda record: record.issue_id in drawn, _rows(paths["records"], RecordFacts)))
    spans = takewhile(lambda span: span.issue_id in drawn, _rows(paths["spans"], FigureSpan))
    issue_count = sum(table.rows for table in tables if table.name == "issues")
    languages, types = _count_records(_rows(paths["records"], _RecordCount))
    return CorpusFacts(
        metadata=metadata,
        tables=tables,
        uncompressed={name: _uncompressed(paths[name]) for name in paths},
        references=tuple(references),
        issues=tuple(issues),
        periodicals=corpus_periodicals(paths["issues"]),
        languages=languages,
        types=types,
        records=tuple(records),
        figures=figure_data(drawn, records, spans, issue_count),
        card=card,
        license_text=license_text,
    )


def corpus_periodicals(paths: Iterable[Path]) -> tuple[Periodical, ...]:
    """Return the periodicals that the issues of a corpus are of, sorted by title.

    Args:
        paths: the files of the table ``issues``.
    """
    periodicals: dict[str, Periodical] = {}
    for issue in _rows(paths, IssueFacts):
        _add_issue(periodicals, issue)
    return tuple(periodicals[title] for title in sorted(periodicals))


_Row = TypeVar("_Row")


def _rows(paths: Iterable[Path], kind: type[_Row]) -> Iterator[_Row]:
    """Yield the rows of a table as objects; only the columns that these have are read, one file at a time."""
    columns = [field.name for field in fields(kind)]  # type: ignore[arg-type] # all kinds here are dataclasses
    for path in paths:
        with pq.ParquetFile(str(path)) as file:
            part: pa.Table = file.read(columns=columns)
        for row in part.to_pylist():
            yield kind(**row)


def _uncompressed(paths: Iterable[Path]) -> int:
    """Return how large a table is before compression, in bytes, from the footers of its files."""
    size = 0
    for path in paths:
        footer = pq.read_metadata(str(path))
        size += sum(footer.row_group(group).total_byte_size for group in range(footer.num_row_groups))
    return size


def _add_issue(periodicals: dict[str, Periodical], issue: IssueFacts) -> None:
    """Add an issue to what is known of its periodical."""
    years = (issue.year, issue.year) if issue.year is not None else None
    before = periodicals.get(issue.periodical)
    if before is None:
        periodicals[issue.periodical] = Periodical(
            title=issue.periodical,
            issues=1,
            years=years,
            volume=issue.volume,
            number=issue.number,
            pages=(issue.page_start, issue.page_end),
            complete=issue.complete,
        )
        return
    known = [*(before.years or ()), *(years or ())]
    periodicals[issue.periodical] = Periodical(
        title=issue.periodical,
        issues=before.issues + 1,
        years=(min(known), max(known)) if known else None,
        volume=None,
        number=None,
        pages=None,
        complete=before.complete and issue.complete,
    )


def _count_records(rows: Iterable[_RecordCount]) -> tuple[tuple[str, ...], tuple[TypeFacts, ...]]:
    """Return the languages and the types of all records, the most frequent first."""
    languages: Counter[str] = Counter()
    records: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for record in rows:
        languages[record.language] += 1
        records[record.type] += 1
        words[record.type] += record.word_count
    types = [TypeFacts(kind, count, words[kind]) for kind, count in records.most_common()]
    return tuple(language for language, _ in languages.most_common()), tuple(types)
