"""What is cited, read from a corpus: its edition, and records with their issues and contributors."""

from __future__ import annotations

from collections.abc import Collection

from lprcorpus.citation.csl import Edition, Work, combine
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName
from lprcorpus.metadata import is_public
from lprcorpus.schema import Block, Contributor, Issue, Record
from lprcorpus.typed_rows import Model, typed_rows

__all__ = ["blocks_of", "edition", "works"]


def edition(corpus: Corpus) -> Edition:
    """Return the edition that a corpus is, from its descriptor."""
    descriptor = corpus.descriptor
    creators = [person["title"] for person in descriptor.get("contributors", ()) if "creator" in person.get("roles", ())]
    dates = {date["dateType"]: date["date"] for date in descriptor.get("datacite", {}).get("dates", ())}
    homepage = descriptor.get("homepage")
    return Edition(
        name=descriptor.get("name", corpus.folder.name),
        title=descriptor.get("title", corpus.folder.name),
        version=corpus.version,
        released=dates.get("Issued"),
        creators=tuple(creators),
        url=homepage if homepage and is_public(homepage) else None,
    )


def works(corpus: Corpus, ids: Collection[str] | None = None) -> list[Work]:
    """Return records with their issues and contributors, all of them or those asked for, in reading order.

    Raises:
        UnknownName: an id is no record's.
        DataError: a row is not what its model allows.
    """
    if ids is None:
        return combine(
            _rows(corpus, "issues", Issue),
            _rows(corpus, "records", Record),
            _rows(corpus, "contributors", Contributor),
        )
    wanted = set(ids)
    records = _rows_with(corpus, "records", Record, "id", wanted)
    unknown = wanted - {record.id for record in records}
    if unknown:
        raise UnknownName("record", min(unknown), corpus.table("records", ["id"]).column("id").to_pylist())
    issues = _rows_with(corpus, "issues", Issue, "id", {record.issue_id for record in records})
    contributors = _rows_with(corpus, "contributors", Contributor, "record_id", wanted)
    return combine(issues, records, contributors)


def blocks_of(corpus: Corpus, record_id: str) -> list[Block]:
    """Return the blocks of a record, in order.

    Raises:
        DataError: a row is not what its model allows.
    """
    return _rows_with(corpus, "blocks", Block, "record_id", {record_id})


def _rows(corpus: Corpus, name: str, model: type[Model]) -> list[Model]:
    """Return all rows of a table."""
    found: list[Model] = []
    for part in corpus.parts(name):
        found += typed_rows(model, part)
    return found


def _rows_with(corpus: Corpus, name: str, model: type[Model], column: str, wanted: Collection[str]) -> list[Model]:
    """Return the rows of a table that have one of the wanted values in a column."""
    found: list[Model] = []
    for part in corpus.parts(name):
        # Not by pyarrow.compute: with a list of values that imports pandas, where it is installed, at the price of all the rest.
        values = part.column(column).to_pylist()
        numbers = [number for number, value in enumerate(values) if value in wanted]
        for number in numbers:
            found += typed_rows(model, part.slice(number, 1))
    return found
