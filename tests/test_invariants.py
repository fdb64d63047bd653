"""The invariants, on texts that Hypothesis invents: whatever the layout, nothing is lost and nothing invented."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st

from lprcorpus.build.assembly import BuiltIssue, assemble, page_text
from lprcorpus.build.build_report import report_issue
from lprcorpus.build.manifest import Manifest
from lprcorpus.errors import LprcorpusError
from lprcorpus.proof.invariants import prove

from .inventing import ANY_TEXT, LAID_OUT, TYPES, Invented, invented_issues, manifest_of


def check_invariants(text: str, issue: BuiltIssue) -> None:
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    rows = replace(issue.rows, issue=issue.rows.issue.model_copy(update={"raw_sha256": digest}))
    assert [str(problem) for problem in prove(text, rows)] == []
    assert "".join(text[span.raw_start : span.raw_end] for span in rows.spans) == text
    printed = "".join(
        text[span.raw_start : span.raw_end] for span in rows.spans if span.role != "blank"
    )
    assert "".join(printed.split()) == "".join(text.removeprefix("\ufeff").split())
    assert all(span.page <= following.page for span, following in pairwise(rows.spans))


@given(invented=invented_issues())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_invariants_hold_for_any_issue_in_a_house_style(invented: Invented) -> None:
    """Form feeds, space marks, heads on every page, CRLF, notes, sources, sections, edits: all of them together."""
    try:
        issue = assemble(invented.text, invented.manifest, "made-1.toml")
    except LprcorpusError as error:
        assert "\n" not in str(error) or all(map(str.strip, str(error).split("\n")))
        event(f"refused: {type(error).__name__}")
        return
    event(
        f"{issue.setting.paragraphs}, final spaces: {issue.paged.final_spaces}, {'; '.join(issue.paged.marks)[:12]}"
    )
    check_invariants(invented.text, issue)


@given(bodies=st.lists(st.tuples(TYPES, LAID_OUT), min_size=1, max_size=3), front=LAID_OUT)
@example(bodies=[("article", "one \nst\n two ")], front="")
@example(bodies=[("poem", "The Â \nThe\n")], front="")
@example(bodies=[("poem", "trotzÂ\xa0\nThe\n")], front="")
@example(bodies=[("poem", "voilÃ\xa0\nThe\nvoilÃ \nIt")], front="")
@example(bodies=[("poem", "    The night\n      whispers\f the silence")], front="\ufeff")
def test_the_invariants_hold_for_any_layout(bodies: list[tuple[str, str]], front: str) -> None:
    """A title on a line of its own may be followed by anything; the partition and the proof hold, or a problem is named."""
    text = front.rstrip("\n\f\r ") + "\n"
    for number, (_, body) in enumerate(bodies):
        text += f"\nTitle Number {number}!\nBody {number}. {body.replace(chr(12), ' ')}\n"
    pagination = {"space_marks": False, "running_heads": []}
    try:
        issue = assemble(
            text,
            manifest_of([{"type": kind} for kind, _ in bodies], pagination=pagination),
            "made-1.toml",
        )
    except LprcorpusError as error:
        assert "page" in str(error)
        return
    check_invariants(text, issue)


@given(body=LAID_OUT, kind=TYPES)
@example(body="\n \n \nst \n\n\f \n\n• \fst ", kind="faq")  # a bullet that ends its page
@example(body="\n\n\n\n7\n\n\f\f\f\f\f12\n", kind="speech")  # numbers at the edges of sheets
@example(body="\nâ€¦\n\fâ€¦\n\fst\nâ€¦\n", kind="speech")  # a running head in a wrong encoding
def test_the_invariants_hold_where_pages_break_anywhere(body: str, kind: str) -> None:
    """Form feeds and space marks part pages in the middle of lines, words and paragraphs."""
    text = f"Title Number 0! \n\nBody. {body} \n"
    record = {"type": kind}
    # Two numbers that agree with their sheets number the pages, which then begin with no 1.
    first = page_text(text, manifest_of([record])).pages[0].number
    issue = assemble(text, manifest_of([record | {"page": first}]), "made-1.toml")
    check_invariants(text, issue)


@given(text=ANY_TEXT, kind=TYPES)
def test_any_text_is_assembled_or_refused_with_our_own_error(text: str, kind: str) -> None:
    try:
        issue = assemble(text, manifest_of([{"type": kind}]), "made-1.toml")
    except LprcorpusError:
        return
    check_invariants(text, issue)


@given(tail=ANY_TEXT, kind=TYPES)
def test_the_invariants_hold_for_any_characters_in_a_body(tail: str, kind: str) -> None:
    text = f"Title Number 0!\nBody {tail}"
    try:
        issue = assemble(text, manifest_of([{"type": kind}]), "made-1.toml")
    except LprcorpusError as error:
        assert "2 times on page" in str(error)
        return
    check_invariants(text, issue)


def _rule(name: str) -> Callable[[BuiltIssue], bool]:
    return lambda issue: any(edit.rule == name for edit in issue.rows.edits)


def _kind(name: str) -> Callable[[BuiltIssue], bool]:
    return lambda issue: any(block.kind == name for block in issue.rows.blocks)


def _role(name: str) -> Callable[[BuiltIssue], bool]:
    return lambda issue: any(span.role == name for span in issue.rows.spans)


REACHED: dict[str, Callable[[BuiltIssue], bool]] = {
    **{
        f"rule {name}": _rule(name)
        for name in ("mojibake", "bullet", "line_break", "superscript", "hyphenation", "curated")
    },
    **{
        f"kind {name}": _kind(name)
        for name in ("heading", "question", "answer", "list_item", "verse", "signature")
    },
    **{
        f"role {name}": _role(name)
        for name in ("header", "page_mark", "link", "section", "source", "note", "byline")
    },
    "a block over two pages": lambda issue: any(
        block.page_end > block.page_start for block in issue.rows.blocks
    ),
    "a stanza of several lines": lambda issue: any(
        "\n" in block.text for block in issue.rows.blocks
    ),
    "a note of several paragraphs": lambda issue: any(
        "\n\n" in (record.note or "") for record in issue.rows.records
    ),
    "a printed page number": lambda issue: any(page.printed for page in issue.rows.pages),
    "text in no record": lambda issue: bool(report_issue(issue).unclaimed),
    "paragraphs by line fit": lambda issue: issue.setting.paragraphs == "line fit",
    "paragraphs by blank lines": lambda issue: issue.setting.paragraphs == "blank lines",
    "running feet": lambda issue: any(
        mark.startswith("running feet") for mark in issue.paged.marks
    ),
    "heads and form feeds": lambda issue: (
        {mark.partition(":")[0] for mark in issue.paged.marks} >= {"form feeds", "running heads"}
    ),
}


@pytest.mark.slow
def test_the_invented_issues_reach_what_may_happen() -> None:
    """The property above is worth what the inventions reach; a fixed sequence of them must reach all of these."""
    reached: set[str] = set()

    @settings(
        max_examples=2_000,
        phases=[Phase.generate],
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(invented=invented_issues())
    def look(invented: Invented) -> None:
        try:
            issue = assemble(invented.text, invented.manifest, "made-1.toml")
        except LprcorpusError:
            reached.add("a refusal")
            return
        reached.update(name for name, holds in REACHED.items() if holds(issue))

    look()
    assert {*REACHED, "a refusal"} - reached == set()


@pytest.mark.parametrize("kind", ["article", pytest.param("poem", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "body",
    [
        "word " * 200_000,
        "w" * 1_000_000,
        "a\n" * 50_000,
        " " * 1_000_000 + "x",
        "x-\n" * 20_000,
        "• a\n" * 10_000,
        "\n" * 200_000 + "x",
        "\f" * 20_000 + "x",
        "The Night Review 7\n" * 20_000,
    ],
    ids=[
        "a million-character line",
        "one long word",
        "short lines",
        "leading blanks",
        "hyphens",
        "bullets",
        "blank lines",
        "form feeds",
        "heads",
    ],
)
def test_the_invariants_hold_for_texts_of_a_megabyte(body: str, kind: str) -> None:
    text = f"Title Number 0!\nBody. {body}\n"
    issue = assemble(text, manifest_of([{"type": kind}]), "made-1.toml")
    check_invariants(text, issue)


def test_the_invariants_hold_for_the_real_issue(raw_text: str, manifest: Manifest) -> None:
    issue = assemble(raw_text, manifest, "raw/lpr-1-2.toml")
    assert prove(raw_text, issue.rows) == []
    assert report_issue(issue).characters == 120_613
    assert report_issue(issue).edits == {"bullet": 30, "mojibake": 3, "superscript": 1}
