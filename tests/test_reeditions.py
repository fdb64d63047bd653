"""Selectors against editions that were changed: each answer must be the right one, and never a wrong passage."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from lprcorpus.reading.corpus import Corpus
from lprcorpus.reading.likeness import select
from lprcorpus.reading.passages import Citations, Passage
from lprcorpus.reading.resolution import Resolution, resolve_in
from lprcorpus.reading.selectors import Selector
from lprcorpus.reading.textindex import TextIndex, index_of

from . import editions
from .editions import Mark, Records

Edit = Callable[[Records, Mark, random.Random], "Mark | None"]

EDITS: tuple[Edit, ...] = (
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


Place = tuple[str, int, int]


@dataclass(frozen=True)
class Answer:
    """An answer without its index, so that a thousand of them can be kept."""

    status: str
    message: str
    place: Place | None
    candidates: tuple[Place, ...]

    @classmethod
    def of(cls, answer: Resolution) -> Answer:
        """Return what an answer says."""
        place = place_of(answer.passage) if answer.passage else None
        return cls(answer.status, answer.message, place, tuple(map(place_of, answer.candidates)))


@dataclass(frozen=True)
class Trial:
    """One selector of one edition, resolved in a later one: what was done, what is right, and what was answered."""

    done: str
    selector: Selector
    right: str
    place: Place | None
    answers: tuple[Answer, ...]


def run(index: TextIndex, seed: int, *, twin: bool = False, kinds: Sequence[Edit] = EDITS, count: int = 1) -> Trial:
    """Edit the corpus by the dice and resolve one selector, as JSON and as a short line."""
    dice = random.Random(seed)
    records = editions.records_of(index)
    mark: Mark | None = pick(records, dice)
    assert mark is not None
    if twin:
        mark = editions.add_twin(records, mark, dice)
    old = editions.index_of_records(records, "1.0.0")
    record, start, end = editions.place_of(records, mark)
    text = old.get(record)
    assert text is not None
    selector = select(old, text, start, end)
    done = ["twin"] if twin else []
    for edit in dice.sample(kinds, count):
        done.append(edit.__name__)
        mark = edit(records, mark, dice)
        if mark is None:
            break
    new = editions.index_of_records(records, "1.1.0")
    forms = (Selector.parse(selector.to_json()), Selector.parse(selector.to_line()))
    answers = tuple(Answer.of(resolve_in(new, form, Citations(Corpus(), "bibtex"))) for form in forms)
    right, place = "gone", None
    if mark is not None:
        place = editions.place_of(records, mark)
        now = new.get(place[0])
        assert now is not None
        if not editions.same_words(now.body[place[1] : place[2]], text.body[start:end]):
            right = "changed"
        elif (place, now.pages_of(*place[1:])) == ((record, start, end), (selector.page, selector.page_end)):
            right = "same"
        else:
            right = "moved"
    return Trial("+".join(done), selector, right, place, answers)


def place_of(passage: Passage) -> Place:
    return passage.record, passage.start, passage.end


def is_right(trial: Trial, answer: Answer) -> bool:
    return (answer.status, answer.place) == (trial.right, trial.place)


def is_wrong_passage(trial: Trial, answer: Answer) -> bool:
    return answer.place is not None and answer.place != trial.place


def is_in_doubt(trial: Trial, answer: Answer) -> bool:
    """Tell whether a passage that had others like it in its record is given among those that may be it.

    A short line, which does not hold the passage, may also not know it again where it and what stands around it have changed.
    """
    if answer.status != "gone":
        return False
    if trial.right == "changed":
        return answer is trial.answers[1] or not trial.selector.unique_in_record
    return not trial.selector.unique_in_record and trial.place in answer.candidates


def report(trials: Sequence[tuple[int, Trial]]) -> str:
    return "\n".join(
        f"seed {seed}: {trial.done}: {trial.selector}\n  right: {trial.right} {trial.place}"
        + "".join(f"\n  found: {answer.status}, {answer.message}" for answer in trial.answers)
        for seed, trial in trials
    )


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_each_edit_is_answered_rightly(edit: Edit, index: TextIndex) -> None:
    trials = [(seed, run(index, seed, kinds=[edit])) for seed in range(12)]
    wrong = [(seed, trial) for seed, trial in trials if not all(is_right(trial, answer) for answer in trial.answers)]
    assert wrong == [], report(wrong)


@pytest.mark.slow
def test_a_thousand_re_editions_are_answered_and_never_with_a_wrong_passage(index: TextIndex) -> None:
    """Of a thousand passages of their own, each answer is right; of those with a twin, in the rest the answer is doubt."""
    trials = [(seed, run(index, seed, twin=seed % 4 == 0, count=1 + (seed % 3 == 0))) for seed in range(1_000)]
    wrong = [(seed, trial) for seed, trial in trials if any(is_wrong_passage(trial, answer) for answer in trial.answers)]
    assert wrong == [], report(wrong)
    unsaid = [
        (seed, trial)
        for seed, trial in trials
        if not all(is_right(trial, answer) or is_in_doubt(trial, answer) for answer in trial.answers)
    ]
    assert unsaid == [], report(unsaid)
    doubts = [(seed, trial) for seed, trial in trials if not is_right(trial, trial.answers[0])]
    assert len(doubts) <= 10, report(doubts)
    assert Counter(trial.right for _, trial in trials).keys() == {"same", "moved", "changed", "gone"}
