"""What the tests share: the real issue, a build of it, and tiny issues made to order.

What a test says of the first issue stays true as the corpus grows: it asks for ``corpus``, a build
of that issue alone, and passes it on, or runs commands with ``--corpus``. A test of what is
committed reads the packaged corpus, or ``ROOT``.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest
from click.testing import CliRunner, Result

from lprcorpus.build.manifest import Manifest, parse_manifest
from lprcorpus.build.run import build
from lprcorpus.cli import main
from lprcorpus.corpus import Corpus

ROOT = Path(__file__).resolve().parents[1]
FIRST = "lpr-1-2"
"""The first issue, which most tests are about."""

collect_ignore = ["holding"]  # for the processes that tests start, not for this one

# What a test finds must not depend on when it is run: a commit passes or fails each time. Other
# examples are searched for with --hypothesis-profile=random; what fails there becomes an example.
hypothesis.settings.register_profile("everyday", max_examples=50, deadline=None, derandomize=True)
hypothesis.settings.register_profile("ci", max_examples=1_000, deadline=None, derandomize=True)
hypothesis.settings.register_profile("random", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "everyday")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-golden",
        action="store_true",
        help="write the golden files anew instead of comparing with them",
    )


Golden = Callable[[str, str], None]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with a golden file; a failing comparison prints the command that renews the file."""

    def compare(name: str, found: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--renew-golden"):
            path.write_text(found, "utf-8", newline="\n")
        expected = path.read_bytes().decode("utf-8") if path.exists() else ""
        renew = f"to renew tests/golden/{name}: pytest '{request.node.nodeid}' --renew-golden"
        assert found.split("\n") == expected.split("\n"), renew

    return compare


@pytest.fixture(scope="session")
def raw_text() -> str:
    """The raw text of the first issue."""
    return (ROOT / "raw" / f"{FIRST}.txt").read_bytes().decode("utf-8")


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    """The manifest of the first issue."""
    return parse_manifest((ROOT / "raw" / f"{FIRST}.toml").read_bytes(), f"raw/{FIRST}.toml")


@pytest.fixture(scope="session")
def first_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the first issue and no other, with the data card beside it; to be read only."""
    folder = tmp_path_factory.mktemp("first") / "raw"
    folder.mkdir()
    for name in (f"{FIRST}.txt", f"{FIRST}.toml"):
        shutil.copy(ROOT / "raw" / name, folder)
    for name in ("datacard.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder.parent)
    return folder


@pytest.fixture(scope="session")
def built(first_raw: Path) -> Path:
    """A fresh build of the first issue, its raw text beside it; to be read only."""
    out = first_raw.parent / "processed"
    build(first_raw, out)
    return out


@pytest.fixture(scope="session")
def corpus(built: Path) -> Corpus:
    """The first issue's corpus, opened: what tests pass to the public functions as ``corpus=``."""
    return Corpus(built)


def run(*arguments: str | Path, text: str | None = None) -> Result:
    """Run ``lprcorpus`` in this process, and return its exit status, standard output and standard error.

    Args:
        *arguments: the command and what follows it, such as ``"info", "--corpus", folder``.
        text: what it reads from standard input.
    """
    return CliRunner().invoke(
        main, [str(argument) for argument in arguments], input=text, prog_name="lprcorpus"
    )


Run = Callable[..., Result]


@pytest.fixture(scope="session")
def run_on_corpus(corpus: Corpus) -> Run:
    """Run a command that reads a corpus on that of the first issue, as :func:`run` does."""

    def run_it(command: str, *arguments: str | Path, text: str | None = None) -> Result:
        return run(command, "--corpus", corpus.folder, *arguments, text=text)

    return run_it


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh build of every issue of the repository; to be read only."""
    out = tmp_path_factory.mktemp("whole") / "processed"
    build(ROOT / "raw", out)
    return out


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def change_descriptor(folder: Path, change: Callable[[Any], object]) -> None:
    """Change the ``datapackage.json`` of a corpus."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_bytes())
    change(descriptor)
    path.write_text(json.dumps(descriptor), "utf-8")


def run_python(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, with settings in its environment."""
    command = [sys.executable, *map(str, arguments)]
    environment = {**os.environ, **settings}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by its path from there."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files_of(folder).items()}


def toml_of(tables: dict[str, object]) -> str:
    """Write a manifest, as the generator of test corpora does."""
    written: str = load_generator().to_toml(tables)
    return written


MakeIssue = Callable[..., Path]


@pytest.fixture
def make_issue(tmp_path: Path) -> MakeIssue:
    """Write an issue of one's own: its text, its records, and whatever of its manifest should differ; return the folder."""

    def make(
        text: str | bytes,
        *records: dict[str, object],
        issue_id: str = "tiny-1",
        **changes: dict[str, object],
    ) -> Path:
        folder = tmp_path / "raw"
        folder.mkdir(exist_ok=True)
        data = text.encode("utf-8") if isinstance(text, str) else text
        issue = {
            "id": issue_id,
            "periodical": "Tiny",
            "year": 1900,
            "complete": True,
            "language": "en",
            "rights": "None reserved.",
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        tables: dict[str, object] = {
            "issue": {**issue, **changes.pop("issue", {})},
            **changes,
            "records": list(records),
        }
        (folder / f"{issue_id}.txt").write_bytes(data)
        (folder / f"{issue_id}.toml").write_text(toml_of(tables), "utf-8")
        return folder

    return make


SMALL_SHARD = 250_000  # bytes: two generated issues
GENERATED = 6  # issues


@functools.cache
def load_generator() -> ModuleType:
    """Return the generator of test corpora, which is a script."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "benchmarks" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of generated issues, to be read only."""
    folder = tmp_path_factory.mktemp("generated") / "raw"
    load_generator().generate(folder, GENERATED, seed=1)
    return folder


@pytest.fixture(scope="session")
def expected(generated: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The hashes of what the generated issues give in three shards, built by one process."""
    out = tmp_path_factory.mktemp("expected") / "processed"
    build(generated, out, shard_bytes=SMALL_SHARD)
    return hashes(out)


@pytest.fixture
def raw(generated: Path, tmp_path: Path) -> Path:
    """A copy of the generated issues."""
    return Path(shutil.copytree(generated, tmp_path / "raw"))
