"""Raw texts that are strange: built with every character accounted for, or refused with one line that names the raw line."""

from __future__ import annotations

from pathlib import Path

import pytest

from lprcorpus.build.assembly import assemble
from lprcorpus.build.manifest import parse_manifest
from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError
from lprcorpus.proof.invariants import prove

from .conftest import ROOT, MakeIssue

SONG = {"id": "song", "title": "The Song", "page": 1, "type": "article"}


def built_body(folder: Path, out: Path) -> str:
    build(folder, out)
    (body,) = Corpus(out).table("records")["body"].to_pylist()
    spans = Corpus(out).table("spans")
    raw = (folder / "tiny-1.txt").read_bytes().decode("utf-8")
    pieces = [
        raw[start:end]
        for start, end in zip(
            spans["raw_start"].to_pylist(), spans["raw_end"].to_pylist(), strict=True
        )
    ]
    assert "".join(pieces) == raw
    return str(body)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("The Song\n" + "la " * 400_000 + "end\n", "la " * 400_000 + "end"),
        ("The Song\r\n\r\nThe night\r\nwhispers.\r\n", "The night whispers."),
        ("The Song\r\rThe night\rwhispers.\r", "The night whispers."),
        ("\ufeffThe Song\n\nThe night.\n", "The night."),
        (
            "The Song\n\nThe\x01 night\x1b whispers\x08\x7f.\n",
            "The\x01 night\x1b whispers\x08\x7f.",
        ),
        (
            "The Song\n\nThe\u0085night\u2028whispers\u00a0it.\n",
            "The\u0085night\u2028whispers\u00a0it.",
        ),
        (
            "The Song\n\nThe night \U0001f319\U0010ffff\u0301.\n",
            "The night \U0001f319\U0010ffff\u0301.",
        ),
        ("The Song\n\n\u202eThe night\u202c\u200b.", "\u202eThe night\u202c\u200b."),
        (
            "The Song\n\nAt http://night.example/a/ \nb.html it is\nquiet.\n",
            "At http://night.example/a/b.html it is quiet.",
        ),
    ],
    ids=[
        "a million-character line",
        "CRLF",
        "carriage returns alone",
        "a byte-order mark",
        "control characters",
        "other line separators",
        "beyond the basic plane",
        "marks of direction",
        "a web address over two lines, with a space",
    ],
)
def test_strange_texts_are_built_with_every_character(
    text: str, body: str, make_issue: MakeIssue, tmp_path: Path
) -> None:
    folder = make_issue(text, SONG)
    assert built_body(folder, tmp_path / "out") == body


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        (
            b"The Song\n\nThe \xed\xa0\x80 night\n",
            3,
            "byte 0xed is not UTF-8 (in Windows-1252 it is 'í'); expected text in UTF-8",
        ),
        (
            b"The Song\n\nThe \xff\xfe night\n",
            3,
            "byte 0xff is not UTF-8 (in Windows-1252 it is 'ÿ'); expected text in UTF-8",
        ),
        (b"The Song\n\0The night\n", 2, "a NUL character; expected text in UTF-8"),
    ],
    ids=["a lone surrogate", "another encoding", "a NUL"],
)
def test_what_is_no_text_is_refused_with_its_raw_line(
    data: bytes, line: int, problem: str, make_issue: MakeIssue, tmp_path: Path
) -> None:
    folder = make_issue(data, SONG)
    with pytest.raises(DataError) as caught:
        build(folder, tmp_path / "out")
    assert str(caught.value) == f"{folder / 'tiny-1.txt'}:{line}: {problem}"
    assert not (tmp_path / "out").exists()


def test_a_text_in_which_the_invariants_cannot_hold_is_refused_with_its_raw_line(
    make_issue: MakeIssue, tmp_path: Path
) -> None:
    """A running head that stands once and has no number might be any line: put aside, its text would be lost."""
    folder = make_issue(
        "The Song\n\nThe night\n\nwhispers\n\nof it.\n",
        SONG,
        pagination={"running_heads": ["whispers"]},
    )
    with pytest.raises(DataError) as caught:
        build(folder, tmp_path / "out")
    assert str(caught.value) == (
        f"{folder / 'tiny-1.txt'}: spans.role [tiny-1,21] raw line 5: found 'whispers\\n'; expected a header that recurs,"
        " or one with its page's number (span-place)"
    )
    assert not (tmp_path / "out").exists()


def test_a_running_head_that_stands_nowhere_is_refused(
    make_issue: MakeIssue, tmp_path: Path
) -> None:
    folder = make_issue(
        "The Song\n\nThe night.\n", SONG, pagination={"running_heads": ["Reveiw {page}"]}
    )
    with pytest.raises(DataError) as caught:
        build(folder, tmp_path / "out")
    assert str(caught.value) == (
        f"{folder / 'tiny-1.toml'}: pagination.running_heads[0]: 'Reveiw {{page}}' is nowhere on lines of its own;"
        " expected it as printed"
    )


@pytest.mark.parametrize("line_end", ["\r", "\r\n"])
def test_the_line_ends_of_a_text_change_none_of_its_records(line_end: str, raw_text: str) -> None:
    """Its pages are marked by single spaces at the beginnings of lines."""
    name = "lpr-1-2.toml"
    manifest = parse_manifest((ROOT / "raw" / name).read_bytes(), name)
    expected = assemble(raw_text, manifest, name).rows
    text = raw_text.replace("\n", line_end)
    rows = assemble(text, manifest, name).rows
    assert rows.records == expected.records
    assert [page.number for page in rows.pages] == [page.number for page in expected.pages]
    # The manifest names the hash of the text as it is in the file.
    assert [problem.column for problem in prove(text, rows)] == ["raw_sha256"]
