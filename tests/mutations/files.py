"""Files and Parquet schemas damaged."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq

from lprcorpus.schema import TABLES

from .kit import CorpusCopy, Expected, expect, mutation


def _damage_file(
    corpus: CorpusCopy, chance: random.Random, change: Callable[[bytes, random.Random], bytes]
) -> Expected:
    name = chance.choice(list(TABLES))
    path = corpus.folder / f"{name}.parquet"
    path.write_bytes(change(path.read_bytes(), chance))
    corpus.repair_metadata()
    return expect("not-parquet", name, files=[path.name])


@mutation("file: cut")
def _cut(corpus: CorpusCopy, chance: random.Random) -> Expected:
    return _damage_file(corpus, chance, lambda data, chance: data[: chance.randrange(1, len(data))])


@mutation("file: emptied")
def _emptied(corpus: CorpusCopy, chance: random.Random) -> Expected:
    return _damage_file(corpus, chance, lambda data, chance: b"")


@mutation("file: something else")
def _something_else(corpus: CorpusCopy, chance: random.Random) -> Expected:
    others = [b"id,title\n1,2\n", b"PAR1", b"\0" * 4096, b"{}", b"PAR1" + b"\xff" * 100 + b"PAR1"]
    return _damage_file(corpus, chance, lambda data, chance: chance.choice(others))


@mutation("file: a bit flipped, the hash not renewed")
def _bit(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    path = corpus.folder / f"{name}.parquet"
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return expect("hash-mismatch", name, files=[path.name])


@mutation("file: gone")
def _gone(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    (corpus.folder / f"{name}.parquet").unlink()
    return expect("file-missing", name, files=[f"{name}.parquet"])


@mutation("file: replaced by another table's")
def _replaced(corpus: CorpusCopy, chance: random.Random) -> Expected:
    one, other = chance.sample(list(TABLES), 2)
    shutil.copy(corpus.folder / f"{other}.parquet", corpus.folder / f"{one}.parquet")
    corpus.repair_metadata()
    return expect("column-missing", one, files=[f"{one}.parquet"])


@mutation("file: one that is not listed")
def _unlisted(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    stray = f"{name}-00000-of-00001.parquet"
    shutil.copy(corpus.folder / f"{name}.parquet", corpus.folder / stray)
    return expect("file-unlisted", name, files=[stray])


def _change_schema(
    corpus: CorpusCopy,
    chance: random.Random,
    codes: str,
    change: Callable[[pa.Table, str, random.Random], pa.Table],
) -> Expected:
    name = chance.choice(list(TABLES))
    path = corpus.folder / f"{name}.parquet"
    table = pq.ParquetFile(path).read()
    pq.write_table(change(table, chance.choice(table.column_names), chance), path)
    corpus.repair_metadata()
    return expect(codes, name, files=[path.name])


@mutation("schema: a column dropped")
def _column_dropped(corpus: CorpusCopy, chance: random.Random) -> Expected:
    return _change_schema(
        corpus, chance, "column-missing", lambda table, column, chance: table.drop_columns([column])
    )


@mutation("schema: a column added")
def _column_added(corpus: CorpusCopy, chance: random.Random) -> Expected:
    return _change_schema(
        corpus,
        chance,
        "column-unknown",
        lambda table, column, chance: table.append_column(
            "extra", pa.array([None] * len(table), pa.string())
        ),
    )


@mutation("schema: a column renamed")
def _column_renamed(corpus: CorpusCopy, chance: random.Random) -> Expected:
    return _change_schema(
        corpus,
        chance,
        "column-missing",
        lambda table, column, chance: table.rename_columns(
            [f"{name}_" if name == column else name for name in table.column_names]
        ),
    )


@mutation("schema: a column of another type")
def _column_type(corpus: CorpusCopy, chance: random.Random) -> Expected:
    def change(table: pa.Table, column: str, chance: random.Random) -> pa.Table:
        place = table.column_names.index(column)
        values = table.column(column)
        other = (
            pa.binary()
            if pa.types.is_string(values.type)
            else pa.string()
            if chance.random() < 0.5
            else pa.int32()
        )
        return table.set_column(
            place, table.schema.field(column).with_type(other), values.cast(other)
        )

    return _change_schema(corpus, chance, "column-type", change)


@mutation("schema: the columns in another order")
def _column_order(corpus: CorpusCopy, chance: random.Random) -> Expected:
    return _change_schema(
        corpus,
        chance,
        "column-order",
        lambda table, column, chance: table.select(table.column_names[::-1]),
    )


@mutation("schema: a column's description lost")
def _description(corpus: CorpusCopy, chance: random.Random) -> Expected:
    def change(table: pa.Table, column: str, chance: random.Random) -> pa.Table:
        place = table.column_names.index(column)
        return table.set_column(
            place, table.schema.field(column).remove_metadata(), table.column(column)
        )

    return _change_schema(corpus, chance, "column-description", change)


@mutation("schema: the Hugging Face features lost")
def _features(corpus: CorpusCopy, chance: random.Random) -> Expected:
    return _change_schema(
        corpus, chance, "features", lambda table, column, chance: table.replace_schema_metadata({})
    )


# What a Parquet footer says
# ---------------------------------------------------------------------------------------------------


def _change_footer(corpus: CorpusCopy, name: str, old: bytes, new: bytes) -> None:
    """Change bytes in the footer of a file."""
    path = corpus.folder / f"{name}.parquet"
    data = path.read_bytes()
    start = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    assert old in data[start:], (name, old)
    footer = data[start:-8].replace(old, new)
    path.write_bytes(data[:start] + footer + len(footer).to_bytes(4, "little") + data[-4:])
    corpus.repair_metadata()


@mutation("statistics: a false bound of a text")
def _false_bound(corpus: CorpusCopy, chance: random.Random) -> Expected:
    least, greatest = b"lpr-1-2/61st-death-anniversary-celebrated-in-pakistan", b"song-1/night-song"
    old, new = chance.choice([(least, b"m" * len(least)), (greatest, b"lpr-1-2/zzzzzzzzz")])
    _change_footer(corpus, "records", old, new)
    return expect("statistics", "records", files=["records.parquet"])


@mutation("statistics: a false bound of a number")
def _false_number(corpus: CorpusCopy, chance: random.Random) -> Expected:
    numbers = corpus.table("pages")["raw_end"]
    corpus.loaded.clear()
    largest = max(numbers).to_bytes(8, "little")
    smaller = (max(numbers) // 2).to_bytes(8, "little")
    _change_footer(corpus, "pages", largest, smaller)
    return expect("statistics", "pages", files=["pages.parquet"])


@mutation("statistics: a false number of nulls")
def _false_count(corpus: CorpusCopy, chance: random.Random) -> Expected:
    # In Thrift: no nulls (field 3, a number), and what follows is field 5, the greatest value.
    _change_footer(corpus, "spans", b"\x36\x00\x28", b"\x36\x02\x28")
    return expect("statistics", "spans", files=["spans.parquet"])


@mutation("schema: a column that cannot be null")
def _not_null(corpus: CorpusCopy, chance: random.Random) -> Expected:
    def change(table: pa.Table, column: str, chance: random.Random) -> pa.Table:
        filled = [field for field in table.schema if not table.column(field.name).null_count]
        field = chance.choice(filled).with_nullable(False)
        return table.cast(table.schema.set(table.column_names.index(field.name), field))

    return _change_schema(corpus, chance, "column-type", change)


@mutation("footer: a column that cannot be null, though it is written as one that can")
def _footer_not_null(corpus: CorpusCopy, chance: random.Random) -> Expected:
    """Arrow ends the process when it is asked for such a column's statistics."""
    # In Thrift: 0 (required) in the place of 1 (optional), and the name with its length.
    optional, required = b"\x25\x02\x18\x08language", b"\x25\x00\x18\x08language"
    _change_footer(corpus, "records", optional, required)
    return expect("column-type", "records", files=["records.parquet"])


@mutation("footer: the Hugging Face features changed where Arrow does not look")
def _plain_features(corpus: CorpusCopy, chance: random.Random) -> Expected:
    _change_footer(corpus, "records", b'"title":{"dtype"', b'"title":{"other"')
    return expect("features", "records", files=["records.parquet"])


@mutation("footer: what is said of a column is said of another")
def _other_path(corpus: CorpusCopy, chance: random.Random) -> Expected:
    _change_footer(corpus, "records", b"\x19\x18\x05title", b"\x19\x18\x05tytle")
    return expect("statistics", "records", files=["records.parquet"])


@mutation("footer: a key that no build writes")
def _key_unknown(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    _write_with_key(corpus, name, "org.apache.spark.sql.parquet.row.metadata", "{}")
    return expect("footer-key", name, files=[f"{name}.parquet"])


def _write_with_key(corpus: CorpusCopy, name: str, key: str, value: str) -> None:
    """Write a table again, with one more key in its footer."""
    path = corpus.folder / f"{name}.parquet"
    table = pq.ParquetFile(path).read()
    keys = [(key, value), *table.schema.metadata.items()]
    schema = table.schema.with_metadata(pa.KeyValueMetadata(keys))
    pq.write_table(table.cast(schema), path)
    corpus.repair_metadata()


@mutation("footer: pandas told to take a column for the index")
def _pandas_index(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    columns = {"name": None, "field_name": None, "pandas_type": "int64", "numpy_type": "int64"}
    content = {"index_columns": [TABLES[name].key[0]], "columns": [], "column_indexes": [columns]}
    # Text that is no JSON makes pandas fail.
    _write_with_key(corpus, name, "pandas", chance.choice([json.dumps(content), "{"]))
    return expect("footer-key", name, files=[f"{name}.parquet"])


@mutation("file: its first bytes")
def _magic(corpus: CorpusCopy, chance: random.Random) -> Expected:
    def change(data: bytes, chance: random.Random) -> bytes:
        place = chance.randrange(4)
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]

    return _damage_file(corpus, chance, change)


@mutation("file: a text of gigabytes in a few bytes")
def _bomb(corpus: CorpusCopy, chance: random.Random) -> Expected:
    path = corpus.folder / "records.parquet"
    table = pq.ParquetFile(path).read()
    place = table.column_names.index("body")
    bodies = pa.array(["a" * 100_000_000, *table.column("body").to_pylist()[1:]], pa.string())
    table = table.set_column(place, table.schema.field("body"), bodies)
    pq.write_table(table, path, compression="zstd", write_statistics=False)
    descriptor = json.loads((corpus.folder / "datapackage.json").read_bytes())
    for resource in descriptor["resources"]:
        if resource["path"] == path.name and "hash" in resource:
            data = path.read_bytes()
            resource.update(bytes=len(data), hash=f"sha256:{hashlib.sha256(data).hexdigest()}")
    (corpus.folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return expect("file-too-large", "records", files=["records.parquet"])
