"""Selectors against editions that were changed: each answer must be the right one, and never a wrong passage."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from lprcorpus.reading.corpus import Corpus
from lprcorpus.reading.likeness import select
from lprcorpus.reading.passages import Citations
from lprcorpus.reading.resolution import Resolution, resolve_in
from lprcorpus.reading.selectors import Selector
from lprcorpus.reading.textindex import TextIndex, index_of

from . import editions
from .editions import Mark, Records

EDITS: tuple[Callable[[Records, Mark, random.Random], Mark | None], ...] = (
    editions.split,
    editions.merge,
    editions.renumber,
    editions.correct,
    editions.remove_record,
    editions.cut,
)


@pytest.fixture(scope="module")
def index() -> TextIndex:
    return index_of(Corpus())


def pick(records: Records, dice: random.Random) -> Mark:
    """Pick a passage: a block, a run of words in one, or one that runs on into the next."""
    record = dice.choice(list(records))
    at = dice.randrange(len(records[record]))
    text = records[record][at].text
    kind = dice.random()
    if kind < 0.5:
        return Mark(record, at, 0, at, len(text))
    spelled = [place for place in range(len(text)) if not text[place].isspace() and (place == 0 or text[place - 1].isspace())]
    start = dice.choice(spelled)
    if kind > 0.9 and at + 1 < len(records[record]):
        return Mark(record, at, start, at + 1, len(records[record][at + 1].text.split()[0]))
    ends = [place for place in range(start + 1, len(text) + 1) if place == len(text) or text[place].isspace()]
    return Mark(record, at, start, at, dice.choice(ends[:40]))


def run(index: TextIndex, seed: int) -> tuple[str, str, str, str, str]:
    """Edit the corpus by the dice and resolve one selector: return what was done, what is right, and what was answered."""
    dice = random.Random(seed)
    records = editions.records_of(index)
    mark: Mark | None = pick(records, dice)
    assert mark is not None
    done = []
    if dice.random() < 0.3:
        mark = editions.add_twin(records, mark, dice)
        done.append("add_twin")
    old = editions.index_of_records(records, "1.0.0")
    record, start, end = editions.place_of(records, mark)
    text = old.get(record)
    assert text is not None
    made = select(old, text, start, end)
    for edit in dice.sample(EDITS, dice.choice([1, 1, 1, 2])):
        done.append(edit.__name__)
        mark = edit(records, mark, dice)
        if mark is None:
            break
    new = editions.index_of_records(records, "1.1.0")
    answers = [resolve_in(new, Selector.parse(form), Citations(Corpus(), "bibtex")) for form in (made.to_json(), made.to_line())]
    right = "gone"
    if mark is not None:
        where = editions.place_of(records, mark)
        now = new.get(where[0])
        assert now is not None
        if not editions.same_words(now.body[where[1] : where[2]], text.body[start:end]):
            right = f"changed {where}"
        elif (where, now.pages_of(*where[1:])) == ((record, start, end), (made.page, made.page_end)):
            right = f"same {where}"
        else:
            right = f"moved {where}"
    return "+".join(done), made.to_line(), right, said(answers[0]), said(answers[1])


def said(answer: Resolution) -> str:
    passage = answer.passage
    return f"{answer.status} {(passage.record, passage.start, passage.end)}" if passage else answer.status
