"""Citations of the corpus and of its records: as data, and as formatted text."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.csl import (
    CitedContributor,
    CitedIssue,
    CitedRecord,
    Item,
    Work,
    combine,
    dataset_item,
    record_item,
)
from lprcorpus.citation.ris import ris
from lprcorpus.citation.styles import FormattedItems, format_items, is_note_style
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.messages import pages

if TYPE_CHECKING:
    from lprcorpus.schema import Record


@dataclass(frozen=True)
class _BlockPages:
    position: int
    page_start: int
    page_end: int


def _csl_json(items: Sequence[Item]) -> str:
    return json.dumps(items, ensure_ascii=False, indent=2)


def _bibtex(items: Sequence[Item]) -> str:
    return "\n\n".join(map(bibtex, items))


def _ris(items: Sequence[Item]) -> str:
    return "\n\n".join(map(ris, items))


DATA_STYLES = {"csl-json": _csl_json, "bibtex": _bibtex, "ris": _ris}
"""The styles that are data. Any other is the name of a CSL style and gives formatted text."""


def cite(
    id: str | None = None,  # noqa: A002  the column's name
    *,
    style: str = "bibtex",
    page: int | None = None,
    block: int | None = None,
    corpus: Corpus | None = None,
) -> str:
    """Return the citation of a record, or of the corpus.

    A record is cited as the article it is: its own author and title, the periodical, and where it
    first appeared. The corpus is named as the place where it was read. With a page or a block,
    formatted text is the citation of that place, as it is in a text or a note, and on the next line
    the reference.

    Args:
        id: a record's id; the corpus itself is cited by default.
        style: ``"csl-json"``, ``"bibtex"``, ``"ris"``, or the name of a CSL style (``"apa"``,
            ``"chicago"``, ``"mla"`` …).
        page: a page of the record.
        block: the position of a block of the record; its pages are cited.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UnknownName: there is no such record or style; the message gives those that come near.
        UsageError: the page or block is not in the record.
        DataError: a row is not what its model allows.
        MissingLibrary: formatted text is asked for, and the extra ``cite`` is not installed.

    >>> print(cite("lpr-1-2/hourglass-of-the-free", style="ris").splitlines()[0])
    TY  - JOUR
    """
    corpus = corpus or Corpus()
    if id is None:
        if page is not None or block is not None:
            found = "found a page or a block and no record"
            raise UsageError(f"{found}; expected the id of its record too")
        item = dataset_item(corpus.about)
    else:
        (work,) = works(corpus, {id})
        item = record_item(work, corpus.about, _cited_pages(corpus, work.record, page, block))
    data_style = _data_style(style)
    if data_style:
        return data_style([item])
    formatted = format_items([item], style)
    lines = list(formatted.references.values())
    if "locator" in item:
        lines = [*formatted.citations, *lines]
    # In notes the citation says all that the reference does, so it may be the same text.
    return "\n".join(dict.fromkeys(lines))


def cite_all(*, style: str = "bibtex", corpus: Corpus | None = None) -> str:
    """Return the bibliography of the corpus: every record, in reading order or the style's own."""
    corpus = corpus or Corpus()
    about = corpus.about
    items = [record_item(work, about) for work in works(corpus)]
    data_style = _data_style(style)
    if data_style:
        return data_style(items)
    return "\n".join(format_items(items, style).references.values())


def cite_places(
    corpus: Corpus, places: Sequence[tuple[str, int, int]], style: str
) -> FormattedItems:
    """Return the citations of places, each a record's id and its first and last page.

    There are references only where the citations alone are not complete.
    """
    about = corpus.about
    ids = {record_id for record_id, _, _ in places}
    by_id = {work.record.id: work for work in works(corpus, ids)}
    items = []
    for record_id, first, last in places:
        items.append(record_item(by_id[record_id], about, (first, last)))
    data_style = _data_style(style)
    if data_style:
        return FormattedItems([data_style([item]) for item in items], {})
    formatted = format_items(items, style)
    if items and is_note_style(style):
        return FormattedItems(formatted.citations, {})
    return formatted


def _data_style(style: str) -> Callable[[Sequence[Item]], str] | None:
    return DATA_STYLES.get(style.strip().casefold())


def works(corpus: Corpus, ids: Collection[str] | None = None) -> list[Work]:
    """Return all records, or those asked for, with issues and contributors, in reading order."""
    records_of, people_of = {}, {}
    if ids is not None:
        # Of a large corpus only the row groups that hold these records are read.
        records_of, people_of = {"id": ids}, {"record_id": ids}
    records = list(corpus.rows("records", CitedRecord, **records_of))
    for unknown in sorted(set(ids or ()).difference(record.id for record in records)):
        corpus.row("records", CitedRecord, unknown)  # raises UnknownName
    people = corpus.rows("contributors", CitedContributor, **people_of)
    return combine(corpus.rows("issues", CitedIssue), records, people)


def _cited_pages(
    corpus: Corpus, record: CitedRecord | Record, page: int | None, block: int | None
) -> tuple[int, int] | None:
    """Return the first and the last page of what is cited in a record; None for the whole."""
    if page is not None and block is not None:
        raise UsageError("found both a page and a block; expected one of them")
    if block is not None:
        blocks = {}
        for place in corpus.rows("blocks", _BlockPages, record_id={record.id}):
            blocks[place.position] = (place.page_start, place.page_end)
        if block not in blocks:
            expected = f"expected a block from 1 to {len(blocks)}"
            raise UsageError(f"{record.id} has no block {block}; {expected}")
        return blocks[block]
    if page is None:
        return None
    if not record.page_start <= page <= record.page_end:
        where = pages(record.page_start, record.page_end)
        raise UsageError(f"{record.id} is on {where}; found page {page}")
    return page, page
