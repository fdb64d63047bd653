"""What a person says of an issue: the manifest, ``raw/<issue>.toml``.

It says what the text cannot, and anchors by printed text and page, never by line number or offset.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tomli
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.errors import ManifestError, nearest
from lprcorpus.files import UndecodableError, decode_utf8
from lprcorpus.layout_file import Extraction
from lprcorpus.messages import expectation, shorten
from lprcorpus.schema import (
    PATTERNS_IN_WORDS,
    ContributorRole,
    Date,
    Language,
    RecordType,
    Sha256,
    Slug,
    Url,
)
from lprcorpus.text.line_ends import HYPHENS
from lprcorpus.text.line_fit import FACES
from lprcorpus.text.paragraphs import CONVENTIONS

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# The greatest number that a person may write into a manifest: far beyond any periodical.
_MOST = 1_000_000

_PRINTED, _WITH_PAGE = r"\S", r"\{page\}"
_IN_WORDS = {
    **PATTERNS_IN_WORDS,
    _PRINTED: "something that is printed",
    _WITH_PAGE: "a mark with {page} in place of the page number",
}

Printed = Annotated[str, Field(min_length=1, pattern=_PRINTED)]


def _one_of(allowed: Collection[str]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"expected one of {', '.join(allowed)}")
        return value

    return AfterValidator(check)


def _has_one_page(template: str) -> str:
    if template.count("{page}") > 1:
        raise ValueError("expected {page} once at most")
    return template


Template = Annotated[Printed, AfterValidator(_has_one_page)]


class Entry(BaseModel):
    """A table of the manifest: frozen, and refusing any key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Quote(Entry):
    """A printed passage, by its first and last words; without the last, the first are all."""

    first: Printed = Field(alias="from")
    last: Printed | None = Field(default=None, alias="to")


class ContributorEntry(Entry):
    """A person or body with a part in a record; a body has no family name."""

    name: Printed
    family: Printed | None = None
    given: Printed | None = None
    role: ContributorRole


class SourceParts(Entry):
    """What an issue says of a text's source, part by part."""

    title: Printed | None = None
    container: Printed | None = None
    publisher: Printed | None = None
    place: Printed | None = None
    date: Date | None = None
    url: Url | None = None


class SourceEntry(SourceParts, Quote):
    """Where the issue says that it took a text from: the words themselves, and what they say."""


class CuratedEdit(Entry):
    """A change that a person makes to the text, with the reason."""

    find: Printed
    replace: str
    page: int
    reason: Printed


class RecordEntry(Entry):
    """One item of the issue."""

    id: Slug
    title: Printed
    page: int = Field(ge=0)
    # Which of several places on its page where the title is printed.
    occurrence: int | None = Field(default=None, ge=1)
    type: RecordType
    section: Printed | None = None
    byline: Printed | None = None
    note: Quote | None = None
    source: SourceEntry | None = None
    until: Printed | None = None
    language: Language | None = None
    rights: Printed | None = None
    contributors: list[ContributorEntry] = []
    edits: list[CuratedEdit] = []

    @property
    def author(self) -> str | None:
        """The display names of the authors and speakers, or None."""
        names = [person.name for person in self.contributors if person.role in AUTHOR_ROLES]
        return "; ".join(names) or None


class IssueEntry(Entry):
    """The issue's bibliography, and the hash of its text."""

    id: Slug
    periodical: Printed
    volume: int | None = Field(default=None, ge=1, le=_MOST)
    number: int | None = Field(default=None, ge=1, le=_MOST)
    year: int | None = Field(default=None, ge=1, le=9999)
    complete: bool
    language: Language
    rights: Printed
    sha256: Sha256


class PaginationEntry(Entry):
    """How the pages are numbered, and why so."""

    first: int = Field(default=1, ge=0, le=_MOST)
    running_heads: list[Template] | None = None
    running_feet: list[Template] = []
    inline_marks: list[Annotated[Template, Field(pattern=_WITH_PAGE)]] = []
    space_marks: bool | None = None
    why: Printed | None = None


class SettingEntry(Entry):
    """How the text was set, where it should not be detected."""

    face: Annotated[str, _one_of(FACES)] | None = None
    paragraphs: Annotated[str, _one_of(CONVENTIONS)] | None = None
    hyphens: Annotated[str, _one_of(HYPHENS)] | None = None


class Manifest(Entry):
    """One issue as a person describes it."""

    issue: IssueEntry
    extraction: Extraction | None = None
    pagination: PaginationEntry = PaginationEntry()
    setting: SettingEntry = SettingEntry()
    records: list[RecordEntry] = Field(min_length=1)


def parse_manifest(data: bytes, where: str) -> Manifest:
    """Return a manifest, given its bytes and, for messages, its file.

    Raises:
        ManifestError: it is wrong; with all the problems that one reading can find.
    """
    content = _parse_toml(data, where)
    try:
        manifest = Manifest.model_validate(content)
    except ValidationError as error:
        problems = [_explain(problem, content) for problem in error.errors(include_url=False)]
        raise ManifestError(where, problems) from None
    # What no single value shows: an id that is not the file's, and ids that recur.
    problems = []
    stem = Path(where).stem
    if manifest.issue.id != stem:
        found = f"issue.id: found {manifest.issue.id!r}"
        problems.append(f"{found}; expected {stem!r}, as the file is called")
    first: dict[str, int] = {}
    for index, record in enumerate(manifest.records):
        other = first.setdefault(record.id, index)
        if other != index:
            found = f"{record.id!r} is the id of records[{other}] already"
            problems.append(f"records[{index}].id: {found}; expected another")
    if problems:
        raise ManifestError(where, problems)
    return manifest


def _parse_toml(data: bytes, where: str) -> dict[str, Any]:
    try:
        return tomli.loads(decode_utf8(data).removeprefix("\ufeff"))
    except UndecodableError as error:
        line = f"line {error.line}: " if error.line else ""
        problem = f"{line}{error}; expected TOML in UTF-8"
    except tomli.TOMLDecodeError as error:
        problem = f"not TOML: {error}"
    except (ValueError, RecursionError):  # an integer of thousands of digits; as many brackets
        problem = "not TOML: a number has too many digits, or brackets are nested too deep"
    raise ManifestError(where, [problem])


def _explain(problem: ErrorDetails, content: dict[str, Any]) -> str:
    """Return one line on what a model refused: the key, what was found and what was expected."""
    location = problem["loc"]
    key = ""
    for step in location:
        key += f"[{step}]" if isinstance(step, int) else f".{step}"
    key = key.removeprefix(".")
    if location[0] == "records" and len(location) > 1:
        record = content["records"][location[1]]
        if isinstance(record, dict) and "id" in record:
            record_id = " ".join(str(record["id"]).split())  # in one line, whatever it is
            key += f" ({record_id[:60]})"
    if problem["type"] == "missing":
        return f"{key}: missing; expected this key"
    if problem["type"] == "extra_forbidden":
        known = _known_keys(location)
        near = nearest(str(location[-1]), known, most=1)
        hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
        return f"{key}: unknown key; {hint}"
    expected = expectation(problem)
    if problem["type"] == "string_pattern_mismatch":
        expected = f"expected {_IN_WORDS[problem['ctx']['pattern']]}"
    found = shorten(problem["input"], 80)
    if isinstance(problem["input"], (datetime.date, datetime.time)):
        found = str(problem["input"])  # as TOML has it
    if problem["type"] == "string_type":
        expected += ", in quotation marks"
    return f"{key}: found {found}; {expected}"


# The tables of a manifest by the key that each is under.
_TABLES: dict[str, type[BaseModel]] = {
    "issue": IssueEntry,
    "extraction": Extraction,
    "pagination": PaginationEntry,
    "setting": SettingEntry,
    "records": RecordEntry,
    "contributors": ContributorEntry,
    "edits": CuratedEdit,
    "note": Quote,
    "source": SourceEntry,
}


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys of the table that a key is in."""
    model: type[BaseModel] = Manifest
    for step in location[:-1]:
        if isinstance(step, str):
            model = _TABLES[step]
    return [field.alias or name for name, field in model.model_fields.items()]
