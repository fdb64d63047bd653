"""What others' programs say of the committed corpus; each skips where its program is not installed."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from lprcorpus.metadata import corpus_metadata
from lprcorpus.schema import TABLES

from .conftest import ROOT

PROCESSED = ROOT / "processed"
OFFLINE = {**os.environ, "HF_HUB_OFFLINE": "1"}


def needs(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed: pip install 'lprcorpus[test]'")


def test_frictionless_finds_nothing() -> None:
    needs("frictionless")
    from frictionless import Package

    report = Package.from_descriptor(str(PROCESSED / "datapackage.json")).validate()
    assert report.flatten(["title", "rowNumber", "fieldName", "message"]) == []
    names = [task.name for task in report.tasks]
    assert set(names) >= {*TABLES, *(f"{name}-file" for name in TABLES)}


def test_the_descriptor_is_valid_by_the_official_schema_but_for_its_own_fault() -> None:
    """The schema of Data Package 2.0 wants a list in ``fieldsMatch``, where the specification has a word (datapackage #965)."""
    needs("dplib")
    needs("jsonschema")
    import dplib
    import jsonschema

    profile = Path(dplib.__file__).parent / "profiles" / "2.0" / "datapackage.json"
    descriptor = json.loads((PROCESSED / "datapackage.json").read_bytes())
    errors = jsonschema.Draft7Validator(json.loads(profile.read_bytes())).iter_errors(descriptor)
    assert [
        error.json_path for error in errors if error.json_path.rpartition(".")[2] != "fieldsMatch"
    ] == []


def test_frictionless_sees_a_changed_byte(tmp_path: Path) -> None:
    """The twin resources make it look at hashes, which it does not of tables."""
    needs("frictionless")
    from frictionless import Package

    shutil.copytree(PROCESSED, tmp_path / "processed")
    path = tmp_path / "processed" / "blocks.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    report = Package.from_descriptor(str(tmp_path / "processed" / "datapackage.json")).validate()
    assert ["blocks-file", "hash-count"] in [
        [task.name, error.type] for task in report.tasks for error in task.errors
    ]


@pytest.mark.slow
def test_croissants_own_program_accepts_the_file() -> None:
    needs("mlcroissant")
    command = [
        sys.executable,
        "-m",
        "mlcroissant.scripts.validate",
        "--jsonld",
        str(PROCESSED / "croissant.json"),
    ]
    if importlib.util.find_spec("mlcroissant.scripts.validate") is None:
        command = [str(Path(sys.executable).with_name("mlcroissant")), "validate", *command[3:]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=OFFLINE)
    assert done.returncode == 0, done.stderr
    assert "Found the following" not in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_croissants_library_reads_every_row(name: str) -> None:
    needs("mlcroissant")
    import mlcroissant

    dataset = mlcroissant.Dataset(str(PROCESSED / "croissant.json"))
    rows = pq.ParquetFile(PROCESSED / f"{name}.parquet").metadata.num_rows
    assert sum(1 for _ in dataset.records(name)) == rows


@pytest.mark.parametrize("name", TABLES)
def test_datasets_loads_every_table_with_its_split_and_size_checks(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    dataset = datasets.load_dataset(
        str(PROCESSED), name, split="train", cache_dir=str(tmp_path), verification_mode="all_checks"
    )
    file = pq.ParquetFile(PROCESSED / f"{name}.parquet")
    assert (len(dataset), dataset.column_names) == (file.metadata.num_rows, file.schema_arrow.names)


def test_datasets_refuses_a_card_that_counts_another_number_of_rows(tmp_path: Path) -> None:
    import datasets
    from datasets.exceptions import NonMatchingSplitsSizesError

    shutil.copytree(PROCESSED, tmp_path / "processed")
    card = tmp_path / "processed" / "README.md"
    rows = pq.ParquetFile(PROCESSED / "records.parquet").metadata.num_rows
    card.write_text(
        card.read_text("utf-8").replace(f"num_examples: {rows}", f"num_examples: {rows + 1}"),
        "utf-8",
    )
    with pytest.raises(NonMatchingSplitsSizesError):
        datasets.load_dataset(
            str(tmp_path / "processed"), "records", cache_dir=str(tmp_path / "cache")
        )


def test_the_workflow_runs_on_the_python_versions_that_the_package_names() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    named = [
        line.split("::")[-1].strip(' ",') for line in project.splitlines() if "Python :: 3." in line
    ]
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == named
    commands = [step.get("run") for step in workflow["jobs"]["test"]["steps"]]
    assert "lprcorpus validate processed --format github" in commands


def test_the_hook_for_pre_commit_is_the_command() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (hook,) = (hook for hook in hooks if hook["id"] == "lprcorpus-validate")
    command = [
        str(Path(sys.executable).with_name("lprcorpus")),
        *hook["entry"].split()[1:],
        *hook["args"],
    ]
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        f"processed, version {corpus_metadata().version}: valid",
    )
