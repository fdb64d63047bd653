"""One table read from its first row to its last: its values, the order of its rows, its statistics, and what it holds in sum."""

from __future__ import annotations

from dataclasses import dataclass

from lprcorpus.problems import Problem
from lprcorpus.tables import IssueDigests, table_digest
from lprcorpus.validation.constraints import check_values
from lprcorpus.validation.folder import NotReadable
from lprcorpus.validation.keys import RowOrder
from lprcorpus.validation.statistics import GroupStatistics
from lprcorpus.validation.tablefiles import OpenTable

__all__ = ["Content", "scan_table"]


@dataclass
class Content:
    """What the rows of one table are in sum.

    Attributes:
        rows: how many rows were read.
        complete: whether all of its files could be read to their end.
        digest: its content digest, or None where not all of it could be read.
        lacks_values: whether a value is null that must not be, or is none of those allowed.
    """

    rows: int = 0
    complete: bool = False
    digest: str | None = None
    lacks_values: bool = False


def scan_table(table: OpenTable) -> tuple[Content, list[Problem]]:
    """Read a table once, and check what can be checked of it alone."""
    problems: list[Problem] = []
    content = Content()
    digests = IssueDigests(table.name) if table.whole else None
    order = RowOrder(table.name) if RowOrder.columns(table.name) <= set(table.columns) else None
    try:
        for group in table.row_groups():
            statistics = GroupStatistics(group)
            for rows in group.parts():
                content.rows += rows.num_rows
                problems += check_values(table.name, rows)
                problems += order.check(rows) if order else ()
                statistics.add(rows)
                if digests:
                    digests.add(rows)
            problems += statistics.compare()
    except NotReadable as error:
        problems.append(error.problem)
    else:
        content.complete = table.all_files
        content.digest = table_digest(digests.finish()) if digests else None
    content.lacks_values = any(problem.code in ("null", "enum") for problem in problems)
    return content, problems
