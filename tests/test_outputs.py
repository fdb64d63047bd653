"""The files beside the tables: made once from what was counted, or shard by shard and joined in order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lprcorpus.publish.outputs import STREAMED_FILES, WHOLE_FILES, is_built_file
from lprcorpus.publish.written_corpus import ShardTables, StreamedFile

from lprcorpus.build.run import build
from lprcorpus.publish import datapackage as package

from .conftest import MakeIssue

TEXT = "The Night Song\n\nThe night whispers the silence.\n"
RECORD: dict[str, object] = {"id": "night-song", "title": "The Night Song", "page": 1, "type": "article"}


@pytest.fixture
def three_issues(make_issue: MakeIssue, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three issues, each a shard of its own."""
    monkeypatch.setattr("lprcorpus.build.shards.SHARD_BYTES", 1)
    for number in (2, 1, 3):
        folder = make_issue(TEXT, RECORD, issue_id=f"tiny-{number}", issue={"volume": 7, "number": number, "year": 1900 + number})
    return folder


def ids(tables: ShardTables) -> str:
    names = [name for name in tables["records"].column("id").to_pylist() if not name.startswith("tiny-2")]
    return ",".join(map(json.dumps, names))


def test_a_streamed_file_is_its_parts_in_order_without_the_empty_ones(
    three_issues: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STREAMED_FILES, "lists/ids.json", StreamedFile(ids, "[", ", ", "]\n"))
    build(three_issues, tmp_path / "out")
    assert (tmp_path / "out" / "lists" / "ids.json").read_text() == '["tiny-1/night-song", "tiny-3/night-song"]\n'
    assert is_built_file("lists")
    assert all(is_built_file(path.name) for path in (tmp_path / "out").iterdir())


def test_a_whole_file_may_go_through_a_table_by_the_shard(
    three_issues: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        WHOLE_FILES,
        "years.bin",
        lambda corpus: bytes(year - 1900 for part in corpus.parts("issues", ["year"]) for year in part["year"].to_pylist()),
    )
    build(three_issues, tmp_path / "out")
    assert (tmp_path / "out" / "years.bin").read_bytes() == b"\x01\x02\x03"


def sources(out: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((out / "datapackage.json").read_bytes())["sources"]
    return found


def test_the_descriptor_names_each_issue_as_a_source(three_issues: Path, tmp_path: Path) -> None:
    build(three_issues, tmp_path / "out")
    assert [source["title"] for source in sources(tmp_path / "out")] == [
        "Tiny, Volume 7, Issue 1 (1901)",
        "Tiny, Volume 7, Issue 2 (1902)",
        "Tiny, Volume 7, Issue 3 (1903)",
    ]
    assert [source["path"] for source in sources(tmp_path / "out")] == [f"raw/tiny-{number}.txt" for number in (1, 2, 3)]
    assert {source["hash"][:7] for source in sources(tmp_path / "out")} == {"sha256:"}


def test_the_descriptor_names_only_periodicals_where_the_issues_are_many(
    three_issues: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MOST_SOURCES", 2)
    build(three_issues, tmp_path / "out")
    assert sources(tmp_path / "out") == [{"title": "Tiny (1901 to 1903), issues: 3", "path": "raw"}]
