"""What the files beside the tables say: the metadata of the whole, and the tables in sum.

The build gathers the facts of what it has just written, validation those of what it finds. Both
give them to :func:`lprcorpus.publish.render.render_files`, which makes the same bytes of the same
facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

from lprcorpus.citation.csl import present
from lprcorpus.errors import OutputError, system_reason
from lprcorpus.figures.charts import MOST_ROWS, FigureData, figure_data
from lprcorpus.files import open_parquet, sha256_of
from lprcorpus.locations import packaged_file
from lprcorpus.messages import numbered, pages
from lprcorpus.metadata import Metadata
from lprcorpus.schema import Issue, Record, Row, Span
from lprcorpus.typed_rows import grouped

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

    @property
    def pattern(self) -> str:
        """The path of its file; of several, the pattern that the Hub names shards by."""
        if len(self.files) == 1:
            return self.files[0].path
        return f"{self.name}-*.parquet"


@dataclass(frozen=True)
class Periodical:
    """A periodical: its title, and its issues that the corpus contains."""

    title: str
    issues: Sequence[Issue]

    @property
    def years(self) -> list[int]:
        """The first and the last year, or the only one, or none."""
        years = sorted({issue.year for issue in self.issues if issue.year is not None})
        return sorted({*years[:1], *years[-1:]})

    @property
    def line(self) -> str:
        """What of it is in the corpus, in a line; of an only issue, its number and its pages."""
        line = f"{self.title}, {len(self.issues):,} issues"
        printed_on, incomplete = "", " (in part excerpts)"
        if len(self.issues) == 1:
            (issue,) = self.issues
            line = numbered(self.title, issue.volume, issue.number)
            printed_on = f", {pages(issue.page_start, issue.page_end)}"
            incomplete = " (excerpt)"
        if self.years:
            line += f" ({'–'.join(map(str, self.years))})"
        line += printed_on
        if not all(issue.complete for issue in self.issues):
            line += incomplete
        return line

    @property
    def numbers(self) -> dict[str, int]:
        """What is known of it in numbers, by the names of the Citation File Format."""
        numbers: dict[str, int | None] = {}
        if self.years:
            numbers["year"] = self.years[0]
        if len(self.issues) == 1:
            (issue,) = self.issues
            numbers |= {"volume": issue.volume, "issue": issue.number}
            numbers |= {"start": issue.page_start, "end": issue.page_end}
        return present(numbers)


@dataclass(frozen=True)
class CorpusFacts:
    """All that the files beside the tables are made from.

    Records are the first ones, and the figures show these. Languages, by how many records have
    them, and types are those of all records. So only files and issues grow with the corpus.

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
    languages: tuple[str, ...]
    type_counts: Counter[str]
    type_words: Counter[str]
    records: tuple[Record, ...]
    figures: FigureData
    card: str
    license_text: str

    @property
    def periodicals(self) -> list[Periodical]:
        """The periodicals that the issues are of."""
        return corpus_periodicals(self.issues)


def gather_facts(
    folder: Path,
    metadata: Metadata,
    tables: Iterable[TableFacts],
    references: Iterable[DataFile],
) -> CorpusFacts:
    """Return the facts of a corpus whose tables and references are written."""
    tables = tuple(tables)
    # Nothing is taken from memory: validation gathers the same facts from the same files.
    paths = {}
    for table in tables:
        paths[table.name] = [folder / file.path for file in table.files]
    records: list[Record] = []
    languages: Counter[str] = Counter()
    type_counts: Counter[str] = Counter()
    type_words: Counter[str] = Counter()
    for values in _values(paths["records"], _RECORD_COLUMNS):
        if len(records) < MOST_RECORDS:
            records.append(Record.model_construct(**values))
        languages[values["language"]] += 1
        type_counts[values["type"]] += 1
        type_words[values["type"]] += values["word_count"]
    # Spans are sorted by issue: those of the first issues come first, and the rest is not read.
    drawn = {record.issue_id for record in records[:MOST_ROWS]}
    spans = _rows(paths["spans"], Span, _SPAN_COLUMNS)
    spans_drawn = takewhile(lambda span: span.issue_id in drawn, spans)
    return CorpusFacts(
        metadata=metadata,
        tables=tables,
        uncompressed={name: _uncompressed(files) for name, files in paths.items()},
        references=tuple(references),
        issues=tuple(_rows(paths["issues"], Issue, list(Issue.model_fields))),
        languages=tuple(language for language, _ in languages.most_common()),
        type_counts=type_counts,
        type_words=type_words,
        records=tuple(records),
        figures=figure_data(records, spans_drawn),
        card=_packaged_text("datacard.md", "the data card"),
        license_text=_packaged_text("LICENSE", "the licence"),
    )


_Model = TypeVar("_Model", bound=Row)


def _rows(paths: Iterable[Path], model: type[_Model], columns: Sequence[str]) -> Iterator[_Model]:
    """Yield the rows of a table, as far as some columns go, one file at a time."""
    # Their values are not checked again: the build has made them of the models, and validation has
    # reported those that no model takes, and describes such a corpus all the same.
    for values in _values(paths, columns):
        yield model.model_construct(**values)


def _values(paths: Iterable[Path], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for path in paths:
        with open_parquet(path) as file:
            # Some rows at a time: of the spans, few are asked for.
            for batch in file.iter_batches(_ROWS_AT_ONCE, columns=list(columns)):
                yield from batch.to_pylist()


def _uncompressed(paths: Iterable[Path]) -> int:
    """Return how large files are before compression, in bytes, from their footers."""
    size = 0
    for path in paths:
        with open_parquet(path) as file:
            for group in range(file.num_row_groups):
                size += file.metadata.row_group(group).total_byte_size
    return size


def _packaged_text(name: str, what: str) -> str:
    """Return the text of a file that came with the package."""
    path = packaged_file(name)
    try:
        return path.read_text("utf-8")
    except OSError as error:
        problem = f"cannot be read: {system_reason(error)}"
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 at byte {error.start}"
    raise OutputError(f"{path}: {problem}; expected {what}")


def corpus_periodicals(issues: Iterable[Issue]) -> list[Periodical]:
    """Return the periodicals that issues are of, sorted by title."""
    by_title = grouped(issues, key=lambda issue: issue.periodical)
    return [Periodical(title, by_title[title]) for title in sorted(by_title)]
