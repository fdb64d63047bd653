"""The build on the machines that people have: mounts, layers, no locks, no links, strange names, and files that tools leave."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lprcorpus.__main__ import main
from lprcorpus.build.run import build
from lprcorpus.errors import DataError
from lprcorpus.processes import worker_pool
from lprcorpus.view.source_lines import source_lines

from .conftest import ROOT, MakeIssue, hashes, run

TEXT = "The Night Song\n\nThe night whispers the silence.\n"
RECORD: dict[str, object] = {
    "id": "night-song",
    "title": "The Night Song",
    "page": 1,
    "type": "article",
}


@pytest.fixture
def raw(make_issue: MakeIssue) -> Path:
    return make_issue(TEXT, RECORD)


@pytest.fixture
def expected(raw: Path, tmp_path: Path) -> dict[str, str]:
    """What a build writes where nothing is special."""
    build(raw, tmp_path / "plain")
    return hashes(tmp_path / "plain")


Mount = Callable[..., None]


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mount something for a test; skip the test where that is not allowed."""
    mounted: list[Path] = []

    def do(*options: str, at: Path) -> None:
        at.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["mount", *options, str(at)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"cannot mount here: {done.stderr.strip()}")
        mounted.append(at)

    yield do
    for place in reversed(mounted):
        subprocess.run(["umount", "--lazy", str(place)], check=True)


class TestAFolderThatCannotBeExchanged:
    """Its files are replaced one by one, and a line on standard error says so."""

    def check(self, raw: Path, out: Path, expected: dict[str, str], reason: str) -> None:
        for _ in range(2):
            result = run("build", "--workers", "1", "--raw", raw, "--out", out)
            said = f"lprcorpus: {out}: cannot be exchanged as a whole ({reason}); its files were replaced one by one\n"
            assert (result.exit_code, result.stderr) == (0, said)
            assert hashes(out) == expected
            assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []

    def test_a_mount_point(
        self, raw: Path, tmp_path: Path, expected: dict[str, str], mount: Mount
    ) -> None:
        """As ``docker run -v ./out:/app/processed`` makes one."""
        (tmp_path / "volume").mkdir()
        out = tmp_path / "app" / "processed"
        mount("--bind", str(tmp_path / "volume"), at=out)
        self.check(raw, out, expected, "device or resource busy")

    def test_another_file_system(
        self, raw: Path, tmp_path: Path, expected: dict[str, str], mount: Mount
    ) -> None:
        out = tmp_path / "app" / "processed"
        mount("-t", "tmpfs", "tmpfs", at=out)
        self.check(raw, out, expected, "device or resource busy")

    def test_the_lower_layer_of_an_overlay(
        self, raw: Path, tmp_path: Path, expected: dict[str, str], mount: Mount
    ) -> None:
        """As an image has it that was built with the corpus in it; what is no more is removed from the folder."""
        for name in ("lower", "upper", "work"):
            (tmp_path / "layers" / name).mkdir(parents=True)
        shutil.copytree(tmp_path / "plain", tmp_path / "layers" / "lower" / "processed")
        (tmp_path / "layers" / "lower" / "processed" / "blocks-00000-of-00002.parquet").write_text(
            "old"
        )
        layers = tmp_path / "layers"
        options = (
            f"lowerdir={layers / 'lower'},upperdir={layers / 'upper'},workdir={layers / 'work'}"
        )
        mount("-t", "overlay", "overlay", "-o", options, at=tmp_path / "merged")
        self.check(raw, tmp_path / "merged" / "processed", expected, "invalid cross-device link")

    def test_a_folder_in_one_that_is_read_only(
        self, raw: Path, tmp_path: Path, expected: dict[str, str], mount: Mount
    ) -> None:
        parent = tmp_path / "parent"
        mount("-t", "tmpfs", "tmpfs", at=parent)
        mount("-t", "tmpfs", "tmpfs", at=parent / "processed")
        subprocess.run(["mount", "-o", "remount,ro", str(parent)], check=True)
        self.check(raw, parent / "processed", expected, "invalid cross-device link")

    def test_a_full_disk_leaves_what_is_there(
        self, raw: Path, tmp_path: Path, mount: Mount
    ) -> None:
        out = tmp_path / "app" / "processed"
        mount("-t", "tmpfs", "-o", "size=100k", "tmpfs", at=out)
        (out / "records.parquet").write_bytes(b"the earlier corpus")
        (out / "blocks.parquet").write_bytes(b"." * 70_000)
        result = run("build", "--workers", "1", "--raw", raw, "--out", out)
        said = f"lprcorpus: {out}: cannot be written: no space left on device; it is as it was before\n"
        assert (result.exit_code, result.stderr) == (2, said)
        assert (out / "records.parquet").read_bytes() == b"the earlier corpus"


def test_a_full_disk_leaves_no_half_a_manifest(raw: Path, tmp_path: Path, mount: Mount) -> None:
    mount("-t", "tmpfs", "-o", "size=4k", "tmpfs", at=tmp_path / "full")
    (tmp_path / "full" / "taken").write_bytes(b"." * 4096)
    out = tmp_path / "full" / "tiny-1.toml"
    result = run("draft", raw / "tiny-1.txt", "--out", out)
    said = f"lprcorpus: {out}: cannot be written: no space left on device\n"
    assert (result.exit_code, result.stderr) == (2, said)
    assert not out.exists()


@pytest.mark.parametrize("code", ["ENOLCK", "ENOSYS", "EOPNOTSUPP"])
def test_a_file_system_without_locks_is_written_and_named(
    code: str, raw: Path, tmp_path: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(getattr(errno, code), code)

    monkeypatch.setattr(fcntl, "flock", refuse)
    result = run("build", "--workers", "1", "--raw", raw, "--out", tmp_path / "out")
    said = f"lprcorpus: {tmp_path / 'out'}: the file system has no locks; do not start another build of it meanwhile\n"
    assert (result.exit_code, result.stderr) == (0, said)
    assert hashes(tmp_path / "out") == expected


def test_names_that_are_not_utf8(raw: Path, tmp_path: Path, expected: dict[str, str]) -> None:
    """A folder that an old disk named in Latin-1, with an issue in it that fails: nothing of the name may stop the report."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    shutil.copytree(raw, folder / "raw")
    shutil.copy(folder / "raw" / "tiny-1.toml", folder / "raw" / "tiny-2.toml")
    report = build(folder / "raw", folder / "out")
    assert hashes(folder / "out") == expected
    assert report.failures == (
        f"{tmp_path}/caf?/raw/tiny-2.toml: issue.id: found 'tiny-1'; expected 'tiny-2', as the file is called",
    )


def test_raw_texts_whose_names_are_not_utf8(raw: Path, tmp_path: Path) -> None:
    """They are named; the other issues are built."""
    for name in (b"na\xefve.txt", b"na\xefve.toml", b"p\xe9.md"):
        (raw / os.fsdecode(name)).write_text("Harbour Walk\n")
    report = build(raw, tmp_path / "out")
    assert [issue.id for issue in report.issues] == ["tiny-1"]
    expected = "its name is not UTF-8; expected one in ASCII"
    assert report.failures == (
        f"{raw}/na\udcefve.toml: {expected}",
        f"{raw}/na\udcefve.txt: {expected}",
    )


def test_a_package_made_of_links_without_home_or_docstrings(
    raw: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    """As Bazel and Nix lay a package out; each file is a link to another place."""
    home = tmp_path / "links"
    package = home / "src" / "lprcorpus"
    source = ROOT / "src" / "lprcorpus"
    for file in sorted(source.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            link = package / file.relative_to(source)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(shutil.copy(file, link.with_name(f"{link.name}-stored")))
    for name in ("datacard.md", "LICENSE", "raw", "processed"):
        (home / name).symlink_to(ROOT / name)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(package.parent),
        "HOME": "/nonexistent",
        "TMPDIR": "/dev/shm",
    }
    command = [
        sys.executable,
        "-OO",
        "-m",
        "lprcorpus",
        "build",
        "--workers",
        "1",
        "--raw",
        str(raw),
    ]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert hashes(tmp_path / "out") == expected


class TestFilesThatToolsLeave:
    """They stop no build, and they are not lost."""

    def test_beside_the_corpus(self, raw: Path, tmp_path: Path, expected: dict[str, str]) -> None:
        out = tmp_path / "out"
        (out / ".ipynb_checkpoints").mkdir(parents=True)
        left = [
            ".DS_Store",
            "Thumbs.db",
            "desktop.ini",
            "._records.parquet",
            ".gitkeep",
            ".ipynb_checkpoints/a.txt",
            "figures/.DS_Store",
            "figures/._page-map.svg",
            "LICENSE~",
            "._records.parquet",
        ]
        (out / "figures").mkdir()
        for name in left:
            (out / name).write_text(name)
        for _ in range(2):
            result = run("build", "--workers", "1", "--raw", raw, "--out", out)
            assert (result.exit_code, result.stderr) == (0, "")
        assert {name: (out / name).read_text() for name in left} == {name: name for name in left}
        assert {name: value for name, value in hashes(out).items() if name not in left} == expected
        assert run("validate", "--no-proof", out).exit_code == 0

    def test_in_a_folder_that_cannot_be_exchanged(
        self, raw: Path, tmp_path: Path, mount: Mount
    ) -> None:
        mount("-t", "tmpfs", "tmpfs", at=tmp_path / "out")
        build(raw, tmp_path / "out")
        (tmp_path / "out" / "figures" / ".DS_Store").write_text("left")
        report = build(raw, tmp_path / "out")
        assert len(report.notes) == 1
        assert (tmp_path / "out" / "figures" / ".DS_Store").read_text() == "left"

    def test_where_a_build_was_killed_after_the_exchange(self, raw: Path, tmp_path: Path) -> None:
        build(raw, tmp_path / "out")
        old = tmp_path / ".out.unfinished" / "fresh"
        shutil.copytree(tmp_path / "out", old)
        (old / ".git").mkdir()
        (old / ".git" / "HEAD").write_text("left")
        build(raw, tmp_path / "out")
        assert (tmp_path / "out" / ".git" / "HEAD").read_text() == "left"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "raw"]

    def test_in_the_folder_of_a_release(self, tmp_path: Path) -> None:
        (tmp_path / "release").mkdir()
        (tmp_path / "release" / ".DS_Store").write_text("left")
        result = run("pack", "--quiet", "--out", tmp_path / "release")
        assert (result.exit_code, result.stderr) == (0, "")
        assert (tmp_path / "release" / ".DS_Store").read_text() == "left"
        assert (tmp_path / "release" / "records.parquet").is_file()

    def test_beside_the_raw_texts(
        self, raw: Path, tmp_path: Path, expected: dict[str, str]
    ) -> None:
        for name in (
            ".DS_Store",
            "Thumbs.db",
            "desktop.ini",
            "._tiny-1.txt",
            ".gitkeep",
            "README.md",
            "tiny-1.layout.parquet",
        ):
            (raw / name).write_text(name)
        (raw / ".ipynb_checkpoints").mkdir()
        (raw / "link-to-nothing.md").symlink_to(tmp_path / "nothing")
        result = run("build", "--workers", "1", "--raw", raw, "--out", tmp_path / "out")
        assert (result.exit_code, result.stderr) == (0, "")
        assert hashes(tmp_path / "out") == expected


class TestFilesThatAPersonPutThere:
    """They are named: no one is to think that they were read, and none is lost."""

    @pytest.mark.parametrize("name", ["notes.txt", "figures/mine.svg", "figures/mine.png"])
    def test_a_file_beside_the_corpus_stops_a_build(
        self, name: str, raw: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        build(raw, out)
        (out / name).write_text("mine")
        result = run("build", "--workers", "1", "--raw", raw, "--out", out)
        said = f"lprcorpus: {out}: contains {name!r}, which no build wrote; expected an empty folder or a built corpus\n"
        assert (result.exit_code, result.stderr) == (2, said)
        assert (out / name).read_text() == "mine"

    def test_a_file_that_comes_while_the_build_is_at_work_is_not_lost(
        self, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = tmp_path / "out"
        build(raw, out)
        monkeypatch.setattr(
            "lprcorpus.build.run.write_metadata", lambda *_: (out / "notes.txt").write_text("mine")
        )
        result = run("build", "--workers", "1", "--raw", raw, "--out", out)
        said = f"lprcorpus: {out}: contains 'notes.txt', which no build wrote; expected an empty folder or a built corpus\n"
        assert (result.exit_code, result.stderr) == (2, said)
        assert (out / "notes.txt").read_text() == "mine"

    def test_a_text_with_another_suffix_is_an_issue_that_was_not_built(
        self, raw: Path, tmp_path: Path
    ) -> None:
        (raw / "scan-2.TXT").write_text("Harbour Walk\n")
        result = run("build", "--workers", "1", "--raw", raw, "--out", tmp_path / "out")
        said = [
            f"lprcorpus: {raw / 'scan-2.TXT'}: is called .TXT; expected .txt",
            f"lprcorpus: 1 issue could not be built; {tmp_path / 'out'} contains the other 1",
        ]
        assert (result.exit_code, result.stderr.splitlines()) == (1, said)

    def test_a_pdf_without_a_text_is_noted(self, raw: Path, tmp_path: Path) -> None:
        for name in ("SCAN.PDF", "tiny-1.pdf"):
            (raw / name).write_bytes(b"%PDF-1.4")
        result = run("build", "--workers", "1", "--raw", raw, "--out", tmp_path / "out", "--json")
        notes = [
            f"{raw / 'SCAN.PDF'}: is a PDF, and was not read: lprcorpus extract {raw / 'SCAN.PDF'} --out {raw / 'SCAN.txt'}",
        ]
        assert (result.exit_code, json.loads(result.stdout)["notes"]) == (0, notes)
        assert result.stderr.splitlines() == [f"lprcorpus: {note}" for note in notes]


class TestFilesThatCannotBeRead:
    """They are named, whatever they are in place of a file."""

    def test_a_pipe_in_place_of_a_raw_text(self, raw: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        build(raw, out)
        (raw / "tiny-1.txt").unlink()
        os.mkfifo(raw / "tiny-1.txt")
        assert run("find", "--corpus", out, "night").exit_code == 0  # as where there is no raw text
        result = run("view", "--corpus", out, "--out", tmp_path / "page.html")
        reason = "the raw text cannot be read: it is no regular file"
        said = f"lprcorpus: {raw / 'tiny-1.txt'}: {reason}\n"
        assert (result.exit_code, result.stderr) == (2, said)

    def test_a_pipe_in_place_of_a_descriptor(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "datapackage.json")
        result = run("info", "--corpus", tmp_path)
        problem = "it is no regular file; expected the folder of a built corpus"
        said = f"lprcorpus: {tmp_path / 'datapackage.json'}: {problem}\n"
        assert (result.exit_code, result.stderr) == (2, said)

    def test_a_damaged_archive(self, raw: Path, tmp_path: Path) -> None:
        build(raw, tmp_path / "out")
        archive = tmp_path / "release.zip"
        assert run("pack", "--quiet", "--corpus", tmp_path / "out", "--out", archive).exit_code == 0
        damaged = bytearray(archive.read_bytes())
        damaged[200:2000] = bytes(1800)
        archive.write_bytes(damaged)
        result = run("diff", archive, tmp_path / "out")
        assert result.exit_code == 2
        assert result.stderr.startswith(f"lprcorpus: {archive}: cannot be unpacked: ")
        assert len(result.stderr.splitlines()) == 1

    def test_an_issue_without_spans(self) -> None:
        with pytest.raises(DataError) as caught:
            source_lines("The night", [], [])
        problem = "spans: found none of an issue; expected some; run lprcorpus validate"
        assert str(caught.value) == problem


class TestPathsToWriteAt:
    """What is read is not written over, and a path that was not meant is refused."""

    @staticmethod
    def refused(problem: str, command: str) -> str:
        return f"lprcorpus: Invalid value for '-o' / '--out': {problem}; see lprcorpus {command} --help\n"

    @pytest.mark.parametrize(
        ("command", "path", "shown"),
        [
            (["export", "--format", "csv"], "out/records.parquet", "out/records.parquet"),
            (["export", "--format", "csv"], "out", "out/datapackage.json"),
            (["export", "--format", "jsonl"], "raw/tiny-1.txt", "raw/tiny-1.txt"),
            (["view"], "out/datapackage.json", "out/datapackage.json"),
        ],
    )
    def test_a_file_of_the_corpus_itself(
        self, command: list[str], path: str, shown: str, raw: Path, tmp_path: Path
    ) -> None:
        build(raw, tmp_path / "out")
        before = hashes(tmp_path)
        result = run(*command, "--corpus", tmp_path / "out", "--out", tmp_path / path)
        said = f"lprcorpus: {tmp_path / shown}: belongs to the corpus that is read; expected another place to write to\n"
        assert (result.exit_code, result.stderr) == (2, said)
        assert hashes(tmp_path) == before

    @pytest.mark.parametrize(
        "command", [["build"], ["view"], ["pack"], ["export", "--format", "csv"], ["draft", "x"]]
    )
    def test_an_empty_path(self, command: list[str]) -> None:
        """As ``--out "$OUT"`` gives where no one set OUT."""
        result = run(*command, "--out", "")
        problem = "found an empty path; expected a file or a folder"
        assert (result.exit_code, result.stderr) == (2, self.refused(problem, command[0]))

    @pytest.mark.parametrize("command", [["build"], ["view"], ["pack"], ["extract", "x.pdf"]])
    def test_standard_output_for_what_is_more_than_one_file(self, command: list[str]) -> None:
        result = run(*command, "--out", "-")
        problem = "standard output takes one file; expected a path to write at"
        assert (result.exit_code, result.stderr) == (2, self.refused(problem, command[0]))


def test_words_and_selectors_in_a_locale_that_is_not_utf8() -> None:
    """Python keeps the bytes of an argument that ASCII lacks as surrogates."""
    words = os.fsencode("“night whispers”").decode("ascii", "surrogateescape")
    assert run("find", words).stdout == run("find", "night whispers").stdout


def test_the_interrupt_key_while_the_program_starts_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lprcorpus.cli.main", interrupt)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as caught:
        main()
    assert (caught.value.code, capsys.readouterr().err) == (130, "lprcorpus: stopped\n")


def test_a_worker_never_sees_what_a_terminal_sends_to_all() -> None:
    """Not even while it starts: a traceback of each would be on the terminal."""
    with worker_pool(2) as pool:
        held = pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result()
        handler = pool.submit(signal.getsignal, signal.SIGINT).result()
    assert {signal.SIGINT, signal.SIGHUP} <= held
    assert handler == signal.SIG_IGN
    assert {signal.SIGINT, signal.SIGHUP}.isdisjoint(signal.pthread_sigmask(signal.SIG_BLOCK, []))


class TestAStoppedBuild:
    """The interrupt key leaves one line, which speaks of resuming only where there is something to go on from."""

    def test_before_the_exchange(
        self, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("lprcorpus.build.run.write_metadata", interrupt)
        result = run("build", "--workers", "1", "--raw", raw, "--out", tmp_path / "out")
        assert (result.exit_code, result.stderr) == (
            130,
            f"lprcorpus: stopped; {tmp_path / 'out'} is as it was before\n",
        )
        assert sorted(path.name for path in tmp_path.iterdir()) == ["raw"]

    def test_after_the_exchange(
        self, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt_at_last(path: Path) -> None:
            if path == tmp_path:
                raise KeyboardInterrupt

        monkeypatch.setattr("lprcorpus.build.staging._sync", interrupt_at_last)
        result = run("build", "--workers", "1", "--raw", raw, "--out", tmp_path / "out", "--resume")
        assert (result.exit_code, result.stderr) == (
            130,
            f"lprcorpus: stopped; {tmp_path / 'out'} is built\n",
        )


def test_everything_is_on_the_disk_before_the_exchange(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that lost power leaves one of the two corpora, whole."""
    synced: list[str] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        assert not (tmp_path / "out").exists() or synced[-1] == "exchanged"
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    def exchanged(path: Path, target: Path) -> Path:
        synced.append("exchanged")
        shutil.move(path, target)
        return target

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("finds names in Linux's /proc")
    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr("lprcorpus.build.staging.Path.rename", exchanged)
    build(raw, tmp_path / "out")
    files = {path.name for path in (tmp_path / "out").rglob("*")}
    assert files <= set(synced[: synced.index("exchanged", len(files))])
    assert synced[-1] == tmp_path.name
