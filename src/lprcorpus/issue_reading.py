"""The rows of a built corpus issue by issue, as models of the schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lprcorpus.corpus import Shard
from lprcorpus.errors import DataError
from lprcorpus.schema import Block, Contributor, Edit, Issue, IssueRows, Page, Record, Span
from lprcorpus.typed_rows import grouped

_AT_ONCE = 8
"""Issues whose rows are in memory: of a whole shard of 66 they would take 200 MB more."""


def read_issues(shard: Shard, wanted: Collection[str] | None = None) -> Iterator[IssueRows]:
    """Yield the rows of the issues of a shard, or of those wanted, in the order of the issues.

    Raises:
        CorpusNotFound: a file of the shard is missing or is not Parquet.
        DataError: a row is not what its model says, or an issue that is wanted is not there.
    """
    chosen = {} if wanted is None else {"id": wanted}
    issues = {issue.id: issue for issue in shard.rows("issues", Issue, **chosen)}
    missing = set(wanted or ()) - set(issues)
    if missing:
        found = f"records.issue_id: found {min(missing)!r}"
        raise DataError(f"{found}; expected an issue; run lprcorpus validate")
    ids = list(issues)
    for start in range(0, len(ids), _AT_ONCE):
        some = {id_: issues[id_] for id_ in ids[start : start + _AT_ONCE]}
        yield from _rows_of(shard, some)


def _rows_of(shard: Shard, issues: dict[str, Issue]) -> Iterator[IssueRows]:
    pages = grouped(shard.rows("pages", Page, issue_id=issues), key=lambda row: row.issue_id)
    records = grouped(shard.rows("records", Record, issue_id=issues), key=lambda row: row.issue_id)
    spans = grouped(shard.rows("spans", Span, issue_id=issues), key=lambda row: row.issue_id)
    edits = grouped(shard.rows("edits", Edit, issue_id=issues), key=lambda row: row.issue_id)
    ids = {record.id for some in records.values() for record in some}
    contributors = grouped(shard.rows("contributors", Contributor, record_id=ids), key=_issue_id)
    blocks = grouped(shard.rows("blocks", Block, record_id=ids), key=_issue_id)
    for issue_id, issue in issues.items():
        yield IssueRows(
            issue=issue,
            pages=pages.get(issue_id, []),
            records=sorted(records.get(issue_id, []), key=lambda record: record.position),
            contributors=contributors.get(issue_id, []),
            blocks=blocks.get(issue_id, []),
            spans=spans.get(issue_id, []),
            edits=edits.get(issue_id, []),
        )


def _issue_id(row: Contributor | Block) -> str:
    return row.record_id.partition("/")[0]
