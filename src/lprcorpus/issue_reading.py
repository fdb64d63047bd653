"""The rows of a built corpus issue by issue, as models of the schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lprcorpus.corpus import Shard
from lprcorpus.errors import DataError
from lprcorpus.schema import Block, Contributor, Edit, Issue, IssueRows, Page, Record, Span
from lprcorpus.typed_rows import grouped

__all__ = ["read_issues"]


def read_issues(shard: Shard, wanted: Collection[str] | None = None) -> Iterator[IssueRows]:
    """Yield the rows of the issues of a shard, or of those wanted, in the order of the issues.

    Raises:
        CorpusNotFound: a file of the shard is missing or is not Parquet.
        DataError: a row is not what its model says, or a record is of no issue.
    """
    of_issues = {} if wanted is None else {"issue_id": wanted}
    records = grouped(shard.rows("records", Record, **of_issues), key=lambda row: row.issue_id)
    pages = grouped(shard.rows("pages", Page, **of_issues), key=lambda row: row.issue_id)
    spans = grouped(shard.rows("spans", Span, **of_issues), key=lambda row: row.issue_id)
    edits = grouped(shard.rows("edits", Edit, **of_issues), key=lambda row: row.issue_id)
    of_records = {}
    if wanted is not None:
        of_records["record_id"] = {record.id for some in records.values() for record in some}
    contributors = grouped(shard.rows("contributors", Contributor, **of_records), key=_issue_id)
    blocks = grouped(shard.rows("blocks", Block, **of_records), key=_issue_id)
    for issue in shard.rows("issues", Issue, **({} if wanted is None else {"id": wanted})):
        yield IssueRows(
            issue=issue,
            pages=pages.pop(issue.id, []),
            records=sorted(records.pop(issue.id, []), key=lambda record: record.position),
            contributors=contributors.pop(issue.id, []),
            blocks=blocks.pop(issue.id, []),
            spans=spans.pop(issue.id, []),
            edits=edits.pop(issue.id, []),
        )
    if records:
        found = f"records.issue_id: found {min(records)!r}"
        raise DataError(f"{found}; expected an issue; run lprcorpus validate")


def _issue_id(row: Contributor | Block) -> str:
    return row.record_id.partition("/")[0]
