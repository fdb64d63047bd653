"""The exports of the whole corpus: text files, the data package of CSV, and the database, as others read them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lprcorpus.corpus import Corpus
from lprcorpus.errors import OutputError, UsageError
from lprcorpus.export.exporting import export
from lprcorpus.export.job import TextParts
from lprcorpus.schema import TABLES

from .conftest import MakeIssue, files_of, run

POEM = "lpr-1-2/hourglass-of-the-free"
SPEECH = "lpr-1-2/continuing-revolution-in-stalin-era-soviet-history"


# --- text files


@pytest.fixture(scope="module")
def texts(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts") / "texts"
    export(f"{folder}/", "txt", corpus=corpus)
    return folder


def test_each_record_is_a_file_that_holds_its_body(texts: Path, corpus: Corpus) -> None:
    bodies = {
        row["id"].replace("/", "."): row["body"] for row in corpus.table("records").to_pylist()
    }
    assert {path.stem: path.read_bytes().decode("utf-8") for path in texts.glob("*.txt")} == {
        name: f"{body}\n" for name, body in bodies.items()
    }


def test_the_first_column_of_the_metadata_is_the_name_of_the_file(texts: Path) -> None:
    frame = pd.read_csv(texts / "metadata.csv")
    assert frame.columns[0] == "id"
    assert sorted(frame["id"]) == sorted(path.stem for path in texts.glob("*.txt"))
    (poem,) = frame[frame["id"] == "lpr-1-2.hourglass-of-the-free"].to_dict("records")
    assert {name: value for name, value in poem.items() if not pd.isna(value)} == {
        "id": "lpr-1-2.hourglass-of-the-free",
        "title": "Hourglass of the Free",
        "author": "George Tumaob Calaor",
        "date": 2014,
        "type": "poem",
        "pages": "31",
        "language": "en",
        "periodical": "Left Progressive Review",
        "volume": 1,
        "number": 2,
        "record": POEM,
    }


def test_a_text_has_the_parts_that_were_asked_for(corpus: Corpus, tmp_path: Path) -> None:
    parts = TextParts(title=True, headings=False, note=True)
    export(tmp_path, "txt", [SPEECH], parts=parts, corpus=corpus)
    written = (
        (tmp_path / f"{SPEECH.replace('/', '.')}.txt")
        .read_text("utf-8")
        .removesuffix("\n")
        .split("\n\n")
    )
    (record,) = (row for row in corpus.table("records").to_pylist() if row["id"] == SPEECH)
    blocks = [row for row in corpus.table("blocks").to_pylist() if row["record_id"] == SPEECH]
    note = record["note"].split("\n\n") if record["note"] else []
    assert written == [
        record["title"],
        *note,
        *(block["text"] for block in blocks if block["kind"] != "heading"),
    ]


def test_an_issue_without_a_year_has_an_empty_date(make_issue: MakeIssue, tmp_path: Path) -> None:
    record: dict[str, object] = {
        "id": "night-song",
        "title": "The Night Song",
        "page": 1,
        "type": "article",
    }
    raw = make_issue("The Night Song\n\nThe night whispers the silence.\n", record)
    manifest = raw / "tiny-1.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("year = 1900\n", ""), "utf-8")
    assert run("build", "--raw", raw, "--out", tmp_path / "built").exit_code == 0
    assert (
        run(
            "export", "--corpus", tmp_path / "built", "--format", "txt", "-o", f"{tmp_path}/texts/"
        ).exit_code
        == 0
    )
    (row,) = csv.DictReader(io.StringIO((tmp_path / "texts/metadata.csv").read_text("utf-8")))
    assert row["date"] == ""


def test_texts_need_a_folder(corpus: Corpus) -> None:
    result = run("export", "--corpus", corpus.folder, "--format", "txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr
        == "lprcorpus: txt is a folder of files; found no folder; expected --out FOLDER/\n"
    )


# --- the data package of CSV


@pytest.fixture(scope="module")
def package(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package") / "tables"
    export(f"{folder}/", "csv", corpus=corpus)
    return folder


def test_frictionless_finds_the_package_valid_with_its_keys(package: Path, corpus: Corpus) -> None:
    frictionless = pytest.importorskip(
        "frictionless", reason="frictionless is not here: pip install 'lprcorpus[build]'"
    )
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
    assert {task.name: task.stats["rows"] for task in report.tasks} == {
        name: corpus.count(name) for name in TABLES
    }
    described = json.loads((package / "datapackage.json").read_bytes())
    assert {
        resource["name"]: len(resource["schema"].get("foreignKeys", []))
        for resource in described["resources"]
    } == {table.name: len(table.references) for table in TABLES.values()}


def test_frictionless_sees_a_broken_key_in_the_package(package: Path, tmp_path: Path) -> None:
    frictionless = pytest.importorskip(
        "frictionless", reason="frictionless is not here: pip install 'lprcorpus[build]'"
    )
    broken = shutil.copytree(package, tmp_path / "broken")
    blocks = (broken / "blocks.csv").read_text("utf-8")
    (broken / "blocks.csv").write_text(
        blocks.replace(f'"{POEM}",1', '"lpr-1-2/nothing",1'), "utf-8"
    )
    report = frictionless.validate(str(broken / "datapackage.json"))
    assert [task.name for task in report.tasks if not task.valid] == ["blocks"]


def test_the_package_holds_the_values_of_the_corpus_unguarded(
    corpus: Corpus, tmp_path: Path, built: Path
) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "copy"))
    records = corpus.table("records")
    place = records.schema.get_field_index("title")
    titles = pa.array(
        ["=1+1", *records.column("title").to_pylist()[1:]], records.schema.field("title").type
    )
    pq.write_table(
        records.set_column(place, records.schema.field("title"), titles), folder / "records.parquet"
    )
    export(f"{tmp_path}/tables/", "csv", corpus=Corpus(folder))
    export(tmp_path / "records.csv", "csv", corpus=Corpus(folder))
    assert pd.read_csv(tmp_path / "tables/records.csv")["title"][0] == "=1+1"
    assert pd.read_csv(tmp_path / "records.csv")["title"][0] == "'=1+1"


@pytest.mark.parametrize("name", TABLES)
def test_pandas_reads_each_table_of_the_package(package: Path, corpus: Corpus, name: str) -> None:
    table = corpus.table(name)
    texts = {column.name: str for column in TABLES[name].columns if column.type == "string"}
    frame = pd.read_csv(
        package / f"{name}.csv",
        dtype=texts,
        keep_default_na=False,
        na_values=[""],
        lineterminator=None,
    )
    for column in table.column_names:
        found = [None if pd.isna(value) else value for value in frame[column].tolist()]
        expected = [value if value != "" else None for value in table.column(column).to_pylist()]
        assert found == expected, column


# --- the database


@pytest.fixture(scope="module")
def database(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "corpus.db"
    export(path, "sqlite", corpus=corpus)
    return path


@pytest.fixture
def connection(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database)) as connected:
        yield connected


def test_the_database_holds_every_row(connection: sqlite3.Connection, corpus: Corpus) -> None:
    for name, table in TABLES.items():
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        rows = connection.execute(f"SELECT {names} FROM {name} ORDER BY rowid").fetchall()
        assert rows == [tuple(row.values()) for row in corpus.table(name).to_pylist()]


def test_the_keys_of_the_database_hold(connection: sqlite3.Connection) -> None:
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for name, table in TABLES.items():
        info = connection.execute(f"PRAGMA table_info({name})").fetchall()
        assert [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]] == list(table.key)
        keys = connection.execute(f"PRAGMA foreign_key_list({name})").fetchall()
        assert {row[2] for row in keys} == {reference.table for reference in table.references}
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO pages VALUES ('lpr-1-2', NULL, 1, 0, 1)")


@pytest.mark.parametrize("ids", [[POEM], [SPEECH, POEM]])
def test_the_keys_of_a_selection_hold(corpus: Corpus, tmp_path: Path, ids: list[str]) -> None:
    export(tmp_path / "some.db", "sqlite", ids, corpus=corpus)
    with closing(sqlite3.connect(tmp_path / "some.db")) as connected:
        assert connected.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connected.execute("SELECT count(*) FROM records").fetchone() == (len(ids),)


def test_words_are_found_in_the_blocks_without_their_accents(
    connection: sqlite3.Connection,
) -> None:
    query = "SELECT record_id, position FROM blocks WHERE rowid IN (SELECT rowid FROM blocks_fts WHERE blocks_fts MATCH ?)"
    assert connection.execute(query, ['"night whispers"']).fetchall() == [(POEM, 1)]
    assert connection.execute(query, ["whïspers"]).fetchall() == [(POEM, 1)]


def datasette_get(database: Path, address: str) -> str:
    from click.testing import CliRunner
    from datasette.cli import cli

    result = CliRunner().invoke(
        cli, ["--get", address, str(database), "-m", str(database.with_name("metadata.json"))]
    )
    assert result.exit_code == 0, result.output
    return result.output


def test_datasette_shows_a_search_box_and_the_descriptions(database: Path) -> None:
    pytest.importorskip("datasette", reason="datasette is not here: pip install datasette")
    page = datasette_get(database, "/corpus/blocks?_search=night+whispers")
    assert '<input id="_search" type="search" name="_search" value="night whispers">' in page
    assert "1 row" in page
    assert "<dd>Offset of its first character in the raw text.</dd>" in page
    (found,) = json.loads(
        datasette_get(database, "/corpus/blocks.json?_search=night+whispers&_shape=array")
    )
    assert (found["record_id"], found["position"]) == (POEM, 1)


def test_a_folder_gets_the_database_under_the_name_of_the_corpus(
    corpus: Corpus, tmp_path: Path
) -> None:
    export(f"{tmp_path}/db/", "sqlite", [POEM], corpus=corpus)
    assert sorted(path.name for path in (tmp_path / "db").iterdir()) == [
        "lprcorpus.db",
        "metadata.json",
    ]
    described = json.loads((tmp_path / "db/metadata.json").read_bytes())
    assert list(described["databases"]["lprcorpus"]["tables"]) == list(TABLES)


def test_a_metadata_file_of_another_is_not_written_over(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "metadata.json").write_text('{"mine": 1}')
    with pytest.raises(OutputError) as caught:
        export(tmp_path / "corpus.db", "sqlite", [POEM], corpus=corpus)
    assert str(caught.value) == (
        f"{tmp_path / 'metadata.json'}: is there and is not datasette's; expected a folder without one: --out FOLDER/"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["metadata.json"]


def test_a_database_goes_to_standard_output(built: Path, tmp_path: Path) -> None:
    result = run("export", "--corpus", built, "--format", "sqlite", "-o", "-", POEM)
    (tmp_path / "out.db").write_bytes(result.stdout_bytes)
    with closing(sqlite3.connect(tmp_path / "out.db")) as connected:
        assert connected.execute("SELECT id FROM records").fetchall() == [(POEM,)]


# --- all of them


@pytest.mark.parametrize("form", ["txt", "csv", "sqlite", "tei"])
def test_two_exports_are_the_same_bytes(form: str, corpus: Corpus, tmp_path: Path) -> None:
    for name in ("one", "two"):
        export(f"{tmp_path}/{name}/", form, corpus=corpus)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


@pytest.mark.parametrize("form", ["csv", "jsonl", "tei"])
def test_a_dash_is_standard_output(form: str, built: Path) -> None:
    dash = run("export", "--corpus", built, "--format", form, "-o", "-", POEM)
    assert (
        dash.stdout_bytes == run("export", "--corpus", built, "--format", form, POEM).stdout_bytes
    )
    assert (dash.exit_code, dash.stderr) == (0, "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"format": "txt", "table": "pages"},
            "txt takes no option table; expected it with csv, jsonl, parquet",
        ),
        (
            {"format": "sqlite", "nested": True},
            "sqlite takes no option nested; expected it with jsonl",
        ),
        (
            {"format": "csv", "parts": TextParts()},
            "csv takes no option title, headings or note; expected it with txt",
        ),
    ],
)
def test_an_option_of_another_format_is_refused(
    options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        export(tmp_path, **options)
    assert str(caught.value) == message


# --- corpora that are not valid


def changed(table: pa.Table, column: str, value: object) -> pa.Table:
    """Return a table with another value in the first row of a column; None where its type does not admit the value."""
    place = table.schema.get_field_index(column)
    field = table.schema.field(place)
    values = [value, *table.column(column).to_pylist()[1:]]
    if isinstance(value, bytes):
        raw = [
            item if isinstance(item, bytes) or item is None else item.encode() for item in values
        ]
        array = pa.array(raw, pa.binary())
        return table.set_column(
            place, field, pa.Array.from_buffers(pa.string(), len(raw), array.buffers())
        )
    return table.set_column(place, field, pa.array(values, field.type))


CHANGES = [
    (name, column.name, value)
    for name, table in TABLES.items()
    for column in table.columns
    for value in ([None, "", "../../../x", b"\xff"] if column.type == "string" else [None])
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "column", "value"), CHANGES)
def test_an_invalid_value_is_written_or_refused_in_one_line(
    name: str, column: str, value: object, built: Path, tmp_path: Path, corpus: Corpus
) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "corpus" / "processed"))
    pq.write_table(changed(corpus.table(name), column, value), folder / f"{name}.parquet")
    calls = [["cite", "--all", "--style", style] for style in ("bibtex", "ris", "csl-json")]
    calls += [
        ["export", "--out", f"{tmp_path}/out/{form}/", "--format", form]
        for form in ("csv", "txt", "sqlite", "tei")
    ]
    calls += [
        ["export", "--format", "csv", "--table", name],
        ["export", "--format", "jsonl", "--table", name, POEM],
    ]
    for call in calls:
        result = run(*call, "--corpus", folder)
        assert result.exit_code in (0, 1, 2), call
        assert result.exception is None or isinstance(result.exception, SystemExit), call
        if result.exit_code:
            assert (result.stderr.count("\n"), result.stderr[:11]) == (1, "lprcorpus: "), call
    inside = [path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()]
    assert set(inside) <= {"corpus", "out"}
