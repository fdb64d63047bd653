"""One table read from its first row to its last: its values and its statistics."""

from __future__ import annotations

from dataclasses import dataclass, field

from lprcorpus.problems import Problem
from lprcorpus.tables import IssueDigests, table_digest
from lprcorpus.validation.constraints import check_values
from lprcorpus.validation.folder import NotReadable
from lprcorpus.validation.statistics import GroupStatistics
from lprcorpus.validation.tablefiles import TableRows

__all__ = ["ScannedTable", "scan_table"]

# The greatest number that a manifest gives a page, and so a corpus.
LARGEST_PAGE = 1_000_000

_PAGE_COLUMNS = {"number", "page", "page_start", "page_end"}


@dataclass
class ScannedTable:
    """What one table contains.

    Attributes:
        rows: how many rows were read.
        digest: its content digest, or None where it could not be read to its end.
        unfit: whether the files beside the tables cannot be made from it: a value is null that must
            not be or
            is none of those allowed, or a page has a number that no page has.
        problems: what is wrong with it.
    """

    rows: int = 0
    digest: str | None = None
    unfit: bool = False
    problems: list[Problem] = field(default_factory=list)


def scan_table(table: TableRows) -> ScannedTable:
    """Read a table once, and check what can be checked of it alone."""
    scanned = ScannedTable()
    digests = IssueDigests(table.name)
    try:
        for group in table.row_groups():
            statistics = GroupStatistics(group)
            for rows in group.parts():
                scanned.rows += rows.num_rows
                scanned.problems += check_values(table.name, rows)
                statistics.add(rows)
                digests.add(rows)
            scanned.problems += statistics.compare()
            scanned.unfit |= _has_no_page(statistics)
    except NotReadable as error:
        scanned.problems.append(error.problem)
    else:
        scanned.digest = table_digest(digests.finish())
    codes = {problem.code for problem in scanned.problems}
    scanned.unfit |= bool(codes & {"null", "enum"})
    return scanned


def _has_no_page(statistics: GroupStatistics) -> bool:
    """Return whether a page has a number that no page has: figures go from the first to the last."""
    for name in _PAGE_COLUMNS & statistics.greatest.keys():
        if int(statistics.least[name]) < 0 or int(statistics.greatest[name]) > LARGEST_PAGE:
            return True
    return False
