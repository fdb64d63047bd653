"""An issue as the reader page takes it: its rows of all tables, and its raw text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lprcorpus.corpus import Corpus
from lprcorpus.schema import TABLES

__all__ = ["IssueRows", "read_issues"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class IssueRows:
    """One issue: its row, its rows of the other tables in order, and its raw text."""

    issue: Row
    pages: Sequence[Row]
    records: Sequence[Row]
    contributors: Sequence[Row]
    blocks: Sequence[Row]
    spans: Sequence[Row]
    edits: Sequence[Row]
    raw: str

    @property
    def title(self) -> str:
        """The issue's title as a reader names it: periodical, volume, number and year."""
        issue = self.issue
        parts = [issue["periodical"]]
        parts += [f"Volume {issue['volume']}"] if issue["volume"] is not None else []
        parts += [f"Issue {issue['number']}"] if issue["number"] is not None else []
        return f"{', '.join(parts)} ({issue['year']})"


def read_issues(corpus: Corpus) -> Iterator[IssueRows]:
    """Yield the issues of a corpus, in the order of its files, one file of each table in memory at a time.

    Raises:
        CorpusNotFound: a table or a raw text is missing or cannot be read.
    """
    for tables in zip(*(corpus.parts(name) for name in TABLES), strict=True):
        grouped: dict[str, dict[str, list[Row]]] = {}
        for name, table in zip(TABLES, tables, strict=True):
            grouped[name] = defaultdict(list)
            for row in table.to_pylist():
                grouped[name][_issue_of(name, row)].append(row)
        for issue_id, (issue,) in grouped.pop("issues").items():
            rows = {name: by_issue[issue_id] for name, by_issue in grouped.items()}
            rows["records"].sort(key=lambda row: int(row["position"]))
            yield IssueRows(issue, **rows, raw=corpus.raw_text(issue["raw_path"]))


def _issue_of(table: str, row: Row) -> str:
    if table == "issues":
        return str(row["id"])
    return str(row["issue_id"] if "issue_id" in row else row["record_id"].partition("/")[0])
