"""Characters of bodies, blocks and raw texts changed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import get_args

from lprcorpus.schema import Kind

from .kit import CorpusCopy, Expected, expect, misprint, mutation


def _renew_record(corpus: CorpusCopy, row: int) -> None:
    """Make a record's counts and hash agree with its body."""
    records = corpus.table("records")
    body = records["body"][row]
    records["body_sha256"][row] = hashlib.sha256(body.encode()).hexdigest()
    records["word_count"][row] = len(body.split())


@mutation("text: a character of a body, its hash renewed")
def _body(corpus: CorpusCopy, chance: random.Random) -> Expected:
    records = corpus.table("records")
    row = chance.randrange(len(records["id"]))
    records["body"][row] = misprint(records["body"][row], chance)
    _renew_record(corpus, row)
    return expect("body-text", "records", [corpus.key("records", row)])


@mutation("text: a character of a block and of its body alike, the hash renewed")
def _block_and_body(corpus: CorpusCopy, chance: random.Random) -> Expected:
    records, blocks = corpus.table("records"), corpus.table("blocks")
    block = chance.randrange(len(blocks["text"]))
    row = records["id"].index(blocks["record_id"][block])
    old = blocks["text"][block]
    new = misprint(old, chance)
    blocks["text"][block] = new
    start, end = blocks["body_start"][block], blocks["body_end"][block]
    records["body"][row] = records["body"][row][:start] + new + records["body"][row][end:]
    shift = len(new) - len(old)
    if shift:
        for other in range(len(blocks["text"])):
            if (
                blocks["record_id"][other] == records["id"][row]
                and blocks["position"][other] > blocks["position"][block]
            ):
                blocks["body_start"][other] += shift
                blocks["body_end"][other] += shift
        blocks["body_end"][block] += shift
    _renew_record(corpus, row)
    return expect("block-text", "blocks", [corpus.key("blocks", block)])


@mutation("text: two blocks of a record exchanged")
def _blocks_exchanged(corpus: CorpusCopy, chance: random.Random) -> Expected:
    blocks = corpus.table("blocks")
    pairs = [
        place
        for place in range(len(blocks["text"]) - 1)
        if blocks["record_id"][place] == blocks["record_id"][place + 1]
        and blocks["text"][place] != blocks["text"][place + 1]
    ]
    place = chance.choice(pairs)
    for name in ("text", "kind"):
        blocks[name][place], blocks[name][place + 1] = blocks[name][place + 1], blocks[name][place]
    return expect(
        "block-text", "blocks", [corpus.key("blocks", place), corpus.key("blocks", place + 1)]
    )


@mutation("text: the lines of a stanza run together")
def _verse(corpus: CorpusCopy, chance: random.Random) -> Expected:
    blocks = corpus.table("blocks")
    place = chance.choice(
        [
            row
            for row, kind in enumerate(blocks["kind"])
            if kind == "verse" and "\n" in blocks["text"][row]
        ]
    )
    if chance.random() < 0.5:
        blocks["kind"][place] = chance.choice([kind for kind in get_args(Kind) if kind != "verse"])
    else:
        blocks["text"][place] = blocks["text"][place].replace("\n", " ", 1)
    return expect("block-text", "blocks", [corpus.key("blocks", place)])


def print_places(corpus: CorpusCopy, roles: Sequence[str]) -> list[tuple[int, str, int]]:
    """Return the characters of the raw texts that are letters in spans of some roles: span, issue, offset."""
    spans = corpus.table("spans")
    texts = {
        issue: corpus.raw(issue).read_bytes().decode("utf-8")
        for issue in corpus.table("issues")["id"]
    }
    return [
        (row, issue, at)
        for row, (issue, start, end, role) in enumerate(
            zip(spans["issue_id"], spans["raw_start"], spans["raw_end"], spans["role"], strict=True)
        )
        if role in roles
        for at in range(start, end)
        if texts[issue][at].islower() and texts[issue][at].isascii()
    ]


def _change_raw(
    corpus: CorpusCopy, chance: random.Random, roles: Sequence[str], codes: str, tables: str
) -> Expected:
    _, issue, at = chance.choice(print_places(corpus, roles))
    path = corpus.raw(issue)
    text = path.read_bytes().decode("utf-8")
    new = "e" if text[at] != "e" else "a"
    path.write_bytes((text[:at] + new + text[at + 1 :]).encode("utf-8"))
    corpus.repair_raw(issue)
    return expect(codes, tables)


@mutation("raw text: a character of a body")
def _raw_body(corpus: CorpusCopy, chance: random.Random) -> Expected:
    return _change_raw(corpus, chance, ["body"], "block-text edit-before", "blocks edits")


@mutation("raw text: a character of a title")
def _raw_title(corpus: CorpusCopy, chance: random.Random) -> Expected:
    return _change_raw(corpus, chance, ["title"], "title-text edit-before", "records edits")


@mutation("raw text: a character of a note or source")
def _raw_note(corpus: CorpusCopy, chance: random.Random) -> Expected:
    return _change_raw(corpus, chance, ["note", "source"], "note-text source-text", "records")


@mutation("raw text: a character of a section")
def _raw_section(corpus: CorpusCopy, chance: random.Random) -> Expected:
    spans = corpus.table("spans")
    row = chance.choice([row for row, role in enumerate(spans["role"]) if role == "section"])
    issue, at = spans["issue_id"][row], spans["raw_start"][row]
    text = corpus.raw(issue).read_bytes().decode("utf-8")
    corpus.raw(issue).write_bytes((text[:at] + "Q" + text[at + 1 :]).encode("utf-8"))
    corpus.repair_raw(issue)
    return expect("section-text", "records")


@mutation("raw text: a character, its hash not renewed")
def _raw_hash(corpus: CorpusCopy, chance: random.Random) -> Expected:
    _, issue, at = chance.choice(print_places(corpus, ["body", "byline", "title"]))
    text = corpus.raw(issue).read_bytes().decode("utf-8")
    corpus.raw(issue).write_bytes((text[:at] + "#" + text[at + 1 :]).encode("utf-8"))
    return expect("raw-hash", "issues", [issue])


@mutation("raw text: a character too many or too few")
def _raw_length(corpus: CorpusCopy, chance: random.Random) -> Expected:
    _, issue, at = chance.choice(print_places(corpus, ["body"]))
    text = corpus.raw(issue).read_bytes().decode("utf-8")
    text = text[:at] + text[at + 1 :] if chance.random() < 0.5 else f"{text[:at]}x{text[at:]}"
    corpus.raw(issue).write_bytes(text.encode("utf-8"))
    corpus.repair_raw(issue)
    return expect("span-gap span-overlap", "spans")


@mutation("raw text: gone")
def _raw_gone(corpus: CorpusCopy, chance: random.Random) -> Expected:
    issue = chance.choice(corpus.table("issues")["id"])
    corpus.raw(issue).unlink()
    return expect("file-missing", "issues", [issue], [f"raw/{issue}.txt"])


@mutation("raw text: not UTF-8")
def _raw_encoding(corpus: CorpusCopy, chance: random.Random) -> Expected:
    issue = chance.choice(corpus.table("issues")["id"])
    data = corpus.raw(issue).read_bytes()
    at = chance.randrange(len(data))
    corpus.raw(issue).write_bytes(data[:at] + b"\xff" + data[at:])
    return expect("raw-encoding", "issues", [issue])
