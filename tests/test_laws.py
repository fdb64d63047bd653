"""The laws, on texts that Hypothesis invents: whatever the layout, nothing is lost and nothing invented."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lprcorpus.checking.proof import prove
from lprcorpus.errors import LprcorpusError
from lprcorpus.making.assembly import IssueRows, assemble
from lprcorpus.making.manifest import Manifest

WORDS = st.sampled_from(
    [
        "The",
        "night",
        "whispers",
        "silence.",
        "of",
        "its",
        "darkness",
        "well-",
        "known",
        "“Quoted.”",
        "st",
        "61",
        "•",
        "*",
        "1.",
        "http://a.example/b",
        "Page",
        "7",
        "â€¦",
        "Â",
        "é",
        "\U0001f319",
        "it's",
        "?",
    ]
)
LINE = st.builds(
    lambda indent, words, gap, tail: indent + gap.join(words) + tail,
    st.sampled_from(["", "", "", " ", "    ", "\t"]),
    st.lists(WORDS, max_size=12),
    st.sampled_from([" ", " ", "  "]),
    st.sampled_from(["", " ", " ", "  ", "\r"]),
)
ENDS = st.sampled_from(["\n", "\n", "\n\n", "\n\n\n\n", "\n\f", "\f", "\r\n", "\n \n"])
LAID_OUT = st.lists(st.tuples(LINE, ENDS), max_size=40).map(lambda lines: "".join(line + end for line, end in lines))
ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300)
TYPES = st.sampled_from(["speech", "article", "interview", "faq", "poem", "news", "press_release"])


def manifest_of(kinds: list[str], **sections: object) -> Manifest:
    issue = {"id": "made-1", "periodical": "Made", "year": 1900, "complete": True, "language": "en", "rights": "None reserved."}
    records = [
        {"id": f"item-{number}", "title": f"Title Number {number}!", "page": 1, "type": kind} for number, kind in enumerate(kinds)
    ]
    return Manifest.model_validate({"issue": {**issue, "sha256": "0" * 64}, "records": records, **sections})


def check_laws(text: str, issue: IssueRows) -> None:
    rows = {name: {**columns} for name, columns in issue.rows.items()}
    import hashlib

    rows["issues"]["raw_sha256"] = [hashlib.sha256(text.encode("utf-8")).hexdigest()]
    proof = prove(text, rows)
    assert [str(problem) for problem in proof.problems] == []
    spans = rows["spans"]
    pieces = [text[start:end] for start, end in zip(spans["raw_start"], spans["raw_end"], strict=True)]
    assert "".join(pieces) == text
    letters = sum(
        len(text[s:e]) for s, e, r in zip(spans["raw_start"], spans["raw_end"], spans["role"], strict=True) if r == "blank"
    )
    assert letters <= len(text)


@given(bodies=st.lists(st.tuples(TYPES, LAID_OUT), min_size=1, max_size=3), front=LAID_OUT)
@example(bodies=[("article", "one \nst\n two ")], front="")
@example(bodies=[("poem", "    The night\n      whispers\f the silence")], front="\ufeff")
def test_the_laws_hold_for_any_layout(bodies: list[tuple[str, str]], front: str) -> None:
    """A title on a line of its own may be followed by anything; the partition and the proof hold, or a problem is named."""
    text = front.rstrip("\n\f\r ") + "\n"
    for number, (_, body) in enumerate(bodies):
        text += f"\nTitle Number {number}!\nBody {number}. {body.replace(chr(12), ' ')}\n"
    try:
        issue = assemble(
            text, manifest_of([kind for kind, _ in bodies], pagination={"space_marks": False, "running_heads": []}), "made-1.toml"
        )
    except LprcorpusError as error:
        assert "page" in str(error)
        return
    check_laws(text, issue)


@given(body=LAID_OUT, kind=TYPES)
def test_the_laws_hold_where_pages_break_anywhere(body: str, kind: str) -> None:
    """Form feeds and space marks part pages in the middle of lines, words and paragraphs."""
    text = f"Title Number 0! \n\nBody. {body} \n"
    issue = assemble(text, manifest_of([kind]), "made-1.toml")
    check_laws(text, issue)


@given(text=ANY_TEXT, kind=TYPES)
def test_any_text_is_assembled_or_refused_with_our_own_error(text: str, kind: str) -> None:
    try:
        issue = assemble(text, manifest_of([kind]), "made-1.toml")
    except LprcorpusError:
        return
    check_laws(text, issue)


@given(tail=ANY_TEXT, kind=TYPES)
def test_the_laws_hold_for_any_characters_in_a_body(tail: str, kind: str) -> None:
    text = f"Title Number 0!\nBody {tail}"
    try:
        issue = assemble(text, manifest_of([kind]), "made-1.toml")
    except LprcorpusError as error:
        assert "stands 2 times" in str(error)
        return
    check_laws(text, issue)


@pytest.mark.parametrize("kind", ["article", "poem"])
@pytest.mark.parametrize(
    "body",
    [
        "word " * 200_000,
        "w" * 1_000_000,
        "a\n" * 100_000,
        " " * 1_000_000 + "x",
        "x-\n" * 20_000,
        "• a\n" * 20_000,
        "\n" * 200_000 + "x",
    ],
    ids=["a million-character line", "one long word", "short lines", "leading blanks", "hyphens", "bullets", "blank lines"],
)
def test_the_laws_hold_for_texts_of_a_megabyte(body: str, kind: str) -> None:
    text = f"Title Number 0!\nBody. {body}\n"
    issue = assemble(text, manifest_of([kind]), "made-1.toml")
    check_laws(text, issue)


def test_the_laws_hold_for_the_real_issue(raw_text: str, manifest: Manifest) -> None:
    issue = assemble(raw_text, manifest, "raw/lpr-1-2.toml")
    proof = prove(raw_text, issue.rows)
    assert proof.problems == ()
    assert (proof.characters, proof.edits) == (120_613, {"bullet": 30, "mojibake": 3, "superscript": 1})
