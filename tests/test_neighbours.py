"""The files as other libraries read them: the same rows everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import lprcorpus
from lprcorpus.corpus import Corpus
from lprcorpus.schema import TABLES

Rows = list[dict[str, Any]]


def through_pandas(path: Path) -> Rows:
    pandas = pytest.importorskip(
        "pandas", reason="pandas is not installed: pip install 'lprcorpus[test]'"
    )
    frame = pandas.read_parquet(path, dtype_backend="pyarrow").astype(object)
    rows: Rows = frame.where(frame.notna(), None).to_dict("records")
    return rows


def through_polars(path: Path) -> Rows:
    polars = pytest.importorskip(
        "polars", reason="Polars is not installed: pip install 'lprcorpus[test]'"
    )
    rows: Rows = polars.read_parquet(path).to_dicts()
    return rows


def through_duckdb(path: Path) -> Rows:
    duckdb = pytest.importorskip(
        "duckdb", reason="DuckDB is not installed: pip install 'lprcorpus[test]'"
    )
    found = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def through_pyarrow(path: Path) -> Rows:
    rows: Rows = pq.ParquetFile(path).read().to_pylist()
    return rows


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("read", [through_pandas, through_polars, through_duckdb, through_pyarrow])
def test_the_same_rows_are_read(read: Callable[[Path], Rows], name: str, corpus: Corpus) -> None:
    assert (
        read(corpus.folder / f"{name}.parquet") == lprcorpus.table(name, corpus=corpus).to_pylist()
    )
