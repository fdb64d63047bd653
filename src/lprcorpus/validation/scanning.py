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

LARGEST_PAGE = 1_000_000
"""The greatest number that a manifest gives a page, and so a corpus."""

_PAGE_COLUMNS = {"number", "page", "page_start", "page_end"}


@dataclass
class Content:
    """What the rows of one table are in sum.

    Attributes:
        rows: how many rows were read.
        complete: whether all of its files could be read to their end.
        digest: its content digest, or None where not all of it could be read.
        unfit: whether the files beside the tables cannot be made from it: a value is null that must not be or is none of
            those allowed, or a page has a number that no page has.
    """

    rows: int = 0
    complete: bool = False
    digest: str | None = None
    unfit: bool = False


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
            content.unfit |= _has_no_page(statistics)
    except NotReadable as error:
        problems.append(error.problem)
    else:
        content.complete = table.all_files
        content.digest = table_digest(digests.finish()) if digests else None
    content.unfit |= any(problem.code in ("null", "enum") for problem in problems)
    return content, problems


def _has_no_page(statistics: GroupStatistics) -> bool:
    """Return whether a page has a number that no page has: a figure has a place for each page up to the last."""
    columns = _PAGE_COLUMNS & statistics.greatest.keys()
    numbers = [statistics.least[name] for name in columns] + [statistics.greatest[name] for name in columns]
    return any(not 0 <= int(number) <= LARGEST_PAGE for number in numbers)
