"""The notebook in the documentation: every cell runs, and prints what the notebook shows."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import pytest

from .conftest import ROOT

NOTEBOOK = ROOT / "docs" / "first-steps.ipynb"


def test_every_cell_prints_what_the_notebook_shows() -> None:
    matplotlib = pytest.importorskip(
        "matplotlib", reason="matplotlib is not here: pip install 'lprcorpus[test]'"
    )
    matplotlib.use("Agg")
    names: dict[str, Any] = {}
    for cell in json.loads(NOTEBOOK.read_bytes())["cells"]:
        if cell["cell_type"] != "code":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec("".join(cell["source"]), names)
        shown = [
            "".join(output["text"])
            for output in cell["outputs"]
            if output["output_type"] == "stream"
        ]
        assert printed.getvalue() == "".join(shown)
    matplotlib.pyplot.close("all")
