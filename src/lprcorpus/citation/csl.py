"""Citations as data: rows of the tables to items of CSL-JSON, the form that every other citation format is made from.

The article is cited, not the corpus: its own author and title, and the periodical it stands in. Where it first appeared goes
into the ``original-…`` fields and the note; the corpus goes into ``archive``, as the place where the article was read. The
format is CSL 1.0.2 (https://docs.citationstyles.org/en/stable/specification.html, appendices III and IV).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lprcorpus.metadata import Metadata

__all__ = ["RECORD_COLUMNS", "Edition", "Item", "Row", "Work", "combine", "dataset_item", "date_parts", "record_item"]

Row = Mapping[str, Any]
"""One row of a table."""

Item = dict[str, Any]
"""One item of CSL-JSON."""

RECORD_COLUMNS = (
    "id",
    "issue_id",
    "position",
    "title",
    "type",
    "section",
    "source_citation",
    "source_title",
    "source_container",
    "source_publisher",
    "source_place",
    "source_date",
    "source_url",
    "page_start",
    "page_end",
    "language",
)
"""The columns of ``records`` that a citation is made from."""

_GENRES = {"speech": "Speech", "interview": "Interview", "poem": "Poem", "press_release": "Press release"}
"""What a style may call the article, where its type says more than that it is one."""

_ROLES = {"interviewer": "interviewer", "translator": "translator", "editor": "editor"}
"""Roles of contributors that CSL has a variable for. For those it lacks, see :func:`record_item`."""


@dataclass(frozen=True)
class Edition:
    """The edition of the corpus in which an article was read.

    Attributes:
        name: the corpus's identifier (``"lprcorpus"``).
        title: its title.
        version: the version of the data.
        released: the day of that version (ISO 8601), where it is known.
        creators: who made it, as display names.
        url: its public address, or None while it has none.
    """

    name: str
    title: str
    version: str
    released: str | None
    creators: tuple[str, ...]
    url: str | None

    @classmethod
    def of(cls, metadata: Metadata) -> Edition:
        """Return the edition that the corpus's metadata describes."""
        return cls(
            name=metadata.name,
            title=metadata.title,
            version=metadata.version,
            released=metadata.released,
            creators=metadata.creators,
            url=metadata.homepage,
        )

    def __str__(self) -> str:
        """The edition as a place to read in: title and version."""
        return f"{self.title} (version {self.version})"


@dataclass(frozen=True)
class Work:
    """A record with what its citation needs beside it: its issue and its contributors, in order."""

    record: Row
    issue: Row
    contributors: Sequence[Row]


def combine(issues: Iterable[Row], records: Iterable[Row], contributors: Iterable[Row]) -> list[Work]:
    """Return records with their issues and contributors, in the order of the issues' ids and of their reading."""
    by_issue = {issue["id"]: issue for issue in issues}
    by_record: dict[str, list[Row]] = {}
    for person in sorted(contributors, key=lambda row: int(row["position"])):
        by_record.setdefault(person["record_id"], []).append(person)
    ordered = sorted(records, key=lambda row: (row["issue_id"], row["position"]))
    return [Work(record, by_issue[record["issue_id"]], by_record.get(record["id"], ())) for record in ordered]


def date_parts(date: str) -> dict[str, list[list[int]]]:
    """Return an ISO 8601 date, or an interval of two, as a date of CSL.

    >>> date_parts("2014-05/2014-06")
    {'date-parts': [[2014, 5], [2014, 6]]}
    """
    return {"date-parts": [[int(part) for part in end.split("-")] for end in date.split("/")]}


def page_range(start: int, end: int) -> str:
    """Return pages as data: ``"14-24"``, or ``"31"`` where they are one."""
    return str(start) if start == end else f"{start}-{end}"


def record_item(work: Work, edition: Edition, pages: tuple[int, int] | None = None) -> Item:
    """Return a record as an item of CSL-JSON.

    CSL has no variable for a speaker or an interviewee: who speaks is the author, and an interviewee is one where nobody else
    is, as in the CSL of Zotero; the note names the interviewee as such. Nor has it one for the periodical that a text first
    appeared in: where no publisher is known, it stands as the original publisher.

    Args:
        work: the record, its issue and its contributors.
        edition: the edition of the corpus in which it was read.
        pages: the first and last page of the passage that is cited, if it is not the whole record.
    """
    record, issue = work.record, work.issue
    by_role: dict[str, list[dict[str, str]]] = {}
    for person in work.contributors:
        by_role.setdefault(person["role"], []).append(_name(person))
    authors = by_role.get("author", []) + by_role.get("speaker", [])
    publishers = [person["name"] for person in work.contributors if person["role"] == "publisher"]
    source_date = record["source_date"]
    fields: dict[str, Any] = {
        "id": record["id"],
        "type": "article-journal",
        "genre": _GENRES.get(record["type"]),
        "title": record["title"],
        "author": authors or by_role.get("interviewee"),
        **{variable: by_role.get(role) for role, variable in _ROLES.items()},
        "container-title": issue["periodical"],
        "volume": _text(issue["volume"]),
        "issue": _text(issue["number"]),
        "issued": {"date-parts": [[issue["year"]]]},
        "page": page_range(record["page_start"], record["page_end"]),
        "locator": page_range(*pages) if pages else None,
        "section": record["section"],
        "language": record["language"],
        "original-title": record["source_title"],
        "original-date": date_parts(source_date) if source_date else None,
        "original-publisher": record["source_publisher"] or "; ".join(publishers) or record["source_container"],
        "original-publisher-place": record["source_place"],
        "archive": f"{edition}, {record['id']}",
        "note": _note(work),
    }
    return {name: value for name, value in fields.items() if value}


def dataset_item(edition: Edition) -> Item:
    """Return the corpus itself as an item of CSL-JSON."""
    fields: dict[str, Any] = {
        "id": edition.name,
        "type": "dataset",
        "genre": "Data set",
        "title": edition.title,
        "author": [{"literal": name} for name in edition.creators],
        "version": edition.version,
        "issued": date_parts(edition.released) if edition.released else None,
        "URL": edition.url,
    }
    return {name: value for name, value in fields.items() if value}


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _name(person: Row) -> dict[str, str]:
    """Return a name in its parts; the name of a body, which has none, as it is."""
    if not person["family_name"]:
        return {"literal": person["name"]}
    parts = {"family": person["family_name"], "given": person["given_name"]}
    return {part: value for part, value in parts.items() if value}


def _note(work: Work) -> str:
    """Return what the note says: the interviewee, and the source in the issue's own words or else in its parsed parts."""
    record = work.record
    interviewees = "; ".join(person["name"] for person in work.contributors if person["role"] == "interviewee")
    parts = [f"Interviewee: {interviewees}."] if interviewees else []
    names = ("source_title", "source_container", "source_publisher", "source_place", "source_date", "source_url")
    source = record["source_citation"] or ", ".join(record[name] for name in names if record[name])
    if source:
        parts.append(source if source.startswith("Source") else f"Source: {source}")
    return " ".join(" ".join(parts).split())
