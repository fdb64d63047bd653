"""Programs of others that read bibliographies, each as a function from BibTeX or RIS to items of CSL-JSON.

Citation.js is looked for in the folder that ``LPRCORPUS_NODE_MODULES`` names, and biber on the
path; see ``docs/other-tools.md``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

Items = list[dict[str, Any]]

_CITATION_JS = """
const {Cite} = require('@citation-js/core');
require('@citation-js/plugin-bibtex'); require('@citation-js/plugin-ris');
process.stdout.write(JSON.stringify(new Cite(require('fs').readFileSync(0, 'utf8')).data));
"""

_SHOWN = {
    r"\&": "&",
    r"\%": "%",
    r"\#": "#",
    r"\$": "$",
    r"\_": "_",
    r"\{": "\0",
    r"\}": "\1",
    r"{\textbackslash}": "\\",
    r"{\textasciicircum}": "^",
    r"{\textasciitilde}": "~",
    r"{\textbraceleft}": "\0",
    r"{\textbraceright}": "\1",
}


def _run(command: list[str], text: str, folder: str | None = None) -> str:
    done = subprocess.run(
        command,
        input=text,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-500:] + done.stdout[-500:]
    return done.stdout


def with_pandoc(bibliography: str, form: str = "bibtex") -> Items:
    pypandoc = pytest.importorskip(
        "pypandoc", reason="pandoc is not here: pip install 'lprcorpus[cite]'"
    )
    found: Items = json.loads(
        _run([pypandoc.get_pandoc_path(), f"--from={form}", "--to=csljson"], bibliography)
    )
    return found


def with_citation_js(bibliography: str) -> Items:
    folder = os.environ.get("LPRCORPUS_NODE_MODULES")
    if folder is None or shutil.which("node") is None:
        pytest.skip("citation-js is not here: see docs/other-tools.md")
    found: Items = json.loads(_run(["node", "-e", _CITATION_JS], bibliography, folder))
    return found


def with_biber(bibliography: str) -> Items:
    """Return the titles, names and years that biber reads, with TeX's escapes as TeX shows them."""
    if shutil.which("biber") is None:
        pytest.skip("biber is not here: apt-get install biber")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.bib"), Path(folder, "out.bltxml")
        source.write_text(bibliography, "utf-8")
        said = _run(
            [
                "biber",
                "--tool",
                "--output-format=biblatexml",
                f"--output-file={target}",
                str(source),
            ],
            "",
            folder,
        )
        assert "ERROR" not in said, said
        assert "WARN" not in said, said
        root = ET.parse(target).getroot()
    space = {"b": "http://biblatex-biber.sourceforge.net/biblatexml"}
    found = []
    for entry in root.iterfind("b:entry", space):
        people = []
        for person in entry.iterfind("b:names[@type='author']/b:name", space):
            parts = {
                part.get("type", ""): _shown(" ".join(part.itertext()))
                for part in person.iterfind("b:namepart", space)
            }
            people.append(parts)
        title = entry.findtext("b:title", "", space)
        found.append({"id": entry.get("id"), "title": _shown(title), "author": people})
    return found


def _shown(text: str) -> str:
    shown = re.sub(r"\{\\\w+\}|\\[&%#$_{}]|\{\}", lambda found: _SHOWN.get(found[0], ""), text)
    return " ".join(re.sub("[{}]", "", shown).replace("\0", "{").replace("\1", "}").split())
