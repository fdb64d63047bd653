"""Spans, pages and edits changed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from lprcorpus.schema import ROLES

from .kit import CorpusCopy, Expected, expect, misprint, mutation
from .texts import print_places


@mutation("span: its role changed")
def _role(corpus: CorpusCopy, chance: random.Random) -> Expected:
    spans = corpus.table("spans")
    row = chance.randrange(len(spans["role"]))
    old = spans["role"][row]
    issue = spans["issue_id"][row]
    spans["role"][row] = chance.choice([role for role in ROLES if role != old])
    if spans["role"][row] == "body" and old in ("header", "link"):
        spans["role"][row] = "blank"
    codes = "span-role span-record span-block span-place section-text rebuild-value"
    codes += " title-text note-text source-text block-spans block-text block-extent"
    expected = expect(codes, "spans records blocks")
    return Expected(expected.codes, expected.tables, frozenset(_keys_near(corpus, row, issue)))


def _keys_near(corpus: CorpusCopy, row: int, issue: str) -> Iterator[str]:
    """Yield the keys of a span's row, its record, its block and its page."""
    spans = corpus.table("spans")
    yield corpus.key("spans", row)
    record, block = spans["record_id"][row], spans["block"][row]
    if record:
        yield record
        yield f"{record},{block}"
    same = [
        place
        for place, page in enumerate(spans["page"])
        if page == spans["page"][row] and spans["issue_id"][place] == issue
    ]
    yield corpus.key("spans", same[0])
    for place in same:  # a mark in the middle of its page can be told of any of the marks
        if spans["role"][place] in ("page_mark", "header"):
            yield corpus.key("spans", place)
    pages = corpus.table("pages")
    yield from (
        f"{issue},{start}"
        for number, start in zip(pages["number"], pages["raw_start"], strict=True)
        if number == spans["page"][row]
    )
    for place, other in enumerate(corpus.table("records")["id"]):
        if (
            corpus.table("records")["issue_id"][place] == issue
            and corpus.table("records")["section"][place]
        ):
            yield other


@mutation("span: shifted by a character")
def _shift(corpus: CorpusCopy, chance: random.Random) -> Expected:
    spans = corpus.table("spans")
    texts = {
        issue: corpus.raw(issue).read_bytes().decode("utf-8")
        for issue in corpus.table("issues")["id"]
    }
    inner = [
        row
        for row in range(len(spans["role"]) - 1)
        if spans["issue_id"][row] == spans["issue_id"][row + 1]
        and spans["role"][row] == "blank"
        and spans["role"][row + 1] in ("title", "body", "note", "source")
        and spans["raw_end"][row + 1] - spans["raw_start"][row + 1] > 2
        and not texts[spans["issue_id"][row]][spans["raw_start"][row + 1]].isspace()
    ]
    row = chance.choice(inner)
    spans["raw_end"][row] += 1
    spans["raw_start"][row + 1] += 1
    issue, record, block = (
        spans["issue_id"][row],
        spans["record_id"][row + 1],
        spans["block"][row + 1],
    )
    keys = [corpus.key("spans", row), record, f"{record},{block}"]
    assert issue
    return expect(
        "span-role block-text title-text note-text source-text block-extent",
        "spans blocks records",
        keys,
    )


@mutation("span: two of them exchanged")
def _spans_exchanged(corpus: CorpusCopy, chance: random.Random) -> Expected:
    spans = corpus.table("spans")
    bodies = [
        row for row, role in enumerate(spans["role"]) if role == "body" and spans["block"][row]
    ]
    one, other = sorted(chance.sample(bodies, 2))
    if (spans["record_id"][one], spans["block"][one]) == (
        spans["record_id"][other],
        spans["block"][other],
    ):
        spans["block"][one] += 1000
    for name in ("record_id", "block"):
        spans[name][one], spans[name][other] = spans[name][other], spans[name][one]
    return expect(
        "block-text block-spans block-order block-extent span-block span-place", "spans blocks"
    )


@mutation("page: its beginning moved")
def _page_moved(corpus: CorpusCopy, chance: random.Random) -> Expected:
    pages = corpus.table("pages")
    row = chance.choice(
        [
            row
            for row in range(1, len(pages["number"]))
            if pages["issue_id"][row] == pages["issue_id"][row - 1]
        ]
    )
    by = chance.choice([-200, -20, -2, 2, 20, 200])
    pages["raw_start"][row] += by
    pages["raw_end"][row - 1] += by
    return expect("span-page page-empty", "spans pages")


@mutation("page: its beginning moved, and the spans, blocks and records with it")
def _page_moved_all(corpus: CorpusCopy, chance: random.Random) -> Expected:
    pages, spans, blocks = corpus.table("pages"), corpus.table("spans"), corpus.table("blocks")
    issue = "lpr-1-2"
    counted = [row for row, printed in enumerate(pages["printed"]) if row and not printed]
    row = chance.choice(
        [row for row in counted if pages["issue_id"][row - 1] == pages["issue_id"][row] == issue]
    )
    start, number = pages["raw_start"][row], pages["number"][row]
    at = spans["raw_start"].index(start)
    while spans["issue_id"][at] != issue or spans["raw_start"][at] != start:
        at += 1
    later = at + chance.choice([2, 4])  # the page begins after its own mark and the first text
    pages["raw_start"][row] = pages["raw_end"][row - 1] = spans["raw_start"][later]
    for place in range(at, later):
        spans["page"][place] = number - 1
    for place in range(len(blocks["text"])):
        if blocks["raw_start"][place] in spans["raw_start"][at:later] and blocks["record_id"][
            place
        ].startswith(issue):
            blocks["page_start"][place] = number - 1
            blocks["page_end"][place] = min(blocks["page_end"][place], number)
    return expect(
        "span-place page-mark record-page block-page page-printed", "spans records blocks pages"
    )


@mutation("page: all of them renumbered")
def _renumbered(corpus: CorpusCopy, chance: random.Random) -> Expected:
    by = chance.choice([1, 2, 10])
    for table, names in {
        "pages": ["number"],
        "spans": ["page"],
        "blocks": ["page_start", "page_end"],
        "records": ["page_start", "page_end"],
        "issues": ["page_start", "page_end"],
    }.items():
        for name in names:
            corpus.table(table)[name] = [value + by for value in corpus.table(table)[name]]
    return expect("page-printed", "pages", [f"lpr-1-2,{number + by}" for number in (19, 22, 29)])


@mutation("edit: forged, and the block with it")
def _forged_edit(corpus: CorpusCopy, chance: random.Random) -> Expected:
    row, issue, at = chance.choice(print_places(corpus, ["body"]))
    spans, edits, blocks = corpus.table("spans"), corpus.table("edits"), corpus.table("blocks")
    record, block = spans["record_id"][row], spans["block"][row]
    text = corpus.raw(issue).read_bytes().decode("utf-8")
    starts = [
        (one, start) for one, start in zip(edits["issue_id"], edits["raw_start"], strict=True)
    ]
    place = next((n for n, key in enumerate(starts) if key > (issue, at)), len(starts))
    values = {
        "issue_id": issue,
        "raw_start": at,
        "raw_end": at + 1,
        "before": text[at],
        "after": "X",
        "rule": "curated",
        "reason": "as it should be",
    }
    for name, value in values.items():
        edits[name].insert(place, value)
    keys = [f"{issue},{at}"]
    if record is not None:
        where = next(
            n
            for n, key in enumerate(zip(blocks["record_id"], blocks["position"], strict=True))
            if key == (record, block)
        )
        inside = at - blocks["raw_start"][where]
        old = blocks["text"][where]
        blocks["text"][where] = old[:inside] + "X" + old[inside + 1 :]
    return expect("rebuild-value edit-overlap edit-before", "edits", keys)


@mutation("edit: changes nothing")
def _idle_edit(corpus: CorpusCopy, chance: random.Random) -> Expected:
    edits = corpus.table("edits")
    row = chance.randrange(len(edits["before"]))
    edits["after"][row] = edits["before"][row]
    return expect("edit-idle", "edits", [corpus.key("edits", row)])


@mutation("edit: the reason of a curated one")
def _reason(corpus: CorpusCopy, chance: random.Random) -> Expected:
    edits = corpus.table("edits")
    row = chance.choice([row for row, rule in enumerate(edits["rule"]) if rule == "curated"])
    edits["reason"][row] = misprint(edits["reason"][row], chance)
    return expect("rebuild-value", "edits", [corpus.key("edits", row)])
