"""What TEI needs of a record: the record, and all rows that belong to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import CorpusNotFound, DataError
from lprcorpus.export.selection import Selection
from lprcorpus.schema import Block, Contributor, Edit, Issue, Page, Record, Span
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
    issue_ids = {key.issue_id for key in keys}
    contributors = grouped(
        shard.rows("contributors", Contributor, record_id=ids), key=lambda person: person.record_id
    )
    blocks = grouped(shard.rows("blocks", Block, record_id=ids), key=lambda block: block.record_id)
    records = grouped(shard.rows("records", Record, id=ids), key=lambda record: record.issue_id)
    pages = grouped(shard.rows("pages", Page, issue_id=issue_ids), key=lambda page: page.issue_id)
    spans = grouped(shard.rows("spans", Span, issue_id=issue_ids), key=lambda span: span.issue_id)
    edits = grouped(shard.rows("edits", Edit, issue_id=issue_ids), key=lambda edit: edit.issue_id)
    issues = {issue.id: issue for issue in shard.rows("issues", Issue, id=issue_ids)}
    for issue_id in sorted(issue_ids):
        if issue_id not in issues:
            raise DataError(
                f"records.issue_id: found {issue_id!r}; expected an issue; run lprcorpus validate"
            )
        issue = issues[issue_id]
        raw = _raw_text(corpus, issue)
        issue_spans = spans.get(issue_id, [])
        # Spans outside records have no id; they only matter for what is first on a page.
        record_spans = grouped(issue_spans, key=lambda span: span.record_id)
        printed = {page.number: page.printed for page in pages.get(issue_id, [])}
        first_texts = _first_texts(issue_spans)
        for record in sorted(records[issue_id], key=lambda record: record.position):
            yield RecordRows(
                record=record,
                issue=issue,
                contributors=contributors.get(record.id, []),
                blocks=blocks.get(record.id, []),
                spans=record_spans.get(record.id, []),
                edits=edits.get(issue_id, []),
                pages=printed,
                is_continued=first_texts.get(record.page_start, record.id) != record.id,
                raw=raw,
            )


def _raw_text(corpus: Corpus, issue: Issue) -> str | None:
    """Return the raw text of an issue; None in a copy of the corpus without it."""
    try:
        return corpus.raw_text(issue)
    except CorpusNotFound:
        return None


def _first_texts(spans: Iterable[Span]) -> dict[int, str | None]:
    """Return for each page the record whose text is first on it; None where it is in no record."""
    found: dict[int, str | None] = {}
    for span in spans:
        if span.role not in _NO_TEXT:
            found.setdefault(span.page, span.record_id)
    return found
