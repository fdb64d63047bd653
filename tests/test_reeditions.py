"""Selectors through later editions: each is resolved, and the answer held against the spans and edits of the new edition."""

from __future__ import annotations

import os
import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from lprcorpus.errors import DataError
from lprcorpus.search.index import TextIndex, index_of
from lprcorpus.search.resolving import Resolution, resolve
from lprcorpus.search.selectors import Selector, squeeze

from . import reeditions
from .reeditions import EDITS, Edition, Printed

PASSAGES = 4
"""Passages that are followed from one edition to the other."""


@dataclass(frozen=True)
class Expected:
    """What is right of a selector in another edition: the status, the records, the pages, and the text without white space."""

    status: str
    records: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    text: str = ""


def text_of(letters: Sequence[Printed]) -> str:
    return "".join(letter.char for letter in letters)


def trimmings(letters: Sequence[Printed]) -> list[Sequence[Printed]]:
    """Return characters with some of what one edit put at either end left out: a passage may begin and end inside that."""
    starts = [n for n in range(len(letters)) if letters[n].start == letters[0].start]
    ends = [n + 1 for n in range(len(letters)) if letters[n].start == letters[-1].start]
    return [letters[start:end] for start in starts for end in ends if start < end]


def expected_of(old: Sequence[Printed], new: Sequence[Printed]) -> Expected:
    """Return what is right of a passage, given its characters and all those of the other edition."""
    start, end = old[0].start, old[-1].end
    there = [letter for letter in new if start < letter.end and letter.start < end]
    body = [letter for letter in there if letter.role == "body"]
    for letters in [body, there]:
        for trimmed in trimmings(letters) if letters else ():
            if text_of(trimmed) == text_of(old):
                same = placed("same", trimmed)
                is_there = (same.records, same.pages) == (
                    (old[0].record,),
                    (old[0].page, old[-1].page),
                )
                return same if is_there else placed("moved", trimmed)
    return placed("changed", body or there) if there else Expected("gone")


def placed(status: str, letters: Sequence[Printed]) -> Expected:
    records = tuple(dict.fromkeys(letter.record for letter in letters))
    return Expected(status, records, (letters[0].page, letters[-1].page), text_of(letters))


def said(answer: Resolution) -> Expected:
    passages = answer.passages
    return Expected(
        status=answer.status,
        records=tuple(dict.fromkeys(passage.record for passage in passages)),
        pages=(passages[0].page, passages[-1].page_end) if passages else (),
        text="".join(squeeze(passage.exact) for passage in passages),
    )


def differences(old: Edition, new: Edition) -> list[int]:
    """Return the raw offsets at which two editions differ: where one has an edit, or a span that the other has not."""
    spans = {(span.raw_start, span.role, span.page, span.record_id) for span in old.rows.spans}
    spans ^= {(span.raw_start, span.role, span.page, span.record_id) for span in new.rows.spans}
    edits = {(edit.raw_start, edit.after) for edit in old.rows.edits} ^ {
        (edit.raw_start, edit.after) for edit in new.rows.edits
    }
    return sorted({span[0] for span in spans} | {edit[0] for edit in edits})


def pick(letters: Sequence[Printed], near: Sequence[int], dice: random.Random) -> Sequence[Printed]:
    """Return the characters of a passage: of one letter, of some words, of a block, over pages; often over some raw offset."""
    size = dice.choice([1, 5, 20, 60, 200, 1_000])
    if near and dice.random() < 0.7:
        place = bisect_left(letters, dice.choice(near), key=lambda letter: letter.start)
        start = min(max(place - dice.randrange(size), 0), len(letters) - 1)
    else:
        role = dice.choice(["body"] * 6 + ["title", "note", "byline", "source"])
        start = dice.choice(
            [number for number, letter in enumerate(letters) if letter.role == role]
        )
    text = letters[start].record, letters[start].role
    chosen = letters[start : start + size]
    return [letter for letter in chosen if (letter.record, letter.role) == text]


def select(index: TextIndex, chosen: Sequence[Printed], letters: Sequence[Printed]) -> Selector:
    """Return the selector of a passage."""
    inside = [
        letter
        for letter in letters
        if (letter.record, letter.role) == (chosen[0].record, chosen[0].role)
    ]
    text = index.text(chosen[0].record, chosen[0].role)
    assert text
    offsets = [offset for offset, char in enumerate(text.text) if not char.isspace()]
    assert text_of(inside) == squeeze(text.text)
    start = next(n for n, letter in enumerate(inside) if letter is chosen[0])
    selector = text.passage(offsets[start], offsets[start + len(chosen) - 1] + 1).selector
    assert selector
    return selector


def follow(
    old: Edition, new: Edition, folder: Path, built: Path, dice: random.Random
) -> Counter[str]:
    """Resolve some selectors of one edition in another, in both forms; return how many answers there were of each kind."""
    before, after = reeditions.printed(old), reeditions.printed(new)
    near = differences(old, new)
    counts: Counter[str] = Counter()
    with (
        old.write(folder / "old", built / "datapackage.json") as old_corpus,
        new.write(folder / "new", built / "datapackage.json") as new_corpus,
    ):
        index = index_of(old_corpus)
        for _ in range(PASSAGES):
            chosen = pick(before, near, dice)
            selector = select(index, chosen, before)
            assert (selector.raw_start, selector.raw_end) == (chosen[0].start, chosen[-1].end)
            expected = expected_of(chosen, after)
            for form in (selector.to_json(), str(selector)):
                answer = resolve(form, corpus=new_corpus)
                assert said(answer) == expected, (form, answer.message)
                assert answer.found_by == "raw range"
                counts[answer.status] += 1
    return counts


@pytest.fixture(scope="module")
def first() -> Edition:
    return reeditions.first_edition()


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_each_edit_of_a_manifest_is_answered_rightly(
    edit: reeditions.Edit, first: Edition, tmp_path: Path, built: Path
) -> None:
    dice = random.Random(edit.__name__)
    other = reeditions.edited(first, edit, dice)
    assert other != first
    follow(first, other, tmp_path / "there", built, dice)
    follow(other, first, tmp_path / "back", built, dice)


RE_EDITIONS = int(os.environ.get("RE_EDITIONS", "200"))
"""How many editions the slow tests make; ``RE_EDITIONS=2000 pytest -m slow tests/test_reeditions.py`` makes them all."""


@pytest.mark.slow
def test_many_re_editions_are_answered_rightly(first: Edition, tmp_path: Path, built: Path) -> None:
    """From an edition with some edits to one with others: none wrong, none undecided."""
    counts: Counter[str] = Counter()
    edition = first
    for seed in range(RE_EDITIONS):
        dice = random.Random(seed)
        other = edition if seed % 7 else first
        for edit in dice.sample(EDITS, dice.choice([1, 1, 2, 3])):
            other = reeditions.edited(other, edit, dice)
        counts += follow(edition, other, tmp_path / str(seed % 2), built, dice)
        edition = other
    assert counts.keys() == {"same", "moved", "changed", "gone"}
    assert counts.total() == RE_EDITIONS * PASSAGES * 2


def follow_again(
    old: Edition, again: reeditions.Again, folder: Path, built: Path, dice: random.Random
) -> Counter[str]:
    """Resolve selectors of one edition in one from another raw text; return how many were found, not found, or wrong."""
    before, after = reeditions.printed(old), reeditions.printed(again.edition)
    counts: Counter[str] = Counter()
    numbers = {letter: number for number, letter in enumerate(before)}
    with (
        old.write(folder / "old", built / "datapackage.json") as old_corpus,
        again.edition.write(folder / "new", built / "datapackage.json") as new_corpus,
    ):
        index = index_of(old_corpus)
        for _ in range(PASSAGES):
            chosen = pick(before, (), dice)
            selector = select(index, chosen, before)
            there = [again.places[numbers[letter]] for letter in chosen]
            now = [after[place] for place in there if place is not None]
            for form in ("json", "line"):
                answer = resolve(
                    selector.to_json() if form == "json" else str(selector), corpus=new_corpus
                )
                assert answer.found_by == "quotation"
                kind = "whole" if len(now) == len(chosen) else "part"
                if answer.passage is None:
                    counts[f"{form} {kind} gone"] += 1
                elif (
                    now
                    and said(answer).text == text_of(now)
                    and set(answer.passage.record.split()) == {now[0].record}
                ):
                    counts[f"{form} {kind} found"] += 1
                else:
                    counts[f"{form} {kind} wrong"] += 1
    return counts


def followed_again(first: Edition, folder: Path, built: Path, seeds: range) -> Counter[str]:
    """Return what became of selectors in texts with other line ends, with repaired characters too, and without a page."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        dice = random.Random(seed)
        again = None
        while again is None:
            without_page = dice.choice([None, dice.randint(6, 33)])
            with suppress(DataError):  # a title is on the page
                again = reeditions.extracted_again(
                    first, dice, repairs=dice.choice([0, 0.001, 0.005]), without_page=without_page
                )
        counts += follow_again(first, again, folder / str(seed % 2), built, dice)
    return counts


def assert_found(counts: Counter[str]) -> None:
    """None is wrong. Of the passages that are still there, the JSON finds almost all, the line what it has words enough for."""
    assert [name for name in counts if name.endswith("wrong")] == []
    assert counts["json whole found"] >= 0.95 * (
        counts["json whole found"] + counts["json whole gone"]
    )
    assert counts["line whole found"] >= 0.3 * (
        counts["line whole found"] + counts["line whole gone"]
    )


def test_another_raw_text_never_leads_to_another_passage(
    first: Edition, tmp_path: Path, built: Path
) -> None:
    assert_found(followed_again(first, tmp_path, built, range(10, 12)))


@pytest.mark.slow
def test_many_other_raw_texts_never_lead_to_another_passage(
    first: Edition, tmp_path: Path, built: Path
) -> None:
    assert_found(followed_again(first, tmp_path, built, range(RE_EDITIONS // 5)))
