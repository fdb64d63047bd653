"""Editions of a corpus made to order: blocks that can be edited, with a passage that is followed through every edit."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lprcorpus.search.textindex import TextIndex
from lprcorpus.search.texts import BlockExtent, PageExtent, Text
from lprcorpus.search.words import digest_form

Records = dict[str, list["EditedBlock"]]


@dataclass(frozen=True)
class EditedBlock:
    """A block of an edition: its text, its kind, and where in it each page begins."""

    text: str
    kind: str
    pages: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Mark:
    """A passage inside an edition: record, index of its block, characters in the block, and the words it had at first.

    It may run on into the next block (``end`` is then counted in that one). ``is_rest`` says that the one or the other of
    these blocks was cut out, and that this is what was left of it.
    """

    record: str
    block: int
    start: int
    end_block: int
    end: int
    is_rest: bool = False


def records_of(index: TextIndex) -> Records:
    """Return an edition's records as blocks to edit."""
    return {text.id: [_edited(text, block) for block in text.blocks] for text in index.all()}


def _edited(text: Text, block: BlockExtent) -> EditedBlock:
    first = text.pages_of(block.start, block.start + 1)[0]
    pages = [(0, first)]
    pages += [(at.start - block.start, at.page) for at in text.pages if block.start < at.start < block.end]
    return EditedBlock(text.body[block.start : block.end], block.kind, tuple(pages))


def texts_of_records(records: Records) -> list[Text]:
    """Return the texts of an edition."""
    return [_text(record, blocks) for record, blocks in records.items()]


def _text(record: str, blocks: Sequence[EditedBlock]) -> Text:
    extents, pages, at = [], [], 0
    for position, block in enumerate(blocks, 1):
        extents.append(BlockExtent(position, block.kind, at, at + len(block.text)))
        pages += [PageExtent(at + start, page, page) for start, page in block.pages]
        at += len(block.text) + 2
    return Text(record, "\n\n".join(block.text for block in blocks), tuple(extents), tuple(pages))


def index_of_records(records: Records, version: str) -> TextIndex:
    """Return the index of an edition."""
    return TextIndex.of(texts_of_records(records), "lprcorpus", version)


def place_of(records: Records, mark: Mark) -> tuple[str, int, int]:
    """Return where a marked passage stands: record, first character, one past the last."""
    starts = [extent.start for extent in _text(mark.record, records[mark.record]).blocks]
    return mark.record, starts[mark.block] + mark.start, starts[mark.end_block] + mark.end


# The edits. Each changes the records in place and returns where the passage is now, or None where it was cut out.


def split(records: Records, mark: Mark, dice: random.Random) -> Mark | None:
    """Part a record in two, between two blocks and not inside the passage."""
    record = dice.choice([name for name in records if len(records[name]) > 1])
    blocks = records[record]
    at = dice.randrange(1, len(blocks))
    if mark.record == record and mark.block < at <= mark.end_block:
        return mark
    records[record], records[f"{record}-continued"] = blocks[:at], blocks[at:]
    if mark.record == record and mark.block >= at:
        return replace(mark, record=f"{record}-continued", block=mark.block - at, end_block=mark.end_block - at)
    return mark


def merge(records: Records, mark: Mark, dice: random.Random) -> Mark | None:
    """Make one paragraph of two."""
    record = mark.record if dice.random() < 0.7 and len(records[mark.record]) > 1 else None
    record = record or dice.choice([name for name in records if len(records[name]) > 1])
    blocks = records[record]
    at = dice.randrange(len(blocks) - 1)
    one, two = blocks[at], blocks[at + 1]
    offset = len(one.text) + 1
    pages = one.pages + tuple((start + offset, page) for start, page in two.pages if page != one.pages[-1][1])
    blocks[at : at + 2] = [EditedBlock(f"{one.text} {two.text}", one.kind, pages)]
    if mark.record != record:
        return mark
    start = mark.start + (offset if mark.block == at + 1 else 0)
    end = mark.end + (offset if mark.end_block == at + 1 else 0)
    block, end_block = mark.block - (mark.block > at), mark.end_block - (mark.end_block > at)
    return replace(mark, block=block, start=start, end_block=end_block, end=end)


def renumber(records: Records, mark: Mark, dice: random.Random) -> Mark | None:
    """Give one page another number."""
    numbers = sorted({page for blocks in records.values() for block in blocks for _, page in block.pages})
    old, new = dice.choice(numbers), dice.choice([500, 501])
    for blocks in records.values():
        blocks[:] = [
            replace(block, pages=tuple((start, new if page == old else page) for start, page in block.pages)) for block in blocks
        ]
    return mark


def correct(records: Records, mark: Mark, dice: random.Random) -> Mark | None:
    """Change a letter of one word: in the passage, beside it, or anywhere."""
    record = mark.record if dice.random() < 0.8 else dice.choice(list(records))
    near = [mark.block - 1, mark.block, mark.block, mark.end_block, mark.end_block + 1]
    at = dice.choice(near) if record == mark.record else dice.randrange(len(records[record]))
    if not 0 <= at < len(records[record]):
        return mark
    block = records[record][at]
    letters = [place for place, char in enumerate(block.text) if char.isalpha()]
    if not letters:
        return mark
    place = dice.choice(letters)
    gone, new = dice.choice([(1, ""), (1, "x"), (0, "x")])
    return rewrite(records, mark, record, at, place, gone, new)


def rewrite(records: Records, mark: Mark, record: str, at: int, place: int, gone: int, new: str) -> Mark:
    """Replace characters of a block."""
    block = records[record][at]
    shift = len(new) - gone

    def moved(offset: int) -> int:  # what is put before the first letter of a passage's first word belongs to it
        return offset + shift if offset > place else offset

    pages = tuple((max(start + shift, 0) if start > place else start, page) for start, page in block.pages)
    records[record][at] = EditedBlock(block.text[:place] + new + block.text[place + gone :], block.kind, pages)
    if mark.record != record:
        return mark
    start = moved(mark.start) if mark.block == at else mark.start
    end = moved(mark.end) if mark.end_block == at else mark.end
    return replace(mark, start=start, end=end)


def remove_record(records: Records, mark: Mark, dice: random.Random) -> Mark | None:
    """Remove a record, the passage's as often as not."""
    record = mark.record if dice.random() < 0.5 else dice.choice(list(records))
    del records[record]
    return None if record == mark.record else mark


def cut(records: Records, mark: Mark, dice: random.Random) -> Mark | None:
    """Cut a block out of the passage's record: the passage's own, one beside it, or another."""
    blocks = records[mark.record]
    at = dice.choice([mark.block, mark.block - 1, mark.end_block + 1, dice.randrange(len(blocks))])
    if len(blocks) == 1 or not 0 <= at < len(blocks):
        return mark
    del blocks[at]
    if mark.block == at == mark.end_block:
        return None
    if at == mark.block:
        return replace(mark, start=0, end_block=at, is_rest=True)
    if at == mark.end_block:
        return replace(mark, end_block=mark.block, end=len(blocks[mark.block].text), is_rest=True)
    return replace(mark, block=mark.block - (at < mark.block), end_block=mark.end_block - (at < mark.end_block))


def add_twin(records: Records, mark: Mark, dice: random.Random) -> Mark:
    """Put a copy of the passage's block elsewhere, mostly with one word of it changed."""
    block = records[mark.record][mark.block]
    spelled = block.text.split(" ")
    if dice.random() < 0.7 and len(spelled) > 2:
        spelled[dice.randrange(len(spelled))] = dice.choice(["silence", "darkness", "morning"])
    record = mark.record if dice.random() < 0.5 else dice.choice(list(records))
    at = dice.randrange(len(records[record]) + 1)
    if record == mark.record and mark.block < at <= mark.end_block:
        at = mark.block
    page = records[record][max(at - 1, 0)].pages[-1][1]
    records[record].insert(at, EditedBlock(" ".join(spelled), block.kind, ((0, page),)))
    if record == mark.record and at <= mark.block:
        return replace(mark, block=mark.block + 1, end_block=mark.end_block + 1)
    return mark


Letter = tuple[str, int, bool]
"""A character of a record, white space aside: itself, its page, and whether it begins a block."""


def letters_of(blocks: Sequence[EditedBlock]) -> list[Letter]:
    """Return the characters of a record."""
    found = []
    for block in blocks:
        starts = [start for start, _ in block.pages]
        shown = [at for at, char in enumerate(block.text) if not char.isspace()]
        found += [(block.text[at], block.pages[max(bisect_right(starts, at) - 1, 0)][1], at == shown[0]) for at in shown]
    return found


def cuts_between(old: Sequence[Letter], new: Sequence[Letter]) -> list[tuple[int, int]]:
    """Return every run of characters that, cut out of one record, leaves another: its start and its end."""
    size = len(old) - len(new)
    return [(at, at + size) for at in range(len(new) + 1) if size > 0 and _without(old, at, at + size) == new]


def _without(letters: Sequence[Letter], start: int, end: int) -> list[Letter]:
    kept, rest = list(letters[:start]), list(letters[end:])
    if rest:
        char, page, begins = rest[0]
        rest[0] = char, page, begins or letters[start][2]
    return kept + rest


def with_twin_at_far_end(blocks: Sequence[EditedBlock], at: int, mark: Mark) -> list[EditedBlock]:
    """Return blocks in one of which another passage like a marked one is moved to the end that is away from that.

    What stands between the marked passage and the block also stands behind the other one then, on the same side. The block
    stays as long as it was.
    """
    block, is_after = blocks[at], at > mark.end_block
    own = blocks[mark.block].text
    passage = own[mark.start : mark.end]
    between = own[mark.end :] if is_after else own[: mark.start]
    place = block.text.rfind(passage) if is_after else block.text.find(passage)
    if place < 0 or mark.block != mark.end_block:
        return list(blocks)
    rest = block.text[:place].rstrip() + block.text[place + len(passage) :]
    kept = rest[: len(rest) - len(between)] if is_after else rest[len(between) :]
    text = f"{kept} {passage}{between}" if is_after else f"{between}{passage} {kept}"
    return [*blocks[:at], replace(block, text=text), *blocks[at + 1 :]]


def same_words(one: str, other: str) -> bool:
    """Tell whether two passages read the same, white space aside."""
    return digest_form(one) == digest_form(other)
