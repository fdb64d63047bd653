"""The validation as others use it: the command, its formats and exit status, its report; and what it does with bad input."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lprcorpus
from lprcorpus.errors import CorpusNotFound, LprcorpusError
from lprcorpus.metadata import corpus_metadata
from lprcorpus.schema import TABLES
from lprcorpus.tables import arrow_schema
from lprcorpus.validation import validation
from lprcorpus.validation.codes import CODES
from lprcorpus.validation.report import LAYERS, Report, report_schema

from .conftest import ROOT, run

POEM = "lpr-1-2/hourglass-of-the-free"


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of the corpus with its raw texts and data card beside it."""
    return Path(shutil.copytree(built.parent, tmp_path, dirs_exist_ok=True))


def change_table(home: Path, name: str, change: Callable[[dict[str, list[Any]]], object]) -> None:
    path = home / "processed" / f"{name}.parquet"
    columns = pq.ParquetFile(path).read().to_pydict()
    change(columns)
    pq.write_table(pa.Table.from_pydict(columns, schema=arrow_schema(name)), path)


def change_descriptor(home: Path, change: Callable[[Any], object]) -> None:
    path = home / "processed" / "datapackage.json"
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content), "utf-8")


def set_path(home: Path, table: str, path: object) -> None:
    def change(package: Any) -> None:
        next(item for item in package["resources"] if item["name"] == table)["path"] = path

    change_descriptor(home, change)


def misprint(home: Path) -> None:
    """Change a word of the poem's body, and give it no word count."""

    def change(columns: dict[str, list[Any]]) -> None:
        row = columns["id"].index(POEM)
        columns["body"][row] = columns["body"][row].replace("night", "might")
        columns["word_count"][row] = 0

    change_table(home, "records", change)


# The command
# -------------------------------------------------------------------------------------------------------------------


def test_the_data_that_came_with_the_package_is_valid() -> None:
    result = run("validate")
    assert result.exit_code == 0
    assert [line.split()[:2] for line in result.stdout.splitlines()[:7]] == [
        [layer, "ok"] for layer in LAYERS
    ]
    assert result.stdout.endswith(f"processed, version {corpus_metadata().version}: valid\n")
    assert result.stderr.strip() == ""


def test_each_problem_stands_under_its_layer_with_where_what_and_what_was_expected(
    home: Path,
) -> None:
    misprint(home)
    result = run("validate", home / "processed")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert f"  records.word_count [{POEM}]: found 0; expected 1 or more (minimum)" in lines
    body = next(line for line in lines if "(body-text)" in line)
    assert body.startswith(f"  raw/lpr-1-2.txt:2044 records.body [{POEM}]: found 'The might")
    layers = [line for line in lines if line and not line.startswith(" ")]
    assert [line.split()[:2] for line in layers[:7]] == [
        ["files", "PROBLEMS"],
        ["schema", "ok"],
        ["values", "PROBLEMS"],
        ["keys", "ok"],
        ["invariants", "PROBLEMS"],
        ["rebuild", "ok"],
        ["metadata", "PROBLEMS"],
    ]
    assert layers[7].endswith(": 11 problems")


def test_a_wrong_hash_does_not_hide_what_is_wrong_inside(home: Path) -> None:
    misprint(home)
    codes = {problem.code for problem in lprcorpus.validate(home / "processed").problems}
    assert codes == {
        *(
            "size-mismatch",
            "hash-mismatch",
            "digest-mismatch",
            "card",
            "croissant",
            "generated-file",
        ),
        *("minimum", "body-text", "body-hash", "word-count"),
    }


def test_without_the_proof_the_invariants_are_said_not_to_be_checked(home: Path) -> None:
    misprint(home)
    shutil.rmtree(home / "raw")
    report = lprcorpus.validate(home / "processed", proof=False)
    skipped = {layer.name: layer.checked for layer in report.layers if layer.status == "skipped"}
    assert skipped == {"invariants": "not asked for", "rebuild": "not asked for"}
    assert report.characters == 0
    expected = {
        "size-mismatch",
        "hash-mismatch",
        "digest-mismatch",
        "card",
        "croissant",
        "generated-file",
        "minimum",
    }
    assert {problem.code for problem in report.problems} == expected


def test_valid_without_the_proof_is_only_valid_as_far_as_it_was_checked(home: Path) -> None:
    result = run("validate", home / "processed", "--no-proof")
    assert result.exit_code == 0
    assert result.stdout.endswith(
        f"version {corpus_metadata().version}: valid as far as it was checked\n"
    )


def test_missing_raw_texts_are_a_problem_that_names_the_way_out(home: Path) -> None:
    shutil.rmtree(home / "raw")
    assert [str(problem) for problem in lprcorpus.validate(home / "processed").problems] == [
        "raw/: found no such folder; expected the raw texts, in the corpus or beside it;"
        " --no-proof checks all the rest without them (file-missing)"
    ]


def test_raw_texts_inside_the_folder_are_found(home: Path) -> None:
    (home / "raw").rename(home / "processed" / "raw")
    report = lprcorpus.validate(home / "processed")
    assert (report.problems, report.characters) == ((), 120_613)


def test_a_relative_folder_finds_the_raw_texts_beside_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home / "processed")
    assert lprcorpus.validate(".").characters == 120_613


def test_the_help_shows_an_example_and_the_exit_status() -> None:
    text = run("validate", "--help").output
    assert "Example: lprcorpus validate processed --format github" in text
    assert "Exit status: 0 fine; 1 the data has problems; 2 the command cannot run." in text


# The report
# --------------------------------------------------------------------------------------------------------------------


def lose_the_blocks(home: Path) -> None:
    (home / "processed" / "blocks.parquet").unlink()


@pytest.mark.parametrize(
    "damage",
    [lambda home: None, misprint, lose_the_blocks],
    ids=["none", "a misprint", "a lost table"],
)
def test_the_json_report_is_as_its_schema_says(
    damage: Callable[[Path], object], home: Path
) -> None:
    damage(home)
    result = run("validate", home / "processed", "--json")
    report = json.loads(result.stdout)
    jsonschema.validate(report, report_schema(), cls=jsonschema.Draft202012Validator)
    assert report == lprcorpus.validate(home / "processed").model_dump(mode="json")
    assert report["valid"] == (result.exit_code == 0)


def test_the_schema_refuses_what_is_no_report() -> None:
    schema = report_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for wrong in (
        {},
        {"problems": [{}]},
        {**lprcorpus.validate().model_dump(mode="json"), "layers": [{"name": "other"}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema, cls=jsonschema.Draft202012Validator)


def test_a_report_comes_back_from_its_json(home: Path) -> None:
    misprint(home)
    report = lprcorpus.validate(home / "processed")
    content = json.loads(report.model_dump_json())
    del content["valid"]
    assert Report.model_validate(content) == report


def test_problems_beyond_the_most_are_counted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "MOST_PROBLEMS", 4)
    misprint(home)
    report = lprcorpus.validate(home / "processed")
    assert (len(report.problems), report.omitted, report.valid) == (4, 7, False)
    assert run("validate", home / "processed").stdout.endswith(
        "11 problems; the first 4 are listed\n"
    )


def test_every_code_in_the_source_is_described() -> None:
    """A code is the first argument of a problem, or of a helper that makes one."""
    package = ROOT / "src" / "lprcorpus"
    modules = [*(package / "validation").glob("*.py"), *(package / "proof").glob("*.py")]
    source = "".join(path.read_text("utf-8") for path in modules)
    used = set(re.findall(r"""(?:\b[Pp]roblem|\.report|\.compare)\(\s*"([a-z-]+)",""", source))
    assert len(used) > 40
    assert used - set(CODES) == set()


# The forms for a forge
# --------------------------------------------------------------------------------------------------------


def test_each_problem_is_an_annotation_at_its_file_and_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    misprint(home)
    monkeypatch.chdir(home)
    result = run("validate", "processed", "--format", "github")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert len(lines) == 11
    assert all(line.startswith("::error file=") for line in lines)
    assert (
        "::error file=raw/lpr-1-2.txt,line=2044,title=lprcorpus word-count::raw/lpr-1-2.txt:2044"
        f" records.word_count [{POEM}]: found 0; expected 135 (word-count)"
    ) in lines
    assert (
        sum(
            line.startswith(
                "::error file=processed/records.parquet,title=lprcorpus hash-mismatch::"
            )
            for line in lines
        )
        == 1
    )


def test_what_would_end_an_annotation_is_escaped(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    folder = home / "50%, a:b"
    (home / "processed").rename(folder)
    (folder / "blocks.parquet").write_bytes(b"")
    lines = run("validate", folder.name, "--format", "github").stdout.splitlines()
    assert any(
        line.startswith("::error file=50%25%2C a%3Ab/blocks.parquet,title=") for line in lines
    )


def test_a_valid_corpus_has_no_annotation() -> None:
    assert run("validate", "--format", "github").stdout == ""


def test_sarif_has_a_rule_for_each_code_and_a_result_for_each_problem(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    misprint(home)
    monkeypatch.chdir(home)
    log = json.loads(run("validate", "processed", "--format", "sarif").stdout)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    driver = log["runs"][0]["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == list(CODES)
    results = log["runs"][0]["results"]
    assert len(results) == 11
    for result in results:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    (body,) = [result for result in results if result["ruleId"] == "body-text"]
    assert body["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "raw/lpr-1-2.txt"},
                "region": {"startLine": 2044},
            },
        }
    ]
    prints = [result["partialFingerprints"]["place/v1"] for result in results]
    assert prints.count(f"body-text/raw/lpr-1-2.txt/records/{POEM}/body") == 1


def test_a_name_that_is_not_utf8_is_reported_in_each_form(home: Path) -> None:
    folder = home / "processed"
    try:
        (folder / os.fsdecode(b"x\xff.parquet")).touch()
    except OSError:
        pytest.skip("This file system takes names in UTF-8 only.")
    for form in ("text", "json", "github", "sarif"):
        result = run("validate", folder, "--no-proof", "--format", form)
        assert (result.exit_code, result.stderr.strip()) == (1, "")
        assert "file-unlisted" in result.stdout


# Large tables
# ------------------------------------------------------------------------------------------------------------------


def test_a_table_in_small_row_groups_is_checked_across_them(home: Path) -> None:
    path = home / "processed" / "spans.parquet"
    pq.write_table(pq.ParquetFile(path).read(), path, row_group_size=7)
    codes = {problem.code for problem in lprcorpus.validate(home / "processed").problems}
    assert codes == {"size-mismatch", "hash-mismatch", "card", "croissant"}


def test_a_valid_corpus_is_checked_without_pandas() -> None:
    """Its import would take 0.3 s, a quarter of validating 3,000 records without the proof."""
    code = "import sys, lprcorpus; print(lprcorpus.validate().valid, 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("True False\n", "")


# Bad input
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"",
            "not JSON: Expecting value: line 1 column 1 (char 0); expected the descriptor of a built corpus",
        ),
        (b"\xff\xfe{", "truncated data; expected the descriptor of a built corpus"),
        (
            b"[" * 1_000_000,
            "expected the descriptor of a built corpus",
        ),
        (
            b'{"a":' * 1_000_000,
            "expected the descriptor of a built corpus",
        ),
        (b"1" * 1_000_000, "expected the descriptor of a built corpus"),
        (b"[]", "datapackage.json: no data package; expected the descriptor of a built corpus"),
        (
            b'{"resources": {}}',
            "datapackage.json: no data package; expected the descriptor of a built corpus",
        ),
        (
            b" " * (32 * 1024 * 1024 + 1),
            "found 33,554,433 bytes; expected 33,554,432 at most (file-too-large)",
        ),
    ],
    ids=[
        "empty",
        "not UTF-8",
        "arrays",
        "objects",
        "a number",
        "a list",
        "no resources",
        "too large",
    ],
)
def test_a_descriptor_that_is_none_is_refused_in_one_line(
    content: bytes, message: str, home: Path
) -> None:
    (home / "processed" / "datapackage.json").write_bytes(content)
    result = run("validate", home / "processed")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"lprcorpus: {home / 'processed'}")
    assert result.stderr.endswith(f"{message}\n")
    assert result.stderr.count("\n") == 1


def test_a_folder_that_is_no_corpus_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    expected = "expected the folder of a built corpus\n"
    for folder, reason in (
        ("", "datapackage.json: no such file or directory"),
        ("none", "no such file or directory"),
        ("file", "not a directory"),
    ):
        result = run("validate", tmp_path / folder)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"lprcorpus: {tmp_path / folder}")
        assert result.stderr.endswith(f"{reason}; {expected}")


def test_a_descriptor_behind_a_link_that_leaves_the_folder_is_refused(home: Path) -> None:
    (home / "processed" / "datapackage.json").rename(home / "datapackage.json")
    (home / "processed" / "datapackage.json").symlink_to(home / "datapackage.json")
    with pytest.raises(CorpusNotFound, match="a symbolic link that leaves processed/"):
        lprcorpus.validate(home / "processed")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "../records.parquet",
            "a/../../records.parquet",
            "/etc/passwd",
            "C:/records.parquet",
            "\\\\host\\records.parquet",
        ),
        *(
            "https://lprcorpus.example/records.parquet",
            "file:///etc/passwd",
            "s3://bucket/x",
            "",
            "a\0b",
            "a\nb",
            7,
            None,
            {},
            [],
        ),
        ["records.parquet", "../records.parquet"],
    ],
    ids=repr,
)
def test_a_path_that_leaves_the_folder_is_refused_and_the_rest_is_checked(
    path: object, home: Path
) -> None:
    shutil.copy(home / "processed" / "records.parquet", home / "records.parquet")
    set_path(home, "records", path)
    report = lprcorpus.validate(home / "processed")
    (first, *_) = report.problems
    assert (first.code, first.table, first.file) == (
        "descriptor" if path == [] else "path-unsafe",
        "records",
        "datapackage.json",
    )
    assert report.rows["records"] == 15
    assert [layer.status for layer in report.layers if layer.name == "invariants"] == ["passed"]


def test_a_link_that_leaves_the_folder_is_not_followed(home: Path) -> None:
    outside = home / "outside.parquet"
    (home / "processed" / "blocks.parquet").rename(outside)
    (home / "processed" / "blocks.parquet").symlink_to(outside)
    report = lprcorpus.validate(home / "processed")
    assert str(report.problems[0]) == (
        "blocks.parquet: found a symbolic link that leaves processed/; expected a file inside the folder (path-unsafe)"
    )
    assert "blocks" not in report.rows


def test_a_link_within_the_folder_is_followed(home: Path) -> None:
    (home / "processed" / "store").mkdir()
    (home / "processed" / "blocks.parquet").rename(home / "processed" / "store" / "blocks.bin")
    (home / "processed" / "blocks.parquet").symlink_to(Path("store") / "blocks.bin")
    assert lprcorpus.validate(home / "processed").problems == ()


def test_a_raw_text_behind_a_link_that_leaves_its_folder_is_not_read(home: Path) -> None:
    (home / "elsewhere").mkdir()
    (home / "raw" / "lpr-1-2.txt").rename(home / "elsewhere" / "lpr-1-2.txt")
    (home / "raw" / "lpr-1-2.txt").symlink_to(home / "elsewhere" / "lpr-1-2.txt")
    report = lprcorpus.validate(home / "processed")
    assert report.characters == 0
    (problem,) = report.problems
    assert str(problem) == (
        "raw/lpr-1-2.txt issues [lpr-1-2]: found a symbolic link that leaves raw/;"
        " expected a file inside the folder (path-unsafe)"
    )


def test_raw_texts_behind_a_link_that_leaves_the_folder_of_the_corpus_are_not_read(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "raw"
    (home / "raw").rename(elsewhere)
    (home / "raw").symlink_to(elsewhere)
    report = lprcorpus.validate(home / "processed")
    assert [problem.code for problem in report.problems] == ["file-missing"]
    assert report.problems[0].found == f"a symbolic link that leaves {home.name}/"


def test_raw_texts_behind_a_link_within_the_folder_of_the_corpus_are_read(home: Path) -> None:
    (home / "raw").rename(home / "texts")
    (home / "raw").symlink_to("texts")
    assert lprcorpus.validate(home / "processed").problems == ()


@pytest.mark.parametrize("special", ["fifo", "folder", "device"])
def test_a_special_file_is_not_opened(special: str, home: Path) -> None:
    path = home / "processed" / "edits.parquet"
    path.unlink()
    if special == "fifo":
        os.mkfifo(path)
    elif special == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    problems = lprcorpus.validate(home / "processed").problems
    assert problems[0].code in ("file-missing", "path-unsafe")
    assert problems[0].table == "edits"


def test_nothing_is_fetched_and_nothing_outside_is_opened(home: Path) -> None:
    """Python tells an audit hook of each file that it opens and each connection that it makes."""
    set_path(home, "records", "https://lprcorpus.example/records.parquet")
    change_descriptor(home, lambda package: package["sources"][0].update(path="../../etc/passwd"))
    settings = str(Path.home() / ".reportlab")  # what draws the figures looks for its own there
    code = (
        "import sys, lprcorpus.validation.validation as validation\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append((event, str(args[0]))) if event in ('open', 'socket.connect',"
        " 'socket.getaddrinfo', 'urllib.Request') else None)\n"
        f"report = validation.validate({str(home / 'processed')!r})\n"
        f"ours = ({str(home)!r}, sys.prefix, sys.base_prefix, {str(ROOT)!r}, {settings!r},"
        " '/usr/', '/proc/', '/sys/', '/dev/')\n"
        "print([item for item in seen if item[0] != 'open' or (item[1].startswith('/') and not item[1].startswith(ours))])\n"
        "print(report.problems[0].code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[]\npath-unsafe\n", "")


@pytest.mark.parametrize(
    "head",
    [
        "a: &a [1, 1]\nb: [*a, *a]\n",
        "[" * 10_000,
        "a: !!python/object/apply:os.system [x]\n",
        "- 1\n",
        "\tx",
    ],
)
def test_yaml_that_could_do_harm_is_refused(head: str, home: Path) -> None:
    (home / "processed" / "README.md").write_text(f"---\n{head}---\n\n# Prose\n", "utf-8")
    (problem,) = lprcorpus.validate(home / "processed", proof=False).problems
    assert (problem.code, problem.file) == ("card", "README.md")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just("records.parquet"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.just("path"), inner, max_size=3)
    ),
    max_leaves=6,
)


def places_of(content: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container of a JSON document with each of its keys."""
    items = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for key, value in items:
        yield content, key
        yield from places_of(value)


@pytest.mark.parametrize("name", ["datapackage.json", "croissant.json"])
@settings(
    max_examples=6 if not os.environ.get("CI") else 150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(choice=st.randoms(use_true_random=False), value=JSON)
def test_no_descriptor_makes_it_fail(
    name: str, choice: random.Random, value: Any, built: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "processed"
    if not folder.is_dir():
        shutil.copytree(built, folder)
    content = json.loads((built / name).read_bytes())
    container, key = choice.choice(list(places_of(content)))
    container[key] = value
    (folder / name).write_text(json.dumps(content), "utf-8")
    try:
        report = lprcorpus.validate(folder, proof=False)
    except LprcorpusError:
        return
    assert report.layers


def test_a_table_whose_name_is_a_list_is_reported(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "processed"
    shutil.copytree(built, folder)
    path = folder / "datapackage.json"
    content = json.loads(path.read_bytes())
    content["resources"][0]["name"] = []
    path.write_text(json.dumps(content), "utf-8")
    codes = {problem.code for problem in lprcorpus.validate(folder, proof=False).problems}
    assert codes == {"descriptor"}


def test_a_card_whose_name_of_a_table_is_a_list_is_reported(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "processed"
    shutil.copytree(built, folder)
    card = folder / "README.md"
    text = card.read_text("utf-8").replace("config_name: issues", "config_name: []")
    card.write_text(text, "utf-8")
    codes = {problem.code for problem in lprcorpus.validate(folder, proof=False).problems}
    assert "card" in codes


@pytest.mark.parametrize("seed", range(6))
def test_no_rows_make_it_fail(seed: int, home: Path) -> None:
    """Whatever the cells hold, a validation ends with a report."""
    chance = random.Random(seed)
    values: dict[str, list[Any]] = {
        "string": [
            "",
            "x",
            "lpr-1-2",
            "lpr-1-2/x",
            "raw/x.txt",
            "body",
            "blank",
            "curated",
            "\n",
            "é" * 9,
            None,
        ],
        "integer": [0, 1, -1, 7, 10**6, 2**62, -(2**62), None],
        "boolean": [True, False, None],
    }
    for table in chance.sample(list(TABLES.values()), 3):

        def change(columns: dict[str, list[Any]], table: Any = table) -> None:
            for _ in range(chance.choice([1, 3, 30])):
                column = chance.choice(table.columns)
                rows = columns[column.name]
                rows[chance.randrange(len(rows))] = chance.choice(values[column.type])

        change_table(home, table.name, change)
    assert not lprcorpus.validate(home / "processed").valid
