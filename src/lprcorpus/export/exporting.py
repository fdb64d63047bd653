"""The export itself: what was asked for, in the format asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import BinaryIO

from lprcorpus.corpus import DESCRIPTOR, Corpus
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.export.database import export_database
from lprcorpus.export.job import Exported, Job, Progress, TextParts, select
from lprcorpus.export.row_files import TABLE_FORMATS, export_tables
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
    """Write the corpus, or the records of some ids and types, in another format.

    The options are those of :class:`~lprcorpus.export.job.Job`. A file is written whole or not at
    all. Memory contains the rows of one shard at a time.

    Raises:
        UnknownName: there is no such format, table, record, issue or type.
        UsageError: an option does not go with the format, or a file of the corpus is missing.
        MissingLibrary: TEI is asked for, and the extra ``tei`` is not installed.
        OutputError: a file cannot be written.
        DataError: a row or a table is not what its model allows.
    """
    _check_options(format, table, parts, nested=nested, bom=bom)
    corpus = corpus or Corpus()
    if table is not None:
        corpus.resource(table)  # an unknown table is refused before anything is read
    job = Job(
        corpus=corpus,
        selection=select(corpus, ids, types),
        out=out,
        format=format,
        table=table,
        nested=nested,
        bom=bom,
        parts=parts or TextParts(),
        progress=progress,
    )
    if job.path is not None:
        corpus.check_output(job.path / DESCRIPTOR if job.is_folder else job.path)
    return _EXPORTERS[format](job)


def _check_options(
    form: str, table: str | None, parts: TextParts | None, *, nested: bool, bom: bool
) -> None:
    """Raise UsageError for an option that does not go with the format."""
    if form not in FORMATS:
        raise UnknownName("format", form, FORMATS)
    if table is not None and form not in TABLE_FORMATS:
        found = f"{form} does not hold one table; found the table {table!r}"
        raise UsageError(f"{found}; expected csv, jsonl or parquet for it")
    if nested and (form != "jsonl" or table not in (None, "records")):
        found = f"found {table or 'records'} in {form}"
        raise UsageError(f"only records in JSON Lines can be nested; {found}")
    if bom and form != "csv":
        raise UsageError(f"only CSV has a byte order mark; found {form}")
    if parts is not None and form != "txt":
        raise UsageError(f"only a text file has parts to choose; found {form}")
