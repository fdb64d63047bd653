"""The build: what it writes, what it says, and what it does with bad input."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lprcorpus.build.run import build

from .conftest import ROOT, MakeIssue, files_of, hashes, run

TEXT = "The Night Song\nby A. Poet\n\nThe night whispers the silence.\n\nThank you for the interview.\n"
RECORD: dict[str, object] = {
    "id": "night-song",
    "title": "The Night Song",
    "page": 1,
    "type": "article",
    "byline": "by A. Poet",
}


def test_two_builds_give_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    build(ROOT / "raw", tmp_path / "again")
    assert hashes(tmp_path / "again") == hashes(whole)


def test_the_committed_corpus_is_what_a_fresh_build_gives(whole: Path) -> None:
    """The metadata files are the same bytes everywhere; the Parquet files are where the same pyarrow wrote them."""
    committed = json.loads((ROOT / "processed" / "datapackage.json").read_bytes())
    fresh = json.loads((whole / "datapackage.json").read_bytes())

    def digests(package: dict[str, list[dict[str, object]]]) -> dict[object, object]:
        return {
            resource["name"]: resource["contentDigest"]
            for resource in package["resources"]
            if "contentDigest" in resource
        }

    assert digests(committed) == digests(fresh)
    assert sorted(hashes(ROOT / "processed")) == sorted(hashes(whole))


def test_no_clock_host_user_or_path_is_in_any_file(whole: Path) -> None:
    for name, content in files_of(whole).items():
        for trace in (
            str(ROOT).encode(),
            str(whole).encode(),
            os.uname().nodename.encode() + b".",
            b"/root/",
            b"/tmp/",
        ):
            assert trace not in content, (name, trace)


def test_the_report_is_a_table_with_the_proof(first_raw: Path, tmp_path: Path) -> None:
    result = run("build", "--raw", first_raw, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "Hourglass of the Free" in result.stdout
    assert "holds: all 120,613 characters" in result.stdout
    assert "30, 3 of them with a printed number" in result.stdout
    assert "100.0% of the text is in records" in result.stdout


def test_the_report_as_json_is_for_programs(first_raw: Path, tmp_path: Path) -> None:
    result = run("build", "--raw", first_raw, "--out", tmp_path / "out", "--json")
    report = json.loads(result.stdout)
    (issue,) = report["issues"]
    assert (issue["id"], issue["pages"], issue["pages_printed"], issue["characters"]) == (
        "lpr-1-2",
        30,
        3,
        120613,
    )
    assert issue["edits"] == {"bullet": 30, "mojibake": 3, "superscript": 1}
    assert issue["unclaimed"] == []
    assert {table["name"]: table["rows"] for table in report["tables"]}["records"] == 15


def test_an_issue_of_ones_own_builds(make_issue: MakeIssue, tmp_path: Path) -> None:
    folder = make_issue(TEXT, RECORD)
    result = run("build", "--raw", folder, "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, "")


NO_PARENT = "is missing; expected the file"


def bad_issues(folder: Path) -> dict[str, tuple[object, str]]:
    """Ways to spoil a folder, each with the message that is to come."""
    raw, toml = folder / "tiny-1.txt", folder / "tiny-1.toml"
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    other = hashlib.sha256((TEXT + "x").encode()).hexdigest()

    def replace(old: str, new: str) -> None:
        assert old in toml.read_text("utf-8")
        toml.write_text(toml.read_text("utf-8").replace(old, new, 1), "utf-8")

    def put(data: bytes) -> None:
        raw.write_bytes(data)

    return {
        "no text": (raw.unlink, f"{raw}: is missing; expected the file"),
        "an empty text": (lambda: put(b""), f"{raw}: is empty; expected the raw text of an issue"),
        "another text": (
            lambda: put((TEXT + "x").encode()),
            f"{raw}: its SHA-256 is {other}; expected {digest}, as issue.sha256 of {toml} says",
        ),
        "not UTF-8": (
            lambda: put(b"The night\nis \xff dark"),
            f"{raw}:2: byte 0xff is not UTF-8 (in Windows-1252 it is 'ÿ'); expected text in UTF-8",
        ),
        "a NUL": (
            lambda: put(b"The night\n\nis \0 dark"),
            f"{raw}:3: a NUL character; expected text in UTF-8",
        ),
        "not TOML": (
            lambda: toml.write_text("[issue]\nid = \n", "utf-8"),
            f"{toml}: not TOML: Invalid value (at line 2, column 6)",
        ),
        "an unknown key": (
            lambda: replace("year = ", "yaer = 1\nyear = "),
            f"{toml}: issue.yaer: unknown key; did you mean year?",
        ),
        "a missing key": (
            lambda: replace("complete = true\n", ""),
            f"{toml}: issue.complete: missing; expected this key",
        ),
        "an unknown type": (
            lambda: replace('type = "article"', 'type = "sonnet"'),
            f"{toml}: records[0].type (night-song): found 'sonnet'; expected 'speech', 'article', 'interview', 'faq',"
            " 'poem', 'news' or 'press_release'",
        ),
        "a number that no periodical has": (
            lambda: replace("year = 1900", f"year = {10**20}"),
            f"{toml}: issue.year: found {10**20}; expected 9999 or less",
        ),
        "an id of two lines": (
            lambda: replace('id = "night-song"', r'id = "night\nsong"'),
            f"{toml}: records[0].id (night song): found 'night\\nsong'; expected small letters and figures with"
            " single hyphens between, as in lpr-1-2",
        ),
        "a title without end": (
            lambda: replace("The Night Song", "N" * 10**6),
            f"{toml}: records[0].title (night-song): looked for '{'N' * 98}… on page 1 (raw lines 1 to 6);"
            " nothing there comes near it",
        ),
        "a pipe": (
            lambda: (raw.unlink(), os.mkfifo(raw)),
            f"{raw}: cannot be read: it is no regular file",
        ),
        "a title not on its page": (
            lambda: replace("The Night Song", "The Nigth Song"),
            f"{toml}: records[0].title (night-song): looked for 'The Nigth Song' on page 1 (raw lines 1 to 6);"
            " the nearest there is 'The Night Song' at raw line 1",
        ),
        "a page that is not": (
            lambda: replace("page = 1", "page = 9"),
            f"{toml}: records[0].title (night-song): looked for 'The Night Song' on page 9, which the text does not have;"
            " expected a page from 1 to 1",
        ),
        "a wrong byline": (
            lambda: replace("by A. Poet", "by B. Poet"),
            f"{toml}: records[0].byline (night-song): looked for 'by B. Poet' after the title; found 'by A. Poet'",
        ),
        "a path out of raw": (
            lambda: replace("id = ", 'text = "../tiny-1.txt"\nid = '),
            f"{toml}: issue.text: unknown key; expected one of id, periodical, volume, number, year,"
            " complete, language, rights, sha256",
        ),
        "another id": (
            lambda: replace('id = "tiny-1"', 'id = "tiny-2"'),
            f"{toml}: issue.id: found 'tiny-2'; expected 'tiny-1', as the file is called",
        ),
        "a text with no manifest": (
            toml.unlink,
            f"{raw}: has no manifest; expected tiny-1.toml beside it: lprcorpus draft {raw}",
        ),
    }


@pytest.mark.parametrize("case", list(bad_issues(Path("raw"))))
def test_bad_input_gets_one_clear_line_and_leaves_the_old_corpus(
    case: str, make_issue: MakeIssue, tmp_path: Path
) -> None:
    out = tmp_path / "processed"
    folder = make_issue(TEXT, RECORD)
    assert run("build", "--raw", folder, "--out", out).exit_code == 0
    before = hashes(out)
    spoil, message = bad_issues(folder)[case]
    spoil()  # type: ignore[operator]
    result = run("build", "--raw", folder, "--out", out)
    assert (result.exit_code, result.stderr, result.stdout) == (1, f"lprcorpus: {message}\n", "")
    assert hashes(out) == before
    assert [path.name for path in tmp_path.iterdir() if "building" in path.name] == []


TWO = "First Title\nThe night whispers.\n\nSecond Title\nThe song of the night birds.\n"
FIRST: dict[str, object] = {"id": "first", "title": "First Title", "page": 1, "type": "article"}
SECOND: dict[str, object] = {"id": "second", "title": "Second Title", "page": 1, "type": "article"}


@pytest.mark.parametrize(
    ("text", "records", "message"),
    [
        (
            TWO,
            [SECOND, FIRST],
            "records[1] (first): its title is at raw line 1, that of 'second', the record before it, at 4;"
            " expected the records in the order of the text",
        ),
        (
            TWO,
            [FIRST, {**FIRST, "id": "again"}],
            "records[1] (again): its title is at raw line 1, that of 'first', the record before it, at 1;"
            " expected the records in the order of the text",
        ),
        (
            TWO,
            [FIRST, {**SECOND, "id": "first"}],
            "records[1].id: 'first' is the id of records[0] already; expected another",
        ),
        (
            TWO.replace("Second", "First"),
            [FIRST],
            "records[0].title (first): found 'First Title' 2 times on page 1 (raw line 1 and 4); expected once",
        ),
    ],
    ids=["out of order", "one title for two", "one id twice", "a title twice"],
)
def test_records_must_be_distinct_and_in_order(
    text: str, records: list[dict[str, object]], message: str, make_issue: MakeIssue, tmp_path: Path
) -> None:
    folder = make_issue(text, *records)
    result = run("build", "--raw", folder, "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (
        1,
        f"lprcorpus: {folder / 'tiny-1.toml'}: {message}\n",
    )
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    result = run("build", "--raw", tmp_path / "none", "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (
        2,
        f"lprcorpus: {tmp_path / 'none'}: cannot be read: no such file or directory; expected the folder of the raw texts\n",
    )


def test_a_folder_without_manifests_is_a_usage_error(tmp_path: Path) -> None:
    result = run("build", "--raw", tmp_path, "--out", tmp_path / "out")
    expected = "contains no manifest; expected raw texts (.txt) with their manifests (.toml)"
    assert (result.exit_code, result.stderr) == (2, f"lprcorpus: {tmp_path}: {expected}\n")


def test_a_raw_text_that_is_a_folder_is_refused(make_issue: MakeIssue, tmp_path: Path) -> None:
    folder = make_issue(TEXT, RECORD)
    (folder / "tiny-1.txt").unlink()
    (folder / "tiny-1.txt").mkdir()
    result = run("build", "--raw", folder, "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (
        1,
        f"lprcorpus: {folder / 'tiny-1.txt'}: cannot be read: is a directory\n",
    )


def test_an_output_folder_with_something_else_in_it_is_left_alone(
    make_issue: MakeIssue, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("mine")
    result = run("build", "--raw", make_issue(TEXT, RECORD), "--out", out)
    message = f"{out}: contains 'thesis.docx', which no build wrote; expected an empty folder or a built corpus"
    assert (result.exit_code, result.stderr) == (2, f"lprcorpus: {message}\n")
    assert (out / "thesis.docx").read_text() == "mine"


def test_the_command_runs_as_a_program_and_never_shows_a_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lprcorpus", "build", "--raw", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
