"""The export of rows: which are written, and that other programs read back what the corpus contains."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError, OutputError, UnknownName, UsageError
from lprcorpus.export.exporting import export
from lprcorpus.export.spreadsheet import guarded
from lprcorpus.files import whole_file
from lprcorpus.schema import TABLES

from .conftest import run

POEM = "lpr-1-2/hourglass-of-the-free"
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"


def exported(format: str, *ids: str, **options: Any) -> bytes:  # noqa: A002
    stream = io.BytesIO()
    export(stream, format, ids, **options)
    return stream.getvalue()


def typed(name: str, row: dict[str, str]) -> dict[str, Any]:
    """Return a row of CSV with the types of its table, by the rule that the documentation gives."""
    values: dict[str, Any] = {}
    for column in TABLES[name].columns:
        text = row[column.name]
        if text == "" and column.nullable:
            values[column.name] = None
        elif column.type == "string":
            values[column.name] = text
        else:
            values[column.name] = (
                int(text) if column.type == "integer" else {"true": True, "false": False}[text]
            )
    return values


def as_cells(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its texts as cells that are no formulas."""
    return {
        name: guarded(value) if isinstance(value, str) else value for name, value in row.items()
    }


@pytest.mark.parametrize("name", TABLES)
def test_csv_read_back_by_its_documented_rule_is_the_table(name: str, corpus: Corpus) -> None:
    reader = csv.DictReader(
        io.StringIO(exported("csv", table=name).decode("utf-8"), newline=""), strict=True
    )
    expected = corpus.table(name).to_pylist()
    assert [typed(name, row) for row in reader] == [as_cells(row) for row in expected]


def test_csv_is_read_by_pandas_with_its_nulls(corpus: Corpus) -> None:
    frame = pd.read_csv(io.BytesIO(exported("csv", table="contributors")))
    table = corpus.table("contributors").to_pandas()
    assert frame.isna().to_numpy().tolist() == table.isna().to_numpy().tolist()
    assert frame["name"].tolist() == table["name"].tolist()
    assert frame["position"].tolist() == table["position"].tolist()


def test_csv_is_as_rfc_4180_has_it() -> None:
    lines = exported("csv", POEM, table="contributors").decode("utf-8").split("\r\n")
    assert lines == [
        '"record_id","position","name","family_name","given_name","role"',
        '"lpr-1-2/hourglass-of-the-free",1,"George Tumaob Calaor","Calaor","George Tumaob","author"',
        "",
    ]


def test_csv_begins_with_a_byte_order_mark_only_if_asked() -> None:
    assert exported("csv", POEM, bom=True) == b"\xef\xbb\xbf" + exported("csv", POEM)


@pytest.mark.parametrize("start", FORMULA_STARTS)
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "'", "\u200b "])
def test_no_cell_begins_as_a_formula(start: str, before: str) -> None:
    text = f"{before}{start}HYPERLINK(1)"
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("part", ["\n", "\r\n", ";", "\t", "; "])
def test_no_place_where_another_reader_sees_a_cell_begin_is_a_formula(part: str) -> None:
    assert guarded(f"a{part}=1") == f"a{part.rstrip(' ')}'{' ' * part.count(' ')}=1"


@pytest.mark.parametrize(
    "text",
    [
        "The night whispers the silence",
        "'Tis a fine night",
        "a-b",
        "1+1=2",
        "mail@example.org",
        "'",
    ],
)
def test_what_cannot_run_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(st.text(st.sampled_from("=+-@'\"; \t\r\n\u00a0＝a")) | st.text())
def test_a_guarded_cell_is_no_formula_and_has_only_apostrophes_more(text: str) -> None:
    cell = guarded(text)
    assert not cell.startswith(tuple(FORMULA_STARTS))
    assert cell.replace("'", "") == text.replace("'", "")


@given(st.text(st.sampled_from("=+-@'\";, \t\r\n\u00a0＝a"), min_size=1))
def test_any_text_survives_the_whole_way_through_csv(text: str) -> None:
    from lprcorpus.export.row_files import csv_line

    row = {
        "record_id": "a/b",
        "position": 1,
        "name": text,
        "family_name": None,
        "given_name": text,
        "role": "author",
    }
    written = csv_line(row) + csv_line(row.values(), guarded)
    (back,) = csv.DictReader(io.StringIO(written.decode("utf-8"), newline=""), strict=True)
    assert typed("contributors", back) == as_cells(row)


@pytest.mark.parametrize("name", TABLES)
def test_json_lines_are_the_table(name: str, corpus: Corpus) -> None:
    lines = exported("jsonl", table=name).decode("utf-8").split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == corpus.table(name).to_pylist()


def test_nested_json_lines_hold_the_contributors_and_blocks_of_each_record(corpus: Corpus) -> None:
    rows = [json.loads(line) for line in exported("jsonl", nested=True).splitlines()]
    for name in ("contributors", "blocks"):
        assert [
            {"record_id": row["id"], **inner} for row in rows for inner in row.pop(name)
        ] == corpus.table(name).to_pylist()
    assert rows == corpus.table("records").to_pylist()


def test_no_line_of_json_is_parted_by_those_who_part_at_unicode_line_ends() -> None:
    from lprcorpus.export.row_files import json_line

    row = {"record_id": "a/b", "position": 1, "name": "a\u2028b\u2029c\x85d\x0ce", "role": None}
    (line,) = json_line(row).decode("utf-8").splitlines()
    assert json.loads(line) == row


@pytest.mark.parametrize("name", TABLES)
def test_parquet_has_the_rows_the_schema_and_the_features_of_the_table(
    name: str, tmp_path: Path, corpus: Corpus
) -> None:
    export(tmp_path / "out.parquet", "parquet", table=name, corpus=corpus)
    with pq.ParquetFile(tmp_path / "out.parquet") as file:
        table = file.read()
    assert table.equals(corpus.table(name), check_metadata=True)


def test_parquet_of_one_record_has_its_rows_only(tmp_path: Path, corpus: Corpus) -> None:
    export(tmp_path / "out.parquet", "parquet", [POEM], corpus=corpus)
    with pq.ParquetFile(tmp_path / "out.parquet") as file:
        assert [row["id"] for row in file.read().to_pylist()] == [POEM]
    with pq.ParquetFile(tmp_path / "out.parquet") as file:
        assert file.schema_arrow.metadata == corpus.table("records").schema.metadata


def keys(name: str, *ids: str, **options: Any) -> list[tuple[Any, ...]]:
    rows = (
        json.loads(line) for line in exported("jsonl", *ids, table=name, **options).splitlines()
    )
    return [tuple(row[column] for column in TABLES[name].key) for row in rows]


def test_the_rows_of_a_record_are_those_that_belong_to_it(corpus: Corpus) -> None:
    record = "lpr-1-2/interview-of-jacob-jugashvili"
    corpus = corpus
    spans = [row for row in corpus.table("spans").to_pylist() if row["record_id"] == record]
    inside = [
        row
        for row in corpus.table("edits").to_pylist()
        if any(span["raw_start"] <= row["raw_start"] < span["raw_end"] for span in spans)
    ]
    assert keys("records", record) == [(record,)]
    assert keys("issues", record) == [("lpr-1-2",)]
    assert keys("pages", record) == [("lpr-1-2", 26), ("lpr-1-2", 27), ("lpr-1-2", 28)]
    assert keys("contributors", record) == [(record, 1)]
    assert keys("blocks", record) == [(record, position) for position in range(1, 31)]
    assert keys("spans", record) == [(row["issue_id"], row["raw_start"]) for row in spans]
    assert keys("edits", record) == [(row["issue_id"], row["raw_start"]) for row in inside]
    assert len(inside) == 13


@pytest.mark.parametrize("name", TABLES)
def test_an_issue_stands_for_all_that_is_in_it(name: str) -> None:
    assert exported("jsonl", "lpr-1-2", table=name) == exported("jsonl", table=name)


def test_types_narrow_what_was_asked_for() -> None:
    poems = [("lpr-1-2/stalin-neruda",), (POEM,)]
    assert keys("records", types=["poem"]) == poems
    assert keys("records", "lpr-1-2", types=["poem"]) == poems
    assert keys("records", POEM, types=["poem"]) == [(POEM,)]
    assert keys("records", POEM, types=["news"]) == []
    assert keys("pages", types=["poem"]) == [("lpr-1-2", 30), ("lpr-1-2", 31)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["csv", ["lpr-1-2/hourglass"]],
            "no record is called 'lpr-1-2/hourglass'; did you mean lpr-1-2/hourglass-of-the-free?",
        ),
        (["csv", ["lpr-1-3"]], "no issue is called 'lpr-1-3'; did you mean lpr-1-2?"),
        (["cvs"], "no format is called 'cvs'; did you mean csv?"),
    ],
)
def test_an_unknown_name_is_answered_with_those_that_come_near(
    arguments: list[Any], message: str, corpus: Corpus
) -> None:
    with pytest.raises(UnknownName) as caught:
        export(io.BytesIO(), *arguments, corpus=corpus)
    assert str(caught.value) == message


def test_an_unknown_table_or_type_is_answered_with_those_that_come_near(corpus: Corpus) -> None:
    result = run("export", "--corpus", corpus.folder, "--format", "csv", "--table", "recrods")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "lprcorpus: no table is called 'recrods'; did you mean records?\n"
    result = run("export", "--corpus", corpus.folder, "--format", "csv", "--type", "peom")
    assert (result.exit_code, result.stderr) == (
        2,
        "lprcorpus: no type of record is called 'peom'; did you mean poem?\n",
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"format": "csv", "nested": True},
            "csv takes no option nested; expected it with jsonl",
        ),
        (
            {"format": "jsonl", "nested": True, "table": "pages"},
            "only records can be nested; found pages",
        ),
        ({"format": "jsonl", "bom": True}, "jsonl takes no option bom; expected it with csv"),
        (
            {"format": "tei", "table": "pages"},
            "tei takes no option table; expected it with csv, jsonl, parquet",
        ),
    ],
)
def test_an_option_that_does_not_go_with_the_format_is_refused(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        export(io.BytesIO(), **options)
    assert str(caught.value) == message


def test_a_table_that_lacks_a_column_is_named(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(built, folder)
    pq.write_table(Corpus(built).table("pages").drop_columns(["printed"]), folder / "pages.parquet")
    with pytest.raises(DataError) as caught:
        export(io.BytesIO(), "csv", table="pages", corpus=Corpus(folder))
    assert (
        str(caught.value)
        == "pages.printed: found no such column; expected one; run lprcorpus validate"
    )


def test_a_file_is_written_whole_and_the_summary_goes_to_standard_error(
    tmp_path: Path, corpus: Corpus
) -> None:
    target = tmp_path / "new" / "poems.csv"
    result = run(
        "export", "--corpus", corpus.folder, "--format", "csv", "--type", "poem", "--out", target
    )
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"Wrote {target}: 2 rows\n")
    assert target.read_bytes() == exported("csv", types=["poem"])
    assert [path.name for path in target.parent.iterdir()] == ["poems.csv"]


def test_standard_output_is_the_default_and_holds_nothing_else(corpus: Corpus) -> None:
    result = run("export", "--corpus", corpus.folder, "--format", "csv", POEM)
    assert (result.exit_code, result.stdout_bytes, result.stderr) == (0, exported("csv", POEM), "")


def test_a_cell_too_long_for_excel_is_told(tmp_path: Path, corpus: Corpus) -> None:
    result = run(
        "export", "--corpus", corpus.folder, "--format", "csv", "--out", tmp_path / "out.csv"
    )
    assert result.stderr.splitlines()[1:] == [
        "lprcorpus: note: the longest cell has 46,338 characters; Excel cuts what is over 32,767"
    ]


def test_an_export_that_fails_leaves_what_was_there(tmp_path: Path, corpus: Corpus) -> None:
    target = tmp_path / "out.csv"
    target.write_text("mine")
    with pytest.raises(ZeroDivisionError), whole_file(target) as stream:
        stream.write(b"half" * (1 // 0))
    with pytest.raises(UnknownName):
        export(target, "csv", ["lpr-1-2/nothing"], corpus=corpus)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.csv", "mine")]


def test_a_file_keeps_its_permissions_and_a_new_one_gets_the_usual(
    tmp_path: Path, corpus: Corpus
) -> None:
    old, new, usual = tmp_path / "old.csv", tmp_path / "new.csv", tmp_path / "usual"
    old.touch(0o640)
    usual.touch()
    for target in (old, new):
        export(target, "csv", [POEM], corpus=corpus)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (old, new)] == [
        0o640,
        stat.S_IMODE(usual.stat().st_mode),
    ]


def test_a_link_is_followed_and_a_device_is_written_to(tmp_path: Path, corpus: Corpus) -> None:
    target, link = tmp_path / "out.csv", tmp_path / "link.csv"
    target.touch()
    link.symlink_to(target)
    export(link, "csv", [POEM], corpus=corpus)
    assert link.is_symlink()
    assert target.read_bytes() == exported("csv", POEM)
    export(os.devnull, "csv", [POEM], corpus=corpus)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_path_that_cannot_be_a_file_is_said_so(tmp_path: Path, corpus: Corpus) -> None:
    (tmp_path / "file").touch()
    for path, message in {
        tmp_path: f"{tmp_path}: a folder; expected a file, or a path at which to make one",
        tmp_path
        / "file"
        / "out.csv": f"{tmp_path / 'file' / 'out.csv'}: cannot be written: file exists",
    }.items():
        with pytest.raises(OutputError) as caught:
            export(path, "csv", table="pages", corpus=corpus)
        assert str(caught.value).replace("not a directory", "file exists") == message


def test_a_full_disk_is_said_in_one_line(corpus: Corpus) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    result = run("export", "--corpus", corpus.folder, "--format", "csv", "--out", "/dev/full")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "lprcorpus: /dev/full: cannot be written: no space left on device\n"


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
def test_a_reader_that_stops_early_is_no_fault(format: str) -> None:  # noqa: A002
    program = [sys.executable, "-m", "lprcorpus", "export", "--table", "spans", "--format", format]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(60)


def test_the_help_shows_an_example() -> None:
    assert (
        "lprcorpus export --format tei --out hourglass.xml lpr-1-2/hourglass-of-the-free"
        in run("export", "--help").stdout
    )


@pytest.mark.parametrize("signal_name", ["SIGTERM", "SIGKILL"])
@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="this system has no files without a name")
def test_a_killed_export_leaves_no_file(tmp_path: Path, signal_name: str) -> None:
    code = (
        "import os, signal; from pathlib import Path; from lprcorpus.files import whole_file\n"
        f"with whole_file(Path({str(tmp_path / 'out.csv')!r})) as stream:\n"
        f"    stream.write(b'half'); stream.flush(); os.kill(os.getpid(), signal.{signal_name})"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert list(tmp_path.iterdir()) == []


def test_a_name_of_many_bytes_is_no_obstacle(tmp_path: Path, corpus: Corpus) -> None:
    target = tmp_path / ("夜" * 80 + ".csv")  # 244 bytes
    export(target, "csv", [POEM], corpus=corpus)
    assert target.read_bytes() == exported("csv", POEM)
