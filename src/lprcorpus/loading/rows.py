"""The corpus in Python: its tables as Arrow, its records as typed objects, its files as paths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName
from lprcorpus.locations import data_folder

if TYPE_CHECKING:
    import pyarrow as pa

    from lprcorpus.schema import Record


def table(
    name: str = "records",
    *,
    columns: Sequence[str] | None = None,
    corpus: Corpus | None = None,
) -> pa.Table:
    """Return a table of the corpus as a ``pyarrow.Table``.

    Args:
        name: ``"issues"``, ``"pages"``, ``"records"``, ``"contributors"``, ``"blocks"``,
            ``"spans"`` or ``"edits"``.
        columns: the columns wanted; all by default.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UnknownName: there is no such table or column; the message gives those that come near.
        CorpusNotFound: a file of it is missing or is not Parquet.

    >>> table("pages", columns=["number", "printed"]).column_names
    ['number', 'printed']
    """
    corpus = corpus or Corpus()
    with corpus.table_files(name)[0].open() as file:
        known = file.schema_arrow.names
    for column in columns or ():
        if column not in known:
            raise UnknownName("column", column, known)
    return corpus.table(name, columns)


def records(
    *,
    type: str | None = None,  # noqa: A002  the column's name
    corpus: Corpus | None = None,
) -> list[Record]:
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
    from lprcorpus.schema import TYPES, Record

    corpus = corpus or Corpus()
    if type is None:
        return list(corpus.rows("records", Record))
    if type not in TYPES:
        raise UnknownName("type", type, TYPES)
    return list(corpus.rows("records", Record, type={type}))


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
    from lprcorpus.schema import Record

    return (corpus or Corpus()).row("records", Record, id)


def path() -> Path:
    """Return the folder of the packaged corpus: its Parquet files and its metadata.

    >>> (path() / "datapackage.json").is_file()
    True
    """
    return data_folder()
