"""The rows of a built corpus issue by issue, as models of the schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lprcorpus.corpus import Shard
from lprcorpus.errors import DataError
from lprcorpus.identifiers import issue_of
from lprcorpus.schema import TABLES, Issue, IssueRows
from lprcorpus.typed_rows import runs, table_rows

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class _InIssue:
    issue_id: str


@dataclass(frozen=True)
class _InRecord:
    record_id: str


def read_issues(shard: Shard, wanted: Collection[str] | None = None) -> Iterator[IssueRows]:
    """Yield the rows of the issues of a shard, or of those wanted, in the order of the issues.

    Raises:
        CorpusNotFound: a file of the shard is missing or is not Parquet.
        DataError: a row is not what its model says, or an issue that is wanted is not there.
    """
    chosen = {} if wanted is None else {"id": wanted}
    issues = list(shard.rows("issues", Issue, **chosen))
    missing = set(wanted or ()) - {issue.id for issue in issues}
    if missing:
        found = f"records.issue_id: found {min(missing)!r}"
        raise DataError(f"{found}; expected an issue; run lprcorpus validate")
    if not issues:
        return
    tables = {name: _by_issue(shard, name) for name in TABLES if name != "issues"}
    for issue in issues:
        rows: dict[str, Any] = {}
        for name, by_issue in tables.items():
            rows[name] = []
            if issue.id in by_issue:
                rows[name] = table_rows(by_issue[issue.id], name, TABLES[name].model)
        rows["records"].sort(key=lambda record: record.position)
        yield IssueRows(issue=issue, **rows)


def _by_issue(shard: Shard, name: str) -> dict[str, pa.Table]:
    """Return the rows of a table by the ids of their issues.

    In Arrow: as models, the rows of a whole shard of 66 issues would take 200 MB more.
    """
    import pyarrow as pa

    rows = shard.table(name)
    if "record_id" in TABLES[name].key:
        issue_ids = [issue_of(row.record_id) for row in table_rows(rows, name, _InRecord)]
    else:
        issue_ids = [row.issue_id for row in table_rows(rows, name, _InIssue)]
    parts: dict[str, list[pa.Table]] = {}
    for issue_id, part in runs(rows, issue_ids):
        parts.setdefault(issue_id, []).append(part)
    return {issue_id: pa.concat_tables(some) for issue_id, some in parts.items()}
