"""Models to Arrow and Parquet, and back: the Arrow schemas, the files, and the digests of what they hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter

from lprcorpus.schema import TABLES, Column, Row

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = [
    "ROW_GROUP",
    "IssueDigests",
    "TableDigest",
    "arrow_schema",
    "features",
    "from_arrow",
    "issue_digests",
    "table_digest",
    "to_arrow",
    "writer",
]

ROW_GROUP = 5_000
"""Rows in a row group, at most."""

_ARROW = {"string": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}
_FEATURES = {"string": "string", "integer": "int64", "boolean": "bool"}


def features(name: str) -> dict[str, dict[str, str]]:
    """Return the Hugging Face features of a table, as the ``datasets`` library writes them in JSON."""
    return {
        column.name: {"dtype": _FEATURES[column.type], "_type": "Value"}
        for column in TABLES[name].columns
    }


@lru_cache
def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of a table, with each column's description and the Hugging Face features in its metadata.

    Every field is nullable: ``datasets`` loses the feature of one that is not. What may be null is
    said in the Table Schema.
    """
    fields = [_arrow_field(column) for column in TABLES[name].columns]
    info = json.dumps({"info": {"features": features(name)}}, separators=(",", ":"))
    return pa.schema(fields, metadata={"huggingface": info})


def _arrow_field(column: Column) -> pa.Field[Any]:
    return pa.field(column.name, _ARROW[column.type], metadata={"description": column.description})


def to_arrow(name: str, rows: Sequence[Row]) -> pa.Table:
    """Return the rows of a table, given by its name, in Arrow."""
    schema = arrow_schema(name)
    columns = {column: list(map(attrgetter(column), rows)) for column in schema.names}
    return pa.Table.from_pydict(columns, schema=schema)


def from_arrow(name: str, table: pa.Table) -> list[Row]:
    """Return the rows of a table, given by its name, as models; columns that the model does not know are left out.

    All rows are validated in one call, at about 450,000 a second.

    Raises:
        ValidationError: a value is not what its column may hold, or a column is missing.
    """
    known = [column for column in arrow_schema(name).names if column in table.column_names]
    return _adapter(name).validate_python(table.select(known).to_pylist())


@lru_cache
def _adapter(name: str) -> TypeAdapter[list[Row]]:
    """Return what reads a list of the rows of a table."""
    model: Any = TABLES[name].model
    return TypeAdapter(list[model])


def writer(name: str, where: Path | BinaryIO) -> pq.ParquetWriter:
    """Open a Parquet file for a table, at a path or in a stream, so that equal rows give equal bytes with the same libraries."""
    import pyarrow.parquet as pq

    return pq.ParquetWriter(
        where,
        arrow_schema(name),
        compression="zstd",
        compression_level=3,
        write_page_checksum=True,
        store_schema=True,
    )


class IssueDigests:
    """The SHA-256 of each issue's rows in canonical form, from the rows of a table sorted by its key, some at a time.

    A row's canonical form is a JSON array of its values in the order of the columns, in UTF-8,
    without spaces between its parts and with non-ASCII characters as they are, ended by a newline.
    """

    def __init__(self, name: str) -> None:
        self._key = TABLES[name].key[0]
        self._done: list[tuple[str, str]] = []
        self._issue: str | None = None
        self._digest = hashlib.sha256()

    def add(self, rows: pa.Table) -> None:
        """Take in the rows that follow; all columns, in the table's order."""
        for start in range(0, rows.num_rows, ROW_GROUP):
            part = rows.slice(start, ROW_GROUP).combine_chunks()
            keys = part.column(self._key).combine_chunks()
            changes = [
                0,
                *(pc.indices_nonzero(pc.not_equal(keys[1:], keys[:-1])).to_numpy() + 1).tolist(),
            ]
            lines = _json_lines(part)
            offsets, content = lines.buffers()[1:]
            ends = memoryview(offsets).cast("i")[lines.offset :]
            for first, after in zip(changes, [*changes[1:], len(lines)], strict=True):
                self._add(
                    str(keys[first].as_py()).partition("/")[0],
                    memoryview(content)[ends[first] : ends[after]],
                )

    def _add(self, issue: str, content: memoryview) -> None:
        if issue != self._issue:
            self._finish()
            self._issue, self._digest = issue, hashlib.sha256()
        self._digest.update(content)

    def _finish(self) -> None:
        if self._issue is not None:
            self._done.append((self._issue, self._digest.hexdigest()))
            self._issue = None

    def finish(self) -> list[tuple[str, str]]:
        """Return each issue's id and digest, in the order of the rows."""
        self._finish()
        return self._done


_ESCAPES = {ord(char): json.dumps(char)[1:-1] for char in ["\\", '"', *map(chr, range(0x20))]}
"""What JSON writes in place of a character; the backslash comes first, for the others bring more of them."""


def _json_lines(rows: pa.Table) -> pa.Array:
    """Return each row as a JSON array and a newline, as Python's ``json`` writes it compactly; in Arrow, for speed."""
    first, *others, last = (_as_json(column.combine_chunks()) for column in rows.columns)
    opened, closed = (
        pc.binary_join_element_wise(*ends, "") for ends in (("[", first), (last, "]\n"))
    )
    return pc.binary_join_element_wise(opened, *others, closed, ",")


def _content(strings: pa.Array) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the bytes of strings, one after the other."""
    _, offsets, content = strings.buffers()
    if content is None:
        return np.empty(0, np.uint8)
    ends = np.frombuffer(offsets, np.int32)
    return np.frombuffer(content, np.uint8)[
        ends[strings.offset] : ends[strings.offset + len(strings)]
    ]


def _as_json(values: pa.Array) -> pa.Array:
    if not pa.types.is_string(values.type):
        return pc.fill_null(values.cast(pa.string()), "null")
    content = _content(values)
    data = content.tobytes()
    rare = set(content[content < 0x20].tolist()) if len(content) else set()
    for code, written in _ESCAPES.items():
        if code in rare or (code >= 0x20 and chr(code).encode() in data):
            values = pc.replace_substring(values, chr(code), written)
    return pc.fill_null(pc.binary_join_element_wise('"', values, '"', ""), "null")


def issue_digests(name: str, table: pa.Table) -> list[tuple[str, str]]:
    """Return, for each issue in a table sorted by its key, its id and the SHA-256 of its rows in canonical form."""
    digests = IssueDigests(name)
    digests.add(table)
    return digests.finish()


class TableDigest:
    """The content digest of a table: the SHA-256 of its issues' ids and digests, a line each, in the order of the ids."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def update(self, digests: Iterable[tuple[str, str]]) -> None:
        """Add the ids and digests of the issues that follow."""
        for issue, own in digests:
            self._digest.update(f"{issue} {own}\n".encode("utf-8", "surrogatepass"))

    def hexdigest(self) -> str:
        """Return the digest of what was added so far."""
        return self._digest.hexdigest()


def table_digest(digests: Iterable[tuple[str, str]]) -> str:
    """Return the content digest of a table whose issues have these ids and digests, in the order of the ids."""
    digest = TableDigest()
    digest.update(digests)
    return digest.hexdigest()
