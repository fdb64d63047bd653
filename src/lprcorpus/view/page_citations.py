"""The citations that the reader page offers: of every record, in the forms that are data and, where it can be had, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from lprcorpus.citation import styles
from lprcorpus.citation.citing import render
from lprcorpus.citation.csl import (
    CitedContributor,
    CitedIssue,
    CitedRecord,
    Edition,
    Item,
    Work,
    combine,
    record_item,
)
from lprcorpus.errors import MissingLibrary
from lprcorpus.schema import AUTHOR_ROLES, Contributor, Issue, IssueRows, Record
from lprcorpus.view.issue_source import some_columns

__all__ = ["DATA_FORMS", "TEXT_FORMS", "CitationForm", "coins", "record_citations", "works_of"]

DATA_FORMS = {"bibtex": "BibTeX", "csl-json": "CSL-JSON", "ris": "RIS"}
"""The forms that are data: what they are called, by their style."""

TEXT_FORMS = {"chicago": "Chicago", "apa": "APA", "mla": "MLA"}
"""The forms that are text, likewise; they need the extra ``cite``."""


@dataclass(frozen=True)
class CitationForm:
    """A citation of a record in one form: its style, what the style is called, and the citation."""

    style: str
    name: str
    text: str


def record_citations(
    works: Sequence[Work], edition: Edition, *, formatted: bool
) -> dict[str, list[CitationForm]]:
    """Return the citations of records, by id.

    Args:
        works: the records, with their issues and contributors.
        edition: the edition that the corpus is.
        formatted: whether to give the forms that are text too, if the libraries are there; each
            takes pandoc a moment.
    """
    items = [record_item(work, edition) for work in works]
    texts = _formatted(items) if formatted else {}
    citations: dict[str, list[CitationForm]] = {}
    for number, (work, item) in enumerate(zip(works, items, strict=True)):
        forms = []
        for style, formatted_items in texts.items():
            forms.append(CitationForm(style, TEXT_FORMS[style], formatted_items[number]))
        for style, name in DATA_FORMS.items():
            forms.append(CitationForm(style, name, render([item], style)[0]))
        citations[work.record.id] = forms
    return citations


def works_of(rows: IssueRows) -> list[Work]:
    """Return the records of one issue with what their citations need."""
    return combine(
        [some_columns(rows.issue, CitedIssue)],
        [some_columns(record, CitedRecord) for record in rows.records],
        [some_columns(contributor, CitedContributor) for contributor in rows.contributors],
    )


def _formatted(items: Sequence[Item]) -> dict[str, list[str]]:
    """Return the text of each item in each style; nothing where a library is missing."""
    try:
        return {style: styles.references(items, style) for style in TEXT_FORMS}
    except MissingLibrary:
        return {}


def coins(issue: Issue, record: Record, contributors: Sequence[Contributor]) -> str:
    """Return a record as a ContextObject in Span, which Zotero and other collectors read.

    The keys are those of
    https://groups.niso.org/higherlogic/ws/public/download/14833/z39_88_2004_r2010.pdf.
    """
    fields = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
        ("rft.genre", "article"),
        ("rft.atitle", record.title),
        ("rft.jtitle", issue.periodical),
    ]
    for contributor in contributors:
        if contributor.role in AUTHOR_ROLES:
            fields.append(("rft.au", contributor.name))
    numbers = {"rft.date": issue.year, "rft.volume": issue.volume, "rft.issue": issue.number}
    for key, number in numbers.items():
        if number is not None:
            fields.append((key, str(number)))
    fields.append(("rft.spage", str(record.page_start)))
    fields.append(("rft.epage", str(record.page_end)))
    fields.append(("rft.language", record.language))
    return urlencode(fields)
