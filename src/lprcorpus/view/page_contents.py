"""The contents of a large corpus: its issues, volume by volume, as the index lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

__all__ = ["ListedIssue", "Volume", "volumes"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ListedIssue:
    """An issue as the index lists it: its row, its title, its page, its records' rows without their texts, its page's bytes."""

    row: Row
    title: str
    address: str
    records: Sequence[Row]
    bytes: int

    @property
    def volume(self) -> tuple[str, str]:
        """The periodical and the volume; the year, where the issue gives no volume."""
        volume, year = self.row["volume"], self.row["year"]
        return self.row["periodical"], f"Volume {volume}" if volume is not None else str(year)


@dataclass(frozen=True)
class Volume:
    """The issues of a volume, or of a year of a periodical that has none.

    Attributes:
        id: an identifier, unique among the volumes.
        periodical: the periodical.
        name: what the volume is called.
        years: the years of its issues, first and last.
        issues: its issues, in order.
    """

    id: str
    periodical: str
    name: str
    years: tuple[int, int]
    issues: Sequence[ListedIssue]

    @property
    def span(self) -> str:
        """The years as a reader writes them, if the name does not say them."""
        first, last = self.years
        if self.name == str(first):
            return ""
        return str(first) if first == last else f"{first}–{last}"


def volumes(issues: Iterable[ListedIssue]) -> list[Volume]:
    """Return issues by volume: periodicals by name, volumes and their issues by number, what has none by year."""
    ordered = sorted(issues, key=_place)
    found: list[Volume] = []
    for (periodical, name), group in groupby(ordered, key=lambda issue: issue.volume):
        mine = list(group)
        years = [issue.row["year"] for issue in mine]
        found.append(Volume(f"volume-{len(found) + 1}", periodical, name, (min(years), max(years)), mine))
    return found


def _place(issue: ListedIssue) -> tuple[Any, ...]:
    row = issue.row
    volume = (1, row["volume"]) if row["volume"] is not None else (0, row["year"])
    return (row["periodical"].casefold(), row["periodical"], volume, row["number"] or 0, row["year"], row["id"])
