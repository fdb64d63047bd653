"""A passage looked for by its quotation, where the raw text that its selector names is another.

What was extracted again has other line ends, and some characters repaired. So letters and digits
alone are compared, folded. The passage is where they read most like it, with what was before and
after it; in doubt it is not found. A line has nothing of what was around: its passage is found only
if its words are many, or on their page, and once in their issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

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
    places = _places_of_line if selector.exact is None else _places
    found = []
    for record_id, role in issue.spans_of if issue else ():
        text = issue.text(record_id, role) if issue else None
        if text is None:
            continue
        offsets = [offset for offset, char in enumerate(text.folded.folded) if char != " "]
        for start, end, likeness in places(selector, text.folded.folded.replace(" ", "")):
            extent = text.folded.extent(offsets[start], offsets[end - 1] + 1)
            passage = text.passage(*with_outer_marks(text.text, *extent, selector.quote))
            # A refrain may be in another record, a title may be said again in the body.
            is_body = (role == "body") == (selector.start is not None)
            found.append(((likeness, record_id == selector.record, is_body), passage))
    best = max((rank for rank, _ in found), default=None)
    passages = [passage for rank, passage in found if rank == best]
    if len(passages) != 1:
        return None
    if selector.exact is None:
        is_there = (passages[0].record, passages[0].page) == (selector.record, selector.page)
        least = _FEW_WORDS if is_there else _MANY_WORDS
        if len(found) > 1 or len(words(selector.quote)) < least:
            return None
    return passages[0]


def _places(selector: Selector, letters: str) -> Iterator[tuple[int, int, float]]:
    """Yield where the letters of a text are like a passage: start, end, and how much."""
    before = _letters(selector.prefix)
    exact = _letters(selector.exact or "")
    after = _letters(selector.suffix)
    starts = _edges(before, exact + after, letters)
    ends = _edges(before + exact, after, letters)
    reach_before, reach_after = len(before), len(after)
    # Where a text begins or ends, there is less around the passage.
    if len(selector.prefix) < CONTEXT:
        starts.add(len(before))
        reach_before = CONTEXT
    if len(selector.suffix) < CONTEXT:
        reach_after = CONTEXT
    if not exact or max(len(starts), len(ends)) > _MOST_PLACES:
        return
    matcher = SequenceMatcher(b=before + _both_ends(exact) + after, autojunk=False)
    for start in starts:
        for end in {start + len(exact), *ends}:
            if not start < end <= min(start + len(exact) * 9 // 8, len(letters)):
                continue
            around = letters[max(start - reach_before, 0) : start]
            around += _both_ends(letters[start:end]) + letters[end : end + reach_after]
            matcher.set_seq1(around)
            if matcher.ratio() >= _ALIKE:
                yield start, end, matcher.ratio()


def _places_of_line(selector: Selector, letters: str) -> Iterator[tuple[int, int, float]]:
    """Yield where the letters of a text are those of a line, with any for those left out."""
    parts = [re.escape(_letters(part)) for part in selector.quote.split(ELLIPSIS)]
    if not all(parts):
        return
    most = selector.raw_end - selector.raw_start
    places = set()
    # The shortest and the longest, so that a line whose ends are there twice names neither.
    for left_out in (f".{{0,{most}}}?", f".{{0,{most}}}"):
        # Looking ahead, for they may overlap.
        for match in re.finditer(f"(?=({left_out.join(parts)}))", letters):
            places.add(match.span(1))
    for start, end in places:
        yield start, end, 1.0


def _edges(before: str, after: str, letters: str) -> set[int]:
    """Return where in a text there are the letters before a place, or those after it."""
    edges = set()
    if len(before) >= _NEAR:
        edges.update(start + _NEAR for start in _starts(before[-_NEAR:], letters))
    if len(after) >= _NEAR:
        edges.update(_starts(after[:_NEAR], letters))
    return edges


def _starts(part: str, letters: str) -> Iterator[int]:
    for match in re.finditer(f"(?={part})", letters):
        yield match.start()


def _both_ends(letters: str) -> str:
    if len(letters) <= 2 * CONTEXT:
        return letters
    return letters[:CONTEXT] + letters[-CONTEXT:]


def _letters(text: str) -> str:
    return fold(text).replace(" ", "")
