"""From a selector back to its passage: is it where it was, has it moved or changed, is it gone?

The raw characters of a selector are looked up: the spans and edits of this edition say which record
has them now, on which page, and how they read. Nothing is searched for and nothing is guessed. Only
where the raw text is another, or is not there, the passage is looked for by its quotation, in
:mod:`lprcorpus.search.quotations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from lprcorpus.corpus import Corpus, opened
from lprcorpus.errors import UsageError
from lprcorpus.messages import count, pages
from lprcorpus.search.index import TextIndex, index_of
from lprcorpus.search.passages import (
    IndexedEdit,
    IndexedIssue,
    IndexedSpan,
    Passage,
    RecordText,
    overlapping,
)
from lprcorpus.search.query import find
from lprcorpus.search.quotations import quoted
from lprcorpus.search.selectors import ELLIPSIS, Selector
from lprcorpus.search.words import words
from lprcorpus.typed_rows import grouped

# Edits that a message has, at most, and characters of a text.
_MOST_SHOWN, _LONGEST_SHOWN = 3, 60
# Passages that read like one that is gone, at most.
_MOST_CANDIDATES = 10


@dataclass(frozen=True)
class Resolution:
    """Where a selector leads.

    Attributes:
        status: ``"same"``: the same text, in the same record and on the same page; ``"moved"``: the
            same text in another record or on another page; ``"changed"``: another text; ``"gone"``:
            none of its characters is in a record now.
        message: the answer in a sentence: where it moved to, how it changed, why it is gone.
        found_by: ``"raw range"``, or ``"quotation"`` where the raw text is another than the
            selector's.
        passages: the passage as it is now; several where its characters are in several texts; none
            where it is gone.
        edits: where it changed, the edits of this edition in it.
        candidates: where it is gone, the passages that read like it.
    """

    status: str
    message: str
    found_by: str
    selector: Selector
    passages: tuple[Passage, ...] = ()
    edits: tuple[IndexedEdit, ...] = ()
    candidates: tuple[Passage, ...] = ()

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
        issue = index.issue_with(selector.sha256, selector.issue)
        if issue is None:
            why = f"the raw text of {selector.issue} is another now, or is not in this corpus"
        elif issue.raw:
            return _by_raw_range(selector, issue)
        else:
            why = f"{issue.row.raw_path} is not there"
        return _by_quotation(index, selector, why)


def _by_quotation(index: TextIndex, selector: Selector, why: str) -> Resolution:
    passage = quoted(index, selector)
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


def _by_raw_range(selector: Selector, issue: IndexedIssue) -> Resolution:
    raw = issue.raw
    start, end = selector.raw_start, selector.raw_end
    if end > len(raw):
        size = f"{issue.row.raw_path} has {len(raw):,} characters"
        raise UsageError(f"the selector's raw range is {start}-{end}; {size}")
    spans = overlapping(issue.spans, start, end)
    letters = list(_letters(selector, issue, spans))
    if not letters:
        roles = " and ".join(dict.fromkeys(span.role for span in spans))
        message = f"its raw characters are in no record now; their role is {roles}"
        return Resolution("gone", f"{message}: {_shown(raw[start:end])}", "raw range", selector)
    # What has another role within a record's body lay between its lines and was no part of the
    # passage. But what was all body once may be a title here and a body there now.
    body = [letter for letter in letters if letter.text.role == "body"]
    matching = _matching(selector, body, raw) or _matching(selector, letters, raw)
    if matching:
        return _answer(selector, _passages(matching), is_same=True)
    answer = _answer(selector, _passages(body or letters), is_same=False)
    edits = tuple(overlapping(issue.edits, start, end))
    if not edits:
        return answer
    made = [f"{_shown(edit.before)} to {_shown(edit.after)} ({edit.rule})" for edit in edits]
    message = f"{answer.message}; edits in it: {', '.join(made[:_MOST_SHOWN])}"
    return replace(answer, message=message, edits=edits)


class _Letter(NamedTuple):
    """A character as it is compared, where it is in a text, and the raw characters it is from."""

    char: str
    text: RecordText
    offset: int
    raw_start: int
    raw_end: int


def _letters(
    selector: Selector, issue: IndexedIssue, spans: Sequence[IndexedSpan]
) -> Iterator[_Letter]:
    """Yield the characters of records' texts that come from a selector's raw characters."""
    for record_id, role in dict.fromkeys((span.record_id or "", span.role) for span in spans):
        text = issue.text(record_id, role)
        if text is None:
            continue
        for offset in range(*text.extent(selector.raw_start, selector.raw_end)):
            for char in selector.plain(text.text[offset]):
                yield _Letter(char, text, offset, text.raw_starts[offset], text.raw_ends[offset])


def _matching(selector: Selector, letters: Sequence[_Letter], raw: str) -> Sequence[_Letter]:
    """Return those of the characters of a raw range that read as a selector does, or none.

    That is all of them, unless the passage begins or ends inside what an edit put there: the raw
    range has all of that.
    """
    if not letters:
        return ()
    before = sum(letter.raw_start == letters[0].raw_start for letter in letters) - 1
    after = sum(letter.raw_end == letters[-1].raw_end for letter in letters) - 1
    pattern = f".{{0,{before}}}({selector.pattern()}).{{0,{after}}}"
    match = re.fullmatch(pattern, "".join(letter.char for letter in letters), re.DOTALL)
    if match is None:
        return ()
    # A line leaves out only what reads in the raw text as it does in the passage.
    for group in range(2, match.re.groups + 1):
        first, last = match.span(group)
        printed = raw[letters[first - 1].raw_end : letters[last].raw_start]
        if match[group] != selector.plain(printed):
            return ()
    return letters[match.start(1) : match.end(1)]


def _passages(letters: Sequence[_Letter]) -> list[Passage]:
    """Return characters as passages, one in each text."""
    passages = []
    for text, inside in grouped(letters, key=lambda letter: letter.text).items():
        passages.append(text.passage(inside[0].offset, inside[-1].offset + 1))
    return passages


def _answer(selector: Selector, passages: Sequence[Passage], *, is_same: bool) -> Resolution:
    """Return the answer for a passage that reads as it did, or otherwise."""
    records = " and ".join(dict.fromkeys(passage.record for passage in passages))
    old = f"{selector.record}, {pages(selector.page, selector.page_end)}"
    new = f"{records}, {pages(passages[0].page, passages[-1].page_end)}"
    status = "same"
    message = f"it is where it was: {old}"
    if old != new:
        status = "moved"
        message = f"the same text has moved from {old} to {new}"
    if not is_same:
        status = "changed"
        texts = " and ".join(_shown(passage.exact) for passage in passages)
        message = f"it reads {texts}, not {_shown(selector.quote)}"
        if old != new:
            message += f"; it has moved from {old} to {new}"
    return Resolution(status, message, "raw range", selector, tuple(passages))


def _shown(text: str) -> str:
    """Return a text in quotation marks, cut to what a message can have."""
    line = " ".join(text.split())
    if len(line) > _LONGEST_SHOWN:
        line = f"{line[: _LONGEST_SHOWN - 1]}…"
    return f"“{line}”"
