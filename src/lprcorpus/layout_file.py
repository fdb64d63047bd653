"""The layout of a raw text that was extracted from a PDF: ``raw/<issue>.layout.parquet``.

The raw text stays the source: what is built with this file is proved without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import mode
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lprcorpus.errors import DataError, RawTextError
from lprcorpus.schema import Count, Ordinal, Row, Sha256, Table, Text
from lprcorpus.table_files import TableFile
from lprcorpus.typed_rows import read_rows


class LayoutLine(Row):
    """One printed line of a raw text: where it is on the page of its PDF, and how it is set."""

    line: Ordinal = Field(
        description="Number of the raw line, from 1. A line without print has no row.",
        examples=[12],
    )
    page: Ordinal = Field(
        description="Page of the PDF, counted from 1; not the number that is printed on it.",
        examples=[3],
    )
    column: Count = Field(
        description="Column of the page, from the left; 0 for a line that belongs to no column.",
        examples=[2],
    )
    x0: float = Field(
        description="Left edge of the line, in points from the left of the page.", examples=[72.0]
    )
    y0: float = Field(
        description="Upper edge of the line, in points from the top of the page.", examples=[96.4]
    )
    x1: float = Field(
        description="Right edge of the line, in points from the left of the page.",
        examples=[289.75],
    )
    y1: float = Field(
        description="Lower edge of the line, in points from the top of the page.", examples=[106.4]
    )
    font: Text = Field(
        description="Font of most of its characters, without the prefix of a subset.",
        examples=["Times-Roman"],
    )
    size: float = Field(description="Size of that font on the page, in points.", examples=[10.0])
    weight: Ordinal = Field(
        description="Weight of that font, as its name says: 300 (light), 400, 600 or 700 (bold),"
        " 900.",
        examples=[400],
    )


# The layout as a table; it belongs to a raw text and is none of the seven tables of a corpus.
LAYOUT = Table("layout", LayoutLine, ("line",))


class Extraction(BaseModel):
    """From which PDF a raw text was extracted, and with what; a manifest says it, too."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    pdf_sha256: Sha256
    extractor: Text
    version: Text


@dataclass(frozen=True)
class Layout:
    """How the lines of a raw text are set, in their order, and which PDF they are from."""

    lines: Sequence[LayoutLine]
    extraction: Extraction


# Notes are set in at most so much of the size of most text: 8.5 points under 10.
_SMALL = 0.9


def small_lines(layout: Iterable[LayoutLine]) -> frozenset[int]:
    """Return the numbers of the raw lines that are set smaller than most text, as notes are."""
    rows = list(layout)
    widths: dict[float, float] = defaultdict(float)
    for row in rows:
        widths[round(row.size, 1)] += row.x1 - row.x0
    usual = max(widths, key=lambda size: (widths[size], size), default=0.0)
    return frozenset(row.line for row in rows if row.size <= _SMALL * usual)


# A paragraph's first line begins so far right of its column's edge, in shares of its size; what is
# centred begins further right.
_LEAST_INDENT, _MOST_INDENT = 0.7, 4.0


def indented_lines(layout: Iterable[LayoutLine]) -> frozenset[int]:
    """Return the numbers of the raw lines that are indented as a paragraph's first line is.

    Of a quotation that is set in only the first line counts.
    """
    columns: dict[tuple[int, int], list[LayoutLine]] = defaultdict(list)
    for row in layout:
        columns[row.page, row.column].append(row)
    found = set()
    for rows in columns.values():
        # Most lines begin at the edge; in points, for some letters begin a little to the left.
        edge = mode(sorted(round(row.x0) for row in rows))
        was_indented = False
        for row in rows:
            indent = row.x0 - edge
            is_indented = _LEAST_INDENT * row.size <= indent <= _MOST_INDENT * row.size
            if is_indented and not was_indented:
                found.add(row.line)
            was_indented = is_indented
    return frozenset(found)


def layout_path(raw_text: Path) -> Path:
    """Return the path of the layout that belongs to a raw text.

    >>> layout_path(Path("raw/lpr-1-3.txt")).name
    'lpr-1-3.layout.parquet'
    """
    return raw_text.with_name(f"{raw_text.stem}.layout.parquet")


def read_layout(path: Path) -> Layout:
    """Return a layout.

    Raises:
        CorpusNotFound: the file is missing or is not Parquet.
        RawTextError: it is no layout, or a row is not what the model asks for.
    """
    with TableFile.at(path).open() as file:
        stated = {}
        for name in Extraction.model_fields:
            value = (file.schema_arrow.metadata or {}).get(name.encode(), b"")
            stated[name] = value.decode("utf-8", "replace")
        try:
            extraction = Extraction.model_validate(stated)
            lines = list(read_rows(file, LAYOUT.name, LayoutLine, {}))
        except ValidationError:
            problem = "does not say what it was extracted from; expected what extract wrote"
            raise RawTextError(str(path), problem) from None
        except DataError as error:
            raise RawTextError(str(path), str(error)) from None
    return Layout(lines, extraction)


def write_layout(stream: BinaryIO, lines: Iterable[LayoutLine], extraction: Extraction) -> None:
    """Write a layout. Equal rows give equal bytes with the same libraries."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from lprcorpus.tables import ROW_GROUP, arrow_fields

    schema = arrow_fields(LAYOUT).with_metadata(extraction.model_dump())
    remaining = iter(lines)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        # Not all at once: the layout of 1,000 pages takes 160 MB.
        while rows := [line.model_dump() for line in islice(remaining, ROW_GROUP)]:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
