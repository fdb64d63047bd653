"""The contents of a large corpus: its issues, volume by volume, as the index lists them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from lprcorpus.schema import Issue


@dataclass(frozen=True)
class ListedRecord:
    """A record as the index lists it: some of its columns."""

    id: str
    issue_id: str
    position: int
    title: str
    author: str | None
    type: str
    page_start: int
    page_end: int


@dataclass(frozen=True)
class ListedIssue:
    """An issue as the index lists it: its row, its records and its page's address."""

    issue: Issue
    records: Sequence[ListedRecord]
    address: str

    @property
    def periodical(self) -> str:
        """The periodical."""
        return self.issue.periodical

    @property
    def volume(self) -> str:
        """The volume or, where the issue gives none, the year."""
        if self.issue.volume is not None:
            return f"Volume {self.issue.volume}"
        return "Without a year" if self.issue.year is None else str(self.issue.year)


@dataclass(frozen=True)
class Volume:
    """The issues of a volume, or of a year of a periodical that has none, in order."""

    id: str
    periodical: str
    name: str
    years_in_words: str  # empty where its issues give none, or the name is the year
    issues: Sequence[ListedIssue]


def volumes(issues: Iterable[ListedIssue]) -> list[Volume]:
    """Return issues by volume: periodicals by name, volumes and issues by number, else by year."""
    found: list[Volume] = []
    in_order = sorted(issues, key=_sort_key)
    for (periodical, name), group in groupby(
        in_order, key=lambda one: (one.periodical, one.volume)
    ):
        members = list(group)
        years = sorted({listed.issue.year for listed in members if listed.issue.year is not None})
        first_and_last = dict.fromkeys(map(str, [*years[:1], *years[-1:]]))
        first_and_last.pop(name, None)
        words = "–".join(first_and_last)
        found.append(Volume(f"volume-{len(found) + 1}", periodical, name, words, members))
    return found


def _sort_key(listed: ListedIssue) -> tuple[str, str, bool, int, int, int, str]:
    issue = listed.issue
    year, number = issue.year or 0, issue.number or 0
    has_volume = issue.volume is not None
    volume = issue.volume if issue.volume is not None else year
    name = issue.periodical
    return name.casefold(), name, has_volume, volume, number, year, issue.id
