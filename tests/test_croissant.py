"""Croissant: what the specification requires is there, its library finds nothing wrong, and the records load through it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import lprcorpus
from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.schema import TABLES

from .conftest import ROOT
from .test_dataset import many_issues

COMMITTED = ROOT / "processed"


@pytest.fixture(scope="module")
def sharded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three issues, each a shard."""
    folder = tmp_path_factory.mktemp("sharded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lprcorpus.build.shards.SHARD_BYTES", 1)
        build(many_issues(folder / "raw", 3), folder / "processed")
    return folder / "processed"


def described(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "croissant.json").read_bytes())
    return content


def test_all_that_the_specification_requires_is_there() -> None:
    content = described(COMMITTED)
    descriptor = json.loads((COMMITTED / "datapackage.json").read_bytes())
    content.pop("@context")
    assert len(content.pop("distribution")) == len(content.pop("recordSet")) == len(TABLES)
    assert content == {
        "@type": "sc:Dataset",
        "name": descriptor["title"],
        "alternateName": descriptor["name"],
        "description": descriptor["description"],
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "version": descriptor["version"],
        "datePublished": descriptor["datacite"]["dates"][0]["date"],
        "license": {
            "@type": "sc:CreativeWork",
            "name": descriptor["licenses"][0]["title"],
            "url": descriptor["licenses"][0]["path"],
        },
        "creator": [{"@type": "sc:Organization", "name": "The lprcorpus contributors"}],
        "keywords": descriptor["keywords"],
        "inLanguage": "en",
        "isLiveDataset": False,
        "citeAs": lprcorpus.cite(style="bibtex"),
    }


@pytest.mark.parametrize("shards", [1, 3])
def test_each_file_is_there_with_its_size_and_hash(shards: int, sharded: Path) -> None:
    folder = COMMITTED if shards == 1 else sharded
    objects = [node for node in described(folder)["distribution"] if node["@type"] == "cr:FileObject"]
    assert {node["contentUrl"] for node in objects} == {path.name for path in folder.glob("*.parquet")}
    for node in objects:
        data = (folder / node["contentUrl"]).read_bytes()
        assert node == {
            "@type": "cr:FileObject",
            "@id": node["contentUrl"],
            "name": node["contentUrl"],
            "contentUrl": node["contentUrl"],
            "contentSize": f"{len(data)} B",
            "encodingFormat": "application/x-parquet",
            "sha256": hashlib.sha256(data).hexdigest(),
        }


@pytest.mark.parametrize("name", TABLES)
def test_each_table_is_a_record_set_with_its_key_and_columns(name: str) -> None:
    (found,) = (node for node in described(COMMITTED)["recordSet"] if node["@id"] == name)
    table = TABLES[name]
    types = {"string": "sc:Text", "integer": "sc:Integer", "boolean": "sc:Boolean"}
    assert found == {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": table.description,
        "key": [{"@id": f"{name}/{column}"} for column in table.key],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column.name}",
                "name": column.name,
                "description": column.description,
                "dataType": types[column.type],
                "source": {"fileObject": {"@id": f"{name}.parquet"}, "extract": {"column": column.name}},
            }
            for column in table.columns
        ],
    }


@pytest.mark.slow
@pytest.mark.parametrize("shards", [1, 3])
def test_its_library_accepts_it_and_loads_the_records_through_it(shards: int, sharded: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed: pip install 'lprcorpus[test]'")
    folder = COMMITTED if shards == 1 else sharded
    dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    assert (dataset.metadata.issues.errors, dataset.metadata.issues.warnings) == (set(), set())
    for name in TABLES:
        found = [{field.partition("/")[2]: plain(value) for field, value in row.items()} for row in dataset.records(name)]
        assert found == lprcorpus.table(name, corpus=Corpus(folder)).to_pylist()


def plain(value: object) -> object:
    """Return a value of Croissant's library, to which text is bytes, as one of ours."""
    return value.decode("utf-8") if isinstance(value, bytes) else value


@pytest.mark.slow
def test_its_library_refuses_a_file_that_was_changed(built: Path, tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed: pip install 'lprcorpus[test]'")
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    (tmp_path / "pages.parquet").write_bytes((built / "edits.parquet").read_bytes())
    dataset = mlcroissant.Dataset(str(tmp_path / "croissant.json"))
    with pytest.raises(Exception, match=r"during the operation Download\(pages\.parquet\)") as caught:
        list(dataset.records("pages"))
    assert "is not identical with the reference" in str(caught.value.__cause__)
