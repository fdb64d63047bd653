"""What a person says of an issue: the manifest, ``raw/<issue>.toml``.

It says what the text cannot: the issue's bibliography, how its pages are numbered, and for each record its id, its title as
printed and the page to find it on, its type, contributors, source and rights. It anchors by printed text and page, never by
line number or offset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import tomli
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lprcorpus.errors import ManifestError, nearest
from lprcorpus.schema import ContributorRole, Date, Language, RecordType, Sha256, Slug, Url
from lprcorpus.text.paragraphs import CONVENTIONS, HYPHENS
from lprcorpus.text.typeface import FACES

__all__ = [
    "AuthorRoles",
    "ContributorEntry",
    "CuratedEdit",
    "IssueEntry",
    "Manifest",
    "PaginationEntry",
    "Quote",
    "RecordEntry",
    "SettingEntry",
    "SourceEntry",
    "parse_manifest",
]

AuthorRoles = frozenset({"author", "speaker"})
"""The roles whose names make up a record's ``author``."""

_MOST = 1_000_000  # of any number that a person writes into a manifest: far beyond any periodical
Printed = Annotated[str, Field(min_length=1, pattern=r"\S")]


def _one_of(allowed: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"expected one of {', '.join(allowed)}")
        return value

    return AfterValidator(check)


class Entry(BaseModel):
    """A table of the manifest: frozen, and refusing any key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Quote(Entry):
    """A printed passage, by its first and its last words. Without the last words: the first are the whole."""

    first: Printed = Field(alias="from")
    last: Printed | None = Field(default=None, alias="to")


class ContributorEntry(Entry):
    """A person or body with a part in a record; a body has no family name."""

    name: Printed
    family: Printed | None = None
    given: Printed | None = None
    role: ContributorRole


class SourceEntry(Quote):
    """Where the issue says it took a text from, and what that says, part by part."""

    title: Printed | None = None
    container: Printed | None = None
    publisher: Printed | None = None
    place: Printed | None = None
    date: Date | None = None
    url: Url | None = None


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
    occurrence: int | None = Field(default=None, ge=1)  # which of several places on its page where the title is printed
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
        names = [person.name for person in self.contributors if person.role in AuthorRoles]
        return "; ".join(names) or None


class IssueEntry(Entry):
    """The issue's bibliography, and which text it is."""

    id: Slug
    periodical: Printed
    volume: int | None = Field(default=None, ge=1, le=_MOST)
    number: int | None = Field(default=None, ge=1, le=_MOST)
    year: int = Field(ge=1, le=9999)
    complete: bool
    language: Language
    rights: Printed
    text: Printed | None = None
    sha256: Sha256


class PaginationEntry(Entry):
    """How the pages are numbered, and why so."""

    first: int = Field(default=1, ge=0, le=_MOST)
    running_heads: list[Printed] | None = None
    running_feet: list[Printed] = []
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
    pagination: PaginationEntry = PaginationEntry()
    setting: SettingEntry = SettingEntry()
    records: list[RecordEntry] = Field(min_length=1)


def parse_manifest(data: bytes, where: str) -> Manifest:
    """Read a manifest.

    Args:
        data: the bytes of the file.
        where: the file's name, for messages.

    Raises:
        ManifestError: it is not TOML in UTF-8, a key is unknown, missing or wrong, or two records have one id; with all
            the problems that one reading can find.
    """
    try:
        content = tomli.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ManifestError(
            where, [f"line {line}: byte 0x{data[error.start]:02x} is not UTF-8; expected TOML in UTF-8"]
        ) from None
    except tomli.TOMLDecodeError as error:
        raise ManifestError(where, [f"not TOML: {error}"]) from None
    try:
        manifest = Manifest.model_validate(content)
    except ValidationError as error:
        raise ManifestError(where, list(_explain(error, content))) from None
    problems = list(_check_issue(manifest, Path(where).stem)) + list(_check_ids(manifest.records))
    if problems:
        raise ManifestError(where, problems)
    return manifest


def _check_issue(manifest: Manifest, stem: str) -> Iterator[str]:
    issue = manifest.issue
    if issue.id != stem:
        yield f"issue.id: found {issue.id!r}; expected {stem!r}, as the file is called"
    name = issue.text or f"{issue.id}.txt"
    if name != Path(name).name or "\\" in name or name in {".", ".."}:
        yield f"issue.text: {name!r} leaves raw/; expected the name of a file beside the manifest"
    elif not name.endswith(".txt"):
        yield f"issue.text: found {name!r}; expected a name that ends in .txt"


def _check_ids(records: Iterable[RecordEntry]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for index, record in enumerate(records):
        if record.id in seen:
            yield f"records[{index}].id: {record.id!r} is the id of records[{seen[record.id]}] already; expected another"
        seen.setdefault(record.id, index)


def _explain(error: ValidationError, content: dict[str, Any]) -> Iterator[str]:
    """Yield one line for each thing a manifest's model refused: the key, what was found and what was expected."""
    for problem in error.errors(include_url=False):
        path = _path(problem["loc"])
        found, kind = problem["input"], problem["type"]
        record = _record_id(problem["loc"], content)
        if record:
            path += f" ({record})"
        if kind == "extra_forbidden":
            known = _known_keys(problem["loc"])
            near = nearest(str(problem["loc"][-1]), known)
            hint = f"did you mean {' or '.join(near)}?" if near else f"expected one of {', '.join(known)}"
            yield f"{path}: unknown key; {hint}"
        elif kind == "missing":
            yield f"{path}: missing; expected this key"
        else:
            yield f"{path}: found {_shorten(found)}; {_expected(problem['msg'])}"


def _expected(message: str) -> str:
    """Return what a model expected, from what Pydantic says of it.

    >>> _expected("Input should be 'speech' or 'poem'"), _expected("Value error, expected one of a, b")
    ("expected 'speech' or 'poem'", 'expected one of a, b')
    """
    message = message.removeprefix("Value error, ")
    for opening in ("Input should be ", "String should match ", "String should have ", "List should have "):
        if message.startswith(opening):
            verb = opening.split()[2]
            rest = message.removeprefix(opening)
            return f"expected {rest}" if verb != "match" else f"expected a string that matches {rest}"
    return message if message.startswith("expected") else f"expected: {message[:1].lower()}{message[1:]}"


def _record_id(loc: tuple[int | str, ...], content: dict[str, Any]) -> str | None:
    """Return the id of the record that a path leads into, to be named beside its index."""
    match loc:
        case ("records", int(index), *_):
            records = content.get("records")
            entry = records[index] if isinstance(records, list) and index < len(records) else None
            return str(entry["id"]) if isinstance(entry, dict) and "id" in entry else None
    return None


def _known_keys(loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the table a path stands in may have."""
    model: type[Entry] = Manifest
    inner: dict[str, type[Entry]] = {
        "issue": IssueEntry,
        "pagination": PaginationEntry,
        "setting": SettingEntry,
        "records": RecordEntry,
        "note": Quote,
        "source": SourceEntry,
        "contributors": ContributorEntry,
        "edits": CuratedEdit,
    }
    for step in loc[:-1]:
        if isinstance(step, str):
            model = inner.get(step, model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _path(loc: tuple[int | str, ...]) -> str:
    text = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
