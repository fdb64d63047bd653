"""Citations of the corpus and of its records: as data, and as formatted text."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.csl import Item, Work, dataset_item, record_item
from lprcorpus.citation.ris import ris
from lprcorpus.citation.works import edition, works
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError

__all__ = ["Cited", "cite", "cite_all", "cite_places", "render"]


def _csl_json(item: Item) -> str:
    return json.dumps([item], ensure_ascii=False, indent=2)


_DATA_STYLES: dict[str, Callable[[Item], str]] = {
    "csl-json": _csl_json,
    "bibtex": bibtex,
    "ris": ris,
}
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
            raise UsageError("a page or a block is of a record; found no record's id before it")
        return render([dataset_item(edition(corpus))], style)[0]
    if page is not None and block is not None:
        raise UsageError("found both a page and a block; expected one of them")
    work = works(corpus, [id])[0]
    pages = _pages(corpus, work, page, block)
    return render([record_item(work, edition(corpus), pages)], style)[0]


def cite_all(*, style: str = "bibtex", corpus: Corpus | None = None) -> str:
    """Return the bibliography of the corpus: every record, in reading order or the style's own.

    Raises as :func:`cite` does.
    """
    corpus = corpus or Corpus()
    here = edition(corpus)
    items = [record_item(work, here) for work in works(corpus)]
    name = style.strip().casefold()
    if name == "csl-json":
        return json.dumps(items, ensure_ascii=False, indent=2)
    if name in _DATA_STYLES:
        return "\n\n".join(render(items, name))
    from lprcorpus.citation.styles import format_items

    return "\n".join(format_items(items, name).references.values())


@dataclass(frozen=True)
class Cited:
    """Citations of some places, and their list of references; empty where each is complete."""

    places: tuple[str, ...]
    references: str


def cite_places(corpus: Corpus, places: Sequence[tuple[str, int, int]], style: str) -> Cited:
    """Return the citations of places, each a record's id and its first and last page."""
    here = edition(corpus)
    by_id = {work.record.id: work for work in works(corpus, {place[0] for place in places})}
    items = [
        record_item(by_id[record], here, (page, page_end)) for record, page, page_end in places
    ]
    name = style.strip().casefold()
    if name in _DATA_STYLES:
        return Cited(tuple(render(items, name)), "")
    from lprcorpus.citation.styles import format_items, is_note_style

    formatted = format_items(items, name)
    references = "" if is_note_style(name) else "\n".join(formatted.references.values())
    return Cited(tuple(formatted.citations), references)


def render(items: Sequence[Item], style: str) -> list[str]:
    """Return the citation of each of some items of CSL-JSON in a style, in their order.

    Formatted text is the reference; for an item with a ``locator``, it is the citation of that
    place and, on the next line, the reference. Raises as :func:`cite` does.
    """
    name = style.strip().casefold()
    if name in _DATA_STYLES:
        return [_DATA_STYLES[name](item) for item in items]
    from lprcorpus.citation.styles import format_items

    formatted = format_items(items, name)
    texts = []
    for item, citation in zip(items, formatted.citations, strict=True):
        # In notes the citation says all that the reference does, so it may be the same text.
        lines = [citation] if "locator" in item else []
        if formatted.references[item["id"]] not in lines:
            lines.append(formatted.references[item["id"]])
        texts.append("\n".join(lines))
    return texts


def _pages(
    corpus: Corpus, work: Work, page: int | None, block: int | None
) -> tuple[int, int] | None:
    """Return the pages of a page or of a block of a record.

    Raises:
        UsageError: it is not in the record.
    """
    record = work.record
    if block is not None:
        from lprcorpus.schema import Block

        blocks = list(corpus.rows("blocks", Block, record_id={record.id}))
        for found in blocks:
            if found.position == block:
                return found.page_start, found.page_end
        raise UsageError(
            f"{record.id} has no block {block}; expected a block from 1 to {len(blocks)}"
        )
    if page is None:
        return None
    first, last = record.page_start, record.page_end
    if not first <= page <= last:
        expected = (
            f"page {first}, the only one" if first == last else f"a page from {first} to {last}"
        )
        raise UsageError(f"{record.id} is not on page {page}; expected {expected}")
    return page, page
