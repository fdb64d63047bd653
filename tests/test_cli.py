"""The command line as a whole: one line for what stops a command, and a status that says what kind of stop it was."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import lprcorpus
from lprcorpus.corpus import Corpus

from .conftest import ROOT, MakeIssue, files_of, run, run_python

PROGRAM = [sys.executable, "-m", "lprcorpus"]
BUILD = [*PROGRAM, "build", "--raw", str(ROOT / "raw"), "--out"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["biuld"], "no command is called 'biuld'; did you mean build?"),
        (["cite", "--page"], "Option '--page' requires an argument; see lprcorpus --help"),
        (["build", "more"], "Got unexpected extra argument (more); see lprcorpus build --help"),
        (
            ["export"],
            "Missing option '--format'. Choose from: csv, jsonl, parquet, tei, txt, sqlite; see lprcorpus export --help",
        ),
    ],
)
def test_bad_usage_is_one_line_and_status_2(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"lprcorpus: {message}\n")


def test_no_command_at_all_is_answered_with_the_help() -> None:
    result = run()
    assert result.exit_code == 2
    assert result.output.startswith("Usage: lprcorpus")


@pytest.mark.parametrize(
    "arguments",
    [
        ["info"],
        ["export", "--format", "jsonl"],
        pytest.param(["export", "--format", "tei"], marks=pytest.mark.slow),
        pytest.param(["--help"], marks=pytest.mark.slow),
    ],
)
def test_a_full_disk_behind_standard_output_is_one_line_and_status_2(arguments: list[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (
        2,
        "lprcorpus: standard output: no space left on device\n",
    )


@pytest.mark.parametrize(
    ("arguments", "status"), [(["export", "--format", "csv", "-o", "OUT"], 0), (["biuld"], 2)]
)
def test_a_full_disk_behind_standard_error_changes_no_status(
    arguments: list[str], status: int, tmp_path: Path
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    out = tmp_path / "out.csv"
    command = [str(out) if word == "OUT" else word for word in arguments]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PROGRAM, *command], stderr=full, check=False)
    assert (done.returncode, out.exists()) == (status, status == 0)


@pytest.mark.parametrize("closed", [(2,), (0, 1, 2)])
def test_a_closed_stream_is_no_fault(closed: tuple[int, ...], tmp_path: Path) -> None:
    """As under ``pythonw``, or in a job that ``cron`` starts with ``2>&-``."""
    out = tmp_path / "out.csv"
    command = [*PROGRAM, "export", "--format", "csv", "--type", "poem", "--out", str(out)]
    done = subprocess.run(
        command, check=False, preexec_fn=lambda: [os.close(number) for number in closed]
    )
    assert done.returncode == 0
    assert out.read_text("utf-8").startswith('"id","issue_id","position","title"')


def test_a_stream_that_cannot_be_written_to_is_no_fault(tmp_path: Path) -> None:
    """A shell that closes standard error may leave the script it reads in its place."""
    with Path(__file__).open() as script:
        done = subprocess.run(
            [*PROGRAM, "info"], stdout=subprocess.PIPE, stderr=script, check=False
        )
    assert (done.returncode, done.stdout[:31]) == (0, b"Left Progressive Review Corpus\n")


ENCODINGS = [
    {"PYTHONIOENCODING": "cp437"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


PRINTING = [["info"], ["cite", "--all"], ["find", "night whispers", "--style", "ris"]]


@pytest.mark.parametrize("settings", ENCODINGS, ids=["cp437", "C"])
def test_what_an_encoding_lacks_is_replaced(settings: dict[str, str]) -> None:
    code = (
        "import sys; from lprcorpus.cli import main\n"
        f"for words in [*{PRINTING}, sys.argv[1:]]:\n"
        "    try: main(words, prog_name='lprcorpus')\n"
        "    except SystemExit as end: print('\\nstatus', end.code)\n"
    )
    done = run_python("-c", code, "frobnicate“", **settings)
    assert done.returncode == 0
    assert [line for line in done.stdout.splitlines() if line.startswith("status")] == [
        *["status 0"] * 3,
        "status 2",
    ]
    assert done.stderr.startswith("lprcorpus: no command is called 'frobnicate")
    assert done.stderr.count("\n") == 1


def test_json_keeps_what_an_encoding_lacks() -> None:
    command = [*PROGRAM, "info", "lpr-1-2/hourglass-of-the-free", "--json"]
    plain = subprocess.run(command, capture_output=True, check=True)
    other = subprocess.run(
        command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=True
    )
    assert json.loads(other.stdout.decode("ascii")) == json.loads(plain.stdout.decode("utf-8"))


def test_the_version_is_that_of_the_corpus(corpus: Corpus) -> None:
    assert run("--version").stdout == f"lprcorpus {lprcorpus.__version__}\n"
    assert lprcorpus.__version__ == corpus.version


def test_without_docstrings_every_command_and_table_is_described() -> None:
    code = (
        "import click; from lprcorpus.cli import main; from lprcorpus.schema import TABLES; context = click.Context(main);"
        " commands = [main.get_command(context, name) for name in main.list_commands(context)];"
        " print(all(command.help for command in commands) and all(table.description for table in TABLES.values()))"
    )
    done = run_python("-OO", "-c", code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("bu", "plain,build\n"), ("build --resu", "plain,--resume\n"), ("biuld --re", "\n")],
)
def test_a_shell_completes_commands_and_options(typed: str, offered: str) -> None:
    words = f"lprcorpus {typed}"
    asked = {
        "_LPRCORPUS_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    code = "from lprcorpus.cli import main; main(prog_name='lprcorpus')"
    done = run_python("-c", code, **asked)
    assert (done.stdout, done.stderr) == (offered, "")


def test_a_dash_is_standard_output(corpus: Corpus) -> None:
    asked = ["export", "--corpus", corpus.folder, "--format", "csv", "--type", "poem"]
    assert run(*asked, "-o", "-").stdout == run(*asked).stdout != ""


@pytest.mark.parametrize(
    "command",
    [
        ["export", "--format", "jsonl", "--corpus", "CORPUS", "-o", "OUT"],
        ["view", "--corpus", "CORPUS", "-o", "OUT"],
        ["build", "--raw", "RAW", "-o", "OUT"],
        ["draft", "RAW/lpr-1-2.txt", "-o", "OUT"],
    ],
    ids=lambda command: command[0],
)
def test_quiet_leaves_out_the_closing_line(
    command: list[str], corpus: Corpus, first_raw: Path, tmp_path: Path
) -> None:
    names = {
        "CORPUS": corpus.folder,
        "OUT": tmp_path / "out",
        "RAW": first_raw,
        "RAW/lpr-1-2.txt": first_raw / "lpr-1-2.txt",
    }
    done = run(*(names.get(word, word) for word in command), "-q")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Wrote" not in done.stderr
    assert (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("asked", "expected"), [({}, "one line"), ({"LPRCORPUS_TRACEBACK": "1"}, "the traceback")]
)
def test_a_fault_of_the_program_is_one_line_that_says_how_to_see_more(
    asked: dict[str, str], expected: str
) -> None:
    code = (
        "import lprcorpus.cli.info as info; from lprcorpus.cli import main;"
        " info.command.callback = lambda **options: {}['night']; main(['info'])"
    )
    done = run_python("-c", code, **asked)
    if expected == "one line":
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "lprcorpus: a fault of this program: KeyError: 'night' (<string>, line 1); please report it with what"
            " LPRCORPUS_TRACEBACK=1 shows\n"
        )
    else:
        assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "KeyError: 'night'")


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_what_asks_a_command_to_end_is_answered_in_one_line(
    number: signal.Signals, status: int
) -> None:
    """Ctrl-C, ``kill``, and a terminal that is closed."""
    child = waiting()
    child.send_signal(number)
    _, errors = child.communicate(timeout=60)
    assert (child.returncode, errors) == (status, "lprcorpus: stopped\n")


def test_under_nohup_a_terminal_that_is_closed_ends_nothing() -> None:
    child = waiting("nohup")
    child.send_signal(signal.SIGHUP)
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=60)
    assert child.returncode == 143


def waiting(*before: str) -> subprocess.Popen[str]:
    """Start a command that takes a minute, and come back when it is at work."""
    code = "import sys, time; from lprcorpus.__main__ import main; import lprcorpus.cli.info as info; sys.argv = ['', 'info'];"
    code += " info.command.callback = lambda **options: print('ready', flush=True) or time.sleep(60); main()"
    # A shell that runs the tests in the background has them ignore the signal.
    listen: Callable[[], object] = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    child = subprocess.Popen(
        [*before, sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen,
    )
    assert child.stdout is not None
    child.stdout.readline()
    return child


def building(out: Path) -> subprocess.Popen[str]:
    """Start a build, and come back when it has begun to write."""
    child = subprocess.Popen(
        [*BUILD, str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    shards = out.with_name(f".{out.name}.unfinished") / "shards"
    while not shards.exists() and child.poll() is None:
        time.sleep(0.002)
    return child


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status", "message"),
    [
        (signal.SIGKILL, -signal.SIGKILL, ""),
        (signal.SIGINT, 130, "lprcorpus: stopped; OUT is as it was before"),
        (signal.SIGTERM, 143, "lprcorpus: stopped; OUT is as it was before"),
        (signal.SIGHUP, 129, "lprcorpus: stopped; OUT is as it was before"),
    ],
)
def test_a_build_that_is_killed_leaves_the_old_corpus_and_the_next_one_ends_well(
    number: signal.Signals, status: int, message: str, built: Path, tmp_path: Path
) -> None:
    out = tmp_path / "processed"
    shutil.copytree(built, out)
    (out / "README.md").write_text("the old one")
    before = files_of(out)
    child = building(out)
    child.send_signal(number)
    _, errors = child.communicate(timeout=60)
    # If its only shard was finished by then, the message also says that --resume goes on from it.
    said = errors.replace(str(out), "OUT").rstrip("\n").partition("; build with --resume")[0]
    said = said.partition("; finished shards")[0]
    assert (child.returncode, said) == (status, message)
    assert files_of(out) == before
    done = run_python(*BUILD[1:], out)
    assert (done.returncode, done.stderr) == (0, "")
    assert files_of(out) == files_of(built)
    assert [path.name for path in tmp_path.iterdir()] == ["processed"]


def test_a_disk_that_takes_no_more_leaves_the_old_corpus(built: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip(
        "resource", reason="this system has no limits on the size of files"
    )
    out = tmp_path / "processed"
    shutil.copytree(built, out)
    before = files_of(out)
    limit: Callable[[], None] = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # noqa: E731
    done = subprocess.run(
        [*BUILD, str(out)], capture_output=True, text=True, check=False, preexec_fn=limit
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        f"lprcorpus: {out}: cannot be written: file too large; it is as it was before"
    )
    assert done.stderr.count("\n") == 1
    assert files_of(out) == before


@pytest.fixture
def ordinary() -> list[str]:
    """What to put before a command so that it has no more rights to files than their permissions give."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("run by root, and setpriv is not here to give root's rights up")
    rights = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}"]


@pytest.mark.parametrize(
    ("closed", "status", "message"),
    [
        ("raw/tiny-1.txt", 1, "cannot be read: permission denied"),
        ("raw/tiny-1.toml", 1, "cannot be read: permission denied"),
        ("home", 2, "cannot be written: permission denied"),
    ],
)
def test_what_must_not_be_read_or_written_is_named(
    closed: str,
    status: int,
    message: str,
    ordinary: list[str],
    make_issue: MakeIssue,
    tmp_path: Path,
) -> None:
    raw = make_issue(
        "Title\n\nThe night.\n", {"id": "title", "title": "Title", "page": 1, "type": "article"}
    )
    (tmp_path / "home").mkdir()
    place = tmp_path / closed
    place.chmod(0o500 if place.is_dir() else 0)
    out = tmp_path / "home" / "processed"
    command = [*ordinary, *PROGRAM, "build", "--raw", str(raw), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    named = out if closed == "home" else place
    assert (done.returncode, done.stdout, done.stderr) == (
        status,
        "",
        f"lprcorpus: {named}: {message}\n",
    )
    assert list((tmp_path / "home").iterdir()) == []
