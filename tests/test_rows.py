"""Tables, typed records and paths, and what is said where one is asked for that is not there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import lprcorpus
from lprcorpus.corpus import Corpus
from lprcorpus.errors import CorpusNotFound, DataError, LprcorpusError, UnknownName
from lprcorpus.files import open_parquet
from lprcorpus.schema import TABLES, Record
from lprcorpus.tables import arrow_schema, writer
from lprcorpus.typed_rows import read_rows

from .conftest import change_descriptor, run_python


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A copy of the corpus, to be changed."""
    return Path(shutil.copytree(built, tmp_path / "copy"))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_schema_of_its_model(name: str, corpus: Corpus) -> None:
    assert lprcorpus.table(name, corpus=corpus).schema.equals(
        arrow_schema(name), check_metadata=False
    )


def test_some_columns_of_a_table_come_in_the_order_asked_for(corpus: Corpus) -> None:
    found = lprcorpus.table("records", columns=["title", "position"], corpus=corpus)
    assert found.column_names == ["title", "position"]
    assert found.slice(7, 1).to_pylist() == [{"title": "Hourglass of the Free", "position": 8}]


def test_the_records_are_typed_and_in_reading_order(corpus: Corpus) -> None:
    records = lprcorpus.records(corpus=corpus)
    assert {type(record) for record in records} == {Record}
    assert [record.model_dump() for record in records] == lprcorpus.table(
        "records", corpus=corpus
    ).to_pylist()


def test_the_records_of_one_type(corpus: Corpus) -> None:
    assert [record.id for record in lprcorpus.records(type="poem", corpus=corpus)] == [
        "lpr-1-2/stalin-neruda",
        "lpr-1-2/hourglass-of-the-free",
    ]


def test_one_record_is_the_same_as_among_all(corpus: Corpus) -> None:
    for record in lprcorpus.records(corpus=corpus):
        assert lprcorpus.record(record.id, corpus=corpus) == record


def test_a_record_of_a_table_in_shards_and_row_groups(copy: Path, corpus: Corpus) -> None:
    table = lprcorpus.table("records", corpus=corpus)
    for number, part in enumerate((table.slice(0, 4), table.slice(4))):
        with writer("records", copy / f"records-{number:05d}-of-00002.parquet") as out:
            out.write_table(part, row_group_size=3)
    change_descriptor(
        copy,
        lambda package: package["resources"][2].update(
            path=["records-00000-of-00002.parquet", "records-00001-of-00002.parquet"]
        ),  # type: ignore[index]
    )
    in_shards = Corpus(copy)
    expected = lprcorpus.records(corpus=corpus)
    assert lprcorpus.records(corpus=in_shards) == expected
    assert [lprcorpus.record(record.id, corpus=in_shards) for record in expected] == expected


@dataclass(frozen=True)
class Titled:
    id: str
    title: str


def test_a_row_is_found_behind_a_column_that_has_parts(tmp_path: Path) -> None:
    """The bounds that a file states are those of the parts, and more than there are columns."""
    columns = {"extra": [{"id": "zzz", "b": "q"}], "id": ["tiny-1/song"], "title": ["The Song"]}
    pq.write_table(pa.table(columns), tmp_path / "records.parquet")
    with open_parquet(tmp_path / "records.parquet") as file:
        found = list(read_rows(file, "records", Titled, {"id": {"tiny-1/song"}}))
    assert found == [Titled("tiny-1/song", "The Song")]


def test_the_path_leads_to_the_files() -> None:
    assert sorted(path.name for path in lprcorpus.path().glob("*.parquet")) == sorted(
        f"{name}.parquet" for name in TABLES
    )


UNKNOWN: dict[str, tuple[Callable[[Corpus], object], str]] = {
    "a table": (
        lambda corpus: lprcorpus.table("recrods", corpus=corpus),
        "no table is called 'recrods'; did you mean records?",
    ),
    "a dataset": (
        lambda corpus: lprcorpus.load("block", corpus=corpus),
        "no table is called 'block'; did you mean blocks?",
    ),
    "a stream": (
        lambda corpus: lprcorpus.load("block", streaming=True, corpus=corpus),
        "no table is called 'block'; did you mean blocks?",
    ),
    "a column": (
        lambda corpus: lprcorpus.table("records", columns=["titel"], corpus=corpus),
        "no column is called 'titel'; did you mean title?",
    ),
    "a record": (
        lambda corpus: lprcorpus.record("lpr-1-2/hour-glass", corpus=corpus),
        "no record is called 'lpr-1-2/hour-glass'; did you mean lpr-1-2/hourglass-of-the-free?",
    ),
    "a record by its title": (
        lambda corpus: lprcorpus.record("hourglass", corpus=corpus),
        "no record is called 'hourglass'; did you mean lpr-1-2/hourglass-of-the-free?",
    ),
    "a type": (
        lambda corpus: lprcorpus.records(type="poems", corpus=corpus),
        "no type is called 'poems'; did you mean poem?",
    ),
    "a type like none": (
        lambda corpus: lprcorpus.records(type="xyz", corpus=corpus),
        "no type is called 'xyz'; there are: article, faq, interview, news, poem, press_release, speech",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_an_unknown_name_is_an_error_that_lists_the_near_ones(case: str, corpus: Corpus) -> None:
    call, message = UNKNOWN[case]
    with pytest.raises(UnknownName) as caught:
        call(corpus)
    assert str(caught.value) == message
    assert isinstance(caught.value, KeyError)


def test_a_newer_major_version_is_refused_and_the_message_says_so(copy: Path) -> None:
    change_descriptor(copy, lambda package: package.update(version="1.0.0"))
    with pytest.raises(CorpusNotFound) as caught:
        Corpus(copy)
    assert str(caught.value) == (
        f"{copy / 'datapackage.json'}: the corpus has version 1.0.0, which is newer than this code reads (0.x):"
        " pip install --upgrade lprcorpus"
    )


def test_a_newer_minor_version_is_read(copy: Path) -> None:
    change_descriptor(copy, lambda package: package.update(version="0.99.0"))
    assert len(lprcorpus.records(corpus=Corpus(copy))) == 15


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no descriptor": (
        lambda folder: (folder / "datapackage.json").unlink(),
        "{folder}/datapackage.json: no such file or directory; expected the folder of a built corpus",
    ),
    "not JSON": (
        lambda folder: (folder / "datapackage.json").write_text("{"),
        "{folder}/datapackage.json: not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1);"
        " expected the descriptor of a built corpus",
    ),
    "a table without files": (
        lambda folder: change_descriptor(
            folder, lambda package: package["resources"][2].update(path=[])
        ),  # type: ignore[index]
        "{folder}/datapackage.json: resources[2]: a table without a name or without files; expected both",
    ),
    "a table without a name": (
        lambda folder: change_descriptor(
            folder, lambda package: package["resources"][2].pop("name")
        ),  # type: ignore[index]
        "{folder}/datapackage.json: resources[2]: a table without a name or without files; expected both",
    ),
    "a version that is none": (
        lambda folder: change_descriptor(folder, lambda package: package.update(version="new")),
        "{folder}/datapackage.json: found version 'new'; expected one such as '0.1.0'",
    ),
    "a table's file missing": (
        lambda folder: (folder / "records.parquet").unlink(),
        "{folder}/records.parquet: is missing; expected a table's file",
    ),
    "a table's file not Parquet": (
        lambda folder: (folder / "records.parquet").write_text("The night whispers the silence.\n"),
        "{folder}/records.parquet: cannot be read as Parquet: Parquet magic bytes not found in footer. Either the file is"
        " corrupted or this is not a parquet file.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("read", ["table", "records", "record", "load", "stream"])
def test_a_folder_that_cannot_be_read_is_an_error_that_names_the_file(
    case: str, read: str, copy: Path
) -> None:
    spoil, message = BROKEN[case]
    spoil(copy)
    reads: dict[str, Callable[[], object]] = {
        "table": lambda: lprcorpus.table(corpus=Corpus(copy)),
        "records": lambda: lprcorpus.records(corpus=Corpus(copy)),
        "record": lambda: lprcorpus.record("lpr-1-2/hourglass-of-the-free", corpus=Corpus(copy)),
        "load": lambda: lprcorpus.load(corpus=Corpus(copy)),
        "stream": lambda: list(lprcorpus.load(streaming=True, corpus=Corpus(copy))),
    }
    with pytest.raises(CorpusNotFound) as caught:
        reads[read]()
    assert str(caught.value) == message.format(folder=copy)


def test_a_row_that_is_not_what_its_model_says_is_named(copy: Path, corpus: Corpus) -> None:
    table = lprcorpus.table("records", corpus=corpus)
    types = pa.array(
        ["sonnet" if kind == "poem" else kind for kind in table.column("type").to_pylist()]
    )
    with writer("records", copy / "records.parquet") as out:
        out.write_table(
            table.set_column(table.column_names.index("type"), table.schema.field("type"), types)
        )
    with pytest.raises(DataError) as caught:
        lprcorpus.records(corpus=Corpus(copy))
    assert str(caught.value) == (
        "records.type [lpr-1-2/stalin-neruda]: found 'sonnet'; expected 'speech', 'article', 'interview', 'faq', 'poem',"
        " 'news' or 'press_release'; run lprcorpus validate"
    )


def test_all_errors_are_of_one_tree() -> None:
    assert issubclass(UnknownName, LprcorpusError)
    assert issubclass(CorpusNotFound, LprcorpusError)


def test_a_table_and_the_records_need_neither_datasets_nor_pandas() -> None:
    code = (
        "import sys, lprcorpus; lprcorpus.table('records'); lprcorpus.records(); lprcorpus.record('lpr-1-2/stalin-neruda');"
        " print([name for name in ('datasets', 'pandas', 'pyarrow.dataset', 'frictionless') if name in sys.modules])"
    )
    assert run_python("-c", code).stdout == "[]\n"
