"""The citations that the reader page offers: as data and, where it can be had, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.citation import styles
from lprcorpus.citation.citing import DATA_STYLES
from lprcorpus.citation.csl import (
    CitedContributor,
    CitedIssue,
    CitedRecord,
    Work,
    combine,
    record_item,
)
from lprcorpus.errors import MissingLibrary
from lprcorpus.schema import IssueRows, Row
from lprcorpus.typed_rows import column_names

if TYPE_CHECKING:
    from lprcorpus.metadata import Metadata

Shape = TypeVar("Shape")

_DATA_FORMS = {"bibtex": "BibTeX", "csl-json": "CSL-JSON", "ris": "RIS"}
"""The forms that are data: what they are called, by their style."""

_TEXT_FORMS = {"chicago": "Chicago", "apa": "APA", "mla": "MLA"}
"""The forms that are text, likewise; they need the extra ``cite``."""


@dataclass(frozen=True)
class CitationForm:
    """A citation of a record in one form: its style, what the style is called, and the citation."""

    style: str
    name: str
    text: str


@dataclass(frozen=True)
class RecordCitations:
    """The citations of a record, and the record as a ContextObject in Span."""

    forms: list[CitationForm]
    coins: str


def record_citations(
    works: Sequence[Work], edition: Metadata, *, formatted: bool
) -> dict[str, RecordCitations]:
    """Return the citations of records, by id.

    Those that are formatted text are given if the libraries are there; each takes pandoc a moment.
    """
    citations = {work.record.id: RecordCitations([], _coins(work)) for work in works}
    items = [record_item(work, edition) for work in works]
    if formatted:
        try:
            texts = {style: styles.references(items, style) for style in _TEXT_FORMS}
        except MissingLibrary:
            texts = {}
        for style, references in texts.items():
            for item, text in zip(items, references, strict=True):
                citations[item["id"]].forms.append(CitationForm(style, _TEXT_FORMS[style], text))
    for item in items:
        for style, name in _DATA_FORMS.items():
            text = DATA_STYLES[style](item)
            citations[item["id"]].forms.append(CitationForm(style, name, text))
    return citations


def works_of(rows: IssueRows) -> list[Work]:
    """Return the records of one issue with what their citations need."""
    return combine(
        [some_columns(rows.issue, CitedIssue)],
        [some_columns(record, CitedRecord) for record in rows.records],
        [some_columns(contributor, CitedContributor) for contributor in rows.contributors],
    )


def some_columns(row: Row, shape: type[Shape]) -> Shape:
    """Return the columns of a row that a dataclass names, as an object of it."""
    return shape(**{name: getattr(row, name) for name in column_names(shape)})


def _coins(work: Work) -> str:
    """Return a record as a ContextObject in Span, which Zotero and other collectors read.

    The keys are those of
    https://groups.niso.org/higherlogic/ws/public/download/14833/z39_88_2004_r2010.pdf.
    """
    record, issue = work.record, work.issue
    fields: list[tuple[str, object]] = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
        ("rft.genre", "article"),
        ("rft.atitle", record.title),
        ("rft.jtitle", issue.periodical),
    ]
    for person in work.with_roles(AUTHOR_ROLES):
        fields.append(("rft.au", person.name))
    fields += [
        ("rft.date", issue.year),
        ("rft.volume", issue.volume),
        ("rft.issue", issue.number),
        ("rft.spage", record.page_start),
        ("rft.epage", record.page_end),
        ("rft.language", record.language),
    ]
    return urlencode([(key, value) for key, value in fields if value is not None])
