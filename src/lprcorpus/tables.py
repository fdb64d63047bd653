"""Models to Arrow and Parquet, and back: the Arrow schemas, the files, and the digests of what they hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa

from lprcorpus.schema import TABLES, Column

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["arrow_schema", "content_digest", "features", "issue_digests", "table_digest", "to_arrow", "writer"]

ROW_GROUP = 5_000
"""Rows in a row group, at most."""

_ARROW = {"string": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}
_FEATURES = {"string": "string", "integer": "int64", "boolean": "bool"}


def features(name: str) -> dict[str, dict[str, str]]:
    """Return the Hugging Face features of a table, as the ``datasets`` library writes them in JSON."""
    return {column.name: {"dtype": _FEATURES[column.type], "_type": "Value"} for column in TABLES[name].columns}


def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of a table, with each column's description and the Hugging Face features in its metadata.

    Every field is nullable: ``datasets`` loses the feature of one that is not. What may be null is said in the Table Schema.
    """
    fields = [_arrow_field(column) for column in TABLES[name].columns]
    info = json.dumps({"info": {"features": features(name)}}, separators=(",", ":"))
    return pa.schema(fields, metadata={"huggingface": info})


def _arrow_field(column: Column) -> pa.Field[Any]:
    return pa.field(column.name, _ARROW[column.type], metadata={"description": column.description})


def to_arrow(name: str, columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    """Return rows, given column by column, as an Arrow table of the table's schema."""
    return pa.Table.from_pydict(dict(columns), schema=arrow_schema(name))


def writer(name: str, where: Path | BinaryIO) -> pq.ParquetWriter:
    """Open a Parquet file for a table, at a path or in a stream, so that equal rows give equal bytes with the same libraries."""
    import pyarrow.parquet as pq

    return pq.ParquetWriter(
        where, arrow_schema(name), compression="zstd", compression_level=3, write_page_checksum=True, store_schema=True
    )


def issue_digests(name: str, table: pa.Table) -> Iterator[tuple[str, str]]:
    """Yield, for each issue in a table sorted by its key, its id and the SHA-256 of its rows in canonical form.

    A row's canonical form is a JSON array of its values in the order of the columns, in UTF-8, without spaces between its
    parts and with non-ASCII characters as they are, ended by a newline.
    """
    issue_of = _issue_of(name, table)
    digest = None
    current = None
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
    for issue, row in zip(issue_of, zip(*(column.to_pylist() for column in table.columns), strict=True), strict=True):
        if issue != current:
            if digest is not None and current is not None:
                yield current, digest.hexdigest()
            digest, current = hashlib.sha256(), issue
        assert digest is not None
        digest.update(encode(row).encode("utf-8", "surrogatepass") + b"\n")
    if digest is not None and current is not None:
        yield current, digest.hexdigest()


def _issue_of(name: str, table: pa.Table) -> Iterable[str]:
    """Return the issue that each row belongs to: the part of its key before the slash."""
    key = TABLES[name].key[0]
    return [str(value).partition("/")[0] for value in table.column(key).to_pylist()]


def table_digest(digests: Iterable[tuple[str, str]]) -> str:
    """Return the content digest of a table: the SHA-256 of its issues' ids and digests, a line each, sorted by id."""
    lines = (f"{issue} {digest}\n" for issue, digest in sorted(digests))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def content_digest(name: str, table: pa.Table) -> str:
    """Return the content digest of a whole table: equal for equal rows, whatever library wrote the file."""
    return table_digest(issue_digests(name, table))
