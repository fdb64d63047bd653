"""What the files beside the tables say: the metadata of the whole, and the tables in sum.

The build gathers the facts of what it has just written, validation those of what it finds. Both give
them to :func:`lprcorpus.publish.render.render_files`, which makes the same bytes of the same facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path
from typing import TypeVar

from lprcorpus.figures.figure_data import FigureData, FigureRecord, FigureSpan, figure_data
from lprcorpus.files import open_parquet, sha256_of
from lprcorpus.metadata import Metadata
from lprcorpus.typed_rows import read_rows

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

MOST_ISSUES = 1_000
"""Issues that the facts name one by one, at most: the descriptor lists them as its sources."""

MOST_RECORDS = 100
"""Records that the facts name one by one, at most: the dataset card lists them."""


@dataclass(frozen=True)
class DataFile:
    """A written file: its path in the corpus, its size in bytes, its SHA-256 in hexadecimal."""

    path: str
    bytes: int
    sha256: str


def describe_file(folder: Path, path: str) -> DataFile:
    """Return the path, size and hash of a file of a corpus."""
    return DataFile(path, (folder / path).stat().st_size, sha256_of(folder / path))


@dataclass(frozen=True)
class TableFacts:
    """A written table: its name, its files in order, how many rows they hold, their digest."""

    name: str
    files: tuple[DataFile, ...]
    rows: int
    digest: str


@dataclass(frozen=True)
class IssueFacts:
    """An issue's bibliography and raw text: columns of ``issues``."""

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
    """The columns of ``records`` that are counted over all records, however many there are."""

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
        years: the first and the last year of them; one where they are the same, none if unknown.
        volume: the volume; None where there is none, or more than one issue.
        number: the number of the issue; None likewise.
        pages: the first and the last page; none where there is more than one issue.
        complete: whether all of its issues survive whole.
    """

    title: str
    issues: int
    years: tuple[int, ...]
    volume: int | None
    number: int | None
    pages: tuple[int, ...]
    complete: bool


@dataclass(frozen=True)
class CorpusFacts:
    """All that the files beside the tables are made from.

    Only the files of the tables and the periodicals grow with the corpus; all else is bounded.

    Attributes:
        metadata: what is true of the whole corpus.
        tables: the tables, in the order of the schema.
        uncompressed: the size of each table before compression, in bytes, by its name.
        references: the files of references, which are written before the facts are gathered.
        issues: the first issues, :data:`MOST_ISSUES` at most.
        periodicals: the periodicals that all issues are of, sorted by title.
        languages: the languages of all records (BCP 47), that of most records first.
        types: the types of all records, that of most records first.
        records: the first records, :data:`MOST_RECORDS` at most.
        figures: what the figures of these are drawn from.
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

    def rows(self, table: str) -> int:
        """Return how many rows a table has."""
        return sum(one.rows for one in self.tables if one.name == table)


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

    The tables are read one file at a time, and of most only a few columns.

    Args:
        folder: where the files are.
        metadata: what is true of the whole corpus.
        tables: its tables, in the order of the schema.
        references: its files of references.
        card: the data card.
        license_text: the licence, with the terms of the texts.

    Raises:
        DataError: a row is not what the schema says.
    """
    tables = tuple(tables)
    # Nothing is taken from memory: validation gathers the same facts from the same files.
    paths = {table.name: [folder / file.path for file in table.files] for table in tables}
    records = tuple(islice(_rows(paths, "records", RecordFacts), MOST_RECORDS))
    listed = {record.issue_id for record in records}
    # Spans are sorted by issue: those of the first issues come first, and the rest is not read.
    spans = takewhile(lambda span: span.issue_id in listed, _rows(paths, "spans", FigureSpan))
    record_count = sum(table.rows for table in tables if table.name == "records")
    languages, types = _count_records(_rows(paths, "records", _RecordCount))
    return CorpusFacts(
        metadata=metadata,
        tables=tables,
        uncompressed={name: _uncompressed(files) for name, files in paths.items()},
        references=tuple(references),
        issues=tuple(islice(_rows(paths, "issues", IssueFacts), MOST_ISSUES)),
        periodicals=corpus_periodicals(_rows(paths, "issues", IssueFacts)),
        languages=languages,
        types=types,
        records=records,
        figures=figure_data(records, spans, record_count),
        card=card,
        license_text=license_text,
    )


_Row = TypeVar("_Row")


def _rows(paths: dict[str, list[Path]], table: str, shape: type[_Row]) -> Iterator[_Row]:
    for path in paths[table]:
        with open_parquet(path) as file:
            yield from read_rows(file, table, shape, among={})


def _uncompressed(paths: Iterable[Path]) -> int:
    """Return how large files are before compression, in bytes, from their footers."""
    size = 0
    for path in paths:
        with open_parquet(path) as file:
            footer = file.metadata
        for group in range(footer.num_row_groups):
            size += footer.row_group(group).total_byte_size
    return size


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


def corpus_periodicals(issues: Iterable[IssueFacts]) -> tuple[Periodical, ...]:
    """Return the periodicals that issues are of, sorted by title."""
    found: dict[str, Periodical] = {}
    for issue in issues:
        found[issue.periodical] = _with_issue(found.get(issue.periodical), issue)
    return tuple(found[title] for title in sorted(found))


def _with_issue(known: Periodical | None, issue: IssueFacts) -> Periodical:
    """Return what is known of a periodical with one more issue of it."""
    if known is None:
        return Periodical(
            title=issue.periodical,
            issues=1,
            years=_ends({issue.year}),
            volume=issue.volume,
            number=issue.number,
            pages=(issue.page_start, issue.page_end),
            complete=issue.complete,
        )
    return Periodical(
        title=known.title,
        issues=known.issues + 1,
        years=_ends({issue.year, *known.years}),
        volume=None,
        number=None,
        pages=(),
        complete=known.complete and issue.complete,
    )


def _ends(years: Iterable[int | None]) -> tuple[int, ...]:
    """Return the first and the last of some years.

    >>> _ends({1902, 1900, 1901}), _ends({1900}), _ends(set())
    ((1900, 1902), (1900,), ())
    """
    known = sorted(year for year in years if year is not None)
    return tuple(sorted({*known[:1], *known[-1:]}))
