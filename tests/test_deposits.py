"""The corpus described for those who keep and cite data: current, valid, and of one mind about its version."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml

from lprcorpus.metadata import License, corpus_metadata
from lprcorpus.publish.facts import Periodical
from lprcorpus.publish.repository import (
    citation_file,
    repository_files,
    write_repository_files,
    zenodo,
)
from lprcorpus.schema import Issue

from .conftest import ROOT


@pytest.mark.parametrize("name", ["CITATION.cff", ".zenodo.json", "datacard.md"])
def test_the_files_at_the_top_are_current(name: str) -> None:
    renew = "to renew it: python -m lprcorpus.publish.repository"
    assert (ROOT / name).read_text("utf-8") == repository_files(ROOT / "processed")[name], renew


def test_the_files_at_the_top_are_written_into_a_checkout(whole: Path) -> None:
    write_repository_files(whole.parent)
    assert {path.name for path in whole.parent.iterdir() if path.is_file()} == {
        "CITATION.cff",
        ".zenodo.json",
        "datacard.md",
    }
    assert (whole.parent / "CITATION.cff").read_text("utf-8") == (ROOT / "CITATION.cff").read_text(
        "utf-8"
    )


def test_the_periodical_stands_under_references(built: Path) -> None:
    (reference,) = yaml.safe_load(repository_files(built)["CITATION.cff"])["references"]
    assert {
        name: reference[name]
        for name in ("type", "title", "volume", "issue", "year", "start", "end")
    } == {
        "type": "serial",
        "title": "Left Progressive Review",
        "volume": 1,
        "issue": 2,
        "year": 2014,
        "start": 5,
        "end": 34,
    }
    assert (
        reference["notes"]
        == "Left Progressive Review, Volume 1, Issue 2 (2014), pp. 5–34 (excerpt)"
    )


def tiny(year: int | None, pages: tuple[int, int], **columns: Any) -> Issue:
    values = {"volume": None, "number": None, "complete": False, **columns}
    first, last = pages
    return Issue.model_construct(year=year, page_start=first, page_end=last, **values)


SEVERAL = Periodical("Tiny", [tiny(1902, (1, 9)), tiny(1900, (1, 9), complete=True)])


@pytest.mark.parametrize(
    ("periodical", "line"),
    [
        (
            Periodical("Tiny", [tiny(1900, (5, 9), volume=1, number=2, complete=True)]),
            "Tiny, Volume 1, Issue 2 (1900), pp. 5–9",
        ),
        (SEVERAL, "Tiny, 2 issues (1900–1902) (in part excerpts)"),
        (Periodical("Tiny", [tiny(None, (5, 5))]), "Tiny, p. 5 (excerpt)"),
    ],
    ids=["one issue", "several issues", "no year"],
)
def test_a_periodical_is_described_in_a_line(periodical: Periodical, line: str) -> None:
    assert periodical.line == line


def test_a_periodical_of_several_issues_is_cited_without_volume_and_pages() -> None:
    (reference,) = citation_file(corpus_metadata(), [SEVERAL])["references"]
    assert reference == {
        "type": "serial",
        "title": "Tiny",
        "authors": [{"name": "Tiny"}],
        "year": 1900,
        "scope": "The periodical whose text the corpus contains",
        "notes": "Tiny, 2 issues (1900–1902) (in part excerpts)",
    }


@pytest.mark.parametrize(
    ("licenses", "said"),
    [
        ((), {}),
        ((License("MIT", "MIT License", "https://a.example/mit"),), {"license": ["MIT"]}),
        (
            (License("LicenseRef-x", "Our terms", "https://a.example/x"),),
            {"license-url": "https://a.example/x"},
        ),
    ],
    ids=["none", "one of the list of SPDX", "our own"],
)
def test_the_citation_file_names_the_licence_or_its_address(
    licenses: tuple[License, ...], said: dict[str, object]
) -> None:
    content = citation_file(replace(corpus_metadata(), licenses=licenses), ())
    assert {name: content[name] for name in content if name.startswith("license")} == said


def test_datacite_is_in_the_descriptor_and_valid(built: Path) -> None:
    schema = pytest.importorskip(
        "datacite.schema45", reason="datacite is not installed: pip install 'lprcorpus[test]'"
    )
    described = json.loads((built / "datapackage.json").read_bytes())["datacite"]
    schema.validator.validate(described)
    (periodical,) = described["relatedItems"]
    assert (periodical["relationType"], periodical["titles"]) == (
        "IsDerivedFrom",
        [{"title": "Left Progressive Review"}],
    )


def test_the_version_is_one_everywhere() -> None:
    version, released = corpus_metadata().version, corpus_metadata().released
    descriptor = json.loads((ROOT / "processed" / "datapackage.json").read_bytes())
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    deposit = json.loads((ROOT / ".zenodo.json").read_bytes())
    changes = re.search(
        r"^## \[([^\]]+)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert changes
    said = subprocess.run(
        [sys.executable, "-m", "lprcorpus", "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert said == f"lprcorpus {version}\n"
    assert {
        "CHANGELOG.md": (changes[1], changes[2]),
        "CITATION.cff": (citation["version"], citation["date-released"]),
        ".zenodo.json": (deposit["version"], deposit["publication_date"]),
        "datapackage.json": (descriptor["version"], descriptor["datacite"]["dates"][0]["date"]),
        "datacite": (descriptor["datacite"]["version"], descriptor["datacite"]["dates"][0]["date"]),
    } == dict.fromkeys(
        ["CHANGELOG.md", "CITATION.cff", ".zenodo.json", "datapackage.json", "datacite"],
        (version, released),
    )


def test_the_licence_is_one_everywhere(built: Path) -> None:
    expression = "MIT AND LicenseRef-lprcorpus-texts"
    assert corpus_metadata().license_expression == expression
    project = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    deposit = json.loads((ROOT / ".zenodo.json").read_bytes())
    descriptor = json.loads((built / "datapackage.json").read_bytes())
    croissant = json.loads((built / "croissant.json").read_bytes())
    head = yaml.safe_load((built / "README.md").read_text("utf-8").split("---\n", 2)[1])
    terms = [(one["name"], one["title"], one["path"]) for one in descriptor["licenses"]]
    titles = "; ".join(title for _, title, _ in terms)
    assert " AND ".join(name for name, _, _ in terms) == expression
    assert [(one["name"], one["url"]) for one in croissant["license"]] == [
        (title, url) for _, title, url in terms
    ]
    assert [(one["rights"], one["rightsUri"]) for one in descriptor["datacite"]["rightsList"]] == [
        (title, url) for _, title, url in terms
    ]
    assert {info["license"] for info in head["dataset_info"]} == {titles}
    assert {
        "pyproject.toml": project["license"],
        "README.md": (head["license"], head["license_name"], head["license_link"]),
        "CITATION.cff": (citation.get("license"), citation["license-url"]),
        ".zenodo.json": (deposit["license"], deposit["notes"]),
    } == {
        "pyproject.toml": expression,
        "README.md": ("other", "mit-and-licenseref-lprcorpus-texts", "LICENSE"),
        "CITATION.cff": (None, "http://rightsstatements.org/vocab/InC/1.0/"),
        ".zenodo.json": ({"id": "other-closed"}, f"{expression}: {titles}."),
    }


def test_the_licence_file_has_the_terms_of_the_folder_licenses_and_travels_with_the_data(
    built: Path,
) -> None:
    parts = [
        (ROOT / "LICENSES" / f"{terms.name}.txt").read_text("utf-8")
        for terms in corpus_metadata().licenses
    ]
    assert (ROOT / "LICENSE").read_text("utf-8") == "\n----\n\n".join(parts)
    assert (built / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_html_in_a_description_is_escaped_for_zenodo() -> None:
    described = zenodo(corpus_metadata(), ())["description"]
    assert described.startswith("<p>The surviving text")
    assert "<" not in described[3:-4]


@pytest.mark.slow
def test_cffconvert_finds_the_citation_file_valid_and_says_what_zenodo_is_told(
    tmp_path: Path,
) -> None:
    """In an environment of its own: cffconvert holds ``jsonschema`` at a version that Frictionless cannot use."""
    python = isolated(tmp_path, "cffconvert==2.0.0", "setuptools<81")
    command = [
        str(python),
        "-c",
        "from cffconvert.cli.cli import cli; cli()",
        "-i",
        str(ROOT / "CITATION.cff"),
    ]
    checked = subprocess.run([*command, "--validate"], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout) == (
        0,
        "Citation metadata are valid according to schema version 1.2.0.\n",
    )
    converted = json.loads(
        subprocess.run(
            [*command, "-f", "zenodo"], capture_output=True, text=True, check=True
        ).stdout
    )
    ours = json.loads((ROOT / ".zenodo.json").read_bytes())
    ours["description"] = re.sub(r"^<p>|</p>$", "", ours["description"])
    assert {name: ours[name] for name in converted} == converted


@pytest.mark.slow
def test_reuse_finds_the_terms_of_every_file(tmp_path: Path) -> None:
    """In an environment of its own: it is a program for maintainers, which nothing here needs."""
    python = isolated(tmp_path, "reuse>=5")
    done = subprocess.run(
        [str(python.with_name("reuse")), "--root", str(ROOT), "lint"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def isolated(folder: Path, *packages: str) -> Path:
    """Return the Python of a fresh environment that holds some packages; skip where they cannot be installed."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True, timeout=120)
    python = folder / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages]
    done = subprocess.run(install, capture_output=True, text=True, timeout=600)
    if done.returncode:
        pytest.skip(
            f"{' '.join(packages)} cannot be installed: {done.stderr.strip().splitlines()[-1]}"
        )
    return python
