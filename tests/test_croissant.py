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
from lprcorpus.publish.croissant import marked_text
from lprcorpus.schema import TABLES

from .conftest import ROOT
from .test_dataset import many_issues

COMMITTED = ROOT / "processed"


@pytest.fixture(scope="module")
def sharded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three issues, each a shard."""
    folder = tmp_path_factory.mktemp("sharded")
    build(many_issues(folder / "raw", 3), folder / "processed", shard_bytes=1)
    return folder / "processed"


def described(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "croissant.json").read_bytes())
    return content


def test_the_whole_is_described_as_the_specification_asks(built: Path, corpus: Corpus) -> None:
    content = described(built)
    descriptor = json.loads((built / "datapackage.json").read_bytes())
    makers = [{"@type": "sc:Organization", "name": "The lprcorpus contributors"}]
    responsible = {key: content.pop(key) for key in list(content) if key.startswith("rai:")}
    assert list(responsible) == [
        "rai:dataBiases",
        "rai:dataCollection",
        "rai:dataLimitations",
        "rai:dataReleaseMaintenancePlan",
        "rai:dataSocialImpact",
        "rai:dataUseCases",
        "rai:personalSensitiveInformation",
    ]
    assert content.pop("usageInfo")["text"].startswith(
        "The code and the metadata are under the MIT License; "
    )
    content.pop("@context")
    assert len(content.pop("distribution")) == len(content.pop("recordSet")) == len(TABLES)
    assert content == {
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": descriptor["title"],
        "alternateName": descriptor["name"],
        "description": descriptor["description"],
        "version": descriptor["version"],
        "datePublished": descriptor["datacite"]["dates"][0]["date"],
        "url": "README.md",
        "license": [
            {"@type": "sc:CreativeWork", "name": terms["title"], "url": terms["path"]}
            for terms in descriptor["licenses"]
        ],
        "creator": makers,
        "publisher": makers,
        "keywords": descriptor["keywords"],
        "inLanguage": "en",
        "isLiveDataset": False,
        "citeAs": lprcorpus.cite(style="bibtex", corpus=corpus),
        "prov:wasDerivedFrom": [
            {
                "@type": "sc:CreativeWork",
                "name": "Left Progressive Review, Volume 1, Issue 2 (2014), excerpt",
                "@id": "raw/lpr-1-2.txt",
                "sha256": descriptor["sources"][0]["hash"].removeprefix("sha256:"),
            }
        ],
    }


def test_the_warning_about_the_texts_is_in_what_machines_read(built: Path) -> None:
    card = (ROOT / "datacard.md").read_text("utf-8")
    notice = " ".join(card.partition("<!-- notice -->")[2].partition("<!-- /notice -->")[0].split())
    assert described(built)["rai:dataBiases"] == notice
    assert notice.endswith("They are not a source of facts about the events they speak of.")


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("no mark\n", []),
        (
            "<!-- croissant: x -->\nOne `two`\n**three**.\n<!-- /croissant: x -->\n",
            "One two three.",
        ),
        (
            "<!-- croissant: x -->\n<!-- notice -->\nOne.\n\nTwo.\n<!-- /croissant: x -->\n",
            ["One.", "Two."],
        ),
        (
            "<!-- croissant: x -->\n- One\n  more.\n- Two.\n<!-- /croissant: x -->\n",
            ["One more.", "Two."],
        ),
        (
            "<!-- croissant: x -->\nOne.\n<!-- /croissant: x -->\nno\n<!-- croissant: x -->\nTwo.\n<!-- /croissant: x -->\n",
            ["One.", "Two."],
        ),
    ],
    ids=["no mark", "a paragraph", "paragraphs", "a list", "two marked parts"],
)
def test_marked_parts_of_the_data_card_become_plain_text(
    card: str, expected: str | list[str]
) -> None:
    assert marked_text(card, "x") == expected


def test_the_context_is_that_of_the_specification_but_for_what_its_library_needs(
    built: Path,
) -> None:
    context = described(built)["@context"]
    namespaces = {
        name: iri for name, iri in context.items() if isinstance(iri, str) and "://" in iri
    }
    assert namespaces == {
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "dct": "http://purl.org/dc/terms/",
        "prov": "http://www.w3.org/ns/prov#",
    }
    used = {
        key for key in named_terms(described(built)) if ":" not in key and not key.startswith("@")
    }
    schema_org = {
        *(
            "name",
            "alternateName",
            "description",
            "version",
            "datePublished",
            "url",
            "license",
            "creator",
            "publisher",
            "text",
        ),
        *(
            "keywords",
            "inLanguage",
            "usageInfo",
            "distribution",
            "contentUrl",
            "contentSize",
            "encodingFormat",
            "sha256",
        ),
    }
    assert used - schema_org - set(context) == set()


def named_terms(node: object) -> set[str]:
    """Return the keys of a JSON document, the context aside."""
    if isinstance(node, list):
        return set().union(*map(named_terms, node))
    if not isinstance(node, dict):
        return set()
    return set(node).union(
        *(named_terms(value) for key, value in node.items() if key != "@context")
    )


@pytest.mark.parametrize("shards", [1, 3])
def test_each_file_is_there_with_its_size_and_hash(shards: int, sharded: Path) -> None:
    folder = COMMITTED if shards == 1 else sharded
    objects = [
        node for node in described(folder)["distribution"] if node["@type"] == "cr:FileObject"
    ]
    assert {node["contentUrl"] for node in objects} == {
        path.name for path in folder.glob("*.parquet")
    }
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
                "source": {
                    "fileObject": {"@id": f"{name}.parquet"},
                    "extract": {"column": column.name},
                },
            }
            for column in table.columns
        ],
    }


@pytest.mark.slow
@pytest.mark.parametrize("shards", [1, 3])
def test_its_library_accepts_it_and_loads_the_records_through_it(
    shards: int, sharded: Path
) -> None:
    mlcroissant = pytest.importorskip(
        "mlcroissant", reason="mlcroissant is not installed: pip install 'lprcorpus[test]'"
    )
    folder = COMMITTED if shards == 1 else sharded
    dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    assert (dataset.metadata.issues.errors, dataset.metadata.issues.warnings) == (set(), set())
    for name in TABLES:
        found = [
            {field.partition("/")[2]: plain(value) for field, value in row.items()}
            for row in dataset.records(name)
        ]
        assert found == lprcorpus.table(name, corpus=Corpus(folder)).to_pylist()


def plain(value: object) -> object:
    """Return a value of Croissant's library, to which text is bytes, as one of ours."""
    return value.decode("utf-8") if isinstance(value, bytes) else value


@pytest.mark.slow
def test_its_library_refuses_a_file_that_was_changed(built: Path, tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip(
        "mlcroissant", reason="mlcroissant is not installed: pip install 'lprcorpus[test]'"
    )
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    (tmp_path / "pages.parquet").write_bytes((built / "edits.parquet").read_bytes())
    dataset = mlcroissant.Dataset(str(tmp_path / "croissant.json"))
    with pytest.raises(
        Exception, match=r"during the operation Download\(pages\.parquet\)"
    ) as caught:
        list(dataset.records("pages"))
    assert "is not identical with the reference" in str(caught.value.__cause__)
