"""One record as TEI in a DTS server: it lists blocks and pages, and returns each as a passage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lprcorpus.corpus import Corpus
from lprcorpus.export.exporting import export

T = "{http://www.tei-c.org/ns/1.0}"
INTERVIEW = "lpr-1-2/interview-of-jacob-jugashvili"
SPEECH = "lpr-1-2/continuing-revolution-in-stalin-era-soviet-history"


def document(corpus: Corpus, record: str, folder: Path) -> Any:
    dapytains = pytest.importorskip(
        "dapytains.tei.document", reason="dapytains is not here: pip install 'lprcorpus[test]'"
    )
    export(folder / "text.xml", "tei", [record], corpus=corpus)
    return dapytains.Document(str(folder / "text.xml"))


@pytest.mark.parametrize("record", [INTERVIEW, SPEECH])
def test_blocks_and_pages_are_listed(corpus: Corpus, tmp_path: Path, record: str) -> None:
    served = document(corpus, record, tmp_path)
    (row,) = (row for row in corpus.table("records").to_pylist() if row["id"] == record)
    blocks = [row for row in corpus.table("blocks").to_pylist() if row["record_id"] == record]
    assert served.default_tree == "blocks"
    assert [(unit.citeType, unit.ref) for unit in served.get_reffs()] == [
        ("block", str(block["position"])) for block in blocks
    ]
    pages = range(row["page_start"], row["page_end"] + 1)
    assert [(unit.citeType, unit.ref) for unit in served.get_reffs("pages")] == [
        ("page", str(page)) for page in pages
    ]


def test_a_block_is_returned_with_its_text(corpus: Corpus, tmp_path: Path) -> None:
    served = document(corpus, INTERVIEW, tmp_path)
    blocks = {
        row["position"]: row["text"]
        for row in corpus.table("blocks").to_pylist()
        if row["record_id"] == INTERVIEW
    }
    passage = served.get_passage("4")
    (element,) = (
        element for element in passage.iter() if element.get("n") == "4" and element.tag != f"{T}pb"
    )
    assert "".join(element.itertext()) == blocks[4]


def test_a_page_is_returned_from_its_break_to_the_next(corpus: Corpus, tmp_path: Path) -> None:
    served = document(corpus, INTERVIEW, tmp_path)
    passage = served.get_passage("27", tree="pages")
    assert [element.get("n") for element in passage.iter(f"{T}pb")] == ["27"]
    found = [
        int(element.get("n"))
        for element in passage.iter()
        if element.get("n") and element.tag != f"{T}pb"
    ]
    blocks = [row for row in corpus.table("blocks").to_pylist() if row["record_id"] == INTERVIEW]
    assert found == [
        row["position"] for row in blocks if row["page_start"] <= 27 <= row["page_end"]
    ]
