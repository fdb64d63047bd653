"""Models to Arrow and Parquet: the schemas, the files, and the digests of what they contain."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.identifiers import issue_of
from lprcorpus.schema import TABLES, Row, Table

if TYPE_CHECKING:
    import pyarrow.parquet as pq

# Rows in a row group, at most.
ROW_GROUP = 5_000

_ARROW = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}
_FEATURES = {"string": "string", "integer": "int64", "boolean": "bool"}


def features(name: str) -> dict[str, dict[str, str]]:
    """Return the Hugging Face features of a table, as ``datasets`` writes them in JSON."""
    return {
        column.name: {"dtype": _FEATURES[column.type], "_type": "Value"}
        for column in TABLES[name].columns
    }


@lru_cache
def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of a table; its metadata have the Hugging Face features.

    Every field is nullable: ``datasets`` loses the feature of one that is not. What may be null is
    said in the Table Schema.
    """
    info = json.dumps({"info": {"features": features(name)}}, separators=(",", ":"))
    return arrow_fields(TABLES[name]).with_metadata({"huggingface": info})


def arrow_fields(table: Table) -> pa.Schema:
    """Return the columns of a table in Arrow, with their descriptions."""
    columns = []
    for column in table.columns:
        description = {"description": column.description}
        columns.append(pa.field(column.name, _ARROW[column.type], metadata=description))
    return pa.schema(columns)


def to_arrow(name: str, rows: Sequence[Row]) -> pa.Table:
    """Return the rows of a table, given by its name, in Arrow."""
    schema = arrow_schema(name)
    columns = {column: list(map(attrgetter(column), rows)) for column in schema.names}
    return pa.Table.from_pydict(columns, schema=schema)


def writer(name: str, where: Path | BinaryIO) -> pq.ParquetWriter:
    """Open a Parquet file for a table, at a path or in a stream.

    Equal rows give equal bytes with the same libraries.
    """
    import pyarrow.parquet as pq

    return pq.ParquetWriter(
        where,
        arrow_schema(name),
        compression="zstd",
        compression_level=3,
        write_page_checksum=True,
        store_schema=True,
    )


def issue_digests(name: str, table: pa.Table) -> list[tuple[str, str]]:
    """Return each issue's id and the SHA-256 of its rows in canonical form, in their order.

    The rows are in the order of the table's key. A row's canonical form is a JSON array of its
    values in the order of the columns, in UTF-8, without spaces between its parts and with
    non-ASCII characters as they are, ended by a newline.
    """
    return digests_by_issue(table, TABLES[name].key[0])


def digests_by_issue(table: pa.Table, key_column: str) -> list[tuple[str, str]]:
    """Return what :func:`issue_digests` does, of any table; a column names the issue of a row."""
    digests: list[tuple[str, hashlib._Hash]] = []
    for start in range(0, table.num_rows, ROW_GROUP):
        part = table.slice(start, ROW_GROUP).combine_chunks()
        ends, content = _buffers(_json_lines(part))
        for issue, first, after in issue_runs(part.column(key_column)):
            if not digests or digests[-1][0] != issue:
                digests.append((issue, hashlib.sha256()))
            digests[-1][1].update(content[ends[first] : ends[after]])
    return [(issue, digest.hexdigest()) for issue, digest in digests]


def issue_runs(keys: pa.ChunkedArray) -> Iterator[tuple[str, int, int]]:
    """Yield which rows are of one issue, given the key of each: the first, and one past the last.

    An issue may come several times.
    """
    runs = pc.run_end_encode(keys.combine_chunks())
    issues = [issue_of(str(key)) for key in runs.values.to_pylist()]
    start = 0
    for issue, run in groupby(zip(issues, runs.run_ends.to_pylist(), strict=True), itemgetter(0)):
        *_, (_, end) = run
        yield issue, start, end
        start = end


# The canonical form is written in Arrow: with Python's json a validation without the proof takes a
# third longer (1.9 s for 1.4 s), and a build 2 ms an issue.


def text_scalar(text: str) -> pa.StringScalar:
    """Return a text as one value of Arrow.

    Not by ``pa.scalar``, nor by giving a text to a function of Arrow: both import pandas, which
    takes 0.3 s, a fifth of validating 3,000 records without the proof.
    """
    data = text.encode()
    ends = pa.py_buffer(struct.pack("=2i", 0, len(data)))
    return pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(data)])[0]


# What JSON writes in place of a character; the backslash comes first, for the others bring more of
# them.
_ESCAPES = {char: json.dumps(char)[1:-1] for char in ["\\", '"', *map(chr, range(0x20))]}

_PLAIN = bytes(byte for byte in range(256) if chr(byte) not in _ESCAPES)

_NOTHING, _COMMA, _QUOTE, _NULL = map(text_scalar, ["", ",", '"', "null"])
_OPENING, _CLOSING = text_scalar("["), text_scalar("]\n")


def _json_lines(rows: pa.Table) -> pa.Array:
    """Return each row as a JSON array and a newline, as Python's ``json`` writes it compactly."""
    first, *others, last = (_as_json(column.combine_chunks()) for column in rows.columns)
    opened = pc.binary_join_element_wise(_OPENING, first, _NOTHING)
    closed = pc.binary_join_element_wise(last, _CLOSING, _NOTHING)
    return pc.binary_join_element_wise(opened, *others, closed, _COMMA)


def _as_json(values: pa.Array) -> pa.Array:
    if not pa.types.is_string(values.type):
        return pc.fill_null(values.cast(pa.string()), _NULL)
    ends, content = _buffers(values)
    present = set(bytes(content[ends[0] : ends[-1]]).translate(None, _PLAIN))
    for char, written in _ESCAPES.items():
        if ord(char) in present:
            values = pc.replace_substring(values, char, written)
    return pc.fill_null(pc.binary_join_element_wise(_QUOTE, values, _QUOTE, _NOTHING), _NULL)


def _buffers(strings: pa.Array) -> tuple[memoryview, memoryview]:
    """Return where each string begins and the last ends, and the bytes of all."""
    _, offsets, content = strings.buffers()
    ends = memoryview(offsets).cast("i")[strings.offset : strings.offset + len(strings) + 1]
    return ends, memoryview(content or b"")


def table_digest(digests: Iterable[tuple[str, str]]) -> str:
    """Return the content digest of a table.

    It is the SHA-256 of its issues' ids and digests, a line each, in the order of the ids.
    """
    whole = hashlib.sha256()
    for issue, digest in digests:
        whole.update(f"{issue} {digest}\n".encode("utf-8", "surrogatepass"))
    return whole.hexdigest()
