"""A passage looked for by its quotation, where the raw text that its selector names is another.

What was extracted again has other line ends, and some characters repaired. So letters and digits
alone are compared, folded. The passage is where they read most like it, with what was before and
after it; in doubt it is not found. A line has nothing of what was around: its passage is found only
if its words are many, or on their page, and once in their issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    found = []
    for record_id, role in issue.spans_of if issue else ():
        text = issue.text(record_id, role) if issue else None
        if text is None:
            continue
        offsets = [offset for offset, char in enumerate(text.folded.folded) if char != " "]
        for start, end, likeness in _places(selector, text.folded.folded.replace(" ", "")):
            extent = text.folded.extent(offsets[start], offsets[end - 1] + 1)
            passage = text.passage(*with_outer_marks(text.text, *extent, selector.quote))
            # A refrain may be in another record, a title may be said again in the body.
            is_body = (role == "body") == (selector.start is not None)
            found.append(((likeness, record_id == selector.record, is_body), passage))
    if selector.exact is None:
        return _only(selector, [passage for _, passage in found])
    best = max((rank for rank, _ in found), default=None)
    passages = [passage for rank, passage in found if rank == best]
    return passages[0] if len(passages) == 1 else None


def _only(selector: Selector, passages: Sequence[Passage]) -> Passage | None:
    """Return the passage that a line names, if it is the only one and its words are enough."""
    if len(passages) != 1:
        return None
    is_there = (passages[0].record, passages[0].page) == (selector.record, selector.page)
    least = _FEW_WORDS if is_there else _MANY_WORDS
    return passages[0] if len(words(selector.quote)) >= least else None


def _places(selector: Selector, letters: str) -> Iterator[tuple[int, int, float]]:
    """Yield where the letters of a text are like a passage: start, end, and how much."""
    before, after = _letters(selector.prefix), _letters(selector.suffix)
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
        edges.update(match.start() + len(part) for match in re.finditer(f"(?={part})", letters))
    if len(after) >= near:
        part = after[:_NEAR]
        edges.update(match.start() for match in re.finditer(f"(?={part})", letters))
    return edges


def _letters(text: str) -> str:
    return fold(text).replace(" ", "")
