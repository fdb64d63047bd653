"""What a draft proposes: an issue, its page marks and its records, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from lprcorpus.build.manifest import AUTHOR_ROLES
from lprcorpus.draft.bylines import Person
from lprcorpus.draft.draft_sources import SourceParts

__all__ = ["Contributor", "IssueProposal", "Proposal", "RecordProposal", "SourceProposal"]


@dataclass(frozen=True)
class Contributor:
    """A person or body with a part in an item."""

    person: Person
    role: str


@dataclass(frozen=True)
class SourceProposal:
    """Where an item was taken from: the first and last words of the passage that says so, and its parts as far as known."""

    first: str
    last: str | None
    parts: SourceParts


@dataclass(frozen=True)
class RecordProposal:
    """One item as it is proposed.

    Attributes:
        id: its slug.
        line: the raw line (1-based) of its title.
        title: its title as printed.
        page: the page it stands on.
        page_end: the page of its last line.
        type: what type it seems to be.
        occurrence: which of the places on its page where the title is printed; None where it is printed once.
        section: the section heading it stands under.
        byline: the byline as printed right below the title.
        note: the first and last words of its headnote.
        source: its source.
        contributors: who has a part in it.
        until: the last words of it, where what follows is no part of any item.
        confidence: how sure it is that an item begins here, from 0 to 1.
        doubts: what a person should check, in words.
    """

    id: str
    line: int
    title: str
    page: int
    page_end: int
    type: str
    occurrence: int | None
    section: str | None
    byline: str | None
    note: tuple[str, str | None] | None
    source: SourceProposal | None
    contributors: tuple[Contributor, ...]
    until: str | None
    confidence: float
    doubts: tuple[str, ...] = ()

    @property
    def author(self) -> str | None:
        """The names of its authors and speakers, joined as a record's are."""
        names = [contributor.person.name for contributor in self.contributors if contributor.role in AUTHOR_ROLES]
        return "; ".join(names) or None


@dataclass(frozen=True)
class IssueProposal:
    """An issue as it is proposed; what the text does not say is None."""

    id: str
    periodical: str | None
    volume: int | None
    number: int | None
    year: int | None
    language: str | None
    sha256: str
    text: str | None


@dataclass(frozen=True)
class Proposal:
    """A whole draft.

    Attributes:
        issue: the issue.
        first: the number of its first page.
        running_heads: its running heads, with ``{page}`` for the number.
        running_feet: its running feet, likewise.
        space_marks: whether a leading space may open a page.
        pages: the number and the first raw line of each page.
        pages_printed: how many of these numbers are printed.
        marks: the kinds of page mark found.
        records: the items.
        remarks: what a person should know of the whole.
    """

    issue: IssueProposal
    first: int
    running_heads: tuple[str, ...]
    running_feet: tuple[str, ...]
    inline_marks: tuple[str, ...]
    space_marks: bool
    pages: tuple[tuple[int, int], ...]
    pages_printed: int
    marks: tuple[str, ...]
    records: tuple[RecordProposal, ...]
    remarks: tuple[str, ...] = field(default=())
