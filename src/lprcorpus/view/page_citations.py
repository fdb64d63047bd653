"""The citations that the reader page offers: of every record, in the forms that are data and, where it can be had, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lprcorpus.citation.citing import render
from lprcorpus.citation.csl import Edition, Item, Work, record_item
from lprcorpus.errors import MissingLibrary

__all__ = ["DATA", "TEXT", "CitationForm", "record_citations"]

DATA = (("bibtex", "BibTeX"), ("csl-json", "CSL-JSON"), ("ris", "RIS"))
"""The forms that are data: their style and what it is called."""

TEXT = (("chicago", "Chicago"), ("apa", "APA"), ("mla", "MLA"))
"""The forms that are text, likewise; they need the extra ``cite``."""


@dataclass(frozen=True)
class CitationForm:
    """A citation of a record in one form: its style, what the style is called, and the citation."""

    style: str
    name: str
    text: str


def record_citations(works: Sequence[Work], edition: Edition, *, formatted: bool) -> dict[str, tuple[CitationForm, ...]]:
    """Return the citations of records, by id.

    Args:
        works: the records, with their issues and contributors.
        edition: the edition that the corpus is.
        formatted: whether to give the forms that are text too, if the libraries are there; each takes pandoc a moment.
    """
    items = [record_item(work, edition) for work in works]
    texts = _formatted(items) if formatted else [()] * len(items)
    return {
        work.record.id: (*forms, *(CitationForm(style, name, render([item], style)[0]) for style, name in DATA))
        for work, item, forms in zip(works, items, texts, strict=True)
    }


def _formatted(items: Sequence[Item]) -> list[tuple[CitationForm, ...]]:
    """Return the citations that are text of each item, or none where a library is missing."""
    from lprcorpus.citation import styles

    try:
        texts = [[CitationForm(style, name, text) for text in styles.references(items, style)] for style, name in TEXT]
    except MissingLibrary:
        return [()] * len(items)
    return list(zip(*texts, strict=True))
