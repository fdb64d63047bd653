"""A passage looked for by its quotation, where the raw text that its selector names is another.

What was extracted again has other line ends, and some characters repaired. So letters and digits
alone are compared, folded. The passage is where they read most like it, with what was before and
after it; in doubt it is not found. A line has nothing of what was around: its passage is found only
if its words are many, or on their page, and once in their issue.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import product

from lprcorpus.search.index import TextIndex
from lprcorpus.search.passages import Passage
from lprcorpus.search.selectors import CONTEXT, ELLIPSIS, Selector
from lprcorpus.search.words import fold, with_outer_marks, words

# Similarity from which on two stretches count as the same text, with characters repaired. Unrelated
# English has about 0.5.
_ALIKE = 0.87
# Letters next to where a passage begins or ends, by which that is looked for.
_NEAR = 10
# Places that are compared, at most: where there are more, none is the one.
_MOST_PLACES = 100
# Words from which on a line names a passage that is in its issue only once; and if it is on its
# page, too.
_MANY_WORDS, _FEW_WORDS = 8, 2


def quoted(index: TextIndex, selector: Selector) -> Passage | None:
    """Return the one passage of its issue that a quotation names; None in doubt."""
    issue = index.issue(selector.issue)
    if issue is None:
        return None
    found = []
    for record_id, role in issue.spans_of:
        text = issue.text(record_id, role)
        if text is None:
            continue
        folded = text.folded.folded
        for start, end, likeness in _places(selector, folded.replace(" ", "")):
            offsets = [offset for offset, char in enumerate(folded) if char != " "]
            extent = text.folded.extent(offsets[start], offsets[end - 1] + 1)
            passage = text.passage(*with_outer_marks(text.text, *extent, selector.quote))
            found.append((likeness, passage))
    most = max((likeness for likeness, _ in found), default=0)
    best = [passage for likeness, passage in found if likeness == most]
    if len(best) != 1:
        return None
    if selector.exact is None:
        is_there = (best[0].record, best[0].page) == (selector.record, selector.page)
        least = _FEW_WORDS if is_there else _MANY_WORDS
        if most < 1 or len(words(selector.quote)) < least:
            return None
    return best[0]


def _places(selector: Selector, letters: str) -> Iterator[tuple[int, int, float]]:
    """Yield where the letters of a text are like a passage: start, end, and how much."""
    before = _letters(selector.prefix[-CONTEXT:])
    after = _letters(selector.suffix[:CONTEXT])
    reach_before, reach_after = len(before), len(after)
    starts: set[int] = set()
    ends: set[int] = set()
    if selector.exact is None:
        parts = selector.quote.split(ELLIPSIS)
        head, tail = _letters(parts[0]), _letters(parts[-1])
        sizes = range(len(head), len(head) + 1)
        if len(parts) > 1:
            sizes = range(len(head) + len(tail), selector.raw_end - selector.raw_start + 1)
        near = 1
    else:
        exact = _letters(selector.exact)
        head, tail = exact[:CONTEXT], exact[-CONTEXT:]
        sizes = range(len(exact) * 7 // 8, len(exact) * 9 // 8 + 1)
        near = _NEAR
        # Where a text begins or ends, there is less around the passage.
        if len(selector.prefix) < CONTEXT:
            starts.add(reach_before)
            reach_before = CONTEXT
        if len(selector.suffix) < CONTEXT:
            ends.add(len(letters) - reach_after)
            reach_after = CONTEXT
    starts |= _edges(before, head + after, near, letters)
    ends |= _edges(before + tail, after, near, letters)
    if not head or not tail or max(len(starts), len(ends)) > _MOST_PLACES:
        return
    matcher = SequenceMatcher(b=before + head + tail + after, autojunk=False)
    for start, end in product(starts, ends):
        if start < end and end - start in sizes:
            first = letters[max(start - reach_before, 0) : start + len(head)]
            last = letters[max(end - len(tail), 0) : end + reach_after]
            matcher.set_seq1(first + last)
            if matcher.ratio() >= _ALIKE:
                yield start, end, matcher.ratio()


def _edges(before: str, after: str, near: int, letters: str) -> set[int]:
    """Return where in a text there are the letters before a place, or those after it."""
    edges: set[int] = set()
    if len(before) >= near:
        part = before[-_NEAR:]
        edges.update(start + len(part) for start in _starts(part, letters))
    if len(after) >= near:
        edges.update(_starts(after[:_NEAR], letters))
    return edges


def _starts(part: str, letters: str) -> Iterator[int]:
    start = letters.find(part)
    while start >= 0:
        yield start
        start = letters.find(part, start + 1)


def _letters(text: str) -> str:
    return fold(text).replace(" ", "")
