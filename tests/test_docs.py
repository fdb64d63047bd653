"""The documentation: its generated pages are current, its links lead somewhere, and Sphinx builds it without a warning."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import lprcorpus
from lprcorpus.cli import main

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def generated() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pages: dict[str, str] = module.pages()
    return pages


@pytest.mark.parametrize(("name", "content"), generated().items(), ids=generated())
def test_a_generated_page_is_what_the_code_says(name: str, content: str) -> None:
    assert (DOCS / name).read_text("utf-8") == content, "renew it: python docs/generate.py"


def test_every_command_has_a_help_with_an_example() -> None:
    page = (DOCS / "commands.md").read_text("utf-8")
    for name in main.list_commands(click.Context(main)):
        assert re.search(
            rf"## lprcorpus {name}\n.*?Examples?: lprcorpus {name}", page, re.DOTALL
        ), name


def test_every_public_name_is_on_the_page_of_the_api() -> None:
    page = (DOCS / "api.md").read_text("utf-8")
    assert set(
        re.findall(r"auto(?:function|class):: lprcorpus\.(\w+)$", page, re.MULTILINE)
    ) == set(lprcorpus.__all__)


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")]), ids=lambda page: page.name
)
def test_every_link_to_a_file_of_the_repository_leads_to_one(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    missing = [
        target
        for target in targets
        if "://" not in target
        and not target.startswith("mailto:")
        and not (page.parent / target).exists()
    ]
    assert missing == []


@pytest.mark.slow
def test_the_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="Sphinx is not installed: pip install 'lprcorpus[docs]'")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "-n",
        "-q",
        "--keep-going",
        "-b",
        "html",
        str(DOCS),
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "index.html").is_file()
