"""The dataset card: its YAML, and the generated parts of the data card in their places."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

import lprcorpus
from lprcorpus import locations
from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.errors import OutputError
from lprcorpus.publish import facts
from lprcorpus.schema import TABLES
from lprcorpus.tables import features

from .conftest import ROOT, MakeIssue

TEXT = "The Night Song\n\nThe night whispers the silence.\n"
RECORD: dict[str, object] = {
    "id": "night-song",
    "title": "The Night Song",
    "page": 1,
    "type": "poem",
}


def head_and_prose(folder: Path) -> tuple[dict[str, Any], str]:
    opening, head, prose = (folder / "README.md").read_text("utf-8").split("---\n", 2)
    assert opening == ""
    return yaml.safe_load(head), prose.removeprefix("\n")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the one in which the package has its own data card and licence."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("datacard.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    monkeypatch.setattr(locations, "_home", lambda: folder)
    return folder


def part(prose: str, name: str) -> str:
    return prose.partition(f"<!-- generated: {name} -->\n")[2].partition(
        f"<!-- /generated: {name} -->\n"
    )[0]


def test_every_column_of_every_table_is_in_the_tables_of_the_fields(built: Path) -> None:
    text = part(head_and_prose(built)[1], "fields")
    for name, table in TABLES.items():
        section = text.partition(f"#### `{name}`\n")[2].partition("\n#### ")[0]
        assert section.startswith(f"\n{table.description} Key: ")
        rows = [
            line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| `")
        ]
        assert [[cell.strip() for cell in row[:3]] for row in rows] == [
            [f"`{column.name}`", column.type, "yes" if column.nullable else "no"]
            for column in table.columns
        ]
        for row, column in zip(rows, table.columns, strict=True):
            assert row[3].startswith(column.description)
            assert all(f"`{value}`" in row[3] for value in column.enum or ())


def test_many_records_are_counted_by_type(
    make_issue: MakeIssue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "MOST_RECORDS", 1)
    text = TEXT + "\nThe Day Song\n\nThe birds.\n\nThe Dawn\n\nThe song of the night birds.\n"
    records = [
        RECORD,
        {**RECORD, "id": "day", "title": "The Day Song"},
        {**RECORD, "id": "dawn", "title": "The Dawn", "type": "news"},
    ]
    build(make_issue(text, *records), tmp_path / "out")
    assert part(head_and_prose(tmp_path / "out")[1], "records") == (
        "| type | records | words |\n|---|---|---|\n| poem | 2 | 7 |\n| news | 1 | 6 |\n"
    )


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("The Night | Song", r"The Night \| Song"),
        ("<script>Night</script> & Song", "&lt;script&gt;Night&lt;/script&gt; &amp; Song"),
        (
            "[The *Night*](x) `Song` <!-- generated: fields -->",
            r"\[The \*Night\*\](x) \`Song\` &lt;!-- generated: fields --&gt;",
        ),
    ],
    ids=["a cell's end", "HTML", "Markdown"],
)
def test_a_title_is_shown_as_it_is(
    title: str, cell: str, make_issue: MakeIssue, tmp_path: Path
) -> None:
    build(
        make_issue(TEXT.replace("The Night Song", title), {**RECORD, "title": title}),
        tmp_path / "out",
    )
    assert part(head_and_prose(tmp_path / "out")[1], "records").splitlines()[2] == (
        f"| `tiny-1/night-song` | {cell} | – | poem | 1 | 5 |"
    )


def test_the_yaml_says_what_the_hub_asks_for_in_its_order(built: Path) -> None:
    head, _ = head_and_prose(built)
    configurations, infos = head.pop("configs"), head.pop("dataset_info")
    expected = {
        "language": ["en"],
        "license": "other",
        "license_name": "mit-and-licenseref-lprcorpus-texts",
        "license_link": "LICENSE",
        "tags": [
            "periodicals",
            "propaganda studies",
            "historiography",
            "text reuse",
            "layout recovery",
        ],
        "annotations_creators": ["no-annotation"],
        "language_creators": ["found"],
        "pretty_name": "Left Progressive Review Corpus",
        "size_categories": ["n<1K"],
        "source_datasets": ["original"],
        "task_categories": ["text-retrieval", "other"],
    }
    assert list(head.items()) == list(expected.items())
    assert configurations[0] == {
        "config_name": "records",
        "data_files": [{"split": "train", "path": "records.parquet"}],
        "default": True,
    }
    assert [entry["config_name"] for entry in configurations] == [
        entry["config_name"] for entry in infos
    ]
    assert sorted(entry["config_name"] for entry in configurations) == sorted(TABLES)


@pytest.mark.parametrize(
    ("languages", "codes", "details"),
    [
        (["de"], ["de"], None),
        (["pt-BR", "pt-BR", "en"], ["pt", "en"], ["pt-BR", "en"]),
        (["und"], ["und"], None),
    ],
    ids=["another language", "two languages", "none known"],
)
def test_the_languages_are_those_of_the_rows(
    languages: list[str],
    codes: list[str],
    details: list[str] | None,
    make_issue: MakeIssue,
    tmp_path: Path,
) -> None:
    titles = [f"The Night Song {number}" for number in range(len(languages))]
    text = "\n\n".join(f"{title}\n\nThe night whispers the silence.\n" for title in titles)
    records = [
        {**RECORD, "id": f"song-{number}", "title": title, "language": language}
        for number, (title, language) in enumerate(zip(titles, languages, strict=True))
    ]
    build(make_issue(text, *records), tmp_path / "out")
    head, _ = head_and_prose(tmp_path / "out")
    descriptor = json.loads((tmp_path / "out" / "datapackage.json").read_bytes())
    croissant = json.loads((tmp_path / "out" / "croissant.json").read_bytes())
    known = list(dict.fromkeys(languages))
    assert (head["language"], head.get("language_details")) == (codes, details)
    assert descriptor["languages"] == known
    assert croissant["inLanguage"] == (known if len(known) > 1 else known[0])
    assert descriptor["datacite"].get("language") == (known[0] if len(known) == 1 else None)


def test_the_card_says_how_to_load_and_cite_the_corpus(built: Path, corpus: Corpus) -> None:
    _, prose = head_and_prose(built)
    assert (
        part(prose, "citation")
        == f"```bibtex\n{lprcorpus.cite(style='bibtex', corpus=corpus)}\n```\n"
    )
    load = prose.partition("```python\n")[2].partition("```")[0].replace("FOLDER", str(built))
    names: dict[str, Any] = {}
    exec(load, names)  # the example that the card shows
    assert (len(names["records"]), len(names["blocks"])) == (15, 336)


def test_the_yaml_describes_each_table(built: Path, corpus: Corpus) -> None:
    head, _ = head_and_prose(built)
    descriptor = json.loads((built / "datapackage.json").read_bytes())
    for info in head["dataset_info"]:
        name = info["config_name"]
        (size,) = {info["dataset_size"], info["splits"][0]["num_bytes"]}
        assert info == {
            "config_name": name,
            "description": descriptor["description"],
            "citation": lprcorpus.cite(style="bibtex", corpus=corpus),
            "license": "; ".join(terms["title"] for terms in descriptor["licenses"]),
            "features": [
                {"name": column, "dtype": feature["dtype"]}
                for column, feature in features(name).items()
            ],
            "splits": [
                {
                    "name": "train",
                    "num_bytes": size,
                    "num_examples": lprcorpus.table(name, corpus=corpus).num_rows,
                }
            ],
            "download_size": (built / f"{name}.parquet").stat().st_size,
            "dataset_size": size,
        }
        assert size > 0


@pytest.mark.parametrize(
    "prose",
    [
        "# A card\n",
        "<!-- /generated: records -->\n<!-- generated: records -->\n",
        "<!-- generated: records -->\n<!-- /generated: records -->\n" * 2,
        "<!-- generated: records -->\n",
    ],
    ids=["no place", "the end before the beginning", "two places", "no end"],
)
def test_a_card_without_one_place_for_a_part_stops_the_build(
    prose: str, home: Path, make_issue: MakeIssue, tmp_path: Path
) -> None:
    (home / "datacard.md").write_text(prose, "utf-8")
    with pytest.raises(OutputError) as caught:
        build(make_issue(TEXT, RECORD), tmp_path / "out")
    assert str(caught.value).startswith(
        "datacard.md: has no place for the part 'records'; expected one line <!-- generated: records -->"
        " and one <!-- /generated: records --> below it"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "what"), [("datacard.md", "the data card"), ("LICENSE", "the licence")]
)
def test_a_text_that_travels_with_the_data_and_is_missing_stops_the_build(
    name: str, what: str, home: Path, make_issue: MakeIssue, tmp_path: Path
) -> None:
    (home / name).unlink()
    with pytest.raises(OutputError) as caught:
        build(make_issue(TEXT, RECORD), tmp_path / "out")
    assert str(caught.value).startswith(
        f"{home / name}: cannot be read: no such file or directory; expected {what}"
    )


def test_a_data_card_in_another_encoding_stops_the_build(
    home: Path, make_issue: MakeIssue, tmp_path: Path
) -> None:
    (home / "datacard.md").write_bytes("Café".encode("latin-1"))
    with pytest.raises(OutputError) as caught:
        build(make_issue(TEXT, RECORD), tmp_path / "out")
    assert str(caught.value).startswith(
        f"{home / 'datacard.md'}: is not UTF-8 at byte 3; expected the data card"
    )
