"""No damage goes unseen: each kind of mutation is told with its table, its row and its code."""

from __future__ import annotations

import hashlib
import random
import shutil
from pathlib import Path

import pytest

import lprcorpus
from lprcorpus.build.run import build
from lprcorpus.publish.repository import deposit_files
from lprcorpus.schema import TABLES
from lprcorpus.validation.codes import CODES

from .conftest import ROOT, toml_of
from .mutations import MUTATIONS, CorpusCopy
from .mutations.cells import CELLS

SECOND = """The Night Song
by A. Poet

Nigh the house the nihgt whispers, and the silence listens to it until the morning comes.

1. The second part of it is as long as the first, and the wind goes round the house.

MORE

The Day Song
by Another Poet

The day says nothing at all, and when the evening comes it goes home by the same old way along
the river and says nothing there either, for the boats are out and nobody is at home to hear it.
"""
"""A second issue, with what the real one lacks: a curated edit, and page numbers that are counted from one."""

PLACES = 8
"""How often each kind of mutation is made in the long run."""


@pytest.fixture(scope="session")
def corpus(first_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a corpus of two issues: raw texts, data card and the built folder."""
    home = tmp_path_factory.mktemp("corpus")
    shutil.copytree(first_raw, home / "raw")
    shutil.copy(ROOT / "datacard.md", home)
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
    (home / "raw" / "song-1.toml").write_text(
        toml_of({"issue": issue, "records": [night, day]}), "utf-8"
    )
    build(home / "raw", home / "processed")
    for name, content in deposit_files(home / "processed").items():
        (home / name).write_text(content, "utf-8")
    return home


def damage(corpus: Path, folder: Path, name: str, seed: int) -> None:
    """Damage a copy of the corpus, and check that the validation says so."""
    home = folder / f"{seed}"
    shutil.copytree(corpus, home)
    copy = CorpusCopy(home)
    expected = MUTATIONS[name](copy, random.Random(f"{name}/{seed}"))
    if copy.loaded:
        copy.repair()
    # A rebuild sees nearly all; what the other checks see must be seen without it.
    problems = lprcorpus.validate(copy.folder, rebuild=expected.by_rebuild).problems
    listing = "\n".join(map(str, problems[:20]))
    assert expected.found_in(problems), (
        f"{name}, seed {seed}: expected {expected}; found\n{listing}"
    )
    shutil.rmtree(home)


def test_the_untouched_corpus_has_no_problem(corpus: Path) -> None:
    assert lprcorpus.validate(corpus / "processed").problems == ()


def test_repairing_an_untouched_corpus_leaves_it_valid(corpus: Path, tmp_path: Path) -> None:
    """What the mutations do beside the damage is no damage itself."""
    shutil.copytree(corpus, tmp_path / "copy")
    copy = CorpusCopy(tmp_path / "copy")
    for name in TABLES:
        copy.table(name)
    copy.repair_raw("lpr-1-2")
    copy.repair()
    assert lprcorpus.validate(copy.folder).problems == ()


def test_every_column_is_damaged() -> None:
    columns = {
        f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns
    }
    assert set(CELLS) == columns


def test_there_are_enough_kinds_of_damage() -> None:
    assert len(MUTATIONS) >= 40
    assert len(MUTATIONS) * PLACES >= 1_000


def test_each_code_that_is_expected_exists(corpus: Path, tmp_path: Path) -> None:
    assert {code for codes, _ in CELLS.values() for code in codes.split()} <= set(CODES)


@pytest.mark.parametrize("name", random.Random("every day").sample(sorted(MUTATIONS), 48))
def test_a_sample_of_the_mutations_is_seen(name: str, corpus: Path, tmp_path: Path) -> None:
    damage(corpus, tmp_path, name, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_every_mutation_is_seen(name: str, corpus: Path, tmp_path: Path) -> None:
    for seed in range(PLACES):
        damage(corpus, tmp_path, name, seed)
