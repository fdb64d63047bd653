"""What a corpus holds, and what a record is, in a few lines: what ``lprcorpus info`` shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

from lprcorpus.citation.citing import cite
from lprcorpus.citation.works import edition
from lprcorpus.corpus import Corpus

__all__ = ["IssueLine", "RecordSummary", "Summary", "summarize", "summarize_record"]

MOST_ISSUES = 5
"""Issues that a summary names one by one, at most."""


@dataclass(frozen=True)
class IssueLine:
    """One issue: its bibliography, and the pages that survive."""

    id: str
    periodical: str
    volume: int | None
    number: int | None
    year: int
    page_start: int
    page_end: int
    complete: bool


@dataclass(frozen=True)
class Summary:
    """What a corpus holds.

    Attributes:
        title: its title.
        version: its version.
        released: the day of that version (ISO 8601), where the descriptor gives it.
        description: what it is.
        folder: where it lies.
        issues: the first :data:`MOST_ISSUES` of its issues.
        tables: the number of rows in each table.
        types: the number of records of each type, the most frequent first.
        words: the number of words in all bodies.
        pages: the number of pages.
        pages_printed: the number of pages whose number is printed in the text; those of the others are counted.
        languages: the languages of the bodies (BCP 47).
        rights: what the records say of their rights.
        license: the licence of the code and the metadata.
        card: the file that says what the texts are, what they deny and what is established.
        citation: how to cite the corpus, in BibTeX.
    """

    title: str
    version: str
    released: str | None
    description: str
    folder: str
    issues: tuple[IssueLine, ...]
    tables: Mapping[str, int]
    types: Mapping[str, int]
    words: int
    pages: int
    pages_printed: int
    languages: tuple[str, ...]
    rights: tuple[str, ...]
    license: str
    card: str
    citation: str


@dataclass(frozen=True)
class RecordSummary:
    """What a record is: its row without the body, its contributors, and its blocks by kind.

    Attributes:
        record: the columns of ``records`` but ``body``.
        contributors: name and role of each contributor, in order.
        blocks: the number of blocks of each kind.
        citation: how to cite it, in BibTeX.
    """

    record: Mapping[str, Any]
    contributors: tuple[Mapping[str, str], ...]
    blocks: Mapping[str, int]
    citation: str


def summarize(corpus: Corpus) -> Summary:
    """Return what a corpus holds; of a table, one file at a time is in memory, and no body.

    Raises:
        CorpusNotFound: a file of it is missing or is not Parquet.
    """
    types: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    rights: Counter[str] = Counter()
    words = 0
    for part in corpus.parts("records", ["type", "language", "rights", "word_count"]):
        types.update(part.column("type").to_pylist())
        languages.update(part.column("language").to_pylist())
        rights.update(part.column("rights").to_pylist())
        words += sum(part.column("word_count").to_pylist())
    printed = [value for part in corpus.parts("pages", ["printed"]) for value in part.column("printed").to_pylist()]
    here = edition(corpus)
    return Summary(
        title=here.title,
        version=here.version,
        released=here.released,
        description=corpus.descriptor.get("description", ""),
        folder=str(corpus.folder),
        issues=_first_issues(corpus),
        tables={name: corpus.resource(name)["rows"] for name in corpus.tables},
        types=dict(types.most_common()),
        words=words,
        pages=len(printed),
        pages_printed=sum(printed),
        languages=tuple(sorted(languages)),
        rights=tuple(text for text, _ in rights.most_common()),
        license=corpus.license,
        card=str(corpus.folder / "README.md"),
        citation=cite(style="bibtex", corpus=corpus),
    )


def _first_issues(corpus: Corpus) -> tuple[IssueLine, ...]:
    names = [field.name for field in fields(IssueLine)]
    rows = (row for part in corpus.parts("issues", names) for row in part.slice(0, MOST_ISSUES).to_pylist())
    return tuple(IssueLine(**row) for row in islice(rows, MOST_ISSUES))


def summarize_record(corpus: Corpus, id: str) -> RecordSummary:  # noqa: A002  the column's name
    """Return what a record is.

    Raises:
        UnknownName: there is no such record; the message gives those that come near.
        CorpusNotFound: a file of the corpus is missing or is not Parquet.
    """
    record = corpus.row("records", id)
    del record["body"]
    people = corpus.rows_of("contributors", id, ["name", "role"])
    blocks = corpus.rows_of("blocks", id, ["kind"])
    return RecordSummary(
        record=record,
        contributors=tuple(people),
        blocks=dict(Counter(block["kind"] for block in blocks).most_common()),
        citation=cite(id, style="bibtex", corpus=corpus),
    )
