"""The corpus in Python: its tables as Arrow, its records as typed objects, its files as paths."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError, UnknownName

if TYPE_CHECKING:
    import pyarrow as pa

    from lprcorpus.schema import Record

__all__ = ["path", "record", "records", "table"]


def table(name: str = "records", *, columns: Sequence[str] | None = None, corpus: Corpus | None = None) -> pa.Table:
    """Return a table of the corpus as a ``pyarrow.Table``.

    Args:
        name: ``"issues"``, ``"pages"``, ``"records"``, ``"contributors"``, ``"blocks"``, ``"spans"`` or ``"edits"``.
        columns: the columns wanted; all by default.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UnknownName: there is no such table or column; the message gives those that come near.
        CorpusNotFound: a file of it is missing or is not Parquet.

    >>> table("pages", columns=["number", "printed"]).column_names
    ['number', 'printed']
    """
    corpus = corpus or Corpus()
    if columns is None:
        return corpus.table(name)
    known = corpus.columns(name)
    for column in columns:
        if column not in known:
            raise UnknownName("column", column, known)
    return corpus.table(name, list(columns))


def records(*, type: str | None = None, corpus: Corpus | None = None) -> list[Record]:  # noqa: A002  the column's name
    """Return the records as Pydantic objects, in the order of the table.

    Args:
        type: only those of this type (``"poem"``); all by default.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UnknownName: there is no such type; the message gives those that come near.
        DataError: a row is not what its model says; ``lprcorpus validate`` lists all that are not.

    >>> [record.title for record in records(type="poem")]
    ['Stalin', 'Hourglass of the Free']
    """
    from lprcorpus.schema import TYPES

    if type is not None and type not in TYPES:
        raise UnknownName("type", type, TYPES)
    found: list[Record] = []
    with _without_collector():
        for part in (corpus or Corpus()).parts("records"):
            if type is not None:
                import pyarrow.compute as pc

                part = part.filter(pc.equal(part.column("type"), type))
            found += _typed(part.to_pylist())
    return found


def record(id: str, *, corpus: Corpus | None = None) -> Record:  # noqa: A002  the column's name
    """Return one record.

    Args:
        id: its id.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UnknownName: there is no such record; the message gives those that come near.
        DataError: its row is not what its model says.

    >>> record("lpr-1-2/hourglass-of-the-free").author
    'George Tumaob Calaor'
    """
    (found,) = _typed([(corpus or Corpus()).row("records", id)])
    return found


def path() -> Path:
    """Return the folder with the Parquet files of the corpus that came with the package, and with its metadata files.

    >>> (path() / "datapackage.json").is_file()
    True
    """
    return Corpus().folder


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the garbage collector off: it would go through all the records kept so far, again and again, and find none to free."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _typed(rows: Iterable[Mapping[str, Any]]) -> list[Record]:
    from pydantic import ValidationError

    from lprcorpus.schema import Record

    found = []
    for row in rows:
        try:
            found.append(Record.model_validate(row))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            column = ".".join(map(str, first["loc"]))
            raise DataError(
                f"records.{column} [{row.get('id')}]: found {str(first['input'])[:100]!r}; {first['msg']}; run lprcorpus validate"
            ) from None
    return found
