"""What a corpus contains, and what a record is, in a few lines: what ``lprcorpus info`` shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from lprcorpus.citation.citing import cite
from lprcorpus.corpus import Corpus
from lprcorpus.schema import Record

# Issues that a summary names one by one, at most.
MOST_ISSUES = 5


@dataclass(frozen=True)
class IssueLine:
    """One issue: its bibliography, and the pages that survive."""

    id: str
    periodical: str
    volume: int | None
    number: int | None
    year: int | None
    page_start: int
    page_end: int
    complete: bool


@dataclass(frozen=True)
class Summary:
    """What a corpus contains."""

    title: str
    version: str
    released: str | None
    description: str
    folder: str
    issues: tuple[IssueLine, ...]  # the first of them
    tables: Mapping[str, int]  # rows, by the table's name
    types: Mapping[str, int]  # records, by their type, the most frequent first
    words: int
    pages: int
    pages_printed: int  # pages whose number is printed in the text; those of the others are counted
    languages: tuple[str, ...]
    rights: tuple[str, ...]
    license: str
    card: str  # the file that says what the texts are, what they deny and what is established
    citation: str  # in BibTeX


@dataclass(frozen=True)
class ContributorLine:
    """One contributor of a record."""

    name: str
    role: str


@dataclass(frozen=True)
class RecordSummary:
    """What a record is."""

    record: Record
    contributors: tuple[ContributorLine, ...]
    blocks: Mapping[str, int]  # by their kind, the most frequent first
    citation: str  # in BibTeX

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as JSON has it: without the body."""
        return {**asdict(self), "record": self.record.model_dump(exclude={"body"})}


@dataclass(frozen=True)
class _RecordFacts:
    type: str
    language: str
    rights: str
    word_count: int


@dataclass(frozen=True)
class _PageFacts:
    printed: bool


@dataclass(frozen=True)
class _BlockFacts:
    kind: str


def summarize(corpus: Corpus) -> Summary:
    """Return what a corpus contains; it raises what :meth:`Corpus.rows` does."""
    records = list(corpus.rows("records", _RecordFacts))
    printed = Counter(page.printed for page in corpus.rows("pages", _PageFacts))
    about = corpus.about
    return Summary(
        title=about.title,
        version=about.version,
        released=about.released or None,
        description=about.description,
        folder=str(corpus.folder),
        issues=tuple(islice(corpus.rows("issues", IssueLine), MOST_ISSUES)),
        tables={name: corpus.count(name) for name in corpus.tables},
        types=_counted(record.type for record in records),
        words=sum(record.word_count for record in records),
        pages=printed.total(),
        pages_printed=printed[True],
        languages=tuple(sorted({record.language for record in records})),
        rights=tuple(_counted(record.rights for record in records)),
        license=about.license_title,
        card=str(corpus.folder / "README.md"),
        citation=cite(style="bibtex", corpus=corpus),
    )


def summarize_record(corpus: Corpus, id: str) -> RecordSummary:  # noqa: A002  the column's name
    """Return what a record is; it raises what :meth:`Corpus.row` does."""
    blocks = corpus.rows("blocks", _BlockFacts, record_id={id})
    return RecordSummary(
        record=corpus.row("records", Record, id),
        contributors=tuple(corpus.rows("contributors", ContributorLine, record_id={id})),
        blocks=_counted(block.kind for block in blocks),
        citation=cite(id, style="bibtex", corpus=corpus),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    """Return how often each value occurs, the most frequent first."""
    return dict(Counter(values).most_common())
