"""A folder is replaced in one step: whatever stops the work, one of the two is there, whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from lprcorpus.build.staging import replaced_folder
from lprcorpus.errors import OutputError


def ours(name: str) -> bool:
    return name.endswith(".parquet")


def test_a_new_folder_is_made(tmp_path: Path) -> None:
    with replaced_folder(tmp_path / "deep" / "out", ours) as work:
        (work.fresh / "a.parquet").write_text("new")
    assert (tmp_path / "deep" / "out" / "a.parquet").read_text() == "new"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_an_old_folder_is_replaced_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "old.parquet").write_text("old")
    with replaced_folder(out, ours) as work:
        (work.fresh / "new.parquet").write_text("new")
    assert [path.name for path in out.iterdir()] == ["new.parquet"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_error_leaves_the_old_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "old.parquet").write_text("old")

    def write_half_and_fail() -> None:
        with replaced_folder(out, ours) as work:
            (work.fresh / "half.parquet").write_text("new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half_and_fail()
    assert [path.name for path in out.iterdir()] == ["old.parquet"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_full_disk_leaves_the_old_folder_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(OutputError) as caught, replaced_folder(out, ours):
        raise OSError(28, "No space left on device")
    assert (
        str(caught.value)
        == f"{out}: cannot be written: no space left on device; it is as it was before"
    )


def test_without_the_system_call_the_files_are_replaced_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda *_, **options: object())
    out = tmp_path / "out"
    (out / "deep").mkdir(parents=True)
    (out / "old.parquet").write_text("old")
    (out / "deep" / "kept.parquet").write_text("old")
    with replaced_folder(out, lambda name: True) as work:
        (work.fresh / "deep").mkdir()
        (work.fresh / "deep" / "kept.parquet").write_text("new")
        (work.fresh / "new.parquet").write_text("new")
    assert sorted(path.name for path in out.iterdir()) == ["deep", "new.parquet"]
    assert (out / "deep" / "kept.parquet").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    reason = "cannot be exchanged as a whole (function not implemented)"
    assert work.notes == [f"{out}: {reason}; its files were replaced one by one"]


def test_a_foreign_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OutputError) as caught, replaced_folder(tmp_path, ours):
        pass
    assert (
        str(caught.value)
        == f"{tmp_path}: contains 'notes.txt', which no build wrote; expected an empty folder or a built corpus"
    )


def test_a_file_is_not_taken_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError) as caught, replaced_folder(tmp_path / "file", ours):
        pass
    assert (
        str(caught.value)
        == f"{tmp_path / 'file'}: not a folder; expected a folder, or a path at which to make one"
    )


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "disk" / "out").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "out")
    with replaced_folder(tmp_path / "link", ours) as staging:
        (staging.fresh / "new.parquet").write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert [path.name for path in (tmp_path / "link").iterdir()] == ["new.parquet"]
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["out"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError) as caught, replaced_folder(tmp_path / "file" / "out", ours):
        pass
    assert str(caught.value).startswith(f"{tmp_path / 'file' / 'out'}: cannot be written: ")


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
@pytest.mark.parametrize("moment", ["writing", "leaving"])
def test_a_killed_build_leaves_the_old_folder_and_the_next_one_cleans_up(
    moment: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "old.parquet").write_text("old")
    script = textwrap.dedent(
        f"""
        import pathlib, time
        from lprcorpus.build import staging
        out = pathlib.Path({str(out)!r})
        if {moment!r} == "leaving":
            staging._exchange = lambda *_: (print("ready", flush=True), time.sleep(60))
        with staging.replaced_folder(out, lambda name: True) as work:
            (work.fresh / "half.parquet").write_text("new")
            if {moment!r} == "writing":
                print("ready", flush=True)
                time.sleep(60)
        """
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert [path.name for path in out.iterdir()] == ["old.parquet"]
    assert len(list(tmp_path.iterdir())) == 2
    time.sleep(0.01)
    with replaced_folder(out, ours) as work:
        (work.fresh / "new.parquet").write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in out.iterdir()] == ["new.parquet"]
