"""Rows in Arrow and Parquet, and the digests of what they say."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lprcorpus.schema import TABLES
from lprcorpus.tables import arrow_schema, to_arrow, writer

from .rowhelp import content_digest, made

EDIT = {
    "issue_id": "a",
    "raw_start": 1,
    "raw_end": 2,
    "before": "x",
    "after": "y",
    "rule": "curated",
    "reason": "z",
}


def test_a_digest_changes_with_any_value_and_with_null() -> None:
    page = {
        "issue_id": "a",
        "raw_start": 0,
        "raw_end": 1,
        "role": "body",
        "page": 1,
        "record_id": None,
        "block": None,
    }
    variants = [
        page,
        {**page, "record_id": "a/b"},
        {**page, "block": 1},
        {**page, "page": 2},
        {**page, "role": "blank"},
    ]
    digests = {content_digest("spans", to_arrow("spans", made("spans", row))) for row in variants}
    assert len(digests) == len(variants)


@pytest.mark.parametrize("name", TABLES)
def test_an_arrow_schema_says_what_the_model_says(name: str) -> None:
    schema = arrow_schema(name)
    assert schema.names == [column.name for column in TABLES[name].columns]
    described = [(field.metadata or {})[b"description"].decode("utf-8") for field in schema]
    assert described == [column.description for column in TABLES[name].columns]


def test_equal_rows_are_written_as_equal_bytes_and_read_back(tmp_path: Path) -> None:
    table = to_arrow(
        "edits",
        made("edits", EDIT, {**EDIT, "raw_start": 3, "after": "", "before": "\U0001f319\r\n"}),
    )
    for name in ("one", "two"):
        with writer("edits", tmp_path / name) as out:
            out.write_table(table)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert pq.read_table(tmp_path / "one").equals(table, check_metadata=False)
