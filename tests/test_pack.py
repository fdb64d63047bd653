"""A release: whole, the same bytes twice, and read by those who download it, with nothing beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import FIRST, ROOT, files_of, run

NAMES = [
    ".zenodo.json",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "README.md",
    "blocks.parquet",
    "contributors.parquet",
    "croissant.json",
    "datapackage.json",
    "edits.parquet",
    "figures/page-fill.svg",
    "figures/page-map.svg",
    "figures/record-sizes.svg",
    "issues.parquet",
    "pages.parquet",
    f"raw/{FIRST}.toml",
    f"raw/{FIRST}.txt",
    "records.parquet",
    "references.bib",
    "references.json",
    "ro-crate-metadata.json",
    "spans.parquet",
]


@pytest.fixture(scope="session")
def release(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release in a folder with nothing beside it; to be read only."""
    out = tmp_path_factory.mktemp("download") / "release"
    result = run("pack", "--corpus", built, "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"Wrote {out}: 22 files\n"
    return out


def test_a_release_holds_all_that_describes_it(release: Path) -> None:
    assert list(files_of(release)) == NAMES
    assert (release / "raw" / f"{FIRST}.txt").read_bytes() == (
        ROOT / "raw" / f"{FIRST}.txt"
    ).read_bytes()


def test_two_releases_are_the_same_bytes(release: Path, built: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("pack", "--corpus", built, "--out", tmp_path / name / "release.zip")
    one, two = ((tmp_path / name / "release.zip").read_bytes() for name in ("one", "two"))
    assert one == two
    with zipfile.ZipFile(tmp_path / "one" / "release.zip") as archive:
        archive.extractall(tmp_path / "unzipped")
    assert files_of(tmp_path / "unzipped") == files_of(release)


def test_a_release_validates_where_it_is(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(release)
    result = run("validate", ".")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "., version 0.2.0: valid")
    assert "not checked" not in result.stdout


def test_a_release_of_a_release_is_the_same(release: Path, tmp_path: Path) -> None:
    run("pack", "--corpus", release, "--out", tmp_path / "again")
    assert files_of(tmp_path / "again") == files_of(release)


def test_the_crate_names_every_file_and_its_version(release: Path) -> None:
    crate = json.loads((release / "ro-crate-metadata.json").read_bytes())
    assert crate["@context"] == "https://w3id.org/ro/crate/1.3/context"
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    root = entities["./"]
    parts = [part["@id"] for part in root["hasPart"]]
    assert sorted(parts) == [name for name in NAMES if name != "ro-crate-metadata.json"]
    assert entities["records.parquet"]["encodingFormat"] == "application/vnd.apache.parquet"
    assert (
        root["datePublished"]
        == json.loads((release / "datapackage.json").read_bytes())["datacite"]["dates"][0]["date"]
    )
    assert (root["version"], root["name"]) == ("0.2.0", "Left Progressive Review Corpus")


READERS = {
    "datasets": """
        import datasets
        assert datasets.load_dataset(folder, split="train").num_rows == 15
        assert datasets.load_dataset(folder, "blocks", split="train").num_rows == 336""",
    "frictionless": """
        import os, frictionless
        os.chdir(folder)
        report = frictionless.Package("datapackage.json").validate()
        assert report.valid, report.flatten(["message"])""",
    "mlcroissant": """
        import mlcroissant
        dataset = mlcroissant.Dataset(folder + "/croissant.json")
        assert len(list(dataset.records("records"))) == 15""",
    "pandas": """
        import pandas
        assert len(pandas.read_parquet(folder + "/records.parquet")) == 15""",
    "rocrate": """
        from rocrate.rocrate import ROCrate
        assert ROCrate(folder).name == "Left Progressive Review Corpus" """,
}


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_others_read_a_release_from_an_empty_folder(
    reader: str, release: Path, tmp_path: Path
) -> None:
    pytest.importorskip(reader)
    code = "\n".join(
        line.strip() for line in f"import sys\nfolder = sys.argv[1]\n{READERS[reader]}".splitlines()
    )
    home = {"HOME": str(tmp_path), "HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1"}
    empty = tmp_path / "empty"
    empty.mkdir()
    command = [sys.executable, "-c", code, str(release)]
    environment = {**os.environ, **home}
    done = subprocess.run(
        command,
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


class TestRefusals:
    """One line, a status, and nothing written."""

    def test_a_folder_that_is_not_empty(self, built: Path, tmp_path: Path) -> None:
        (tmp_path / "kept").write_text("kept")
        result = run("pack", "--corpus", built, "--out", tmp_path)
        message = f"{tmp_path}: a folder that is not empty; expected a new folder, an empty one, or a new FILE.zip"
        assert (result.exit_code, result.stderr) == (2, f"lprcorpus: {message}\n")
        assert [path.name for path in tmp_path.iterdir()] == ["kept"]

    def test_an_archive_that_is_there(self, built: Path, tmp_path: Path) -> None:
        out = tmp_path / "release.zip"
        out.write_text("kept")
        result = run("pack", "--corpus", built, "--out", out)
        message = f"{out}: is there already; expected a new folder, an empty one, or a new FILE.zip"
        assert (result.exit_code, result.stderr, out.read_text()) == (
            2,
            f"lprcorpus: {message}\n",
            "kept",
        )

    def test_a_corpus_that_is_not_valid_with_its_problems(
        self, built: Path, tmp_path: Path
    ) -> None:
        corpus = Path(shutil.copytree(built, tmp_path / "processed"))
        (corpus / "references.bib").write_text("")
        (corpus / "LICENSE").unlink()
        result = run("pack", "--corpus", corpus, "--out", tmp_path / "out")
        problems = result.stderr.splitlines()
        assert (result.exit_code, result.stdout) == (1, "")
        assert problems[0] == f"lprcorpus: {corpus}: not valid, so nothing was packed:"
        assert any(
            line.startswith("references.bib") and "hash-mismatch" in line for line in problems
        )
        assert any(line.startswith("LICENSE") for line in problems)
        assert [path.name for path in tmp_path.iterdir()] == ["processed"]

    @pytest.mark.parametrize("name", ["out", "out.zip"])
    def test_a_disk_that_takes_no_more(self, name: str, built: Path, tmp_path: Path) -> None:
        resource = pytest.importorskip(
            "resource", reason="this system has no limits on the size of files"
        )
        command = [
            sys.executable,
            "-m",
            "lprcorpus",
            "pack",
            "--corpus",
            str(built),
            "--out",
            str(tmp_path / name),
        ]
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # noqa: E731
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, preexec_fn=limit
        )
        message = f"{tmp_path / name}: cannot be written: file too large"
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"lprcorpus: {message}\n")
        assert list(tmp_path.iterdir()) == []
