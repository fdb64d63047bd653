"""The package as users have it: from a wheel, an sdist, an editable install, an archive, a folder they may not write to.

Each is tried in an interpreter of its own that cannot open a connection, by a user who has no
rights but to read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from lprcorpus.corpus import Corpus

from .conftest import ROOT

TRY = """
import json, os, socket, sys

def refuse(*arguments, **options):
    raise OSError("this test has no network")

socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
import lprcorpus
import lprcorpus.cli.info

print(json.dumps({
    "package": os.path.dirname(lprcorpus.__file__),
    "folder": str(lprcorpus.path()),
    "tables": {name: lprcorpus.table(name).num_rows for name in lprcorpus.Corpus().tables},
    "title": lprcorpus.record("lpr-1-2/hourglass-of-the-free").title,
    "records": len(lprcorpus.records()),
    "dataset": len(lprcorpus.load("blocks")),
    "stream": next(iter(lprcorpus.load(streaming=True)))["title"],
    "citation": lprcorpus.cite("lpr-1-2/hourglass-of-the-free", style="ris").splitlines()[0],
    "raw": len(lprcorpus.Corpus().raw_text(lprcorpus.Corpus().row("issues", lprcorpus.schema.Issue, "lpr-1-2"))),
}))
"""
COMMITTED = Corpus(ROOT / "processed")
FOUND = {
    "tables": {name: COMMITTED.table(name).num_rows for name in COMMITTED.tables},
    "title": "Hourglass of the Free",
    "records": COMMITTED.table("records").num_rows,
    "dataset": COMMITTED.table("blocks").num_rows,
    "stream": COMMITTED.table("records")["title"][0].as_py(),
    "citation": "TY  - JOUR",
    "raw": 120613,
}
READER = (
    ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    if os.geteuid() == 0 and shutil.which("setpriv")
    else []
)
"""Runs a command without root's right to write where the mode of a file forbids it."""


def tried(
    folder: Path,
    python: Path | str = sys.executable,
    path: Path | None = None,
    *,
    offline: bool = True,
) -> dict[str, object]:
    """Run the trial with a home that cannot be written to; return what it found, with where it found it."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    home.chmod(0o555)
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    if path:
        environment["PYTHONPATH"] = str(path)
    if offline:
        environment["HF_HUB_OFFLINE"] = "1"
    command = [*READER, str(python), "-c", TRY]
    done = subprocess.run(
        command, env=environment, cwd=home, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(home.iterdir()) == []
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "offline",
    [
        pytest.param(True, id="told to be offline", marks=pytest.mark.slow),
        pytest.param(False, id="without network"),
    ],
)
def test_it_works_where_it_is(offline: bool, tmp_path: Path) -> None:
    found = tried(tmp_path, offline=offline)
    found.pop("package")
    assert found == {"folder": str(ROOT / "processed"), **FOUND}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel and the sdist, as they would be published."""
    for name in ("hatchling", "editables"):
        pytest.importorskip(name, reason=f"{name} is not installed: pip install 'lprcorpus[test]'")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return {"wheel": next(folder.glob("*.whl")), "sdist": next(folder.glob("*.tar.gz"))}


@pytest.mark.slow
def test_the_wheel_is_smaller_than_a_megabyte(archives: dict[str, Path]) -> None:
    assert archives["wheel"].stat().st_size < 1_000_000


@pytest.mark.slow
def test_it_works_from_an_archive_that_is_not_unpacked(
    archives: dict[str, Path], tmp_path: Path
) -> None:
    archive = Path(shutil.copy(archives["wheel"], tmp_path))
    archive.chmod(0o444)
    temporary = set(Path("/tmp").glob("lprcorpus-*"))
    found = tried(tmp_path, path=archive)
    folder = Path(str(found.pop("folder")))
    assert found == {"package": str(archive / "lprcorpus"), **FOUND}
    assert folder.name == "processed"
    assert not folder.exists(), "what was unpacked is still there"
    assert set(Path("/tmp").glob("lprcorpus-*")) <= temporary


@pytest.mark.slow
def test_it_works_from_a_folder_that_cannot_be_written_to(
    archives: dict[str, Path], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(archives["wheel"]) as wheel:
        wheel.extractall(site)
    for path in [*site.rglob("*"), site]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert tried(tmp_path, path=site) == {
        "package": str(site / "lprcorpus"),
        "folder": str(site / "lprcorpus" / "data" / "processed"),
        **FOUND,
    }


def environment_of_its_own(folder: Path) -> Path:
    """Make a virtual environment that sees this one's libraries but not its lprcorpus; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=120)
    python = folder / "bin" / "python"
    query = "import sysconfig; print(sysconfig.get_path('purelib'))"
    theirs, ours = (
        subprocess.run(
            [str(program), "-c", query], capture_output=True, text=True, check=True
        ).stdout.strip()
        for program in (python, sys.executable)
    )
    (Path(theirs) / "libraries.pth").write_text(
        ours + "\n"
    )  # its own .pth files, such as that of our checkout, are not read
    return python


@pytest.mark.slow
@pytest.mark.parametrize("form", ["wheel", "sdist", "editable"])
def test_it_works_installed(form: str, archives: dict[str, Path], tmp_path: Path) -> None:
    python = environment_of_its_own(tmp_path / "environment")
    with tarfile.open(archives["sdist"]) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (checkout,) = tmp_path.glob("lprcorpus-*")
    what = {
        "wheel": [str(archives["wheel"])],
        "sdist": [str(archives["sdist"])],
        "editable": ["-e", str(checkout)],
    }[form]
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "--force-reinstall",
    ]
    subprocess.run([*command, *what], check=True, capture_output=True, timeout=300)
    found = tried(tmp_path, python)
    package = Path(str(found["package"]))
    assert package.is_relative_to(checkout if form == "editable" else tmp_path / "environment")
    data = checkout if form == "editable" else package / "data"
    assert found == {"package": str(package), "folder": str(data / "processed"), **FOUND}
    program = subprocess.run(
        [str(python.parent / "lprcorpus"), "info", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(program.stdout)["folder"] == found["folder"]
