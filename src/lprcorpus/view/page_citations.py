"""The citations that the reader page offers: as data and, where it can be had, as text."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.citation import styles
from lprcorpus.citation.citing import DATA_STYLES
from lprcorpus.citation.csl import Work, present, record_item
from lprcorpus.errors import MissingLibrary
from lprcorpus.metadata import Metadata

_FORMS = {
    # Text, which needs the extra ``cite``.
    "chicago": "Chicago",
    "apa": "APA",
    "mla": "MLA",
    # Data.
    "bibtex": "BibTeX",
    "csl-json": "CSL-JSON",
    "ris": "RIS",
}
"""The forms of a citation: what they are called, by their style."""


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
    items = [record_item(work, edition) for work in works]
    texts: dict[str, list[str]] = {}
    for style in _FORMS:
        if style in DATA_STYLES:
            texts[style] = list(map(DATA_STYLES[style], items))
        elif formatted:
            with suppress(MissingLibrary):
                texts[style] = styles.references(items, style)
    citations = {}
    for number, work in enumerate(works):
        forms = [CitationForm(style, _FORMS[style], texts[style][number]) for style in texts]
        citations[work.record.id] = RecordCitations(forms, _coins(work))
    return citations


def _coins(work: Work) -> str:
    """Return a record as a ContextObject in Span, which Zotero and other collectors read.

    The keys are those of
    https://groups.niso.org/higherlogic/ws/public/download/14833/z39_88_2004_r2010.pdf.
    """
    record, issue = work.record, work.issue
    fields = {
        "ctx_ver": "Z39.88-2004",
        "rft_val_fmt": "info:ofi/fmt:kev:mtx:journal",
        "rft.genre": "article",
        "rft.atitle": record.title,
        "rft.jtitle": issue.periodical,
        "rft.au": [person.name for person in work.contributors if person.role in AUTHOR_ROLES],
        "rft.date": issue.year,
        "rft.volume": issue.volume,
        "rft.issue": issue.number,
        "rft.spage": record.page_start,
        "rft.epage": record.page_end,
        "rft.language": record.language,
    }
    return urlencode(present(fields), doseq=True)
