"""``lprcorpus info``: the corpus in one screen, one record, the schema."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import lprcorpus
from lprcorpus.corpus import Corpus
from lprcorpus.metadata import corpus_metadata
from lprcorpus.schema import TABLES

from .conftest import ROOT, Run, run
from .test_dataset import many_issues

CORPUS = """\
Left Progressive Review Corpus

The surviving text of a small partisan periodical as validated records: every character of the source is accounted for,
every passage has its page. The texts praise Stalin and several deny established crimes; they are kept as evidence for
research, and inclusion is not endorsement.

Version    {version}, of {released}
Issues     Left Progressive Review, Volume 1, Issue 2 (2014), pp. 5–34 (excerpt)
Pages      30: the numbers of 3 are printed in the text, those of 27 are counted
Records    15: news 5, speech 3, poem 2, press_release 2, article 1, interview 1, faq 1
Words      18,784, language: en
Tables     issues 1, pages 30, records 15, contributors 11, blocks 336, spans 952, edits 34
Rights     Rights held by the author, the translator or the publisher; this corpus grants none.
Licence    MIT License, for the code and the metadata; In copyright, for the texts: their rights stay with their holders
Folder     {folder}
Data card  {folder}/README.md

Cite as

{citation}
"""
RECORD = """\
Socialism and Islam- FAQs

Id      lpr-1-2/socialism-and-islam-faqs
Type    faq
Author  Taimur Rahman
With    Taimur Rahman (author)
Pages   p. 29
Size    533 words, language: en; blocks: question 8, answer 8
Source  Source: A ‘Note’ posted by Taimur Rahman at his facebook profile on January 25, 2014.
Rights  Rights held by the author, the translator or the publisher; this corpus grants none.

Cite as

{citation}
"""


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_the_corpus_in_one_screen(run_on_corpus: Run, corpus: Corpus) -> None:
    result = run_on_corpus("info")
    expected = CORPUS.format(
        folder=corpus.folder,
        citation=lprcorpus.cite(style="bibtex", corpus=corpus),
        version=corpus_metadata().version,
        released=corpus_metadata().released,
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert lines(result.stdout) == lines(expected)


def test_the_corpus_as_json(run_on_corpus: Run, corpus: Corpus) -> None:
    found = json.loads(run_on_corpus("info", "--json").stdout)
    description = found.pop("description")
    assert description.startswith("The surviving text of a small partisan periodical")
    assert found == {
        "title": "Left Progressive Review Corpus",
        "version": corpus_metadata().version,
        "released": corpus_metadata().released,
        "folder": str(corpus.folder),
        "issues": [
            {
                "id": "lpr-1-2",
                "periodical": "Left Progressive Review",
                "volume": 1,
                "number": 2,
                "year": 2014,
                "page_start": 5,
                "page_end": 34,
                "complete": False,
            }
        ],
        "tables": {name: lprcorpus.table(name, corpus=corpus).num_rows for name in TABLES},
        "types": {
            "news": 5,
            "speech": 3,
            "poem": 2,
            "press_release": 2,
            "article": 1,
            "interview": 1,
            "faq": 1,
        },
        "words": 18784,
        "pages": 30,
        "pages_printed": 3,
        "languages": ["en"],
        "rights": [
            "Rights held by the author, the translator or the publisher; this corpus grants none."
        ],
        "license": corpus_metadata().license_title,
        "card": str(corpus.folder / "README.md"),
        "citation": lprcorpus.cite(style="bibtex", corpus=corpus),
    }


def test_one_record(run_on_corpus: Run, corpus: Corpus) -> None:
    result = run_on_corpus("info", "lpr-1-2/socialism-and-islam-faqs")
    expected = RECORD.format(
        citation=lprcorpus.cite("lpr-1-2/socialism-and-islam-faqs", style="bibtex", corpus=corpus)
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert lines(result.stdout) == lines(expected)


def test_one_record_as_json(run_on_corpus: Run, corpus: Corpus) -> None:
    found = json.loads(run_on_corpus("info", "lpr-1-2/hourglass-of-the-free", "--json").stdout)
    record = lprcorpus.record("lpr-1-2/hourglass-of-the-free", corpus=corpus).model_dump(
        exclude={"body"}
    )
    assert found == {
        "record": record,
        "contributors": [{"name": "George Tumaob Calaor", "role": "author"}],
        "blocks": {"verse": 3},
        "citation": lprcorpus.cite("lpr-1-2/hourglass-of-the-free", style="bibtex", corpus=corpus),
    }


@pytest.mark.parametrize(
    "id_", [record.id for record in lprcorpus.records(corpus=Corpus(ROOT / "processed"))]
)
def test_every_record_has_its_page_of_information(id_: str) -> None:
    result = run("info", "--corpus", ROOT / "processed", id_)
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"Id      {id_}" in result.stdout


def test_the_schema_as_a_table_has_every_column() -> None:
    result = run("info", "--schema")
    assert (result.exit_code, result.stderr) == (0, "")
    words = " ".join(result.stdout.split())
    for name, table in TABLES.items():
        assert f"{name} {table.description} Key: {', '.join(table.key)}." in words
        for column in table.columns:
            kind = column.type + (" or null" if column.nullable else "")
            assert any(
                line.split(maxsplit=1)[0] == column.name and kind in line
                for line in result.stdout.splitlines()
                if line
            )


def test_the_schema_as_json_is_a_json_schema_for_each_table() -> None:
    found = json.loads(run("info", "--schema", "--json").stdout)
    assert list(found) == list(TABLES)
    assert found["records"]["properties"]["type"]["enum"] == [
        "speech", "article", "interview", "faq", "poem", "news", "press_release",
    ]  # fmt: skip
    assert found["records"]["additionalProperties"] is False


def test_a_corpus_of_many_issues_names_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lprcorpus.build.run import build

    monkeypatch.setattr("lprcorpus.loading.summary.MOST_ISSUES", 2)
    build(many_issues(tmp_path / "raw", 3), tmp_path / "processed", shard_bytes=1)
    result = run("info", "--corpus", tmp_path / "processed")
    assert lines(result.stdout)[7:11] == [
        "Issues     Left Progressive Review, Volume 1, Issue 2 (2014), pp. 5–34 (excerpt)",
        "           Left Progressive Review, Volume 1, Issue 2 (2014), pp. 5–34 (excerpt)",
        "           and 1 more",
        "Pages      90: the numbers of 9 are printed in the text, those of 81 are counted",
    ]


BAD: dict[str, tuple[list[str], str]] = {
    "an unknown record": (
        ["hourglass"],
        "no record is called 'hourglass'; did you mean lpr-1-2/hourglass-of-the-free?",
    ),
    "the schema of a record": (
        ["lpr-1-2/hourglass-of-the-free", "--schema"],
        "found --schema and an ID or a folder; expected --schema alone: it is the same for all",
    ),
    "a folder that is no corpus": (
        ["--corpus", os.devnull],
        f"{os.devnull}/datapackage.json: not a directory; expected the folder of a built corpus",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_shown_is_one_line_and_status_2(case: str) -> None:
    arguments, message = BAD[case]
    result = run("info", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"lprcorpus: {message}\n")
