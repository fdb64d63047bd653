"""The layout of a raw text that was extracted from a PDF: ``raw/<issue>.layout.parquet``.

It has one row for each raw line with print on it, and says from which PDF and with what the text
was extracted. The raw text stays the source: nothing that a corpus contains needs this file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

from pydantic import Field, ValidationError

from lprcorpus.errors import RawTextError
from lprcorpus.schema import Row, Table
from lprcorpus.table_files import FileState, TableFile

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "LAYOUT",
    "Extraction",
    "LayoutLine",
    "LayoutWriter",
    "extraction_of",
    "layout_path",
    "read_layout",
]

_ROW_GROUP = 5_000
"""Rows in a row group: what is kept in memory before it is written."""

Ordinal = Annotated[int, Field(ge=1)]


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
    column: Annotated[int, Field(ge=0)] = Field(
        description="Column of the page, from the left; 0 for a line that belongs to no column.",
        examples=[2],
    )
    x0: float = Field(
        description="Left edge of the line, in points from the left of the page.",
        examples=[72.0],
    )
    y0: float = Field(
        description="Upper edge of the line, in points from the top of the page.",
        examples=[96.4],
    )
    x1: float = Field(
        description="Right edge of the line, in points from the left of the page.",
        examples=[289.75],
    )
    y1: float = Field(
        description="Lower edge of the line, in points from the top of the page.",
        examples=[106.4],
    )
    font: Annotated[str, Field(min_length=1)] = Field(
        description="Font of most of its characters, without the prefix of a subset.",
        examples=["Times-Roman"],
    )
    size: float = Field(
        description="Size of that font on the page, in points.",
        examples=[10.0],
    )
    weight: Ordinal = Field(
        description="Weight of that font, as its name says: 300 (light), 400, 600 or 700 (bold), 900.",
        examples=[400],
    )


LAYOUT = Table("layout", LayoutLine, ("line",))
"""The sidecar as a table; it belongs to a raw text and is none of the seven tables of a corpus."""


@dataclass(frozen=True)
class Extraction:
    """From which PDF a raw text was extracted, and with what: the table ``[extraction]`` of a manifest.

    Attributes:
        pdf_sha256: the SHA-256 of the PDF's bytes, in hexadecimal.
        extractor: the program.
        version: its version, with those of the library that it reads PDF with.
    """

    pdf_sha256: str
    extractor: str
    version: str


def layout_path(raw_text: Path) -> Path:
    """Return the path of the sidecar that belongs to a raw text.

    >>> layout_path(Path("raw/lpr-1-3.txt")).name
    'lpr-1-3.layout.parquet'
    """
    return raw_text.with_name(f"{raw_text.stem}.layout.parquet")


def read_layout(path: Path) -> list[LayoutLine]:
    """Return the rows of a sidecar, in the order of the raw lines.

    Raises:
        CorpusNotFound: the file is missing or is not Parquet.
        RawTextError: a row of it is not what the model asks for.
    """
    with _table_file(path).open() as file:
        rows = file.read().to_pylist()
    try:
        return [LayoutLine.model_validate(row) for row in rows]
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in problem["loc"])
        found = f"found {problem['input']!r} in column {place}"
        raise RawTextError(str(path), f"{found}; expected a layout: {problem['msg']}") from None


def extraction_of(path: Path) -> Extraction:
    """Return what a sidecar says of the extraction that made it.

    Raises:
        CorpusNotFound: the file is missing or is not Parquet.
        RawTextError: it does not say so.
    """
    with _table_file(path).open() as file:
        written = file.schema_arrow.metadata or {}
    values = {}
    for field in fields(Extraction):
        value = written.get(field.name.encode())
        if value is None:
            problem = f"no {field.name} in its metadata; expected a layout by lprcorpus extract"
            raise RawTextError(str(path), problem)
        values[field.name] = value.decode("utf-8", "replace")
    return Extraction(**values)


def _table_file(path: Path) -> TableFile:
    return TableFile(LAYOUT.name, path, FileState.of(path))


class LayoutWriter:
    """A sidecar that is being written, some rows at a time; a context manager that ends the file.

    Equal rows give equal bytes with the same libraries.
    """

    def __init__(self, stream: BinaryIO, extraction: Extraction) -> None:
        import pyarrow.parquet as pq

        self._schema = _arrow_schema(extraction)
        self._writer = pq.ParquetWriter(
            stream, self._schema, compression="zstd", compression_level=3
        )
        self._waiting: list[LayoutLine] = []

    def add(self, rows: Iterable[LayoutLine]) -> None:
        """Take in the rows that follow."""
        self._waiting += rows
        while len(self._waiting) >= _ROW_GROUP:
            self._write(self._waiting[:_ROW_GROUP])
            del self._waiting[:_ROW_GROUP]

    def __enter__(self) -> LayoutWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._waiting:
            self._write(self._waiting)
        self._writer.close()  # on an error too: Arrow would do it later, in a stream that is closed

    def _write(self, rows: list[LayoutLine]) -> None:
        import pyarrow as pa

        values = [row.model_dump() for row in rows]
        self._writer.write_table(pa.Table.from_pylist(values, schema=self._schema))


def _arrow_schema(extraction: Extraction) -> pa.Schema:
    import pyarrow as pa

    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    columns = []
    for column in LAYOUT.columns:
        description = {"description": column.description}
        columns.append(
            pa.field(column.name, types[column.type], nullable=False, metadata=description)
        )
    return pa.schema(columns, metadata=asdict(extraction))
