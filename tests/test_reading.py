"""The first issue as a person read it: every part of every record, block by block, against the raw text.

``golden/lpr-1-2.reading`` lists, for each record, the raw lines of each part, its pages, its kind
and its first and last words, as they were read by eye in ``raw/lpr-1-2.txt``. The build must come
out the same; a change has to be read again before it is renewed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lprcorpus.build.assembly import BuiltIssue, assemble
from lprcorpus.build.manifest import Manifest

from .conftest import Golden


@pytest.fixture(scope="module")
def issue(raw_text: str, manifest: Manifest) -> BuiltIssue:
    return assemble(raw_text, manifest, "raw/lpr-1-2.toml")


def shorten(text: str, words: int = 4) -> str:
    parts = text.split()
    return (
        text.replace("\n", " / ")
        if len(parts) <= 2 * words
        else f"{' '.join(parts[:words])} … {' '.join(parts[-words:])}"
    )


def parts_of(raw: str, issue: BuiltIssue, record: str) -> Iterator[str]:
    """Yield a line for each part of a record: raw lines, pages, what it is, first and last words."""
    kinds: dict[tuple[str, int], str] = {
        (block.record_id, block.position): block.kind for block in issue.rows.blocks
    }
    spans: dict[tuple[str, int | None], list[tuple[int, int, int]]] = {}
    for span in issue.rows.spans:
        if span.record_id == record:
            spans.setdefault((span.role, span.block), []).append(
                (span.raw_start, span.raw_end, span.page)
            )
    for (role, block), pieces in spans.items():
        start, end = pieces[0][0], pieces[-1][1]
        lines = f"{raw.count(chr(10), 0, start) + 1}-{raw.count(chr(10), 0, end) + 1}"
        pages = "-".join(dict.fromkeys(str(page) for _, _, page in pieces))
        text = "".join(raw[low:high] for low, high, _ in pieces)
        yield f"{lines:<10} p. {pages:<6} {kinds.get((record, block or 0), role):<10} {shorten(text)}"


def test_every_part_of_every_record_is_as_it_was_read_by_eye(
    raw_text: str, issue: BuiltIssue, golden: Golden
) -> None:
    lines: list[str] = []
    for record in issue.rows.records:
        lines += [record.id, *parts_of(raw_text, issue, record.id), ""]
    golden("lpr-1-2.reading", "\n".join(lines))


def between(issue: BuiltIssue, raw: str, kind: str) -> list[int]:
    """Return the raw lines on which blocks of a kind begin."""
    return [
        raw.count("\n", 0, block.raw_start) + 1 for block in issue.rows.blocks if block.kind == kind
    ]


def test_headings_and_numbered_items_are_those_that_were_measured(
    issue: BuiltIssue, raw_text: str
) -> None:
    """The lines are those of the notes on the source; 2319 is a press release's own heading."""
    numbered = [735, 751, 788, 849, 889, 975, 1059, 1209, 1358, 1377]
    plain = [831, 891, 1112, 1155, 1231, 1281, 1315, 1342, 1416, 2319]
    assert between(issue, raw_text, "heading") == sorted(numbered + plain)
    assert {1019, 1021} <= set(between(issue, raw_text, "list_item"))


def test_pages_begin_where_they_were_measured(issue: BuiltIssue, raw_text: str) -> None:
    pages = issue.rows.pages
    starts = {page.number: raw_text.count("\n", 0, page.raw_start) + 1 for page in pages}
    measured = {
        5: 1,
        6: 84,
        7: 140,
        8: 218,
        9: 301,
        10: 379,
        18: 1009,
        19: 1084,
        22: 1310,
        29: 1903,
        34: 2342,
    }
    assert {number: starts[number] for number in measured} == measured
    assert list(starts) == list(range(5, 35))
    assert [page.number for page in pages if page.printed] == [19, 22, 29]


def test_the_seven_hyphens_at_line_ends_are_kept(issue: BuiltIssue) -> None:
    text = "\n".join(block.text for block in issue.rows.blocks)
    kept = [
        "banner of bourgeois-democratic liberties",
        "the Brest-Litovsk peace",
        "dustbin of the counter-revolution.",
    ]
    kept += [
        "on Marxism-Leninism and taking",
        "of Marxism-Leninism, for",
        "Yezhov's second-in-command. I",
        "propagating research-based",
    ]
    assert [words for words in kept if text.count(words) != 1] == []


def test_three_places_of_mojibake_are_repaired_and_no_curly_quote_is_touched(
    issue: BuiltIssue, raw_text: str
) -> None:
    edits = issue.rows.edits
    repairs = [edit for edit in edits if edit.rule == "mojibake"]
    repaired = [
        (raw_text.count("\n", 0, edit.raw_start) + 1, edit.before, edit.after) for edit in repairs
    ]
    assert repaired == [(1044, "Â", ""), (1346, "â€¦", "…"), (1349, "â€¦", "…")]
    assert sum(map(raw_text.count, "‘’“”")) == 55
    assert not [edit for edit in edits if set(edit.before) & set("‘’“”")]


def test_slips_of_the_printed_source_are_kept(issue: BuiltIssue) -> None:
    text = "\n".join(block.text for block in issue.rows.blocks)
    slips = [
        "Hurrah f or",
        "hisLivre Rouge",
        "andhttp://",
        "Mos-cow",
        "thee world",
        "Ukriane",
        "Khrushchev Died",
    ]
    assert [slip for slip in slips if slip not in text] == []


def test_what_cannot_be_decided_is_joined(issue: BuiltIssue, raw_text: str) -> None:
    """Full lines that end a sentence and are followed by one blank line; read by eye, any of them may end a paragraph."""
    undecided = [
        334,
        455,
        597,
        730,
        744,
        762,
        910,
        947,
        1101,
        1549,
        1551,
        1608,
        1640,
        1664,
        1699,
        1779,
        1781,
        1791,
        1950,
    ]
    undecided += [129, 2226, 2248, 2287, 2354]
    ends = {
        raw_text.count("\n", 0, end) + 1 for end in (block.raw_end for block in issue.rows.blocks)
    }
    assert ends & set(undecided) == set()
