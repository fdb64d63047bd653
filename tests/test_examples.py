"""The examples in the README and the documentation, run as they stand.

In a ``python`` block, what stands behind ``>>>`` is run and its output compared; a block without it
is run whole. In a ``console`` block, each line that begins with ``$ lprcorpus``, ``$ frictionless``
or ``$ python`` is run, in a folder that holds copies of ``raw/`` and ``processed/``; what it prints
is compared with the lines below it, where there are any. ``...`` stands for anything.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(
    path.relative_to(ROOT) for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
)
LONG = {"docs/other-tools.md", "docs/use-it-from-r.md", "docs/citing.md"}
"""Documents whose examples start many programs."""
EXAMPLES = [
    pytest.param(path, marks=pytest.mark.slow, id=str(path)) if str(path) in LONG else path
    for path in DOCUMENTS
]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
COMMAND = re.compile(r"^\$ (.*(?:\\\n.*)*)\n?((?:(?!\$ ).*\n?)*)", re.MULTILINE)
RUN = re.compile(r"(lprcorpus|frictionless|python)\b")


def evaluate_console(folder: Path) -> Callable[[Example], str | None]:
    """Return the evaluator of console blocks: it runs their commands in a folder."""

    def evaluate(example: Example) -> str | None:
        for command, expected in COMMAND.findall(str(example.parsed)):
            if not RUN.match(command):
                continue
            path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
            environment = {**os.environ, "PATH": path, "HF_HUB_OFFLINE": "1", "COLUMNS": "120"}
            done = subprocess.run(
                command,
                shell=True,
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
            if done.returncode:
                return f"$ {command}\nexit status {done.returncode}\n{done.stdout}{done.stderr}"
            if expected.strip() and not doctest.OutputChecker().check_output(
                expected.strip() + "\n", done.stdout.strip() + "\n", OPTIONS
            ):
                return f"$ {command}\nexpected:\n{expected}\nfound:\n{done.stdout}"
        return None

    return evaluate


@pytest.mark.parametrize("document", EXAMPLES, ids=str)
def test_every_example_does_what_it_says(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("raw", "processed"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    parsers = [
        PythonCodeBlockParser(doctest_optionflags=OPTIONS),
        CodeBlockParser(language="console", evaluator=evaluate_console(tmp_path)),
    ]
    for example in Sybil(parsers=parsers, path=str(ROOT)).parse(ROOT / document).examples():
        example.evaluate()
