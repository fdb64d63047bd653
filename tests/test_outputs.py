"""The files beside the tables: facts in, bytes out; references made in parts and joined in order."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pyarrow as pa
import pytest

from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.metadata import corpus_metadata, descriptor_metadata
from lprcorpus.publish import datapackage
from lprcorpus.publish.bibliography import REFERENCES, reference_items
from lprcorpus.publish.facts import CorpusFacts, DataFile, TableFacts, describe_file, gather_facts
from lprcorpus.publish.render import is_built_file, render_files
from lprcorpus.schema import TABLES

from .conftest import MakeIssue

TEXT = "The Night Song\n\nThe night whispers the silence.\n"
RECORD: dict[str, object] = {
    "id": "night-song",
    "title": "The Night Song",
    "page": 1,
    "type": "article",
}


@pytest.fixture
def three_issues(make_issue: MakeIssue) -> Path:
    """Three issues."""
    for number in (2, 1, 3):
        folder = make_issue(
            TEXT,
            RECORD,
            issue_id=f"tiny-{number}",
            issue={"volume": 7, "number": number, "year": 1900 + number},
        )
    return folder


def facts_of(folder: Path) -> CorpusFacts:
    """Return the facts of a built corpus, from its descriptor and its files alone."""
    corpus = Corpus(folder)
    tables = []
    for name in TABLES:
        files = tuple(describe_file(folder, path.name) for path in corpus.files(name))
        digest = corpus.resource(name)["contentDigest"].removeprefix("sha256:")
        tables.append(TableFacts(name, files, corpus.resource(name)["rows"], digest))
    return gather_facts(
        folder,
        descriptor_metadata(corpus.descriptor),
        tables,
        [describe_file(folder, name) for name in REFERENCES],
    )


def shards_of(folder: Path) -> list[dict[str, pa.Table]]:
    corpus = Corpus(folder)
    names = ("issues", "records", "contributors")
    return [
        dict(zip(names, tables, strict=True))
        for tables in zip(*map(corpus.parts, names), strict=True)
    ]


def test_the_files_of_a_built_corpus_are_rendered_again_from_what_it_says(built: Path) -> None:
    rendered = render_files(facts_of(built))
    assert {name: (built / name).read_bytes() for name in rendered} == rendered


def test_the_references_are_rendered_again_shard_by_shard(
    three_issues: Path, tmp_path: Path
) -> None:
    build(three_issues, tmp_path / "out", shard_bytes=1)
    assert len(shards_of(tmp_path / "out")) == 3
    for name in REFERENCES:
        form = REFERENCES[name]
        text = "".join(
            form.joined(
                form.part(reference_items(tables, corpus_metadata()))
                for tables in shards_of(tmp_path / "out")
            )
        )
        assert text.encode("utf-8") == (tmp_path / "out" / name).read_bytes()
    assert [
        item["id"] for item in json.loads((tmp_path / "out" / "references.json").read_bytes())
    ] == [
        "tiny-1/night-song",
        "tiny-2/night-song",
        "tiny-3/night-song",
    ]


@pytest.mark.parametrize("name", REFERENCES)
def test_a_part_without_records_leaves_no_trace(name: str) -> None:
    form = REFERENCES[name]
    assert "".join(form.joined(["a", "", "b"])) == f"{form.opening}a{form.separator}b{form.closing}"


def test_everything_that_a_build_writes_is_known_to_be_its_own(built: Path) -> None:
    assert [path.name for path in built.iterdir() if not is_built_file(path.name)] == []


def test_the_descriptor_says_of_the_whole_what_corpus_toml_says(built: Path) -> None:
    assert (
        descriptor_metadata(json.loads((built / "datapackage.json").read_bytes()))
        == corpus_metadata()
    )


def sources(out: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((out / "datapackage.json").read_bytes())["sources"]
    return found


def test_the_descriptor_names_each_issue_as_a_source(three_issues: Path, tmp_path: Path) -> None:
    build(three_issues, tmp_path / "out", shard_bytes=1)
    assert [(source["title"], source["path"]) for source in sources(tmp_path / "out")] == [
        ("Tiny, Volume 7, Issue 1 (1901)", "raw/tiny-1.txt"),
        ("Tiny, Volume 7, Issue 2 (1902)", "raw/tiny-2.txt"),
        ("Tiny, Volume 7, Issue 3 (1903)", "raw/tiny-3.txt"),
    ]
    assert {source["hash"][:7] for source in sources(tmp_path / "out")} == {"sha256:"}


def test_the_descriptor_names_only_periodicals_where_the_issues_are_many(
    three_issues: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datapackage, "MOST_ISSUES", 2)
    build(three_issues, tmp_path / "out", shard_bytes=1)
    assert sources(tmp_path / "out") == [{"title": "Tiny (1901 to 1903), issues: 3", "path": "raw"}]


def test_what_has_no_year_and_no_place_in_a_volume_is_described_without(built: Path) -> None:
    facts = facts_of(built)
    bare = facts.issues[0].model_copy(update={"year": None, "volume": None, "number": None})
    descriptor = json.loads(
        render_files(dataclasses.replace(facts, issues=(bare,)))["datapackage.json"]
    )
    assert descriptor["sources"][0]["title"] == "Left Progressive Review, excerpt"
    assert descriptor["datacite"]["relatedItems"] == [
        {
            "relatedItemType": "Journal",
            "relationType": "IsDerivedFrom",
            "titles": [{"title": "Left Progressive Review"}],
            "firstPage": "5",
            "lastPage": "34",
        }
    ]


def test_a_file_is_described_by_its_path_size_and_hash(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"night\n")
    digest = "2dcfeed8362a35534dc12c0f7149dce3b8bea074a25004b3acea621637ebbfe0"
    assert describe_file(tmp_path, "a.txt") == DataFile("a.txt", 6, digest)
