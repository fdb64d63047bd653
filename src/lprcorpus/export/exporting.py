"""The export itself: what was asked for, in the format asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import BinaryIO

from lprcorpus.corpus import DESCRIPTOR, Corpus
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.export.database import export_database
from lprcorpus.export.job import Exported, Job, Progress, TextParts, select
from lprcorpus.export.row_files import export_csv, export_json, export_parquet
from lprcorpus.export.text_files import export_texts


def _export_tei(job: Job) -> None:
    from lprcorpus.export.tei import export_tei  # needs the extra ``tei``

    export_tei(job)


_EXPORTERS: dict[str, Callable[[Job], None]] = {
    "csv": export_csv,
    "jsonl": export_json,
    "parquet": export_parquet,
    "tei": _export_tei,
    "txt": export_texts,
    "sqlite": export_database,
}

# The formats that an option goes with.
_OPTIONS = {
    "table": ("csv", "jsonl", "parquet"),
    "nested": ("jsonl",),
    "bom": ("csv",),
    "title, headings or note": ("txt",),
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

    A path that is a folder, or ends with a slash, is the folder to write; the other options are
    those of :class:`~lprcorpus.export.job.Job`. A file is written whole or not at all.
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    given = {"table": table, "nested": nested, "bom": bom, "title, headings or note": parts}
    for option, formats in _OPTIONS.items():
        if given[option] and format not in formats:
            raise UsageError(
                f"{format} takes no option {option}; expected it with {', '.join(formats)}"
            )
    if nested and table not in (None, "records"):
        raise UsageError(f"only records can be nested; found {table}")
    corpus = corpus or Corpus()
    if table is not None:
        corpus.resource(table)  # an unknown table is refused before anything is read
    is_folder = False
    if isinstance(out, (str, Path)):
        is_folder = str(out).endswith(("/", os.sep)) or Path(out).is_dir()
        out = Path(out)
        corpus.check_output(out / DESCRIPTOR if is_folder else out)
    job = Job(
        corpus=corpus,
        selection=select(corpus, ids, types),
        out=out,
        is_folder=is_folder,
        table=table,
        nested=nested,
        bom=bom,
        parts=parts or TextParts(),
        progress=progress,
    )
    _EXPORTERS[format](job)
    return job.done
