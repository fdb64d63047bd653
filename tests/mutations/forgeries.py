"""Forgeries in which all tables agree with each other and with the raw text: only a rebuild tells them."""

from __future__ import annotations

import hashlib
import random

from .kit import CorpusCopy, Expected, expect, mutation

REBUILD = "rebuild-value"


def _renew_record(corpus: CorpusCopy, record: str) -> None:
    """Make a record's body, and what is counted from it, agree with its blocks."""
    records, blocks = corpus.table("records"), corpus.table("blocks")
    row = records["id"].index(record)
    own = [place for place, other in enumerate(blocks["record_id"]) if other == record]
    at = 0
    for place in own:
        blocks["body_start"][place] = at
        blocks["body_end"][place] = at + len(blocks["text"][place])
        at = blocks["body_end"][place] + 2
    body = "\n\n".join(blocks["text"][place] for place in own)
    records["body"][row] = body
    records["body_sha256"][row] = hashlib.sha256(body.encode()).hexdigest()
    records["word_count"][row] = len(body.split())
    spans = corpus.table("spans")
    pages = [
        spans["page"][place]
        for place, other in enumerate(spans["record_id"])
        if other == record and spans["role"][place] in ("title", "body", "source")
    ]
    records["page_end"][row] = max(pages)


def _spans_of(corpus: CorpusCopy, record: str, role: str, block: int | None = None) -> list[int]:
    spans = corpus.table("spans")
    return [
        row
        for row, (one, other, number) in enumerate(
            zip(spans["record_id"], spans["role"], spans["block"], strict=True)
        )
        if (one, other) == (record, role) and (block is None or number == block)
    ]


@mutation("forgery: the last paragraph put out of its record")
def _last_paragraph(corpus: CorpusCopy, chance: random.Random) -> Expected:
    blocks, spans = corpus.table("blocks"), corpus.table("spans")
    records = [
        record for record in set(blocks["record_id"]) if blocks["record_id"].count(record) > 1
    ]
    record = chance.choice(sorted(records))
    row = max(place for place, other in enumerate(blocks["record_id"]) if other == record)
    position = blocks["position"][row]
    for values in blocks.values():
        del values[row]
    edits = corpus.table("edits")
    for place in _spans_of(corpus, record, "body", position):
        spans["record_id"][place] = spans["block"][place] = None
        inside = [
            edit
            for edit, (issue, start) in enumerate(
                zip(edits["issue_id"], edits["raw_start"], strict=True)
            )
            if issue == spans["issue_id"][place]
            and spans["raw_start"][place] <= start < spans["raw_end"][place]
        ]
        for edit in reversed(inside):
            for values in edits.values():
                del values[edit]
    _renew_record(corpus, record)
    return expect(REBUILD, "blocks", [f"{record},{position}"])


@mutation("forgery: a source line dropped")
def _source_line(corpus: CorpusCopy, chance: random.Random) -> Expected:
    spans, records = corpus.table("spans"), corpus.table("records")
    record = chance.choice(
        sorted(
            {spans["record_id"][row] for row, role in enumerate(spans["role"]) if role == "source"}
        )
    )
    for place in _spans_of(corpus, record, "source"):
        spans["role"][place], spans["record_id"][place] = "body", None
    row = records["id"].index(record)
    for column in ("citation", "title", "container", "publisher", "place", "date", "url"):
        records[f"source_{column}"][row] = None
    _renew_record(corpus, record)
    return expect(REBUILD, "records", [record])


@mutation("forgery: a headnote made the first paragraph")
def _headnote(corpus: CorpusCopy, chance: random.Random) -> Expected:
    spans, records, blocks = corpus.table("spans"), corpus.table("records"), corpus.table("blocks")
    noted = [
        record
        for record, note in zip(records["id"], records["note"], strict=True)
        if note and "\n\n" not in note
    ]
    record = chance.choice(noted)
    row = records["id"].index(record)
    text, records["note"][row] = records["note"][row], None
    note = _spans_of(corpus, record, "note")
    for place in _spans_of(corpus, record, "body"):
        spans["block"][place] += 1
    for place in note:
        spans["role"][place], spans["block"][place] = "body", 1
    first = blocks["record_id"].index(record)
    made = {
        "record_id": record,
        "position": 0,
        "kind": "paragraph",
        "text": text,
        "page_start": spans["page"][note[0]],
        "page_end": spans["page"][note[-1]],
        "body_start": 0,
        "body_end": 0,
        "raw_start": spans["raw_start"][note[0]],
        "raw_end": spans["raw_end"][note[-1]],
    }
    for column, value in made.items():
        blocks[column].insert(first, value)
    for place, other in enumerate(blocks["record_id"]):
        if other == record:
            blocks["position"][place] += 1
    _renew_record(corpus, record)
    return expect(REBUILD, "records", [record])


@mutation("forgery: the first word of a title cut off")
def _title_cut(corpus: CorpusCopy, chance: random.Random) -> Expected:
    spans, records = corpus.table("spans"), corpus.table("records")
    titled = [
        record
        for record, title in zip(records["id"], records["title"], strict=True)
        if " " in title
    ]
    record = chance.choice(titled)
    row = records["id"].index(record)
    place = _spans_of(corpus, record, "title")[0]
    word, _, records["title"][row] = records["title"][row].partition(" ")
    cut = {column: values[place] for column, values in spans.items()}
    cut.update(raw_end=cut["raw_start"] + len(word) + 1, role="body", record_id=None)
    spans["raw_start"][place] = cut["raw_end"]
    for column, value in cut.items():
        spans[column].insert(place, value)
    return expect(f"{REBUILD} title-text", "records", [record])


@mutation("forgery: a curated edit made of other characters")
def _edit_moved(corpus: CorpusCopy, chance: random.Random) -> Expected:
    """The text comes out the same, from an edit that the manifest does not ask for."""
    edits = corpus.table("edits")
    row = edits["rule"].index("curated")
    assert (edits["before"][row], edits["after"][row]) == ("nihgt", "night")
    edits["before"][row], edits["after"][row] = "hg", "gh"
    edits["raw_start"][row] += 2
    edits["raw_end"][row] -= 1
    return expect(REBUILD, "edits", [corpus.key("edits", row)])


@mutation("forgery: a stanza run together")
def _stanza(corpus: CorpusCopy, chance: random.Random) -> Expected:
    blocks = corpus.table("blocks")
    verses = [
        row
        for row, kind in enumerate(blocks["kind"])
        if kind == "verse" and "\n" in blocks["text"][row]
    ]
    row = chance.choice(verses)
    blocks["kind"][row] = "paragraph"
    blocks["text"][row] = blocks["text"][row].replace("\n", "")
    _renew_record(corpus, blocks["record_id"][row])
    return expect(f"{REBUILD} block-text", "blocks", [corpus.key("blocks", row)])


@mutation("forgery: two words joined where a line ends")
def _line_break(corpus: CorpusCopy, chance: random.Random) -> Expected:
    edits, blocks = corpus.table("edits"), corpus.table("blocks")
    row = edits["rule"].index("line_break")
    assert (edits["before"][row], edits["after"][row]) == ("\n", " ")
    edits["after"][row] = ""
    for place, text in enumerate(blocks["text"]):
        if "along the river" in text:
            blocks["text"][place] = text.replace("along the", "alongthe")
            _renew_record(corpus, blocks["record_id"][place])
    return expect(f"{REBUILD} edit-rule edit-idle", "edits", [corpus.key("edits", row)])
