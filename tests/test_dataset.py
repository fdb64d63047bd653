"""The Hugging Face dataset: its rows, features and description; streams; large tables; what others make of the files."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lprcorpus
from lprcorpus.corpus import Corpus
from lprcorpus.errors import CorpusChanged
from lprcorpus.loading.parquettable import ParquetTable
from lprcorpus.schema import TABLES
from lprcorpus.tables import arrow_schema, writer

from .conftest import ROOT, run_python

DTYPES = {"string": "string", "integer": "int64", "boolean": "bool"}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of its own for each test, as on a fresh machine."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", folder)
    yield folder
    datasets.disable_progress_bars()


@pytest.mark.parametrize("name", TABLES)
def test_a_dataset_has_the_rows_and_features_of_its_table(name: str, corpus: Corpus) -> None:
    dataset = lprcorpus.load(name, corpus=corpus)
    assert dataset.to_list() == lprcorpus.table(name, corpus=corpus).to_pylist()
    assert dataset.features == {
        column.name: datasets.Value(DTYPES[column.type]) for column in TABLES[name].columns
    }


def test_a_dataset_says_what_it_is(corpus: Corpus) -> None:
    descriptor = json.loads((corpus.folder / "datapackage.json").read_bytes())
    info = lprcorpus.load(corpus=corpus).info
    assert {
        "description": info.description,
        "citation": info.citation,
        "homepage": info.homepage,
        "license": info.license,
        "version": str(info.version),
        "config_name": info.config_name,
    } == {
        "description": descriptor["description"],
        "citation": lprcorpus.cite(style="bibtex", corpus=corpus),
        "homepage": "",
        "license": "; ".join(terms["title"] for terms in descriptor["licenses"]),
        "version": descriptor["version"],
        "config_name": "records",
    }
    assert lprcorpus.load("blocks", streaming=True, corpus=corpus).info.license == info.license


def test_the_description_outlives_what_a_user_does_first(corpus: Corpus) -> None:
    dataset = lprcorpus.load(corpus=corpus)
    for changed in (
        dataset.map(lambda row: {"length": len(row["body"])}, keep_in_memory=True),
        dataset.filter(lambda row: row["type"] == "poem"),
        dataset.select([7]),
        dataset.remove_columns(["body"]),
    ):
        assert (changed.info.license, str(changed.info.version)) == (
            dataset.info.license,
            str(dataset.info.version),
        )


def test_the_fingerprint_is_that_of_the_content(tmp_path: Path, corpus: Corpus) -> None:
    assert lprcorpus.load(corpus=corpus)._fingerprint == lprcorpus.load(corpus=corpus)._fingerprint
    assert len({lprcorpus.load(name, corpus=corpus)._fingerprint for name in TABLES}) == len(TABLES)
    one, other = (
        written_corpus(tmp_path / digest, [lprcorpus.table("blocks", corpus=corpus)], digest=digest)
        for digest in "ab"
    )
    assert (
        lprcorpus.load("blocks", corpus=one)._fingerprint
        != lprcorpus.load("blocks", corpus=other)._fingerprint
    )


@pytest.mark.parametrize("name", ["records", "blocks"])
def test_the_folder_is_a_dataset_with_the_same_rows_and_features(
    name: str, cache: Path, corpus: Corpus
) -> None:
    dataset = datasets.load_dataset(
        str(corpus.folder), *([name] if name != "records" else []), split="train"
    )
    mine = lprcorpus.load(name, corpus=corpus)
    assert dataset.features == mine.features
    assert dataset.to_list() == mine.to_list()
    assert (dataset.info.license, dataset.info.citation, dataset.info.description) == (
        mine.info.license,
        mine.info.citation,
        mine.info.description,
    )
    assert str(dataset.split) == str(mine.split)


def test_the_folder_offers_each_table_as_a_configuration(corpus: Corpus) -> None:
    assert sorted(datasets.get_dataset_config_names(str(corpus.folder))) == sorted(TABLES)
    assert datasets.get_dataset_default_config_name(str(corpus.folder)) == "records"


def test_a_corpus_in_shards_is_a_dataset_too(tmp_path: Path) -> None:
    raw = many_issues(tmp_path / "raw", 3)
    from lprcorpus.build.run import build

    build(raw, tmp_path / "processed", shard_bytes=1)
    mine = lprcorpus.load("blocks", corpus=Corpus(tmp_path / "processed"))
    theirs = datasets.load_dataset(str(tmp_path / "processed"), "blocks", split="train")
    assert len(mine) == 3 * 336
    assert (
        theirs.to_list()
        == mine.to_list()
        == lprcorpus.table("blocks", corpus=Corpus(tmp_path / "processed")).to_pylist()
    )
    assert isinstance(mine.data, ParquetTable)


@pytest.mark.parametrize("name", TABLES)
def test_the_features_are_in_the_files_for_those_who_read_them_by_other_means(
    name: str, corpus: Corpus
) -> None:
    schema = pq.ParquetFile(corpus.folder / f"{name}.parquet").schema_arrow
    assert (
        datasets.Features.from_arrow_schema(schema) == lprcorpus.load(name, corpus=corpus).features
    )
    assert {field.name: field.metadata[b"description"].decode() for field in schema} == {
        column.name: column.description for column in TABLES[name].columns
    }


def test_a_file_alone_has_the_features_too_when_datasets_reads_it(corpus: Corpus) -> None:
    dataset = datasets.load_dataset(
        "parquet", data_files=str(corpus.folder / "spans.parquet"), split="train"
    )
    assert dataset.features == lprcorpus.load("spans", corpus=corpus).features
    assert dataset.to_list() == lprcorpus.load("spans", corpus=corpus).to_list()


def test_a_copy_on_the_disk_is_made_where_it_is_asked_for(tmp_path: Path, grouped: Corpus) -> None:
    dataset = lprcorpus.load("blocks", corpus=grouped)
    dataset.save_to_disk(str(tmp_path / "copy"))
    copy = datasets.load_from_disk(str(tmp_path / "copy"))
    assert copy.to_list() == dataset.to_list()
    assert (copy.features, copy.info.license, str(copy.info.version)) == (
        dataset.features,
        dataset.info.license,
        str(dataset.info.version),
    )
    assert copy.cache_files


def test_loading_writes_nothing_on_the_disk(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    code = "import lprcorpus; lprcorpus.load('blocks')[0]; list(lprcorpus.load('blocks', streaming=True))"
    done = run_python("-c", code, HOME=str(home), HF_HOME=str(home))
    assert (done.returncode, done.stderr) == (0, "")
    assert list(home.iterdir()) == []


def test_a_stream_gives_the_rows_of_the_dataset(corpus: Corpus) -> None:
    stream, rows = (
        lprcorpus.load("blocks", streaming=True, corpus=corpus),
        lprcorpus.load("blocks", corpus=corpus).to_list(),
    )
    assert stream.features == lprcorpus.load("blocks", corpus=corpus).features
    assert list(stream) == rows
    assert list(stream.skip(330)) == rows[330:]
    assert list(stream.take(3)) == rows[:3]
    assert list(pickle.loads(pickle.dumps(stream))) == rows
    assert sorted(row["text"] for row in stream.shuffle(seed=1, buffer_size=50)) == sorted(
        row["text"] for row in rows
    )


LEFT_EARLY = """
import sys
import lprcorpus
stream = iter(lprcorpus.load("blocks", streaming=True, corpus=lprcorpus.Corpus(sys.argv[1])))
way = sys.argv[2]
if way == "next":
    next(stream)
elif way == "close":
    next(stream)
    stream.close()
else:
    for number, row in enumerate(stream):
        if number == 7_000:
            break
print("left")
"""


@pytest.mark.parametrize(
    "way", ["break", *(pytest.param(way, marks=pytest.mark.slow) for way in ("next", "close"))]
)
def test_a_large_stream_that_is_left_early_ends_cleanly(way: str, large: Corpus) -> None:
    """The stream of the datasets library itself hangs or aborts at exit (https://github.com/apache/arrow/issues/45214)."""
    command = [sys.executable, "-c", LEFT_EARLY, str(large.folder), way]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "left\n", "")


# A large table, which stays in its files


def written_corpus(
    folder: Path, parts: list[pa.Table], *, rows_in_group: int = 5_000, digest: str = "0"
) -> Corpus:
    """Write a corpus that holds the table ``blocks`` alone, a file for each part."""
    folder.mkdir()
    names = [f"blocks-{number:05d}-of-{len(parts):05d}.parquet" for number in range(len(parts))]
    for name, part in zip(names, parts, strict=True):
        with writer("blocks", folder / name) as out:
            out.write_table(part, row_group_size=rows_in_group)
    resource = {
        "name": "blocks",
        "type": "table",
        "path": names,
        "contentDigest": digest,
        "schema": {"fields": [{"name": column.name} for column in TABLES["blocks"].columns]},
    }
    descriptor = {"name": "large", "title": "Large", "version": "0.1.0", "resources": [resource]}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return Corpus(folder)


def many_issues(folder: Path, count: int) -> Path:
    """Write the real issue several times, under names of their own."""
    folder.mkdir()
    for number in range(count):
        manifest = (
            (ROOT / "raw" / "lpr-1-2.toml")
            .read_text("utf-8")
            .replace('id = "lpr-1-2"', f'id = "lpr-2-{number}"')
        )
        (folder / f"lpr-2-{number}.toml").write_text(manifest, "utf-8")
        (folder / f"lpr-2-{number}.txt").write_bytes((ROOT / "raw" / "lpr-1-2.txt").read_bytes())
    return folder


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> Corpus:
    """A hundred thousand blocks in row groups of 5,000."""
    table = (
        pa.concat_tables([lprcorpus.table("blocks", corpus=corpus)] * 298)
        .slice(0, 100_000)
        .combine_chunks()
    )
    return written_corpus(tmp_path_factory.mktemp("large") / "processed", [table])


ROWS = 50


@pytest.fixture(scope="session")
def grouped(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> Corpus:
    """Fifty blocks in two files, in row groups of 7."""
    table = lprcorpus.table("blocks", corpus=corpus).slice(0, ROWS)
    return written_corpus(
        tmp_path_factory.mktemp("grouped") / "processed",
        [table.slice(0, 30), table.slice(30)],
        rows_in_group=7,
    )


@pytest.fixture(scope="session")
def in_memory(corpus: Corpus) -> datasets.Dataset:
    return datasets.Dataset(
        lprcorpus.table("blocks", corpus=corpus).slice(0, ROWS), fingerprint="in-memory"
    )


PLACES = st.integers(min_value=-ROWS, max_value=ROWS - 1)
WAYS = st.one_of(
    PLACES.map(lambda place: lambda rows: rows[place]),
    st.lists(PLACES, max_size=20).map(lambda places: lambda rows: rows[places]),
    st.tuples(PLACES, PLACES).map(lambda ends: lambda rows: rows[ends[0] : ends[1]]),
    st.tuples(PLACES, PLACES, st.integers(1, 9)).map(
        lambda ends: lambda rows: rows[ends[0] : ends[1] : ends[2]]
    ),
    st.integers(1, 60).map(lambda size: lambda rows: list(rows.iter(batch_size=size))),
    PLACES.map(lambda place: lambda rows: rows["text"][place]),
    st.just(lambda rows: list(rows["kind"])),
    st.just(lambda rows: rows.select_columns(["kind", "record_id"])[5:40]),
    st.just(lambda rows: rows.remove_columns(["text"])[5:40]),
    st.just(lambda rows: rows.rename_column("text", "words")[3]),
    st.just(lambda rows: rows.shuffle(seed=3)[:9]),
    st.just(lambda rows: rows.sort("text")[:9]),
    st.just(lambda rows: rows.select(range(5, 25)).to_list()),
    st.just(
        lambda rows: rows.filter(
            lambda row: row["kind"] == "heading", keep_in_memory=True
        ).to_list()
    ),
    st.just(
        lambda rows: rows.map(lambda row: {"n": len(row["text"])}, keep_in_memory=True).to_list()
    ),
    st.just(lambda rows: rows.train_test_split(0.2, seed=1)["test"].to_list()),
    st.just(lambda rows: datasets.concatenate_datasets([rows, rows])[45:55]),
    st.just(lambda rows: rows.add_column("place", list(range(ROWS)))[20:30]),
    st.just(lambda rows: rows.cast_column("position", datasets.Value("int32"))[20:30]),
    st.just(lambda rows: rows.to_pandas().to_dict("records")),
    st.just(lambda rows: rows.unique("kind")),
    st.just(lambda rows: rows.with_format("arrow")[4:20].to_pylist()),
    st.just(
        lambda rows: (len(rows), rows.shape, rows.column_names, rows.num_columns, rows.features)
    ),
    st.just(lambda rows: rows.data.num_rows),
    st.just(lambda rows: rows.data.table.to_pylist()),
    st.just(lambda rows: pickle.loads(pickle.dumps(rows))[11]),
    st.just(lambda rows: rows.shard(4, 1)[:3]),
    st.just(lambda rows: list(rows.to_iterable_dataset(num_shards=3))),
)


@given(ways=st.lists(WAYS, min_size=1, max_size=3))
def test_a_table_in_its_files_answers_as_one_in_memory(
    ways: list[Callable[[datasets.Dataset], Any]], grouped: Corpus, in_memory: datasets.Dataset
) -> None:
    dataset = lprcorpus.load("blocks", corpus=grouped)
    assert isinstance(dataset.data, ParquetTable)
    for way in ways:
        assert way(dataset) == way(in_memory)


def test_many_threads_read_one_table(grouped: Corpus, in_memory: datasets.Dataset) -> None:
    dataset = lprcorpus.load("blocks", corpus=grouped)
    places = [number * 37 % ROWS for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda place: dataset[place], places))
    assert found == [in_memory[place] for place in places]


@pytest.mark.parametrize("place", [ROWS, -ROWS - 1])
def test_a_place_outside_the_table_is_an_index_error(place: int, grouped: Corpus) -> None:
    with pytest.raises(IndexError):
        lprcorpus.load("blocks", corpus=grouped)[place]


def test_a_row_is_had_without_decoding_the_rest(
    large: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    decode = ParquetTable._read
    monkeypatch.setattr(
        ParquetTable,
        "_read",
        lambda self, group: (read.append(group.number), decode(self, group))[1],
    )
    dataset = lprcorpus.load("blocks", corpus=large)
    assert (len(dataset), read) == (100_000, [])
    assert dataset[50_000]["record_id"].startswith("lpr-1-2/")
    assert read == [10]
    assert dataset["kind"][99_999] == dataset[99_999]["kind"]
    assert read == [10, 19, 19]


def test_rows_out_of_turn_are_in_the_end_looked_up_in_memory(
    large: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    decode = ParquetTable._read
    monkeypatch.setattr(
        ParquetTable,
        "_read",
        lambda self, group: (read.append(group.number), decode(self, group))[1],
    )
    dataset = lprcorpus.load("blocks", corpus=large)
    expected = lprcorpus.table("blocks", corpus=large)
    for place in (number * 37_003 % 100_000 for number in range(200)):
        assert dataset[place] == expected.slice(place, 1).to_pylist()[0]
    assert len(read) <= 2 * (20 + 1)


def test_a_file_that_was_changed_meanwhile_is_not_read_as_the_old_one(
    tmp_path: Path, corpus: Corpus
) -> None:
    table = lprcorpus.table("blocks", corpus=corpus)
    corpus = written_corpus(tmp_path / "processed", [table], rows_in_group=50)
    dataset = lprcorpus.load("blocks", corpus=corpus)
    (path,) = corpus.files("blocks")
    new = tmp_path / "new.parquet"
    with writer("blocks", new) as out:
        out.write_table(table.slice(1), row_group_size=50)
    new.replace(path)
    with pytest.raises(CorpusChanged) as caught:
        dataset[0]
    assert str(caught.value) == f"{path}: has changed since the corpus was opened; open it again"


def test_a_table_without_rows_is_a_dataset_without_rows(tmp_path: Path, corpus: Corpus) -> None:
    corpus = written_corpus(tmp_path / "processed", [arrow_schema("blocks").empty_table()])
    dataset = lprcorpus.load("blocks", corpus=corpus)
    assert (len(dataset), dataset.to_list(), dataset.features) == (
        0,
        [],
        lprcorpus.load("blocks", corpus=corpus).features,
    )
    assert list(lprcorpus.load("blocks", corpus=corpus, streaming=True)) == []
