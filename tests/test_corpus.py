"""The one opener of a corpus: what it refuses, that it holds one edition, threads and processes, rows as objects."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lprcorpus.corpus import Corpus
from lprcorpus.errors import (
    CorpusChanged,
    CorpusNotFound,
    DataError,
    LprcorpusError,
    UnknownName,
    UnsafeCorpus,
    UsageError,
)
from lprcorpus.loading.dataset import load
from lprcorpus.messages import shorten
from lprcorpus.schema import TABLES, Issue, Record
from lprcorpus.tables import arrow_schema, writer

from .conftest import change_descriptor

POEM = "lpr-1-2/hourglass-of-the-free"


@dataclass(frozen=True)
class BlockLine:
    """Some columns of ``blocks``."""

    record_id: str
    position: int
    kind: Literal["paragraph", "heading", "question", "answer", "list_item", "verse", "signature"]


@dataclass(frozen=True)
class IssueLine:
    """Some columns of ``issues``, one of which may be null."""

    id: str
    volume: int | None
    complete: bool


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of the corpus and its raw text, to be changed."""
    shutil.copytree(built.parent / "raw", tmp_path / "raw")
    return Path(shutil.copytree(built, tmp_path / "processed"))


def change_column(
    folder: Path, table: str, column: str, content: list[object], type_: pa.DataType | None = None
) -> None:
    path = folder / f"{table}.parquet"
    rows = pq.read_table(path)
    place = rows.column_names.index(column)
    values = pa.array(content, type_ or rows.schema.field(column).type)
    pq.write_table(rows.set_column(place, pa.field(column, values.type), values), path)


class TestRows:
    """Rows as objects."""

    def test_all_rows_of_a_table_as_models(self, corpus: Corpus) -> None:
        assert [row.model_dump() for row in corpus.rows("records", Record)] == corpus.table(
            "records"
        ).to_pylist()

    def test_some_columns_of_some_rows_as_a_dataclass(self, corpus: Corpus) -> None:
        assert list(corpus.rows("blocks", BlockLine, record_id={POEM})) == [
            BlockLine(POEM, 1, "verse"),
            BlockLine(POEM, 2, "verse"),
            BlockLine(POEM, 3, "verse"),
        ]
        assert list(corpus.rows("blocks", BlockLine, record_id={POEM}, position={2, 9})) == [
            BlockLine(POEM, 2, "verse")
        ]
        assert list(corpus.rows("blocks", BlockLine, record_id=set())) == []

    def test_a_row_by_its_id(self, corpus: Corpus) -> None:
        assert corpus.row("issues", IssueLine, "lpr-1-2") == IssueLine("lpr-1-2", 1, complete=False)

    def test_an_unknown_id_is_an_error_that_names_the_near_ones(self, corpus: Corpus) -> None:
        with pytest.raises(UnknownName) as caught:
            corpus.row("records", Record, "hourglass")
        assert str(caught.value) == f"no record is called 'hourglass'; did you mean {POEM}?"

    def test_only_the_row_groups_that_hold_a_wanted_row_are_read(self, folder: Path) -> None:
        table = Corpus(folder).table("blocks")
        with writer("blocks", folder / "blocks.parquet") as out:
            out.write_table(table, row_group_size=50)
        corpus = Corpus(folder)
        assert list(corpus.rows("blocks", BlockLine, record_id={POEM})) == [
            BlockLine(POEM, n, "verse") for n in (1, 2, 3)
        ]
        assert len(list(corpus.rows("blocks", BlockLine, kind={"heading", "verse"}))) == sum(
            kind in ("heading", "verse") for kind in table.column("kind").to_pylist()
        )

    @pytest.mark.parametrize(
        ("column", "values", "type_", "message"),
        [
            (
                "complete",
                [None],
                None,
                "issues.complete [lpr-1-2]: found None; expected true or false",
            ),
            (
                "complete",
                ["no"],
                pa.string(),
                "issues.complete [lpr-1-2]: found 'no'; expected true or false",
            ),
            (
                "volume",
                [1.5],
                pa.float64(),
                "issues.volume [lpr-1-2]: found 1.5; expected an integer",
            ),
        ],
    )
    def test_a_value_that_is_not_what_the_dataclass_says_is_named(
        self,
        column: str,
        values: list[object],
        type_: pa.DataType | None,
        message: str,
        folder: Path,
    ) -> None:
        change_column(folder, "issues", column, values, type_)
        with pytest.raises(DataError) as caught:
            list(Corpus(folder).rows("issues", IssueLine))
        assert str(caught.value) == f"{message}; run lprcorpus validate"

    def test_a_value_that_is_none_of_those_allowed_is_named(self, folder: Path) -> None:
        kinds = Corpus(folder).table("blocks").column("kind").to_pylist()
        change_column(folder, "blocks", "kind", ["table", *kinds[1:]])
        with pytest.raises(DataError) as caught:
            list(Corpus(folder).rows("blocks", BlockLine))
        first = Corpus(folder).table("blocks").column("record_id")[0].as_py()
        assert str(caught.value) == (
            f"blocks.kind [{first}]: found 'table'; expected one of paragraph, heading, question, answer, list_item,"
            " verse, signature; run lprcorpus validate"
        )

    def test_an_identifier_that_is_a_path_is_named(self, folder: Path) -> None:
        ids = Corpus(folder).table("blocks").column("record_id").to_pylist()
        change_column(folder, "blocks", "record_id", ["../../x", *ids[1:]])
        with pytest.raises(DataError) as caught:
            list(Corpus(folder).rows("blocks", BlockLine))
        assert str(caught.value) == (
            "blocks.record_id [../../x]: found '../../x'; expected an identifier such as 'lpr-1-2/hourglass-of-the-free';"
            " run lprcorpus validate"
        )

    def test_a_column_that_is_not_there_is_named(self, folder: Path) -> None:
        path = folder / "issues.parquet"
        pq.write_table(pq.read_table(path).drop_columns(["volume"]), path)
        with pytest.raises(DataError) as caught:
            list(Corpus(folder).rows("issues", IssueLine))
        assert (
            str(caught.value)
            == "issues.volume: found no such column; expected one; run lprcorpus validate"
        )

    def test_a_shard_holds_all_rows_of_its_issues(self, corpus: Corpus) -> None:
        (shard,) = corpus.shards()
        assert [issue.id for issue in shard.rows("issues", Issue)] == ["lpr-1-2"]
        assert shard.table("pages", ["number"]).num_rows == 30

    def test_tables_with_different_numbers_of_files_have_no_shards(self, folder: Path) -> None:
        change_descriptor(
            folder,
            lambda package: package["resources"][2].update(
                path=["records.parquet", "records-2.parquet"]
            ),
        )
        with pytest.raises(DataError) as caught:
            list(Corpus(folder).shards())
        assert (
            str(caught.value) == f"{folder}: issues: found 1 file; expected 2, as another table has"
        )


@pytest.mark.parametrize(
    "version", ["9" * 5_000, "٣.0", "", "new"], ids=["huge", "Arabic", "empty", "a word"]
)
def test_a_version_that_is_none_is_refused(version: str, folder: Path) -> None:
    change_descriptor(folder, lambda package: package.update(version=version))
    with pytest.raises(CorpusNotFound) as caught:
        Corpus(folder)
    assert str(caught.value) == (
        f"{folder}/datapackage.json: found version {shorten(version)}; expected one such as '0.1.0'"
    )


UNSAFE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a name that is a path": (
        lambda folder: change_descriptor(folder, lambda package: package.update(name="../../x")),
        "{folder}/datapackage.json: name: found '../../x'; expected a name such as 'lprcorpus'",
    ),
    "an absolute path": (
        lambda folder: change_descriptor(
            folder, lambda package: package["resources"][2].update(path="/etc/hosts")
        ),
        "{folder}/datapackage.json: resources[2].path: found '/etc/hosts'; expected a path inside the folder, such as"
        " 'records.parquet'",
    ),
    "a path that leads upwards": (
        lambda folder: change_descriptor(
            folder, lambda package: package["resources"][2].update(path="x/../../y")
        ),
        "{folder}/datapackage.json: resources[2].path: found 'x/../../y'; expected a path inside the folder, such as"
        " 'records.parquet'",
    ),
    "a link that leaves the folder": (
        lambda folder: replace_by_link(
            folder / "records.parquet", folder.parent / "elsewhere.parquet"
        ),
        "{folder}/datapackage.json: resources[2].path: found 'records.parquet'; expected a file inside the folder,"
        " and no link that leaves it",
    ),
    "an issue whose id is a path": (
        lambda folder: change_column(folder, "issues", "id", ["../../../x"]),
        "{folder}/issues.parquet: issues.id: found '../../../x'; expected an identifier such as 'lpr-1-2'",
    ),
    "an issue whose id is an absolute path": (
        lambda folder: change_column(folder, "issues", "id", ["/tmp/x"]),
        "{folder}/issues.parquet: issues.id: found '/tmp/x'; expected an identifier such as 'lpr-1-2'",
    ),
    "an issue whose id ends in a newline": (
        lambda folder: change_column(folder, "issues", "id", ["lpr-1-2\n"]),
        "{folder}/issues.parquet: issues.id: found 'lpr-1-2\\n'; expected an identifier such as 'lpr-1-2'",
    ),
    "a raw text elsewhere": (
        lambda folder: change_column(folder, "issues", "raw_path", ["../../etc/hosts"]),
        "{folder}/issues.parquet: issues.raw_path: found '../../etc/hosts'; expected an identifier such as 'lpr-1-2'",
    ),
}


def replace_by_link(path: Path, target: Path) -> None:
    path.rename(target)
    path.symlink_to(target)


class TestSafety:
    """Names, identifiers and paths are checked as a corpus is opened, before anything is read."""

    @pytest.mark.parametrize("case", UNSAFE)
    def test_what_leads_out_of_the_folder_is_refused(self, case: str, folder: Path) -> None:
        spoil, message = UNSAFE[case]
        spoil(folder)
        with pytest.raises(UnsafeCorpus) as caught:
            Corpus(folder)
        assert str(caught.value) == f"{message.format(folder=folder)}; run lprcorpus validate"

    def test_a_snapshot_of_links_to_blobs_is_read(self, folder: Path, tmp_path: Path) -> None:
        """As ``huggingface_hub`` downloads it."""
        snapshot = tmp_path / "hub" / "snapshots" / "abc"
        (snapshot / "raw").mkdir(parents=True)
        (tmp_path / "hub" / "blobs").mkdir()
        files = [*((path, snapshot) for path in folder.iterdir() if path.is_file())]
        files.append((folder.parent / "raw" / "lpr-1-2.txt", snapshot / "raw"))
        for number, (path, place) in enumerate(files):
            blob = tmp_path / "hub" / "blobs" / str(number)
            shutil.copy(path, blob)
            (place / path.name).symlink_to(os.path.relpath(blob, place))
        corpus = Corpus(snapshot)
        assert corpus.row("records", Record, POEM).title == "Hourglass of the Free"
        assert len(corpus.raw_text(corpus.row("issues", Issue, "lpr-1-2"))) == 120_613

    def test_a_raw_text_that_is_another_is_refused(self, folder: Path) -> None:
        corpus = Corpus(folder)
        issue = corpus.row("issues", Issue, "lpr-1-2")
        path = folder.parent / "raw" / "lpr-1-2.txt"
        secret = folder.parent / "secret.txt"
        secret.write_text("Not of this corpus.\n", "utf-8")
        path.unlink()
        path.symlink_to(secret)
        with pytest.raises(DataError) as caught:
            corpus.raw_text(issue)
        assert str(caught.value) == (
            f"{path}: is not the text that the corpus was built from; build it again, or bring the text back"
        )

    def test_the_raw_texts_beside_the_working_folder_are_found(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(folder)
        corpus = Corpus(".")
        assert len(corpus.raw_text(corpus.row("issues", Issue, "lpr-1-2"))) == 120_613


class TestEdition:
    """A reader gets one edition, or is told that it changed."""

    def test_a_corpus_that_another_takes_the_place_of_is_not_read_on(self, folder: Path) -> None:
        corpus = Corpus(folder)
        new = Path(shutil.copytree(folder, folder.parent / "new"))
        shutil.rmtree(folder)
        new.rename(folder)
        with pytest.raises(CorpusChanged) as caught:
            corpus.table("records")
        assert (
            str(caught.value)
            == f"{folder}/records.parquet: has changed since the corpus was opened; open it again"
        )
        assert Corpus(folder).table("records").num_rows == 15

    def test_a_file_that_is_written_over_is_not_read_on(self, folder: Path) -> None:
        corpus = Corpus(folder)
        with writer("pages", folder / "pages.parquet") as out:
            out.write_table(arrow_schema("pages").empty_table())
        with pytest.raises(CorpusChanged):
            list(corpus.parts("pages"))

    def test_a_file_that_is_open_is_read_to_its_end(self, folder: Path) -> None:
        (file,) = Corpus(folder).table_files("pages")
        with file.open() as pages:
            (folder / "pages.parquet").unlink()
            shutil.copy(folder / "edits.parquet", folder / "pages.parquet")
            assert pages.read().num_rows == 30

    def test_a_file_that_is_written_over_while_it_is_read_is_an_error(self, folder: Path) -> None:
        batches = load("pages", streaming=True, corpus=Corpus(folder))
        rows = iter(batches)
        next(rows)
        os.utime(folder / "pages.parquet", ns=(1, 1))
        with pytest.raises(CorpusChanged):
            list(rows)

    def test_a_closed_corpus_says_so(self, folder: Path) -> None:
        with Corpus(folder) as corpus:
            assert corpus.count("records") == 15
        with pytest.raises(UsageError) as caught:
            corpus.table("records")
        assert str(caught.value) == f"{folder}: the corpus is closed; open it again"


def poem_title(corpus: Corpus) -> str:
    return corpus.row("records", Record, POEM).title


class TestThreadsAndProcesses:
    """A corpus goes wherever its reader goes."""

    def test_many_threads_read_one_corpus(self, corpus: Corpus) -> None:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda name: corpus.table(name).num_rows, list(TABLES) * 8))
        assert found == [corpus.count(name) for name in TABLES] * 8

    @pytest.mark.parametrize(
        "again", [copy.deepcopy, copy.copy, lambda corpus: pickle.loads(pickle.dumps(corpus))]
    )
    def test_a_copy_reads_the_same(self, again: Callable[[Corpus], Corpus], corpus: Corpus) -> None:
        assert again(corpus).table("records") == corpus.table("records")

    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_other_processes_read_the_same(self, method: str, corpus: Corpus) -> None:
        with multiprocessing.get_context(method).Pool(1) as pool:
            assert pool.map(poem_title, [corpus]) == ["Hourglass of the Free"]

    def test_a_pickled_corpus_is_the_edition_that_was_opened(self, folder: Path) -> None:
        data = pickle.dumps(Corpus(folder))
        (folder / "records.parquet").touch()
        with pytest.raises(CorpusChanged):
            pickle.loads(data).table("records")


def test_what_a_descriptor_does_not_say_as_it_should_is_left_out(folder: Path) -> None:
    change_descriptor(
        folder,
        lambda package: package.update(
            title=3, licenses="MIT", contributors=[3], datacite=[], homepage=None
        ),
    )
    about = Corpus(folder).about
    assert (about.title, about.licenses, about.creators, about.released, about.homepage) == (
        "lprcorpus",
        (),
        (),
        "",
        "",
    )


def test_every_error_of_a_corpus_is_one_of_ours(folder: Path) -> None:
    (folder / "records.parquet").write_bytes(b"PAR1" + bytes(64) + b"PAR1")
    with pytest.raises(LprcorpusError):
        Corpus(folder).table("records")
