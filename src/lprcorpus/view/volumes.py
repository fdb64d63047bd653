"""The contents of a large corpus: its issues, volume by volume, as the index lists them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from lprcorpus.schema import Issue

__all__ = ["ListedIssue", "ListedRecord", "Volume", "volumes"]


@dataclass(frozen=True)
class ListedRecord:
    """A record as the index lists it: some of its columns."""

    id: str
    title: str
    author: str | None
    type: str
    page_start: int
    page_end: int


@dataclass(frozen=True)
class ListedIssue:
    """An issue as the index lists it.

    Attributes:
        issue: its row.
        title: its title.
        address: the address of its page, from the index.
        records: its records.
        bytes: the size of its page.
    """

    issue: Issue
    title: str
    address: str
    records: Sequence[ListedRecord]
    bytes: int

    @property
    def volume(self) -> tuple[str, str]:
        """The periodical, and the volume or, where the issue gives none, the year."""
        issue = self.issue
        if issue.volume is not None:
            return issue.periodical, f"Volume {issue.volume}"
        return issue.periodical, "Without a year" if issue.year is None else str(issue.year)


@dataclass(frozen=True)
class Volume:
    """The issues of a volume, or of a year of a periodical that has none.

    Attributes:
        id: an identifier, unique among the volumes.
        periodical: the periodical.
        name: what the volume is called.
        years: the years of its issues, the earliest first; empty where no issue gives one.
        issues: its issues, in order.
    """

    id: str
    periodical: str
    name: str
    years: Sequence[int]
    issues: Sequence[ListedIssue]

    @property
    def years_in_words(self) -> str:
        """The years as a reader writes them; empty where there are none, or the name is the year."""
        if not self.years or self.name == str(self.years[0]):
            return ""
        first, last = self.years[0], self.years[-1]
        return str(first) if first == last else f"{first}–{last}"


def volumes(issues: Iterable[ListedIssue]) -> list[Volume]:
    """Return issues by volume: periodicals by name, volumes and their issues by number, what has none by year."""
    found: list[Volume] = []
    ordered = sorted(issues, key=_sort_key)
    for (periodical, name), group in groupby(ordered, key=lambda listed: listed.volume):
        members = list(group)
        years = sorted({listed.issue.year for listed in members if listed.issue.year is not None})
        found.append(Volume(f"volume-{len(found) + 1}", periodical, name, years, members))
    return found


def _sort_key(listed: ListedIssue) -> tuple[str, str, int, int, int, int, str]:
    issue = listed.issue
    year = issue.year or 0
    has_volume = issue.volume is not None
    volume = issue.volume if issue.volume is not None else year
    return (
        issue.periodical.casefold(),
        issue.periodical,
        has_volume,
        volume,
        issue.number or 0,
        year,
        issue.id,
    )
