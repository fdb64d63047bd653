"""The export itself: what was asked for, read file by file, written in the format asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, get_args

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.export.selection import Selection, select, shards
from lprcorpus.files import whole_file

if TYPE_CHECKING:
    import pyarrow as pa

    from lprcorpus.export.rowformats import CsvRows, JsonRows, ParquetRows
    from lprcorpus.export.tei_text import RecordRows

__all__ = ["FORMATS", "Exported", "Format", "Progress", "export"]

Format = Literal["csv", "jsonl", "parquet", "tei"]
FORMATS: tuple[str, ...] = get_args(Format)

Progress = Callable[[int, int], None]
"""Called with the bytes read and the bytes in all."""

_NESTED = ("contributors", "blocks")
"""The tables that a record may hold the rows of."""


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Attributes:
        rows: how many rows of the table; in TEI, how many records.
        longest_cell: characters in the longest cell of CSV; 0 in the other formats.
        unplaced: records in TEI whose pages may break at a place that is not known, for want of the raw text.
    """

    rows: int
    longest_cell: int = 0
    unplaced: int = 0


def export(
    out: Path | str | BinaryIO,
    format: str,  # noqa: A002  the option's name
    ids: Collection[str] = (),
    *,
    table: str = "records",
    types: Collection[str] = (),
    nested: bool = False,
    bom: bool = False,
    corpus: Corpus | None = None,
    progress: Progress | None = None,
) -> Exported:
    r"""Write rows of the corpus as CSV, JSON Lines or Parquet, or records as TEI P5.

    A file is written whole or not at all. Memory holds the rows of one file of each table at a time.

    Args:
        out: the file to write, or a binary stream.
        format: ``"csv"``, ``"jsonl"``, ``"parquet"`` or ``"tei"``.
        ids: ids of the records wanted, or of issues, whose records are all meant; all by default.
        table: the table; only the rows that belong to the records wanted are written. TEI has no tables.
        types: only records of these types.
        nested: in JSON Lines, let each record hold its contributors and blocks.
        bom: begin CSV with a byte order mark, for Excel.
        corpus: where to look; the corpus that came with the package by default.
        progress: called with the bytes read and the bytes in all.

    Raises:
        UnknownName: there is no such format, table, record, issue or type; the message gives those that come near.
        UsageError: an option does not go with the format.
        MissingLibrary: TEI is asked for, and the extra ``tei`` is not installed.
        OutputError: the file cannot be written.
        CorpusNotFound: a file of the corpus is missing or is not what it should be.

    >>> import io
    >>> stream = io.BytesIO()
    >>> export(stream, "csv", ["lpr-1-2/hourglass-of-the-free"], table="contributors").rows
    1
    >>> print(stream.getvalue().decode().splitlines()[1])
    "lpr-1-2/hourglass-of-the-free",1,"George Tumaob Calaor","Calaor","George Tumaob","author"
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    _check_options(format, table, nested=nested, bom=bom)
    corpus = corpus or Corpus()
    corpus.files(table)
    selection = select(corpus, ids, types)
    if format == "tei":
        return _export_texts(out, selection, corpus, progress)
    with _opened(out) as stream:
        return _export_rows(stream, format, table, selection, corpus, progress, nested=nested, bom=bom)


def _check_options(format: str, table: str, *, nested: bool, bom: bool) -> None:  # noqa: A002  the option's name
    """Raise UsageError if an option does not go with the format."""
    if nested and (format != "jsonl" or table != "records"):
        raise UsageError(f"only records in JSON Lines can be nested; found {table} in {format}")
    if bom and format != "csv":
        raise UsageError(f"only CSV has a byte order mark; found {format}")
    if format == "tei" and table != "records":
        raise UsageError(f"TEI holds records; found the table {table!r}; expected csv, jsonl or parquet for it")


def _opened(out: Path | str | BinaryIO) -> AbstractContextManager[BinaryIO]:
    return whole_file(Path(out)) if isinstance(out, str | Path) else nullcontext(out)


def _export_rows(
    stream: BinaryIO,
    format: str,  # noqa: A002  the option's name
    table: str,
    selection: Selection,
    corpus: Corpus,
    progress: Progress | None,
    *,
    nested: bool,
    bom: bool,
) -> Exported:
    from lprcorpus.export.rowformats import BATCH, CsvRows, JsonRows, ParquetRows

    rows: CsvRows | JsonRows | ParquetRows
    if format == "csv":
        rows = CsvRows(stream, table, bom=bom)
    else:
        rows = JsonRows(stream) if format == "jsonl" else ParquetRows(stream, table)
    inner = _NESTED if nested else ()
    sizes = [path.stat().st_size for path in corpus.files(table)]
    written = 0
    for number, shard in enumerate(shards(corpus, selection, [table, *inner])):
        part = shard[table]
        held = {name: _by_record(shard[name]) for name in inner}
        for start in range(0, part.num_rows, BATCH):
            rows.write(part.slice(start, BATCH), held)
            if progress:
                progress(sum(sizes[:number]) + sizes[number] * start // part.num_rows, sum(sizes))
        written += part.num_rows
    rows.close()
    return Exported(written, rows.longest if isinstance(rows, CsvRows) else 0)


def _export_texts(out: Path | str | BinaryIO, selection: Selection, corpus: Corpus, progress: Progress | None) -> Exported:
    """Write records as TEI: all into one document, or those of each issue into a file of its own in a folder."""
    from lprcorpus.export.tei_corpus import OF_ISSUES, OF_RECORDS, record_rows

    sizes = [path.stat().st_size for path in corpus.files("records")]
    written = unplaced = 0

    def texts() -> Iterator[RecordRows]:
        nonlocal written, unplaced
        for number, shard in enumerate(shards(corpus, selection, OF_RECORDS, OF_ISSUES)):
            for at, rows in enumerate(record_rows(corpus, shard)):
                yield rows
                written += 1
                unplaced += rows.raw is None
                if progress:
                    progress(sum(sizes[:number]) + sizes[number] * at // shard["records"].num_rows, sum(sizes))

    found = texts()
    first = next(found, None)
    if first is None:
        raise UsageError("no record is both among those named and of the types named; expected one at least, for TEI")
    if isinstance(out, str | Path) and (Path(out).is_dir() or str(out).endswith(("/", os.sep))):
        for (issue, periodical), group in groupby(
            chain([first], found), lambda rows: (rows.issue["id"], rows.issue["periodical"])
        ):
            _write_texts(Path(out) / f"{issue}.xml", group, corpus, {periodical})
    else:
        names = {name for part in corpus.parts("issues", ["periodical"]) for name in part.column("periodical").to_pylist()}
        _write_texts(out, chain([first], found), corpus, names)
    return Exported(written, unplaced=unplaced)


def _write_texts(out: Path | str | BinaryIO, texts: Iterable[RecordRows], corpus: Corpus, periodicals: set[str]) -> None:
    from lprcorpus.export.tei_corpus import tei_corpus

    with _opened(out) as stream, tei_corpus(stream, corpus, sorted(periodicals)) as write:
        for rows in texts:
            write(rows)


def _by_record(table: pa.Table) -> dict[str, list[dict[str, Any]]]:
    """Return rows by the record that they belong to, without saying so again in each."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        found.setdefault(row.pop("record_id"), []).append(row)
    return found
