"""The citations that the reader page offers: of every record, in the forms that are data and, where it can be had, as text."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

from lprcorpus.citing.csl import Item, record_item
from lprcorpus.errors import MissingLibrary
from lprcorpus.reading.citation import edition, render, works
from lprcorpus.reading.corpus import Corpus

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


def record_citations(corpus: Corpus, *, formatted: bool) -> dict[str, tuple[CitationForm, ...]]:
    """Return the citations of all records, by id.

    Args:
        corpus: the corpus.
        formatted: whether to give the forms that are text too, if the libraries are there; each takes pandoc a moment.
    """
    where = edition(corpus)
    found = works(corpus)
    items = [record_item(work, where) for work in found]
    texts = _formatted(items) if formatted else [()] * len(items)
    return {
        str(work.record["id"]): (*forms, *(CitationForm(style, name, render([item], style)) for style, name in DATA))
        for work, item, forms in zip(found, items, texts, strict=True)
    }


def _formatted(items: Sequence[Item]) -> list[tuple[CitationForm, ...]]:
    """Return the citations that are text of each item, or none where a library is missing."""
    jobs = [(item, style) for item in items for style, _ in TEXT]
    try:
        with ThreadPoolExecutor(cpu_count()) as pool:
            texts = list(pool.map(lambda job: render([job[0]], job[1]), jobs))
    except MissingLibrary:
        return [()] * len(items)
    forms = [CitationForm(style, name, text) for (style, name), text in zip(list(TEXT) * len(items), texts, strict=True)]
    return [tuple(forms[at : at + len(TEXT)]) for at in range(0, len(forms), len(TEXT))]
