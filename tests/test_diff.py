"""Two editions compared: what changed, and the step of the version that it asks for."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lprcorpus.corpus import Corpus
from lprcorpus.release.comparison import Change, compare_editions
from lprcorpus.release.packing import pack
from lprcorpus.release.version_step import Step, version_step

from .conftest import run

POEM = "lpr-1-2/hourglass-of-the-free"
Rows = list[dict[str, Any]]


class Edition:
    """An edition to be edited: its folder, its descriptor, and its tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.descriptor = json.loads((folder / "datapackage.json").read_bytes())

    def resource(self, table: str) -> dict[str, Any]:
        (found,) = [
            resource for resource in self.descriptor["resources"] if resource["name"] == table
        ]
        return found

    def column(self, table: str, name: str) -> dict[str, Any]:
        (found,) = [
            column for column in self.resource(table)["schema"]["fields"] if column["name"] == name
        ]
        return found

    def rows(self, table: str, change: Callable[[Rows], object]) -> None:
        """Change the rows of a table."""
        path = self.folder / f"{table}.parquet"
        content = pq.read_table(path)
        rows = content.to_pylist()
        change(rows)
        self.write(table, pa.Table.from_pylist(rows, schema=content.schema))

    def write(self, table: str, content: pa.Table) -> None:
        """Write a table; its digest is another now."""
        pq.write_table(content, self.folder / f"{table}.parquet")
        self.resource(table)["contentDigest"] = "sha256:of another edition"

    def save(self, version: str = "0.2.0") -> None:
        self.descriptor["version"] = version
        (self.folder / "datapackage.json").write_text(json.dumps(self.descriptor))


@pytest.fixture
def edition(built: Path, tmp_path: Path) -> Edition:
    """A copy of the first issue's corpus."""
    return Edition(Path(shutil.copytree(built, tmp_path / "edited")))


def record(rows: Rows) -> dict[str, Any]:
    """Return the row of the poem."""
    (found,) = [row for row in rows if row.get("id", row.get("record_id")) == POEM]
    return found


def of_record(rows: Rows) -> Rows:
    return [row for row in rows if row["record_id"] == POEM]


def nothing(edition: Edition) -> None:
    """Change nothing."""


def corrected_title(edition: Edition) -> None:
    edition.rows("records", lambda rows: record(rows).update(title="Hourglass of Free"))


def corrected_author(edition: Edition) -> None:
    edition.rows("records", lambda rows: record(rows).update(author=None))


def new_body(edition: Edition) -> None:
    """Make the body of the poem again from its blocks, as a build does."""
    blocks: Rows = pq.read_table(edition.folder / "blocks.parquet").to_pylist()
    body = "\n\n".join(block["text"] for block in of_record(blocks))
    edition.rows(
        "records",
        lambda rows: record(rows).update(
            body=body, body_sha256=hashlib.sha256(body.encode()).hexdigest()
        ),
    )


def corrected_word(edition: Edition) -> None:
    def change(rows: Rows) -> None:
        block = of_record(rows)[0]
        block["text"] = block["text"].replace("night", "day", 1)

    edition.rows("blocks", change)
    new_body(edition)


def new_record(edition: Edition) -> None:
    edition.rows(
        "records",
        lambda rows: rows.append({**rows[0], "id": "lpr-1-2/new", "body_sha256": "1" * 64}),
    )


def lost_record(edition: Edition) -> None:
    edition.rows("records", lambda rows: rows.remove(record(rows)))


def renamed_record(edition: Edition) -> None:
    edition.rows("records", lambda rows: record(rows).update(id="lpr-1-2/hourglass"))


def new_column(edition: Edition) -> None:
    fields = edition.resource("records")["schema"]["fields"]
    fields.append({"name": "genre", "type": "string"})
    content = pq.read_table(edition.folder / "records.parquet")
    edition.write("records", content.append_column("genre", pa.array(["verse"] * content.num_rows)))


def lost_column(edition: Edition) -> None:
    fields = edition.resource("records")["schema"]["fields"]
    fields.remove(edition.column("records", "note"))
    edition.write(
        "records", pq.read_table(edition.folder / "records.parquet").drop_columns(["note"])
    )


def renamed_column(edition: Edition) -> None:
    edition.column("records", "note")["name"] = "headnote"
    content = pq.read_table(edition.folder / "records.parquet")
    names = ["headnote" if name == "note" else name for name in content.column_names]
    edition.write("records", content.rename_columns(names))


def retyped_column(edition: Edition) -> None:
    edition.column("records", "word_count")["type"] = "string"


def new_value_of_a_list(edition: Edition) -> None:
    edition.column("records", "type")["constraints"]["enum"].append("letter")


def lost_value_of_a_list(edition: Edition) -> None:
    edition.column("records", "type")["constraints"]["enum"].remove("faq")


def nullable_column(edition: Edition) -> None:
    edition.column("records", "language")["constraints"].pop("required")


def new_table(edition: Edition) -> None:
    resource = {**edition.resource("edits"), "name": "notes", "path": "notes.parquet"}
    edition.descriptor["resources"].append(resource)
    shutil.copy(edition.folder / "edits.parquet", edition.folder / "notes.parquet")


def lost_table(edition: Edition) -> None:
    edition.descriptor["resources"].remove(edition.resource("edits"))


def new_issue(edition: Edition) -> None:
    edition.rows(
        "issues",
        lambda rows: rows.append({**rows[0], "id": "lpr-1-3", "raw_path": "raw/lpr-1-3.txt"}),
    )


def lost_issue(edition: Edition) -> None:
    edition.rows("issues", lambda rows: rows.clear())


def new_contributor(edition: Edition) -> None:
    edition.rows("contributors", lambda rows: rows.append({**rows[0], "position": 9}))


def corrected_page(edition: Edition) -> None:
    edition.rows("pages", lambda rows: rows[3].update(printed=True))


def lost_edit(edition: Edition) -> None:
    edition.rows("edits", lambda rows: rows.pop())


def new_block(edition: Edition) -> None:
    edition.rows(
        "blocks",
        lambda rows: rows.append({**of_record(rows)[-1], "position": 99, "text": "A last line."}),
    )
    new_body(edition)


def moved_spans(edition: Edition) -> None:
    edition.rows("spans", lambda rows: rows[5].update(role="note"))


def columns_in_another_order(edition: Edition) -> None:
    edition.resource("edits")["schema"]["fields"].reverse()
    content = pq.read_table(edition.folder / "edits.parquet")
    edition.write("edits", content.select(content.column_names[::-1]))


def rows_in_another_order(edition: Edition) -> None:
    edition.rows("blocks", lambda rows: rows.reverse())


CASES: list[tuple[Callable[[Edition], None], Step, list[str]]] = [
    (nothing, Step.NONE, ["- No row of the corpus has changed."]),
    (columns_in_another_order, Step.NONE, ["- No row of the corpus has changed."]),
    (rows_in_another_order, Step.NONE, ["- No row of the corpus has changed."]),
    (
        corrected_title,
        Step.PATCH,
        [f"- Record `{POEM}`: `title` was 'Hourglass of the Free', is 'Hourglass of Free'."],
    ),
    (
        corrected_word,
        Step.PATCH,
        [
            f"- Record `{POEM}`: its text changed in block 1.",
            "- Table `blocks`: 1 row changed in `text`.",
        ],
    ),
    (new_contributor, Step.PATCH, ["- Table `contributors`: 1 row new."]),
    (corrected_page, Step.PATCH, ["- Table `pages`: 1 row changed in `printed`."]),
    (lost_edit, Step.PATCH, ["- Table `edits`: 1 row gone."]),
    (
        new_block,
        Step.PATCH,
        [f"- Record `{POEM}`: its text changed in block 4.", "- Table `blocks`: 1 row new."],
    ),
    (moved_spans, Step.PATCH, ["- Table `spans`: 1 row changed in `role`."]),
    (new_record, Step.MINOR, ["- Record `lpr-1-2/new` is new."]),
    (new_column, Step.MINOR, ["- Column `records.genre` is new."]),
    (new_value_of_a_list, Step.MINOR, ["- Column `records.type` may also hold letter."]),
    (nullable_column, Step.MINOR, ["- Column `records.language` may be null."]),
    (new_table, Step.MINOR, ["- Table `notes` is new."]),
    (new_issue, Step.MINOR, ["- Issue `lpr-1-3` is new.", "- Table `issues`: 1 row new."]),
    (lost_record, Step.MAJOR, [f"- Record `{POEM}` is gone."]),
    (renamed_record, Step.MAJOR, [f"- Record `{POEM}` is now `lpr-1-2/hourglass`."]),
    (lost_column, Step.MAJOR, ["- Column `records.note` is gone."]),
    (
        renamed_column,
        Step.MAJOR,
        ["- Column `records.headnote` is new.", "- Column `records.note` is gone."],
    ),
    (
        retyped_column,
        Step.MAJOR,
        ["- Column `records.word_count` is of the type 'string', and was of the type 'integer'."],
    ),
    (lost_value_of_a_list, Step.MAJOR, ["- Column `records.type` no longer contains faq."]),
    (lost_table, Step.MAJOR, ["- Table `edits` is gone."]),
    (lost_issue, Step.MAJOR, ["- Issue `lpr-1-2` is gone.", "- Table `issues`: 1 row gone."]),
]


@pytest.mark.parametrize(
    ("edit", "step", "lines"), CASES, ids=[edit.__name__ for edit, _, _ in CASES]
)
def test_each_edit_asks_for_its_step_and_says_what_changed(
    edit: Callable[[Edition], None], step: Step, lines: list[str], edition: Edition, built: Path
) -> None:
    edit(edition)
    edition.save()
    result = run("diff", built, edition.folder, "--json")
    said = json.loads(result.stdout)
    assert (said["step_required"], said["changelog"]) == (step.word, lines)
    assert (result.exit_code, said["equal"]) == ((0, True) if step is Step.NONE else (1, False))


@pytest.mark.parametrize(
    ("version", "edit", "status"),
    [
        ("0.2.0", nothing, 0),
        ("0.2.0", corrected_title, 1),
        ("0.2.1", corrected_title, 0),
        ("0.2.1", new_record, 1),
        ("0.3.0", new_record, 0),
        ("0.3.0", lost_record, 1),
        ("0.1.9", nothing, 1),
    ],
)
def test_a_check_fails_where_the_version_takes_too_small_a_step(
    version: str, edit: Callable[[Edition], None], status: int, edition: Edition, built: Path
) -> None:
    edit(edition)
    edition.save(version)
    assert run("diff", built, edition.folder, "--check").exit_code == status


def test_a_changed_body_is_said_block_by_block_with_its_words(
    edition: Edition, built: Path
) -> None:
    corrected_word(edition)
    edition.save("0.2.1")
    with Corpus(built) as old, Corpus(edition.folder) as new:
        difference = compare_editions(old, new)
    words = f"Record `{POEM}`: its text changed in block 1."
    detail = "block 1: 'night' is now 'day'"
    assert difference.changes == (
        Change(Step.PATCH, words, table="records", subject=POEM, details=(detail,)),
        Change(Step.PATCH, "Table `blocks`: 1 row changed in `text`.", table="blocks"),
    )
    said = json.loads(run("diff", built, edition.folder, "--json").stdout)
    assert said["changes"][0] == {
        "step": "patch",
        "table": "records",
        "subject": POEM,
        "words": words,
        "details": [detail],
    }
    result = run("diff", built, edition.folder)
    assert result.stdout.splitlines() == [
        f"- Record `{POEM}`: its text changed in block 1.",
        "    block 1: 'night' is now 'day'",
        "- Table `blocks`: 1 row changed in `text`.",
        "version: 0.2.0 to 0.2.1 is enough: found the step 'patch'; the data asks for 'patch'",
    ]


def test_a_changed_value_is_said_with_both_values(edition: Edition, built: Path) -> None:
    corrected_author(edition)
    edition.save("0.2.1")
    with Corpus(built) as old, Corpus(edition.folder) as new:
        (change,) = compare_editions(old, new).changes
        author = record(old.table("records", ["id", "author"]).to_pylist())["author"]
    assert change.words == f"Record `{POEM}`: `author` was {author!r}, is None."


def test_tables_of_equal_digests_are_not_read(edition: Edition, built: Path) -> None:
    for path in edition.folder.glob("*.parquet"):
        if path.name != "issues.parquet":  # which is read as a corpus is opened
            path.write_bytes(b"no Parquet")
    edition.save()
    assert run("diff", built, edition.folder).exit_code == 0


def test_github_gets_an_error_where_the_step_is_too_small(edition: Edition, built: Path) -> None:
    lost_record(edition)
    edition.save("0.2.1")
    lines = run("diff", built, edition.folder, "--format", "github").stdout.splitlines()
    verdict = "0.2.0 to 0.2.1 is too small: found the step 'patch'; the data asks for 'major'"
    assert lines == [
        f"::error title=lprcorpus diff::version: {verdict}",
        f"::notice title=lprcorpus diff::Record `{POEM}` is gone.",
    ]


def test_an_archive_and_a_checkout_are_editions_too(
    first_raw: Path, built: Path, tmp_path: Path
) -> None:
    pack(tmp_path / "release.zip", built)
    result = run("diff", tmp_path / "release.zip", first_raw.parent)
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_folder_that_is_no_corpus_is_named(built: Path, tmp_path: Path) -> None:
    result = run("diff", tmp_path, built)
    message = f"{tmp_path}/datapackage.json: no such file or directory; expected the folder of a built corpus"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"lprcorpus: {message}\n")


def test_a_table_whose_columns_are_all_others_has_no_row_to_compare(
    edition: Edition, built: Path
) -> None:
    content = pq.read_table(edition.folder / "edits.parquet")
    for column in edition.resource("edits")["schema"]["fields"]:
        column["name"] += "_2"
    edition.write("edits", content.rename_columns([f"{name}_2" for name in content.column_names]))
    edition.save()
    lines = run("diff", built, edition.folder).stdout.splitlines()
    assert lines[0] == "- Column `edits.issue_id_2` is new."
    assert lines[-2] == "- Column `edits.reason` is gone."
    assert len(lines) == 2 * content.num_columns + 1


def test_two_corpora_are_no_editions_of_one(edition: Edition, built: Path) -> None:
    edition.descriptor["name"] = "another"
    edition.save()
    result = run("diff", built, edition.folder)
    message = f"{edition.folder}: is the corpus 'another'; expected an edition of 'lprcorpus', as {built} is"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"lprcorpus: {message}\n")


def test_a_version_is_compared_by_its_numbers() -> None:
    assert version_step("0.9.0", "0.10.0") is Step.MINOR
    assert version_step("1.9.9", "2.0.0") is Step.MAJOR
