"""A contents list checked against the body: which head each of its entries means."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Sequence

from lprcorpus.draft.bylines import names_in
from lprcorpus.draft.contents_list import Contents, ContentsEntry
from lprcorpus.draft.prints import Prints
from lprcorpus.draft.title_blocks import Head
from lprcorpus.draft.wording import key

__all__ = ["match_contents"]

_NEAR = 0.62  # how like its entry a head must be
_CHOICES = 4
_ONE_WORD = 0.6  # what it counts that a title has the one word of an entry among several
_MINOR = frozenset("a an and the of in on to for by with from at part no i ii iii iv v".split())  # noqa: SIM905 (a list of words reads best as words)


def match_contents(prints: Prints, contents: Contents, heads: Sequence[Head]) -> dict[int, int]:
    """Return which head (by its index) each entry (by its index) means; an entry without a like head is left out.

    The heads are chosen together: as alike as can be, in the order of the list. An entry that fits nowhere in that order may
    still mean a head with all of its words.
    """
    choices = _choices(prints, contents, heads)
    matched = _in_order(choices)
    taken = set(matched.values())
    for index, options in enumerate(choices):
        if index in matched:
            continue
        for score, head in options:
            if score >= 1.0 and head not in taken:
                matched[index] = head
                taken.add(head)
                break
    return matched


def _choices(prints: Prints, contents: Contents, heads: Sequence[Head]) -> list[list[tuple[float, int]]]:
    """Return, for each entry, the heads most like it, best first."""
    by_word: dict[str, list[int]] = defaultdict(list)
    for index, head in enumerate(heads):
        if not contents.start <= head.place < contents.end and len(head.text) <= 200:
            for word in set(key(head.text).split()) - _MINOR:
                by_word[word].append(index)
    numbers = [page.number for page in prints.paged.pages]
    shift = _shift(prints, contents, heads, by_word, numbers)
    found = []
    for entry in contents.entries:
        words = (
            sorted(set(key(entry.title).split()) - _MINOR, key=lambda word: len(by_word.get(word, ())))
            or key(entry.title).split()
        )
        near = {index for word in words[:4] for index in by_word.get(word, ())[:200]}
        scored = []
        for index in near:
            head = heads[index]
            likeness = max(_likeness(entry, head.text), _likeness(entry, head.opening) if head.opening != head.text else 0.0)
            if likeness >= _NEAR:
                page = numbers[prints.page[head.place]] if len(numbers) > 1 else None
                scored.append((likeness + _standing(entry, head, page, shift), index))
        found.append(sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:_CHOICES])
    return found


def _shift(
    prints: Prints, contents: Contents, heads: Sequence[Head], by_word: dict[str, list[int]], numbers: Sequence[int]
) -> int | None:
    """Return by how much the pages of the list exceed those counted in the text, where most heads that are sure agree."""
    if len(numbers) < 2 or not contents.gives_pages:
        return None
    shifts: dict[int, int] = defaultdict(int)
    for entry in contents.entries:
        words = key(entry.title).split()
        same = {index for word in words[:3] for index in by_word.get(word, ())[:50] if key(heads[index].text) == key(entry.title)}
        if len(same) == 1 and entry.page is not None:
            shifts[entry.page - numbers[prints.page[heads[same.pop()].place]]] += 1
    if not shifts:
        return None
    best = max(shifts, key=lambda shift: shifts[shift])
    return best if shifts[best] >= 2 and 2 * shifts[best] > sum(shifts.values()) else None


def _likeness(entry: ContentsEntry, title: str) -> float:
    """Return how alike an entry and a title are, from 0 to 1; a title may say less than its entry, or more."""
    listed, printed = key(entry.title), key(title)
    if listed == printed:
        return 1.0
    one, other = set(listed.split()) - _MINOR, set(printed.split()) - _MINOR
    if not one or not other:
        return 0.0
    common = sum(map(len, one & other))
    held = common / min(sum(map(len, one)), sum(map(len, other)))
    if len(one) == 1 and len(other) > 2:
        held *= _ONE_WORD
    if held < 0.5:
        return 0.0
    return 0.5 * held + 0.5 * difflib.SequenceMatcher(None, listed, printed, autojunk=False).ratio()


def _standing(entry: ContentsEntry, head: Head, page: int | None, shift: int | None) -> float:
    """Return what speaks for a head beside its wording: how it stands, its page, its byline."""
    score = 0.08 * min(head.gap, 4) + 0.15 * head.opens_page + 0.1 * head.ruled_off + 0.1 * head.underlined + 0.1 * head.centred
    score += 0.1 * head.shaped
    if shift is not None and entry.page is not None and page is not None:
        score += 0.5 if page + shift == entry.page else -0.4
    if entry.author and head.names:
        listed = {person.name.split()[-1].casefold() for person in names_in(entry.author)}
        score += 0.4 if listed & {person.name.split()[-1].casefold() for person in names_in(head.names)} else 0.1
    return score


def _in_order(choices: Sequence[Sequence[tuple[float, int]]]) -> dict[int, int]:
    """Choose one head for as many entries as can be so that the heads ascend and their scores are highest."""
    best: list[tuple[float, int, int, tuple[int, int] | None]] = []  # score, head, entry, what it goes on from
    states: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {}
    for entry, options in enumerate(choices):
        added = []
        for score, head in options:
            before = max((state for state in best if state[1] < head), default=None)
            total = score + (before[0] if before else 0.0)
            states[entry, head] = (total, (before[2], before[1]) if before else None)
            added.append((total, head, entry, None))
        best += added
        best = _frontier(best)
    if not states:
        return {}
    at: tuple[int, int] | None = max(states, key=lambda state: states[state][0])
    chosen = {}
    while at is not None:
        chosen[at[0]] = at[1]
        at = states[at][1]
    return chosen


def _frontier(
    states: list[tuple[float, int, int, tuple[int, int] | None]],
) -> list[tuple[float, int, int, tuple[int, int] | None]]:
    """Keep the states that no other beats with a head that stands as early."""
    states.sort(key=lambda state: (state[1], -state[0]))
    kept = states[:1]
    for state in states[1:]:
        if state[0] > kept[-1][0]:
            kept.append(state)
    return kept
