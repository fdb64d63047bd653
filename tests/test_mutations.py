"""No damage goes unseen: each kind of mutation is told with its table, its row and its code."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

import lprcorpus
from lprcorpus.build.run import build
from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.csl import Edition, combine, record_item
from lprcorpus.metadata import corpus_metadata
from lprcorpus.schema import TABLES
from lprcorpus.validation.codes import CODES

from .conftest import ROOT, toml_of
from .mutations import _CELLS, MUTATIONS, UNSEEN, Corpus

SECOND = """The Night Song
by A. Poet

Nigh the house the nihgt whispers, and the silence listens to it until the morning comes.

1. The second part of it is as long as the first, and the wind goes round the house.

MORE

The Day Song
by Another Poet

The day says nothing at all.
"""
"""A second issue, with what the real one lacks: a curated edit, and page numbers that are counted from one."""

PLACES = 8
"""How often each kind of mutation is made in the long run."""


@pytest.fixture(scope="session")
def corpus(first_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a corpus of two issues: raw texts, data card and the built folder."""
    home = tmp_path_factory.mktemp("corpus")
    shutil.copytree(first_raw, home / "raw")
    for name in ("datacard.md", "CITATION.cff", ".zenodo.json"):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, home / name)
    issue = {
        "id": "song-1",
        "periodical": "Songs",
        "year": 1900,
        "complete": True,
        "language": "en",
        "rights": "None reserved.",
        "sha256": hashlib.sha256(SECOND.encode()).hexdigest(),
    }
    poet = {"name": "A. Poet", "family": "Poet", "given": "A.", "role": "author"}
    night = {
        "id": "night-song",
        "title": "The Night Song",
        "page": 1,
        "type": "article",
        "byline": "by A. Poet",
        "contributors": [poet],
        "edits": [{"find": "nihgt", "replace": "night", "page": 1, "reason": "a slip of the pen"}],
    }
    day = {
        "id": "day-song",
        "title": "The Day Song",
        "page": 1,
        "type": "article",
        "byline": "by Another Poet",
        "section": "MORE",
    }
    (home / "raw" / "song-1.txt").write_text(SECOND, "utf-8")
    (home / "raw" / "song-1.toml").write_text(toml_of({"issue": issue, "records": [night, day]}), "utf-8")
    build(home / "raw", home / "processed")
    add_what_is_missing(home)
    return home


def add_what_is_missing(home: Path) -> None:
    """Give a corpus the references and citation files that it may have."""
    metadata = corpus_metadata()
    facts = {"title": metadata.title, "version": metadata.version, "keywords": list(metadata.keywords)}
    people = [{"name": name} for name in metadata.creators]
    if not (home / "CITATION.cff").is_file():
        cff = {"cff-version": "1.2.0", **facts, "date-released": metadata.released, "license": metadata.license.name}
        cff |= {"abstract": metadata.description, "authors": people}
        (home / "CITATION.cff").write_text(yaml.safe_dump(cff), "utf-8")
    if not (home / ".zenodo.json").is_file():
        (home / ".zenodo.json").write_text(
            json.dumps(
                {**facts, "publication_date": metadata.released, "creators": people, "license": {"id": metadata.license.name}}
            ),
            "utf-8",
        )
    folder = home / "processed"
    tables = [pq.ParquetFile(folder / f"{name}.parquet").read().to_pylist() for name in ("issues", "records", "contributors")]
    items = [record_item(work, Edition.of(metadata)) for work in combine(*tables)]
    if not (folder / "references.json").is_file():
        (folder / "references.json").write_text(json.dumps(items, ensure_ascii=False, indent=2) + "\n", "utf-8")
    if not (folder / "references.bib").is_file():
        (folder / "references.bib").write_text("\n\n".join(map(bibtex, items)) + "\n", "utf-8")


def damage(corpus: Path, folder: Path, name: str, seed: int) -> None:
    """Damage a copy of the corpus, and check that the validation says so."""
    home = folder / f"{seed}"
    shutil.copytree(corpus, home)
    copy = Corpus(home)
    expected = MUTATIONS[name](copy, random.Random(f"{name}/{seed}"))
    if copy.loaded:
        copy.repair()
    problems = lprcorpus.validate(copy.folder).problems
    listing = "\n".join(map(str, problems[:20]))
    assert expected.found_in(problems), f"{name}, seed {seed}: expected {expected}; found\n{listing}"
    shutil.rmtree(home)


def test_the_untouched_corpus_has_no_problem(corpus: Path) -> None:
    assert lprcorpus.validate(corpus / "processed").problems == ()


def test_repairing_an_untouched_corpus_leaves_it_valid(corpus: Path, tmp_path: Path) -> None:
    """What the mutations do beside the damage is no damage itself."""
    shutil.copytree(corpus, tmp_path / "copy")
    copy = Corpus(tmp_path / "copy")
    for name in TABLES:
        copy.table(name)
    copy.repair_raw("lpr-1-2")
    copy.repair()
    assert lprcorpus.validate(copy.folder).problems == ()


def test_every_column_is_damaged_or_listed_as_unseen() -> None:
    columns = {f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns}
    others = {"blocks.kind", "spans.role", "edits.reason"}  # these have mutations of their own, for the part that can be seen
    assert set(_CELLS) | others == columns
    assert all(any(name.startswith(column) for name in UNSEEN) for column in others)


def test_there_are_enough_kinds_of_damage() -> None:
    assert len(MUTATIONS) >= 40
    assert len(MUTATIONS) * PLACES >= 1_000


def test_each_code_that_is_expected_exists(corpus: Path, tmp_path: Path) -> None:
    assert {code for codes, _ in _CELLS.values() for code in codes.split()} <= set(CODES)


@pytest.mark.parametrize("name", random.Random("every day").sample(sorted(MUTATIONS), 48))
def test_a_sample_of_the_mutations_is_seen(name: str, corpus: Path, tmp_path: Path) -> None:
    damage(corpus, tmp_path, name, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_every_mutation_is_seen(name: str, corpus: Path, tmp_path: Path) -> None:
    for seed in range(PLACES):
        damage(corpus, tmp_path, name, seed)
