"""Citations of the corpus and of its records: as data, and as formatted text."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.csl import RECORD_COLUMNS, Edition, Item, Work, combine, dataset_item, record_item
from lprcorpus.citation.ris import ris
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName, UsageError

__all__ = ["DATA_STYLES", "Cited", "cite", "cite_all", "cite_places", "edition", "render", "works"]

DATA_STYLES = ("csl-json", "bibtex", "ris")
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

    A record is cited as the article it is: its own author and title, the periodical, and where it first appeared; the corpus
    is named as the place where it was read. With a page or a block, formatted text is the citation of that place, as it
    stands in a text or a note, and on the next line the reference.

    Args:
        id: a record's id; the corpus itself is cited by default.
        style: ``"csl-json"``, ``"bibtex"``, ``"ris"``, or the name of a CSL style (``"apa"``, ``"chicago"``, ``"mla"`` …).
        page: a page of the record.
        block: the position of a block of the record; its pages are cited.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UnknownName: there is no such record or style; the message gives those that come near.
        UsageError: the page or block is not in the record.
        MissingLibrary: formatted text is asked for, and the extra ``cite`` is not installed.

    >>> print(cite("lpr-1-2/hourglass-of-the-free", style="ris").splitlines()[0])
    TY  - JOUR
    """
    corpus = corpus or Corpus()
    if id is None:
        if page is not None or block is not None:
            raise UsageError("a page or a block is of a record; found no record's id before it")
        return render([dataset_item(edition(corpus))], style)
    if page is not None and block is not None:
        raise UsageError("found both a page and a block; expected one of them")
    work = works(corpus, [id])[0]
    pages = _pages(corpus, work, page, block)
    return render([record_item(work, edition(corpus), pages)], style)


def cite_all(*, style: str = "bibtex", corpus: Corpus | None = None) -> str:
    """Return the bibliography of the whole corpus: every record, in reading order or in the style's own.

    Raises:
        UnknownName: there is no such style.
        MissingLibrary: formatted text is asked for, and the extra ``cite`` is not installed.
    """
    corpus = corpus or Corpus()
    where = edition(corpus)
    return render([record_item(work, where) for work in works(corpus)], style)


@dataclass(frozen=True)
class Cited:
    """Citations of some places, and the list of references that they lead to; no list where each says everything itself."""

    places: tuple[str, ...]
    references: str


def cite_places(corpus: Corpus, places: Sequence[tuple[str, int, int]], style: str) -> Cited:
    """Return the citations of places, each a record's id and a first and last page.

    Raises:
        UnknownName: there is no such record or style.
        MissingLibrary: formatted text is asked for, and the extra ``cite`` is not installed.
    """
    where = edition(corpus)
    by_id = {work.record["id"]: work for work in works(corpus, {place[0] for place in places})}
    items = [record_item(by_id[record], where, (page, page_end)) for record, page, page_end in places]
    name = style.strip().casefold()
    if name in DATA_STYLES:
        return Cited(tuple(render([item], name) for item in items), "")
    from lprcorpus.citation import styles

    cited = styles.citations(items, name)
    if styles.is_note_style(name):
        return Cited(tuple(cited), "")
    return Cited(tuple(cited), styles.bibliography([record_item(work, where) for work in by_id.values()], name))


def render(items: Sequence[Item], style: str) -> str:
    """Return items of CSL-JSON in a style.

    Raises:
        UnknownName: there is no such style.
        MissingLibrary: formatted text is asked for, and the extra ``cite`` is not installed.
    """
    name = style.strip().casefold()
    if name == "csl-json":
        return json.dumps(list(items), ensure_ascii=False, indent=2)
    if name in ("bibtex", "ris"):
        return "\n\n".join(map(bibtex if name == "bibtex" else ris, items))
    from lprcorpus.citation import styles

    reference = styles.bibliography(items, name)
    here = styles.citations([item for item in items if "locator" in item], name)
    return "\n".join([*here, reference] if reference not in here else here)


def edition(corpus: Corpus) -> Edition:
    """Return the edition that a corpus is, from its descriptor."""
    descriptor = corpus.descriptor
    creators = [person["title"] for person in descriptor.get("contributors", ()) if "creator" in person.get("roles", ())]
    dates = {date["dateType"]: date["date"] for date in descriptor.get("datacite", {}).get("dates", ())}
    return Edition(
        name=descriptor.get("name", corpus.folder.name),
        title=descriptor.get("title", corpus.folder.name),
        version=corpus.version,
        released=dates.get("Issued"),
        creators=tuple(creators),
        url=descriptor.get("homepage"),
    )


def works(corpus: Corpus, ids: Collection[str] | None = None) -> list[Work]:
    """Return records with their issues and contributors, all of them or those asked for, in reading order.

    Raises:
        UnknownName: an id is no record's.
    """
    if ids is None:
        records = corpus.table("records", list(RECORD_COLUMNS)).to_pylist()
        return combine(corpus.table("issues").to_pylist(), records, corpus.table("contributors").to_pylist())
    records = _rows(corpus, "records", "id", set(ids), list(RECORD_COLUMNS))
    unknown = set(ids) - {record["id"] for record in records}
    if unknown:
        raise UnknownName("record", min(unknown), corpus.table("records", ["id"]).column("id").to_pylist())
    issues = _rows(corpus, "issues", "id", {record["issue_id"] for record in records})
    return combine(issues, records, _rows(corpus, "contributors", "record_id", set(ids)))


def _rows(
    corpus: Corpus, name: str, column: str, wanted: Collection[str], columns: list[str] | None = None
) -> list[dict[str, Any]]:
    """Return the rows of a table whose value in a column is one of those wanted.

    Not by ``pyarrow.compute``: with a list of values that imports pandas, where it is installed, at the price of all the rest.
    """
    found: list[dict[str, Any]] = []
    for part in corpus.parts(name, columns):
        values = part.column(column).to_pylist()
        for number in (number for number, value in enumerate(values) if value in wanted):
            found += part.slice(number, 1).to_pylist()
    return found


def _pages(corpus: Corpus, work: Work, page: int | None, block: int | None) -> tuple[int, int] | None:
    """Return the pages of a page or of a block of a record.

    Raises:
        UsageError: it is not in the record.
    """
    if block is not None:
        mine = _rows(corpus, "blocks", "record_id", {work.record["id"]}, ["record_id", "position", "page_start", "page_end"])
        found = next((row for row in mine if row["position"] == block), None)
        if found is None:
            raise UsageError(f"{work.record['id']} has no block {block}; expected a block from 1 to {len(mine)}")
        return found["page_start"], found["page_end"]
    if page is None:
        return None
    first, last = work.record["page_start"], work.record["page_end"]
    if not first <= page <= last:
        expected = f"page {first}, the only one" if first == last else f"a page from {first} to {last}"
        raise UsageError(f"{work.record['id']} is not on page {page}; expected {expected}")
    return page, page
