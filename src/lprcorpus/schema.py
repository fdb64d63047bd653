"""The seven tables: the one place where a column is said.

Each model is a table and each field a column: its type, whether it may be null, its constraints,
its description and an example. The Arrow schema, the Table Schema of the data package, the JSON
Schema, the Hugging Face features, the Croissant fields and the schema page are derived from here.
Offsets count Unicode characters of the raw text, end exclusive.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lprcorpus.identifiers import ISSUE_ID, RAW_PATH, RECORD_ID
from lprcorpus.messages import numbered

RecordType = Literal["speech", "article", "interview", "faq", "poem", "news", "press_release"]
Kind = Literal["paragraph", "heading", "question", "answer", "list_item", "verse", "signature"]
Role = Literal[
    "title",
    "byline",
    "note",
    "body",
    "source",
    "section",
    "header",
    "page_mark",
    "link",
    "footnote",
    "blank",
]
ContributorRole = Literal[
    "author", "speaker", "interviewee", "interviewer", "translator", "editor", "publisher"
]
Rule = Literal["mojibake", "bullet", "superscript", "line_break", "hyphenation", "curated"]

TYPES: tuple[str, ...] = get_args(RecordType)
ROLES: tuple[str, ...] = get_args(Role)
RULES: tuple[str, ...] = get_args(Rule)

_SHA256 = r"^[0-9a-f]{64}$"
_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?$"
_URL = r"^https?://[^\s]+$"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

PATTERNS_IN_WORDS = {
    ISSUE_ID: "small letters and figures with single hyphens between, as in lpr-1-2",
    _SHA256: "64 hexadecimal digits, in small letters",
    _DATE: "a date such as 1913, 1913-05 or 1913-05-02, or two with / between",
    _URL: "a web address that begins with http:// or https://, without spaces",
    _LANGUAGE: "a language tag such as en, de-AT or zh-Hant",
}
"""What a person is told of some patterns."""


def _in_calendar(date: str) -> str:
    """Return a date or an interval of two: days of the calendar, and the later one last.

    Raises:
        ValueError: they are not.
    """
    ends = date.split("/")
    for end in ends:
        # The first day of a year or a month has to be in the calendar.
        try:
            datetime.date.fromisoformat(f"{end}-01-01"[:10])
        except ValueError:
            raise ValueError("expected a date of the calendar") from None
    if ends != sorted(ends):
        raise ValueError("expected two dates, the later one last")
    return date


Slug = Annotated[str, Field(pattern=ISSUE_ID)]
RecordId = Annotated[str, Field(pattern=RECORD_ID)]
Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Ordinal = Annotated[int, Field(ge=1)]
Date = Annotated[str, Field(pattern=_DATE), AfterValidator(_in_calendar)]
Language = Annotated[str, Field(pattern=_LANGUAGE)]
Sha256 = Annotated[str, Field(pattern=_SHA256)]
Url = Annotated[str, Field(pattern=_URL)]


class Row(BaseModel):
    """One row of a table: frozen, and refusing any key that is not a column.

    The models below assign their docstrings, which describe the tables: ``python -OO`` drops those
    that are only written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Issue(Row):
    __doc__ = "One issue of a periodical, as far as its text survives."

    id: Slug = Field(
        description="Identifier of the issue; the name of its files in `raw/`.",
        examples=["lpr-1-2"],
    )
    periodical: Text = Field(
        description="Title of the periodical.", examples=["Left Progressive Review"]
    )
    volume: Ordinal | None = Field(
        description="Volume, or null where the issue gives none.", examples=[1]
    )
    number: Ordinal | None = Field(
        description="Number of the issue in its volume, or null where it gives none.", examples=[2]
    )
    year: Ordinal | None = Field(
        description="Year of publication, or null where the issue gives none.", examples=[2014]
    )
    page_start: Count = Field(
        description="Number of the first page of the surviving text.", examples=[5]
    )
    page_end: Count = Field(
        description="Number of the last page of the surviving text.", examples=[34]
    )
    complete: bool = Field(
        description="Whether the whole issue survives (false: an excerpt).", examples=[False]
    )
    raw_path: str = Field(
        pattern=RAW_PATH,
        description="Path of the raw text, from the folder that contains `processed/`.",
        examples=["raw/lpr-1-2.txt"],
    )
    raw_sha256: Sha256 = Field(
        description="SHA-256 of the raw text's bytes, in hexadecimal.",
        examples=["ce735a69ae30dd47c86ce17e3050cbfdb5eb6ad15eb218a46bebba45e1b542b6"],
    )
    raw_chars: Count = Field(
        description="Length of the raw text, in Unicode characters.", examples=[120613]
    )

    @property
    def full_title(self) -> str:
        """The issue as a reader names it: periodical, volume, number and year."""
        title = numbered(self.periodical, self.volume, self.number)
        return title if self.year is None else f"{title} ({self.year})"


class Page(Row):
    __doc__ = "One page of an issue. The pages partition its raw text."

    issue_id: Slug = Field(description="The issue.", examples=["lpr-1-2"])
    number: Count = Field(description="Page number.", examples=[19])
    printed: bool = Field(
        description="Whether the number is printed in the text (true) or counted from a printed one"
        " or from the issue's first page (false): then it is an inference.",
        examples=[True],
    )
    raw_start: Count = Field(
        description="Offset of the page's first character in the raw text.", examples=[65889]
    )
    raw_end: Count = Field(
        description="Offset one past the page's last character in the raw text.", examples=[70867]
    )


class Record(Row):
    __doc__ = "One item of an issue, such as a speech, an article or a poem."

    id: RecordId = Field(
        description="Identifier: the issue's and a slug, chosen once and never used for another"
        " record.",
        examples=["lpr-1-2/hourglass-of-the-free"],
    )
    issue_id: Slug = Field(description="The issue.", examples=["lpr-1-2"])
    position: Ordinal = Field(
        description="Place in the issue's reading order, from 1.", examples=[8]
    )
    title: Text = Field(description="Title as printed.", examples=["Hourglass of the Free"])
    author: Text | None = Field(
        description="Display names of the authors and speakers, joined by `; `; null where the"
        " issue names none.",
        examples=["George Tumaob Calaor"],
    )
    type: RecordType = Field(
        description="Kind of text. A lecture and a talk are speeches.", examples=["poem"]
    )
    section: Text | None = Field(
        description="Section of the issue that it is in, as printed, or null.",
        examples=["NEWS"],
    )
    note: Text | None = Field(
        description="The editor's headnote, or null; paragraphs are separated by an empty line.",
        examples=["Excerpts from a talk held in the Dominican Republic"],
    )
    source_citation: Text | None = Field(
        description="Where the text was taken from, in the issue's own words, or null.",
        examples=["Source: Northstar Compass, May-June 2014 Issue."],
    )
    source_title: Text | None = Field(
        description="Title of the text where it first appeared, as far as the issue gives it.",
        examples=["Power is unfair"],
    )
    source_container: Text | None = Field(
        description="Periodical, newspaper or site it first appeared in.",
        examples=["Northstar Compass"],
    )
    source_publisher: Text | None = Field(
        description="Publisher of the source.", examples=["Foreign Languages Publishing House"]
    )
    source_place: Text | None = Field(
        description="Place of publication of the source.", examples=["Moscow"]
    )
    source_date: Date | None = Field(
        description="Date of the source in ISO 8601, as precise as the issue gives it: a day, month"
        " or year, or an interval.",
        examples=["2014-05/2014-06"],
    )
    source_url: Url | None = Field(
        description="Web address the issue gives; `http://` is supplied where it prints none.",
        examples=["http://www.marx2mao.com/Stalin/SNPC52.html"],
    )
    body: Text = Field(
        description="The text: its blocks, separated by an empty line.",
        examples=["The night\nwhispers"],
    )
    page_start: Count = Field(description="Page of its title.", examples=[31])
    page_end: Count = Field(description="Page of its last block or source line.", examples=[31])
    language: Language = Field(description="Language of the body (BCP 47).", examples=["en"])
    rights: Text = Field(
        description="Who holds the rights in the text; the corpus grants none.",
        examples=[
            "Rights held by the author, the translator or the publisher; this corpus grants none."
        ],
    )
    word_count: Ordinal = Field(
        description="Number of words in the body: runs of characters that are not white space.",
        examples=[135],
    )
    body_sha256: Sha256 = Field(
        description="SHA-256 of the body in UTF-8, in hexadecimal.",
        examples=["7836a7c7cb4b11dcf3fe5fec3c64d0480424d3700617498a7ad88b1e13690843"],
    )


class Contributor(Row):
    __doc__ = "A person or body with a part in a record."

    record_id: RecordId = Field(
        description="The record.", examples=["lpr-1-2/hourglass-of-the-free"]
    )
    position: Ordinal = Field(
        description="Place among the record's contributors, from 1.", examples=[1]
    )
    name: Text = Field(
        description="Name as it is displayed, without titles such as Dr.",
        examples=["George Tumaob Calaor"],
    )
    family_name: Text | None = Field(
        description="Family name of a person; null for a body.", examples=["Calaor"]
    )
    given_name: Text | None = Field(
        description="Given names or initials of a person; null for a body.",
        examples=["George Tumaob"],
    )
    role: ContributorRole = Field(
        description="Part that the contributor has in the record.", examples=["author"]
    )


class Block(Row):
    __doc__ = "One part of a record's body, such as a paragraph, a heading, a question or a stanza."

    record_id: RecordId = Field(
        description="The record.", examples=["lpr-1-2/hourglass-of-the-free"]
    )
    position: Ordinal = Field(description="Place in the body, from 1.", examples=[1])
    kind: Kind = Field(
        description="What the block is; a `verse` is one stanza, one line of it per line.",
        examples=["verse"],
    )
    text: Text = Field(description="Its text.", examples=["The night\nwhispers"])
    page_start: Count = Field(description="Page of its first character.", examples=[31])
    page_end: Count = Field(description="Page of its last character.", examples=[31])
    body_start: Count = Field(
        description="Offset of its first character in the body.", examples=[0]
    )
    body_end: Count = Field(
        description="Offset one past its last character in the body.", examples=[158]
    )
    raw_start: Count = Field(
        description="Offset of its first character in the raw text.", examples=[111081]
    )
    raw_end: Count = Field(
        description="Offset one past its last character in the raw text.", examples=[111265]
    )


class Span(Row):
    __doc__ = (
        "A stretch of the raw text with one role. The spans of an issue partition its raw text."
    )

    issue_id: Slug = Field(description="The issue.", examples=["lpr-1-2"])
    raw_start: Count = Field(
        description="Offset of its first character in the raw text.", examples=[0]
    )
    raw_end: Ordinal = Field(
        description="Offset one past its last character in the raw text.", examples=[1]
    )
    role: Role = Field(
        description="What the stretch is. Text in no record is `body` with no record.",
        examples=["page_mark"],
    )
    page: Count = Field(description="Number of the page it is on.", examples=[5])
    record_id: RecordId | None = Field(
        description="The record it belongs to; null outside a record.",
        examples=["lpr-1-2/hourglass-of-the-free"],
    )
    block: Ordinal | None = Field(
        description="Position of the block it belongs to, or null.", examples=[1]
    )


class Edit(Row):
    __doc__ = (
        "A change made to the raw text beyond dropping newlines and the white space around a block."
    )

    issue_id: Slug = Field(description="The issue.", examples=["lpr-1-2"])
    raw_start: Count = Field(
        description="Offset of the first character changed.", examples=[106377]
    )
    raw_end: Ordinal = Field(
        description="Offset one past the last character changed.", examples=[106382]
    )
    before: Text = Field(description="What is in the raw text.", examples=["•    "])
    after: str = Field(
        description="What takes its place; empty where it was removed.", examples=[""]
    )
    rule: Rule = Field(description="The rule that made the change.", examples=["bullet"])
    reason: Text = Field(
        description="Why the change was made.", examples=["the mark that opens the block"]
    )


@dataclass(frozen=True)
class IssueRows:
    """The rows of one issue in every table, in the order in which they are written."""

    issue: Issue
    pages: list[Page]
    records: list[Record]
    contributors: list[Contributor]
    blocks: list[Block]
    spans: list[Span]
    edits: list[Edit]

    def table(self, name: str) -> Sequence[Row]:
        """Return the rows of one table, given its name."""
        rows: Sequence[Row] = [self.issue] if name == "issues" else getattr(self, name)
        return rows


@dataclass(frozen=True)
class Reference:
    """A foreign key: columns that must be null or name a row of another table."""

    fields: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """What a model says of one column.

    ``type`` is ``"string"``, ``"integer"``, ``"number"`` or ``"boolean"``. A constraint that there
    is not is None.
    """

    name: str
    type: str
    nullable: bool
    description: str
    example: Any
    enum: tuple[str, ...] | None = None
    pattern: str | None = None
    minimum: int | None = None
    min_length: int | None = None


@dataclass(frozen=True)
class Table:
    """One table: its model, its primary key, and its references to others."""

    name: str
    model: type[Row]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()

    @property
    def description(self) -> str:
        """What one row is, in a line."""
        return (self.model.__doc__ or "").strip()

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in order, from the JSON Schema of the model."""
        found = []
        for name, said in self.model.model_json_schema()["properties"].items():
            # Of a column that may be null, JSON Schema has two types: its own, and null.
            kind, *null = said.get("anyOf", [said])
            column = Column(
                name=name,
                type=kind["type"],
                nullable=bool(null),
                description=said["description"],
                example=said["examples"][0],
                enum=tuple(kind["enum"]) if "enum" in kind else None,
                pattern=kind.get("pattern"),
                minimum=kind.get("minimum"),
                min_length=kind.get("minLength"),
            )
            found.append(column)
        return tuple(found)


_TO_ISSUE = Reference(("issue_id",), "issues", ("id",))
_TO_RECORD = Reference(("record_id",), "records", ("id",))
_TO_PAGE = Reference(("issue_id", "page"), "pages", ("issue_id", "number"))

_TABLES = (
    Table("issues", Issue, ("id",)),
    Table("pages", Page, ("issue_id", "number"), (_TO_ISSUE,)),
    Table("records", Record, ("id",), (_TO_ISSUE,)),
    Table("contributors", Contributor, ("record_id", "position"), (_TO_RECORD,)),
    Table("blocks", Block, ("record_id", "position"), (_TO_RECORD,)),
    Table("spans", Span, ("issue_id", "raw_start"), (_TO_ISSUE, _TO_PAGE, _TO_RECORD)),
    Table("edits", Edit, ("issue_id", "raw_start"), (_TO_ISSUE,)),
)

# The tables by name, in the order in which they depend on each other.
TABLES = {table.name: table for table in _TABLES}
