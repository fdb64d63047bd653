"""What TEI needs of a record: the record, and all rows that belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import CorpusNotFound
from lprcorpus.export.selection import Selection
from lprcorpus.issue_reading import read_issues
from lprcorpus.schema import Block, Contributor, Edit, Issue, Record, Span
from lprcorpus.typed_rows import grouped

__all__ = ["RecordRows", "read_records"]

_NO_TEXT = frozenset({"header", "page_mark", "link", "blank"})
"""Roles of what is no text of the issue."""


@dataclass(frozen=True)
class RecordRows:
    """A record, and all rows that belong to it, in order; the edits are those of its issue.

    Attributes:
        pages: whether the number of a page of its issue is printed, by the number.
        is_continued: whether other text of the issue is above it on its first page.
        raw: the raw text of its issue, or None in a copy without it.
    """

    record: Record
    issue: Issue
    contributors: Sequence[Contributor]
    blocks: Sequence[Block]
    spans: Sequence[Span]
    edits: Sequence[Edit]
    pages: Mapping[int, bool]
    is_continued: bool
    raw: str | None

    def spans_of(self, role: str) -> list[Span]:
        """Return the spans that have a role."""
        return [span for span in self.spans if span.role == role]


def read_records(corpus: Corpus, shard: Shard, selection: Selection) -> Iterator[RecordRows]:
    """Yield the records of a shard that were asked for, in reading order.

    Raises:
        DataError: a row is not what its model allows.
    """
    keys = selection.records_of(shard)
    ids = {key.id for key in keys}
    for rows in read_issues(shard, {key.issue_id for key in keys}):
        try:
            raw = corpus.raw_text(rows.issue)
        except CorpusNotFound:
            raw = None
        contributors = grouped(rows.contributors, key=lambda person: person.record_id)
        blocks = grouped(rows.blocks, key=lambda block: block.record_id)
        spans = grouped(rows.spans, key=lambda span: span.record_id)
        # For each page, the record whose text is first on it; None where that is in no record.
        first_texts: dict[int, str | None] = {}
        for span in rows.spans:
            if span.role not in _NO_TEXT:
                first_texts.setdefault(span.page, span.record_id)
        for record in rows.records:
            if record.id in ids:
                yield RecordRows(
                    record=record,
                    issue=rows.issue,
                    contributors=contributors.get(record.id, []),
                    blocks=blocks.get(record.id, []),
                    spans=spans.get(record.id, []),
                    edits=rows.edits,
                    pages={page.number: page.printed for page in rows.pages},
                    is_continued=first_texts.get(record.page_start, record.id) != record.id,
                    raw=raw,
                )
