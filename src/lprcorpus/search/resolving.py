"""From a selector back to its passage: is it where it was, has it moved or changed, is it gone?

The raw characters of a selector are looked up: the spans and edits of this edition say which record
has them now, on which page, and how they read. Nothing is searched for and nothing is guessed. Only
where the raw text is another, or is not there, the passage is looked for by its quotation.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from itertools import product
from typing import Any, NamedTuple

from lprcorpus.corpus import Corpus, opened
from lprcorpus.errors import UsageError
from lprcorpus.messages import count, pages
from lprcorpus.search.index import TextIndex, index_of
from lprcorpus.search.passages import IndexedEdit, IndexedIssue, IndexedSpan, Passage, RecordText
from lprcorpus.search.query import find
from lprcorpus.search.selectors import CONTEXT, ELLIPSIS, Selector
from lprcorpus.search.words import fold, with_outer_marks, words
from lprcorpus.typed_rows import grouped

# Edits that a message has, at most, and characters of a text.
_MOST_SHOWN, _LONGEST_SHOWN = 3, 60
# Passages that read like one that is gone, at most.
_MOST_CANDIDATES = 10
# Similarity from which on two stretches count as the same text, with characters repaired. Unrelated
# English has about 0.5.
_ALIKE = 0.87
# Letters next to where a passage begins or ends, by which that is looked for. Before and after a
# text there are as many spaces.
_NEAR = 10
# Places that are compared, at most: where there are more, none is the one.
_MOST_PLACES = 100
# Words from which on a line names a passage that is in its issue only once; and if it is on its
# page, too.
_MANY_WORDS, _FEW_WORDS = 8, 2


@dataclass(frozen=True)
class Resolution:
    """Where a selector leads."""

    #: ``same``: the same text, in the same record and on the same page; ``moved``: the same text in
    #: another record or on another page; ``changed``: another text; ``gone``: none of its
    #: characters is in a record now
    status: str
    message: str  #: the answer in a sentence: where it moved to, how it changed, why it is gone
    found_by: str  #: ``raw range``, or ``quotation`` where the raw text is another
    selector: Selector
    passages: tuple[
        Passage, ...
    ] = ()  #: the passage as it is now, in each text that has some of it
    edits: tuple[IndexedEdit, ...] = ()  #: where it changed, the edits of this edition in it
    candidates: tuple[Passage, ...] = ()  #: where it is gone, the passages that read like it

    @property
    def passage(self) -> Passage | None:
        """The passage as it is now, or its first part; None where it is gone."""
        return self.passages[0] if self.passages else None

    @property
    def is_right(self) -> bool:
        """Whether what quotes the passage is still right: it reads the same, wherever it is."""
        return self.status in ("same", "moved")

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "status": self.status,
            "message": self.message,
            "found_by": self.found_by,
            "line": str(self.selector),
            "passages": [passage.to_dict() for passage in self.passages],
            "edits": [asdict(edit) for edit in self.edits],
            "candidates": [candidate.to_dict() for candidate in self.candidates],
        }


def resolve(
    selector: Selector | Mapping[str, Any] | str, *, corpus: Corpus | None = None
) -> Resolution:
    """Follow a selector to its passage: is it where it was, has it moved or changed, is it gone?

    Args:
        selector: a selector as :func:`lprcorpus.find` gives it: itself, as JSON, or as a line.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UsageError: it is no selector, or one of another corpus, or its raw characters are beyond
            the raw text.

    >>> place = "lpr-1-2/hourglass-of-the-free p. 31 raw 111085-111101"
    >>> resolve(f"lprcorpus 0.2.0 {place} “night whispers” ce735a69").status
    'same'
    """
    selector = Selector.read(selector)
    with opened(corpus) as searched:
        if selector.corpus != searched.name:
            found = f"of the corpus {selector.corpus[:60]!r}"
            raise UsageError(f"the selector is {found}; expected one of {searched.name!r}")
        index = index_of(searched)
        issue = index.issue(selector.issue)
        if issue is None or not issue.row.raw_sha256.startswith(selector.sha256):
            why = f"the raw text of {selector.issue} is another now, or is not in this corpus"
        elif issue.raw:
            return _by_raw_range(index, issue, selector)
        else:
            why = f"{issue.row.raw_path} is not there"
        return _by_quotation(index, issue, selector, why)


def _answer(selector: Selector, passages: Sequence[Passage], *, is_same: bool) -> Resolution:
    """Return the answer for a passage that reads as it did, or otherwise."""
    records = " and ".join(dict.fromkeys(passage.record for passage in passages))
    old = f"{selector.record}, {pages(selector.page, selector.page_end)}"
    new = f"{records}, {pages(passages[0].page, passages[-1].page_end)}"
    status, message = "same", f"it is where it was: {old}"
    if old != new:
        status, message = "moved", f"the same text has moved from {old} to {new}"
    if not is_same:
        texts = " and ".join(_shown(passage.exact) for passage in passages)
        message = f"it reads {texts}, not {_shown(selector.quote)}"
        if old != new:
            message += f"; it has moved from {old} to {new}"
        status = "changed"
    return Resolution(status, message, "raw range", selector, tuple(passages))


def _shown(text: str) -> str:
    """Return a text in quotation marks, cut to what a message can have."""
    line = " ".join(text.split())
    if len(line) > _LONGEST_SHOWN:
        line = f"{line[: _LONGEST_SHOWN - 1]}…"
    return f"“{line}”"


class _Letter(NamedTuple):
    """A character as it is compared, where it is in a text, and the raw characters it is from."""

    char: str
    text: RecordText
    offset: int
    raw_start: int
    raw_end: int


def _by_raw_range(index: TextIndex, issue: IndexedIssue, selector: Selector) -> Resolution:
    start, end = selector.raw_start, selector.raw_end
    if end > len(issue.raw):
        size = f"{issue.row.raw_path} has {len(issue.raw):,} characters"
        raise UsageError(f"the selector's raw range is {start}-{end}; {size}")
    spans = [span for span in issue.spans if span.raw_start < end and start < span.raw_end]
    letters = list(_letters(selector, index, spans))
    if not letters:
        roles = " and ".join(dict.fromkeys(span.role for span in spans))
        message = f"its raw characters are in no record now; their role is {roles}"
        message += f": {_shown(issue.raw[start:end])}"
        return Resolution("gone", message, "raw range", selector)
    # What has another role within a record's body lay between its lines and was no part of the
    # passage. But what was all body once may be a title here and a body there now.
    body = [letter for letter in letters if letter.text.role == "body"]
    matching = _matching(selector, body, issue.raw) or _matching(selector, letters, issue.raw)
    passages = []
    for text, inside in grouped(
        matching or body or letters, key=lambda letter: letter.text
    ).items():
        passages.append(text.passage(inside[0].offset, inside[-1].offset + 1))
    answer = _answer(selector, passages, is_same=bool(matching))
    edits = [edit for edit in issue.edits if edit.raw_start < end and start < edit.raw_end]
    if matching or not edits:
        return answer
    made = [f"{_shown(edit.before)} to {_shown(edit.after)} ({edit.rule})" for edit in edits]
    message = f"{answer.message}; edits in it: {', '.join(made[:_MOST_SHOWN])}"
    return replace(answer, message=message, edits=tuple(edits))


def _letters(
    selector: Selector, index: TextIndex, spans: Sequence[IndexedSpan]
) -> Iterator[_Letter]:
    """Yield the characters that come from a selector's raw characters, whose spans are given."""
    blocks = dict.fromkeys((span.record_id or "", span.role, span.block or 0) for span in spans)
    for record_id, role, position in blocks:
        text = index.text(record_id, role)
        block = text.block_of.get(position) if text else None
        if text is None or block is None:
            continue
        starts, ends = text.origins(block)
        # An edit is not cut.
        first = bisect_right(ends, selector.raw_start)
        for place in range(first, bisect_left(starts, selector.raw_end)):
            offset = block.body_start + place
            for char in selector.plain(text.text[offset]):
                yield _Letter(char, text, offset, starts[place], ends[place])


def _matching(selector: Selector, letters: Sequence[_Letter], raw: str) -> Sequence[_Letter]:
    """Return those of the characters of a raw range that read as a selector does, or none.

    That is all of them, unless the passage begins or ends inside what an edit put there: the raw
    range has all of that.
    """
    before = [letter for letter in letters[1:] if letter.raw_start == letters[0].raw_start]
    after = [letter for letter in letters[:-1] if letter.raw_end == letters[-1].raw_end]
    pattern = f".{{0,{len(before)}}}({selector.pattern()}).{{0,{len(after)}}}"
    read = "".join([letter.char for letter in letters])
    match = re.fullmatch(pattern, read, re.DOTALL)
    if match is None:
        return ()
    # A line leaves words out only of a passage that reads as the raw text does.
    is_shortened = selector.exact is None and ELLIPSIS in selector.quote
    if is_shortened and match[1] != selector.plain(raw[selector.raw_start : selector.raw_end]):
        return ()
    return letters[match.start(1) : match.end(1)]


def _by_quotation(
    index: TextIndex, issue: IndexedIssue | None, selector: Selector, why: str
) -> Resolution:
    passage = _quoted(index, issue, selector) if issue else None
    if passage is not None:
        text = selector.plain(passage.exact)
        is_same = re.fullmatch(selector.pattern(), text, re.DOTALL) is not None
        answer = _answer(selector, [passage], is_same=is_same)
        message = f"{answer.message} (found by its quotation, since {why})"
        return replace(answer, message=message, found_by="quotation")
    candidates: list[Passage] = []
    beginning = selector.quote.partition(ELLIPSIS)[0]
    if words(beginning):
        candidates = find(beginning, exact=True, limit=_MOST_CANDIDATES, corpus=index.corpus)
    similar = count(len(candidates), "passage reads like it", "passages read like it")
    message = f"{why}, and its quotation does not name one passage: {similar}"
    return Resolution("gone", message, "quotation", selector, candidates=tuple(candidates))


def _quoted(index: TextIndex, issue: IndexedIssue, selector: Selector) -> Passage | None:
    """Return the one passage of an issue that a quotation names; None in doubt.

    What was extracted again has other line ends, and some characters repaired. So letters and
    digits alone are compared, folded. The passage is where they read most like it, with what was
    before and after it. A line has nothing of what was around: its passage is found only if its
    words are many, or on their page, and once in their issue.
    """
    found = []
    for record_id, role in issue.spans_of:
        text = index.text(record_id, role)
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
    before, after = _folded(selector.prefix[-CONTEXT:]), _folded(selector.suffix[:CONTEXT])
    parts = selector.quote.split(ELLIPSIS)
    outside = " " * _NEAR
    if selector.exact is not None:
        parts = [selector.exact]
        if len(selector.prefix) < CONTEXT:
            before = outside + before
        if len(selector.suffix) < CONTEXT:
            after += outside
    head, tail = _folded(parts[0]), _folded(parts[-1])
    sizes = range(len(head) * 7 // 8, selector.raw_end - selector.raw_start + 1)
    head, tail = head[:CONTEXT], tail[-CONTEXT:]
    letters = f"{outside}{letters}{outside}"
    starts = _edges(before, head + after, letters)
    ends = _edges(before + tail, after, letters)
    if max(len(starts), len(ends)) > _MOST_PLACES:
        return
    matcher = SequenceMatcher(b=before + head + tail + after, autojunk=False)
    for start, end in product(starts, ends):
        if start < end and end - start in sizes:
            first = letters[max(start - len(before), 0) : start + len(head)]
            last = letters[max(end - len(tail), 0) : end + len(after)]
            matcher.set_seq1(first + last)
            if matcher.ratio() >= _ALIKE:
                yield start - _NEAR, end - _NEAR, matcher.ratio()


def _edges(before: str, after: str, letters: str) -> set[int]:
    """Return where in a text there are the letters before a place, or those after it."""
    patterns = []
    if before:
        patterns.append(f"(?<={re.escape(before[-_NEAR:])})")
    if after:
        patterns.append(f"(?={re.escape(after[:_NEAR])})")
    places = re.finditer("|".join(patterns) or "(?!)", letters)
    return {place.start() for place in places}


def _folded(text: str) -> str:
    return fold(text).replace(" ", "")
