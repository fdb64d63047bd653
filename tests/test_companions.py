"""What is beside a corpus: the layout of a text, the description of a release, harmless rewriting, files of others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import lprcorpus
from lprcorpus.layout_file import Extraction, LayoutLine, write_layout
from lprcorpus.release.packing import pack
from lprcorpus.schema import TABLES

from .conftest import run
from .mutations.kit import CorpusCopy

EXTRACTION = Extraction(pdf_sha256="a" * 64, extractor="lprcorpus", version="0.2.0")


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of the corpus with its raw texts and data card beside it."""
    return Path(shutil.copytree(built.parent, tmp_path, dirs_exist_ok=True))


def problems_of(folder: Path) -> list[str]:
    return [str(problem) for problem in lprcorpus.validate(folder).problems]


def add_layout(home: Path, lines: list[int], *, stated: bool = True) -> None:
    """Give the raw text a layout, and its manifest the table that belongs to it."""
    with (home / "raw" / "lpr-1-2.layout.parquet").open("wb") as stream:
        write_layout(stream, [layout_line(number) for number in lines], EXTRACTION)
    if stated:
        manifest = home / "raw" / "lpr-1-2.toml"
        table = f'[extraction]\npdf_sha256 = "{"a" * 64}"\nextractor = "lprcorpus"\nversion = "0.2.0"\n\n'
        manifest.write_text(
            manifest.read_text("utf-8").replace("[[records]]", f"{table}[[records]]", 1), "utf-8"
        )


def layout_line(number: int) -> LayoutLine:
    return LayoutLine(
        line=number,
        page=1,
        column=0,
        x0=0.0,
        y0=0.0,
        x1=1.0,
        y1=1.0,
        font="Times",
        size=10.0,
        weight=400,
    )


def printed_lines(home: Path) -> list[int]:
    text = (home / "raw" / "lpr-1-2.txt").read_bytes().decode("utf-8")
    return [number for number, line in enumerate(text.split("\n"), start=1) if line.strip()]


class TestTheLayoutOfARawText:
    def test_it_is_accepted_with_a_row_for_each_printed_line(self, home: Path) -> None:
        add_layout(home, printed_lines(home))
        assert problems_of(home / "processed") == []

    def test_a_line_without_a_row_is_named(self, home: Path) -> None:
        lines = printed_lines(home)
        add_layout(home, [*lines[:5], *lines[6:]])
        assert problems_of(home / "processed") == [
            f"raw/lpr-1-2.layout.parquet line {lines[5]}: found no row;"
            " expected a row for each raw line with print (layout)"
        ]

    def test_one_that_the_manifest_does_not_know_is_a_problem(self, home: Path) -> None:
        add_layout(home, printed_lines(home), stated=False)
        (problem,) = lprcorpus.validate(home / "processed").problems
        assert (problem.code, problem.file) == ("layout", "raw/lpr-1-2.layout.parquet")
        assert problem.expected == "None, as the manifest says"

    def test_one_that_is_missing_is_a_problem(self, home: Path) -> None:
        add_layout(home, [])
        (home / "raw" / "lpr-1-2.layout.parquet").unlink()
        assert problems_of(home / "processed") == [
            "raw/lpr-1-2.layout.parquet: found no such file; expected the layout that [extraction] is about (layout)"
        ]

    def test_one_that_is_damaged_is_a_fault_of_its_issue_in_a_build(
        self, home: Path, tmp_path: Path
    ) -> None:
        add_layout(home, [])
        layout = home / "raw" / "lpr-1-2.layout.parquet"
        layout.write_text("The night whispers the silence.")
        result = run("build", "--raw", home / "raw", "--out", tmp_path / "out")
        message = f"lprcorpus: {layout}: cannot be read as Parquet: "
        assert (result.exit_code, result.stderr[: len(message)]) == (1, message)
        assert result.stderr.count("\n") == 1


class TestARelease:
    @pytest.fixture
    def release(self, built: Path, tmp_path: Path) -> Path:
        pack(tmp_path / "release", built)
        return tmp_path / "release"

    def test_it_is_valid_on_its_own(self, release: Path) -> None:
        assert problems_of(release) == []

    @pytest.mark.parametrize(
        ("old", "new", "place"),
        [
            ("Left Progressive", "Right Progressive", "name"),
            ("propaganda studies", "cats", "keywords.1"),
            ("The lprcorpus contributors", "Somebody", "creator.0"),
            ("MIT License, for", "No licence for", "license.0"),
        ],
        ids=["name", "keyword", "creator", "licence"],
    )
    def test_its_description_is_compared(
        self, old: str, new: str, place: str, release: Path
    ) -> None:
        path = release / "ro-crate-metadata.json"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        (problem,) = lprcorpus.validate(release).problems
        assert (problem.code, problem.column, problem.file) == (
            "citation-file",
            place,
            "ro-crate-metadata.json",
        )

    def test_a_file_that_it_lists_and_lacks_is_named(self, release: Path) -> None:
        (release / "CHANGELOG.md").unlink()
        assert problems_of(release) == [
            "ro-crate-metadata.json: found no such file; expected 'CHANGELOG.md', as the release lists it (file-missing)"
        ]


def test_files_of_others_are_named_and_no_problem(home: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", "notes.txt"):
        (home / "processed" / name).touch()
    report = lprcorpus.validate(home / "processed")
    assert report.valid
    assert report.layers[0].checked.endswith(
        "bytes; also here, and no part of the corpus: notes.txt"
    )


def large_strings(table: pa.Table) -> pa.Table:
    fields = [
        field.with_type(pa.large_string()) if pa.types.is_string(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields, metadata=table.schema.metadata))


@pytest.mark.parametrize(
    ("change", "options"),
    [
        (lambda table: table, {"compression": "gzip"}),
        (lambda table: table, {"compression": "none", "row_group_size": 7}),
        (large_strings, {"compression": "zstd"}),
        (lambda table: table, {"write_page_index": True}),
        (lambda table: table, {"write_statistics": False}),
    ],
    ids=["another codec", "small row groups", "large strings", "a page index", "no statistics"],
)
def test_a_table_written_again_is_valid_once_its_hash_is_renewed(
    change: Callable[[pa.Table], pa.Table], options: dict[str, Any], home: Path
) -> None:
    for name in TABLES:
        path = home / "processed" / f"{name}.parquet"
        pq.write_table(change(pq.ParquetFile(path).read()), path, **options)
    CorpusCopy(home).repair_metadata()
    assert problems_of(home / "processed") == []


def test_a_file_that_lost_its_descriptions_is_one_problem(home: Path) -> None:
    path = home / "processed" / "records.parquet"
    table = pq.ParquetFile(path).read()
    fields = [field.remove_metadata() for field in table.schema]
    pq.write_table(table.cast(pa.schema(fields, metadata=table.schema.metadata)), path)
    CorpusCopy(home).repair_metadata()
    (problem,) = lprcorpus.validate(home / "processed").problems
    assert (problem.code, problem.file) == ("column-description", "records.parquet")


class TestTheReferences:
    """Each entry that is not a record's is named, and each record that has none."""

    def changed(self, home: Path, name: str, change: Callable[[list[str]], object]) -> list[str]:
        path = home / "processed" / name
        separator = "\n\n" if name.endswith("bib") else ",\n"
        entries = path.read_text("utf-8").split(separator)
        change(entries)
        path.write_text(separator.join(entries), "utf-8")
        CorpusCopy(home).repair_metadata()
        problems = lprcorpus.validate(home / "processed", rebuild=False).problems
        assert {(problem.code, problem.file) for problem in problems} == {("references", name)}
        return [str(problem.key) for problem in problems]

    @pytest.fixture
    def records(self, home: Path) -> list[str]:
        ids: list[str] = pq.read_table(home / "processed" / "records.parquet")["id"].to_pylist()
        return ids

    @pytest.mark.parametrize("name", ["references.bib", "references.json"])
    def test_all_that_were_changed_are_named(
        self, name: str, home: Path, records: list[str]
    ) -> None:
        def change(entries: list[str]) -> None:
            for place in (2, 3, 9):
                entries[place] = entries[place].replace("Progressive", "Regressive", 1)

        assert self.changed(home, name, change) == [records[place] for place in (2, 3, 9)]

    @pytest.mark.parametrize("name", ["references.bib", "references.json"])
    def test_one_that_is_missing_is_named_and_no_other(
        self, name: str, home: Path, records: list[str]
    ) -> None:
        assert self.changed(home, name, lambda entries: entries.pop(4)) == [records[4]]

    @pytest.mark.parametrize("name", ["references.bib", "references.json"])
    def test_one_too_many_is_a_problem(self, name: str, home: Path) -> None:
        assert self.changed(home, name, lambda entries: entries.insert(5, "x")) == ["None"]

    def test_another_order_is_a_problem(self, home: Path) -> None:
        def change(entries: list[str]) -> None:
            entries[3], entries[4] = entries[4], entries[3]

        assert self.changed(home, "references.bib", change) == ["None"]


class TestAnotherVersion:
    """A corpus that another version of the package wrote is compared on the facts."""

    @pytest.fixture
    def older(self, home: Path) -> Path:
        for name in ("datapackage.json", "croissant.json"):
            path = home / "processed" / name
            content = json.loads(path.read_bytes())
            content["version"] = "0.1.9"
            path.write_text(json.dumps(content), "utf-8")
        return home / "processed"

    def test_other_wording_is_no_problem(self, older: Path) -> None:
        card = older / "README.md"
        card.write_text(card.read_text("utf-8").replace("the", "teh"), "utf-8")
        report = lprcorpus.validate(older)
        assert report.problems == ()
        assert [layer.checked for layer in report.layers if layer.status == "skipped"] == [
            "not built again: its version is '0.1.9', this is 0.2.0"
        ]

    def test_other_facts_are(self, older: Path) -> None:
        path = older / "datapackage.json"
        content = json.loads(path.read_bytes())
        content["resources"][2]["rows"] = 14
        path.write_text(json.dumps(content), "utf-8")
        assert problems_of(older) == [
            "datapackage.json records.resources.records.rows: found 14; expected 15 (rows-mismatch)"
        ]
