"""An issue as the reader page takes it: its rows of all tables and its raw text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.schema import Block, Contributor, Edit, Issue, IssueRows, Page, Record, Row, Span
from lprcorpus.typed_rows import column_names, grouped

__all__ = ["IssueSource", "read_issues", "some_columns"]

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class IssueSource:
    """One issue: its rows in every table, and its raw text."""

    rows: IssueRows
    raw: str

    @property
    def id(self) -> str:
        """The issue's id."""
        return self.rows.issue.id

    @property
    def title(self) -> str:
        """The issue's title as a reader names it."""
        return self.rows.issue.full_title


def read_issues(corpus: Corpus) -> Iterator[IssueSource]:
    """Yield the issues of a corpus, in the order of its files. One shard is in memory at a time.

    Raises:
        CorpusNotFound: a table or a raw text is missing or cannot be read.
        DataError: a row is not what its model says, or a raw text is another.
    """
    for shard in corpus.shards():
        for rows in _issues_of(shard):
            yield IssueSource(rows=rows, raw=corpus.raw_text(rows.issue))


def _issues_of(shard: Shard) -> Iterator[IssueRows]:
    pages = grouped(shard.rows("pages", Page), key=lambda page: page.issue_id)
    records = grouped(shard.rows("records", Record), key=lambda record: record.issue_id)
    contributors = grouped(shard.rows("contributors", Contributor), key=_issue_id)
    blocks = grouped(shard.rows("blocks", Block), key=_issue_id)
    spans = grouped(shard.rows("spans", Span), key=lambda span: span.issue_id)
    edits = grouped(shard.rows("edits", Edit), key=lambda edit: edit.issue_id)
    for issue in shard.rows("issues", Issue):
        yield IssueRows(
            issue=issue,
            pages=pages.get(issue.id, []),
            records=sorted(records.get(issue.id, []), key=lambda record: record.position),
            contributors=contributors.get(issue.id, []),
            blocks=blocks.get(issue.id, []),
            spans=spans.get(issue.id, []),
            edits=edits.get(issue.id, []),
        )


def _issue_id(row: Contributor | Block) -> str:
    return row.record_id.partition("/")[0]


def some_columns(row: Row, shape: type[Shape]) -> Shape:
    """Return the columns of a row that a dataclass names, as an object of it."""
    return shape(**{name: getattr(row, name) for name in column_names(shape)})
