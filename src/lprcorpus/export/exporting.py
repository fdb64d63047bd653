"""The export itself: what was asked for, in the format asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import BinaryIO

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.export.database import export_database
from lprcorpus.export.job import Exported, Job, Progress, TextParts, select
from lprcorpus.export.row_files import export_tables
from lprcorpus.export.text_files import export_texts


def _export_tei(job: Job) -> Exported:
    from lprcorpus.export.tei_corpus import export_tei  # needs the extra ``tei``

    return export_tei(job)


_EXPORTERS: dict[str, Callable[[Job], Exported]] = {
    "csv": export_tables,
    "jsonl": export_tables,
    "parquet": export_tables,
    "tei": _export_tei,
    "txt": export_texts,
    "sqlite": export_database,
}

FORMATS = tuple(_EXPORTERS)
"""The formats, by the names that people give."""


def export(
    out: Path | str | BinaryIO,
    format: str,  # noqa: A002  the option's name
    ids: Collection[str] = (),
    *,
    table: str | None = None,
    types: Collection[str] = (),
    nested: bool = False,
    bom: bool = False,
    parts: TextParts | None = None,
    corpus: Corpus | None = None,
    progress: Progress | None = None,
) -> Exported:
    r"""Write the corpus, or some records of it, in another format.

    A file is written whole or not at all. Memory contains the rows of one shard at a time.

    Args:
        out: the file to write, or a binary stream; a path that is a folder or ends with a slash is
            a folder.
        format: ``"csv"``, ``"jsonl"`` or ``"parquet"``: a table; ``"csv"`` into a folder and
            without a table: all tables, as a data package; ``"sqlite"``: all tables, as a database;
            ``"txt"``: a text file for each record, into a folder; ``"tei"``: TEI P5, into a folder
            a file for each issue.
        ids: ids of the records wanted, or of issues, whose records are all meant; all by default.
        table: the table, ``"records"`` by default; only the rows that belong to the records wanted
            are written.
        types: only records of these types.
        nested: in JSON Lines, let each record hold its contributors and blocks.
        bom: begin CSV with a byte order mark, for Excel.
        parts: what is in a text file.
        corpus: where to look; the corpus that came with the package by default.
        progress: called with the bytes read and the bytes in all.

    Raises:
        UnknownName: there is no such format, table, record, issue or type; the message gives those
            that come near.
        UsageError: an option does not go with the format.
        MissingLibrary: TEI is asked for, and the extra ``tei`` is not installed.
        OutputError: a file cannot be written.
        CorpusNotFound: a file of the corpus is missing.
        DataError: a row or a table is not what its model allows.

    >>> import io
    >>> stream = io.BytesIO()
    >>> export(stream, "csv", ["lpr-1-2/hourglass-of-the-free"], table="contributors").rows
    1
    >>> print(stream.getvalue().decode().splitlines()[1])
    "lpr-1-2/hourglass-of-the-free",1,"George Tumaob Calaor","Calaor","George Tumaob","author"
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    if table is not None and _EXPORTERS[format] is not export_tables:
        found = f"{format} does not hold one table; found the table {table!r}"
        raise UsageError(f"{found}; expected csv, jsonl or parquet for it")
    if nested and (format != "jsonl" or table not in (None, "records")):
        found = f"found {table or 'records'} in {format}"
        raise UsageError(f"only records in JSON Lines can be nested; {found}")
    if bom and format != "csv":
        raise UsageError(f"only CSV has a byte order mark; found {format}")
    if parts is not None and format != "txt":
        raise UsageError(f"only a text file has parts to choose; found {format}")
    corpus = corpus or Corpus()
    if table is not None:
        # An unknown table is refused before anything is read.
        corpus.resource(table)
    is_folder = isinstance(out, str) and out.endswith(("/", os.sep))
    if isinstance(out, str):
        out = Path(out)
    job = Job(
        corpus=corpus,
        selection=select(corpus, ids, types),
        out=out,
        is_folder=is_folder or (isinstance(out, Path) and out.is_dir()),
        format=format,
        table=table,
        nested=nested,
        bom=bom,
        parts=parts or TextParts(),
        progress=progress,
    )
    return _EXPORTERS[format](job)
