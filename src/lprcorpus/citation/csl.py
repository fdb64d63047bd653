"""Citations as data: items of CSL-JSON, the form that every other citation format is made from.

The article is cited, not the corpus: its own author and title, and the periodical it is in. Where
it first appeared goes into the ``original-…`` fields and the note. The corpus goes into
``archive``, as the place where the article was read. The format is CSL 1.0.2
(https://docs.citationstyles.org/en/stable/specification.html, appendices III and IV).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.errors import DataError
from lprcorpus.messages import pages, shorten
from lprcorpus.typed_rows import grouped

if TYPE_CHECKING:
    from lprcorpus.metadata import Metadata
    from lprcorpus.schema import Contributor, Issue, Record

Item = dict[str, Any]
"""One item of CSL-JSON."""

CslDate = dict[str, list[list[int]]]
"""A date of CSL, or an interval: under ``date-parts``, the numbers of one end or of two."""

CslName = dict[str, str]
"""A name of CSL: ``family`` and ``given`` of a person, ``literal`` of a body."""

_GENRES = {
    "speech": "Speech",
    "interview": "Interview",
    "poem": "Poem",
    "press_release": "Press release",
}
"""What a style may call the article, where its type says more than that it is one."""

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")

_LINE_ENDS = re.compile("[\t-\r\x1c-\x20\x85\u2028\u2029]+")
"""What some program takes for the end of a line, and spaces; not the no-break space."""

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
"""Control characters, which neither TeX nor biber nor XML can hold."""


# The rows that are cited are dataclasses, not the models of the schema: to import Pydantic takes
# longer than to cite a record.
@dataclass(frozen=True)
class CitedRecord:
    """A record, as far as citations go: columns of ``records``."""

    id: str
    issue_id: str
    position: int
    title: str
    author: str | None
    type: str
    section: str | None
    note: str | None
    source_citation: str | None
    source_title: str | None
    source_container: str | None
    source_publisher: str | None
    source_place: str | None
    source_date: str | None
    source_url: str | None
    page_start: int
    page_end: int
    language: str


@dataclass(frozen=True)
class CitedIssue:
    """An issue, as far as citations go: columns of ``issues``."""

    id: str
    periodical: str
    volume: int | None
    number: int | None
    year: int | None


@dataclass(frozen=True)
class CitedContributor:
    """A contributor, as far as citations go: columns of ``contributors``."""

    record_id: str
    position: int
    name: str
    family_name: str | None
    given_name: str | None
    role: str


@dataclass(frozen=True)
class Work:
    """A record with what its citation needs beside it: its issue and its contributors, in order."""

    record: CitedRecord | Record
    issue: CitedIssue | Issue
    contributors: Sequence[CitedContributor | Contributor]

    def display_names(self, *roles: str) -> str:
        """Return the names of those who have one of some roles, as they are displayed."""
        return "; ".join(person.name for person in self.contributors if person.role in roles)

    def names(self, *roles: str) -> list[CslName]:
        """Return the names of those who have one of some roles: a person's in parts, as CSL has."""
        found = []
        for person in self.contributors:
            if person.role in roles:
                name = {"family": person.family_name, "given": person.given_name}
                if person.family_name is None:
                    name = {"literal": person.name}
                found.append(present(name))
        return found


def combine(
    issues: Iterable[CitedIssue | Issue],
    records: Iterable[CitedRecord | Record],
    contributors: Iterable[CitedContributor | Contributor],
) -> list[Work]:
    """Return records with their issues and contributors, in reading order."""
    by_issue = {issue.id: issue for issue in issues}
    in_order = sorted(contributors, key=lambda person: person.position)
    by_record = grouped(in_order, key=lambda person: person.record_id)
    found = []
    for record in sorted(records, key=lambda record: (record.issue_id, record.position)):
        if record.issue_id not in by_issue:
            problem = f"records.issue_id [{record.id}]: found {record.issue_id!r}"
            raise DataError(f"{problem}; expected an issue; run lprcorpus validate")
        people = by_record.get(record.id, [])
        found.append(Work(record, by_issue[record.issue_id], people))
    return found


def present(entries: dict[str, Any]) -> dict[str, Any]:
    """Return the entries that have a value: neither None nor an empty list or text."""
    return {name: value for name, value in entries.items() if value not in (None, [], "")}


def one_line(text: str) -> str:
    r"""Return a text on one line: no line ends, no runs of spaces, no control characters.

    >>> one_line("The night\u2028whispers\x1d the silence ")
    'The night whispers the silence'
    """
    if text.isprintable() and "  " not in text:  # most texts, ten times as fast
        return text.strip()
    return _CONTROLS.sub("", _LINE_ENDS.sub(" ", text)).strip()


def date_parts(date: str | None) -> CslDate | None:
    """Return an ISO 8601 date, or an interval of two, as a date of CSL; None for none.

    >>> date_parts("2014-05/2014-06")
    {'date-parts': [[2014, 5], [2014, 6]]}
    """
    if not date:
        return None
    ends = date.split("/")
    if len(ends) > 2 or not all(_DATE.fullmatch(end) for end in ends):
        expected = "expected one such as 2014-05; run lprcorpus validate"
        raise DataError(f"found the date {shorten(date)}; {expected}")
    return {"date-parts": [list(map(int, end.split("-"))) for end in ends]}


def iso_date(date: CslDate | None) -> str:
    """Return a date of CSL in ISO 8601, an interval with a slash; nothing for none.

    >>> iso_date({"date-parts": [[2014, 5], [2014, 6]]})
    '2014-05/2014-06'
    """
    ends = []
    for year, *rest in (date or {"date-parts": []})["date-parts"]:
        ends.append("-".join([f"{year:04}", *map("{:02}".format, rest)]))
    return "/".join(ends)


def page_range(start: int, end: int) -> str:
    """Return pages as data: ``"14-24"``, or ``"31"`` where they are one."""
    return str(start) if start == end else f"{start}-{end}"


def cited_pages(item: Item, dash: str = "-") -> str:
    """Return the pages that the ``locator`` of an item names, with their label.

    >>> cited_pages({"locator": "17-18"}, dash="–")
    'pp. 17–18'
    """
    first, _, last = item["locator"].partition("-")
    return pages(int(first), int(last or first), dash)


def record_item(work: Work, edition: Metadata, cited: tuple[int, int] | None = None) -> Item:
    """Return a record as an item of CSL-JSON; of a passage, with its first and its last page."""
    record, issue = work.record, work.issue
    issued = locator = None
    if issue.year is not None:
        issued = {"date-parts": [[issue.year]]}
    if cited is not None:
        locator = page_range(*cited)
    item: Item = {
        "id": record.id,
        "type": "article-journal",
        "genre": _GENRES.get(record.type),
        "title": record.title,
        # CSL has no variable for an interviewee, who is the author where nobody else is, as in the
        # CSL of Zotero; the note names the interviewee as such.
        "author": work.names(*AUTHOR_ROLES) or work.names("interviewee"),
        # Roles that CSL has a variable for, under the same name.
        "interviewer": work.names("interviewer"),
        "translator": work.names("translator"),
        "editor": work.names("editor"),
        "container-title": issue.periodical,
        "volume": str(issue.volume or ""),
        "issue": str(issue.number or ""),
        "issued": issued,  # without it, styles write "n.d."
        "page": page_range(record.page_start, record.page_end),
        "locator": locator,
        "section": record.section,
        "language": record.language,
        "original-title": record.source_title,
        "original-date": date_parts(record.source_date),
        # Nor has it one for the periodical that a text first appeared in.
        "original-publisher": record.source_publisher
        or work.display_names("publisher")
        or record.source_container,
        "original-publisher-place": record.source_place,
        "archive": f"{edition.title} (version {edition.version}), {record.id}",
        "note": _note(work),
    }
    # An empty variable is not the lack of one: styles would put punctuation around it.
    return present(item)


def dataset_item(edition: Metadata) -> Item:
    """Return the corpus itself as an item of CSL-JSON."""
    item: Item = {
        "id": edition.name,
        "type": "dataset",
        "genre": "Data set",
        "title": edition.title,
        "author": [{"literal": name} for name in edition.creators],
        "version": edition.version,
        "issued": date_parts(edition.released),
        "URL": edition.homepage,
    }
    return present(item)


def _note(work: Work) -> str:
    interviewees = work.display_names("interviewee")
    if interviewees:
        interviewees = f"Interviewee: {interviewees}."
    source = source_of(work.record)
    if source and not source.startswith("Source"):
        source = f"Source: {source}"
    return one_line(f"{interviewees} {source}")


def source_of(record: CitedRecord | Record) -> str:
    """Return the source in the issue's own words, or else put together from its parts."""
    if record.source_citation:
        return record.source_citation
    title = [record.source_title, record.source_container]
    imprint = [record.source_publisher, record.source_place, record.source_date, record.source_url]
    return ", ".join(filter(None, title + imprint))
