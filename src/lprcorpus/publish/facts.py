"""What the files beside the tables say: the metadata of the whole, and the tables in sum.

The build gathers the facts of what it has just written, validation those of what it finds. Both
give them to :func:`lprcorpus.publish.render.render_files`, which makes the same bytes of the same
facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lprcorpus.figures.charts import MOST_ROWS, FigureData, figure_data
from lprcorpus.files import open_parquet, sha256_of
from lprcorpus.metadata import Metadata
from lprcorpus.schema import Issue, Record, Row, Span

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ISSUES = 1_000
"""Issues that the facts name one by one, at most: the descriptor lists them as its sources."""

MOST_RECORDS = 100
"""Records that the facts name one by one, at most: the dataset card lists them."""

# What is asked of the rows; a body is never read.
_RECORD_COLUMNS = [
    *("id", "issue_id", "position", "title", "author", "type"),
    *("page_start", "page_end", "language", "word_count"),
]
_SPAN_COLUMNS = ["issue_id", "raw_start", "raw_end", "page", "record_id"]
_ROWS_AT_ONCE = 5_000


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
class Periodical:
    """A periodical, as far as the corpus contains it.

    The years are the first and the last, or the only one, or none. Volume, number and pages are
    known of one issue; of several they are left out.
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

    Issues and records are the first ones, and the figures show these. Languages, by how many
    records have them, and types are those of all records, periodicals those of all issues. So only
    the files of the tables and the periodicals grow with the corpus.

    Attributes:
        uncompressed: the size of each table before compression, in bytes.
        references: the files of references, which are written before the facts are gathered.
        card: the data card, whose generated parts are filled in again.
        license_text: the licence, with the terms of the texts.
    """

    metadata: Metadata
    tables: tuple[TableFacts, ...]
    uncompressed: dict[str, int]
    references: tuple[DataFile, ...]
    issues: tuple[Issue, ...]
    periodicals: tuple[Periodical, ...]
    languages: tuple[str, ...]
    type_counts: Counter[str]
    type_words: Counter[str]
    records: tuple[Record, ...]
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

    The tables are read one file at a time, and of most rows only a few columns.
    """
    tables = tuple(tables)
    # Nothing is taken from memory: validation gathers the same facts from the same files.
    paths = {table.name: [folder / file.path for file in table.files] for table in tables}
    records = list(islice(_rows(paths["records"], Record, _RECORD_COLUMNS), MOST_RECORDS))
    languages: Counter[str] = Counter()
    type_counts: Counter[str] = Counter()
    type_words: Counter[str] = Counter()
    for counted in _batches(paths["records"], ["language", "type", "word_count"]):
        types = counted["type"].to_pylist()
        languages.update(counted["language"].to_pylist())
        type_counts.update(types)
        for name, words in zip(types, counted["word_count"].to_pylist(), strict=True):
            type_words[name] += words
    # Spans are sorted by issue: those of the first issues come first, and the rest is not read.
    drawn = {record.issue_id for record in records[:MOST_ROWS]}
    spans = _rows(paths["spans"], Span, _SPAN_COLUMNS)
    spans_drawn = takewhile(lambda span: span.issue_id in drawn, spans)
    issue_columns = list(Issue.model_fields)
    return CorpusFacts(
        metadata=metadata,
        tables=tables,
        uncompressed={name: _uncompressed(files) for name, files in paths.items()},
        references=tuple(references),
        issues=tuple(islice(_rows(paths["issues"], Issue, issue_columns), MOST_ISSUES)),
        periodicals=corpus_periodicals(_rows(paths["issues"], Issue, issue_columns)),
        languages=tuple(language for language, _ in languages.most_common()),
        type_counts=type_counts,
        type_words=type_words,
        records=tuple(records),
        figures=figure_data(records, spans_drawn),
        card=card,
        license_text=license_text,
    )


_Model = TypeVar("_Model", bound=Row)


def _rows(paths: Iterable[Path], model: type[_Model], columns: Sequence[str]) -> Iterator[_Model]:
    """Yield the rows of a table, as far as some columns go, one file at a time.

    Their values are not checked again: the build has made them of the models, and validation has
    reported those that no model takes, and describes such a corpus all the same.
    """
    for rows in _batches(paths, columns):
        for row in rows.to_pylist():
            yield model.model_construct(**row)


def _batches(paths: Iterable[Path], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield some columns of a table, some rows at a time: of the spans, few are asked for."""
    for path in paths:
        with open_parquet(path) as file:
            yield from file.iter_batches(_ROWS_AT_ONCE, columns=list(columns))


def _uncompressed(paths: Iterable[Path]) -> int:
    """Return how large files are before compression, in bytes, from their footers."""
    size = 0
    for path in paths:
        with open_parquet(path) as file:
            for group in range(file.num_row_groups):
                size += file.metadata.row_group(group).total_byte_size
    return size


def corpus_periodicals(issues: Iterable[Issue]) -> tuple[Periodical, ...]:
    """Return the periodicals that issues are of, sorted by title."""
    found: dict[str, Periodical] = {}
    for issue in issues:
        known = found.get(issue.periodical)
        if known is None:
            found[issue.periodical] = Periodical(
                title=issue.periodical,
                issues=1,
                years=() if issue.year is None else (issue.year,),
                volume=issue.volume,
                number=issue.number,
                pages=(issue.page_start, issue.page_end),
                complete=issue.complete,
            )
            continue
        years = set(known.years)
        if issue.year is not None:
            years.add(issue.year)
        found[issue.periodical] = replace(
            known,
            issues=known.issues + 1,
            years=tuple(sorted({min(years), max(years)})) if years else (),
            volume=None,
            number=None,
            pages=(),
            complete=known.complete and issue.complete,
        )
    return tuple(found[title] for title in sorted(found))
