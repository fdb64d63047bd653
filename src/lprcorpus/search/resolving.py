"""From a selector back to its passage: is it where it was, has it moved or changed, is it gone?

The raw characters of a selector are looked up: the spans and edits of this edition say which record
has them now, on which page, and how they read. Nothing is searched for and nothing is guessed. Only
where the raw text is another, or is not there, the passage is looked for by its quotation, in
:mod:`lprcorpus.search.quotations`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from lprcorpus.corpus import Corpus, opened
from lprcorpus.derivation import Piece
from lprcorpus.errors import UsageError
from lprcorpus.messages import count, pages
from lprcorpus.search.index import TextIndex, index_of
from lprcorpus.search.passages import (
    ROLES_OF_TEXT,
    IndexedEdit,
    IndexedIssue,
    IndexedSpan,
    Passage,
    RecordText,
)
from lprcorpus.search.query import find
from lprcorpus.search.quotations import quoted
from lprcorpus.search.selectors import Selector
from lprcorpus.search.words import words
from lprcorpus.typed_rows import grouped

# Edits that a message has, at most, and characters of a text.
_MOST_SHOWN, _LONGEST_SHOWN = 3, 60
# Passages of other issues that read like one that is gone, at most.
_MOST_CANDIDATES = 10
_ROLE_NAMES = {
    "body": "text outside any record",
    "header": "a page header",
    "page_mark": "a page mark",
    "link": "the target of a link",
    "section": "the heading of a section",
}


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
        issue = index.issue_of(selector.sha256, selector.issue)
        if issue is None:
            why = f"the raw text of {selector.issue} is another now, or is not in this corpus"
        elif issue.raw is None:
            why = f"{issue.raw_path} is not there"
        else:
            return _by_raw_range(index, selector, issue, issue.raw)
        return _by_quotation(index, selector, why)


def _by_quotation(index: TextIndex, selector: Selector, why: str) -> Resolution:
    passage, candidates = quoted(index, selector)
    if passage is not None:
        is_same = selector.quotes(passage.exact)
        answer = _answer(selector, (passage,), is_same=is_same, found_by="quotation")
        return replace(answer, message=f"{answer.message} (found by its quotation, since {why})")
    if not candidates and words(selector.quote):
        # Another issue may have it.
        candidates = find(selector.quote, exact=True, limit=_MOST_CANDIDATES, corpus=index.corpus)
    candidates = candidates[:_MOST_CANDIDATES]
    similar = count(len(candidates), "passage reads like it", "passages read like it")
    message = f"{why}, and its quotation does not name one passage: {similar}"
    return Resolution("gone", message, "quotation", selector, candidates=tuple(candidates))


def _by_raw_range(
    index: TextIndex, selector: Selector, issue: IndexedIssue, raw: str
) -> Resolution:
    if selector.raw_end > len(raw):
        found = f"{selector.raw_start}-{selector.raw_end}"
        size = f"{issue.raw_path} has {len(raw):,} characters"
        raise UsageError(f"the selector's raw range is {found}; {size}")
    spans = [span for span in issue.spans if _overlaps(selector, span)]
    letters = _letters(index, selector, spans)
    if not letters:
        message = f"its characters are in no record now, they are {_roles(spans)}"
        message += f": {_shown(raw[selector.raw_start : selector.raw_end])}"
        return Resolution("gone", message, "raw range", selector)
    # What has another role within a record's body lay between its lines and was no part of the
    # passage. But what was all body once may be a title here and a body there now.
    body = [letter for letter in letters if letter.text.role == "body"]
    matching = _matching(selector, body, raw) or _matching(selector, letters, raw)
    if matching:
        return _answer(selector, _passages(matching), is_same=True, found_by="raw range")
    passages = _passages(body or letters)
    answer = _answer(selector, passages, is_same=False, found_by="raw range")
    message = answer.message
    version = index.corpus.version
    if selector.version == version:
        # No edition came between that could have changed it.
        message = f"the selector contradicts itself: in version {version}, its raw characters"
        message += f" read {_read_now(passages)}, not {_shown(selector.quote)}"
    edits = tuple(edit for edit in issue.edits if _overlaps(selector, edit))
    if edits:
        message += f"; edits in it: {_listed(edits)}"
    if any(span.record_id is None and span.role in ROLES_OF_TEXT for span in spans):
        message += " (some of its characters are in no record now)"
    return replace(answer, message=message, edits=edits)


class _Letter(NamedTuple):
    """A character as it is compared, its place in a text, and the piece of that that it is in."""

    char: str
    text: RecordText
    offset: int
    piece: Piece


def _letters(index: TextIndex, selector: Selector, spans: Sequence[IndexedSpan]) -> list[_Letter]:
    """Return the characters of records' texts that come from a selector's raw characters."""
    letters = []
    for record_id, role in dict.fromkeys((span.record_id, span.role) for span in spans):
        if record_id is None or role not in ROLES_OF_TEXT:
            continue
        text = index.text(record_id, role)
        if text is None:
            continue
        for piece in text.pieces(selector.raw_start, selector.raw_end):
            for offset in range(piece.start, piece.end):
                for char in selector.plain(text.text[offset]):
                    letters.append(_Letter(char, text, offset, piece))
    return letters


def _matching(selector: Selector, letters: Sequence[_Letter], raw: str) -> Sequence[_Letter]:
    """Return those of the characters of a raw range that read as a selector does, or none.

    That is all of them, unless the passage begins or ends inside what an edit put there: the raw
    range has all of that.
    """
    chars = "".join(letter.char for letter in letters)
    before = f".{{0,{_spare(letters)}}}"
    after = f".{{0,{_spare(letters[::-1])}}}"
    for pattern in selector.patterns():
        found = re.fullmatch(f"{before}(?P<all>{pattern}){after}", chars, re.DOTALL)
        if found is None:
            continue
        matching = letters[found.start("all") : found.end("all")]
        if "left_out" not in found.groupdict():
            return matching
        # A line leaves out only what reads in the raw text as it does in the passage.
        last = letters[found.start("left_out") - 1]
        following = letters[found.end("left_out")]
        start = last.piece.cut(last.offset, last.offset + 1).raw_end
        end = following.piece.cut(following.offset, following.offset + 1).raw_start
        if selector.plain(raw[start:end]) == found["left_out"]:
            return matching
    return ()


def _spare(letters: Sequence[_Letter]) -> int:
    """Return how many characters a passage may lack at the start: all but one of an edit's."""
    edit = letters[0].piece.edit if letters else None
    if edit is None:
        return 0
    return sum(letter.piece.edit is edit for letter in letters) - 1


def _passages(letters: Sequence[_Letter]) -> tuple[Passage, ...]:
    """Return characters as passages, one in each text."""
    passages = []
    for text, inside in grouped(letters, key=lambda letter: letter.text).items():
        passages.append(text.passage(inside[0].offset, inside[-1].offset + 1))
    return tuple(passages)


def _answer(
    selector: Selector, passages: tuple[Passage, ...], *, is_same: bool, found_by: str
) -> Resolution:
    """Return the answer for a passage that reads as it did, or otherwise."""
    moves = _moves(selector, passages)
    status = "same"
    message = f"it is where it was: {selector.record}, {pages(selector.page, selector.page_end)}"
    if not is_same:
        status = "changed"
        message = f"{_shown(selector.quote)} is now {_read_now(passages)}"
        if moves:
            message += f"; it has moved {moves}"
    elif moves:
        status = "moved"
        message = f"the same text has moved {moves}"
    return Resolution(status, message, found_by, selector, passages)


def _moves(selector: Selector, passages: Sequence[Passage]) -> str:
    """Return how a passage has moved, as "from … to …"; nothing if it has not."""
    moves = []
    records = list(dict.fromkeys(passage.record for passage in passages))
    if records != [selector.record]:
        moves.append(f"from {selector.record} to {' and '.join(records)}")
    old = pages(selector.page, selector.page_end)
    new = pages(passages[0].page, passages[-1].page_end)
    if old != new:
        moves.append(f"from {old} to {new}")
    return "; ".join(moves)


def _overlaps(selector: Selector, row: IndexedSpan | IndexedEdit) -> bool:
    return row.raw_start < selector.raw_end and selector.raw_start < row.raw_end


def _roles(spans: Sequence[IndexedSpan]) -> str:
    """Return what the characters of some spans are, in words."""
    roles = dict.fromkeys(span.role for span in spans if span.role != "blank")
    return " and ".join(_ROLE_NAMES.get(role, role) for role in roles) or "blank"


def _listed(edits: Sequence[IndexedEdit]) -> str:
    made = []
    for edit in edits[:_MOST_SHOWN]:
        made.append(f"{_shown(edit.before)} to {_shown(edit.after)} ({edit.rule})")
    return ", ".join(made)


def _read_now(passages: Sequence[Passage]) -> str:
    return " and ".join(_shown(passage.exact) for passage in passages)


def _shown(text: str) -> str:
    """Return a text in quotation marks, cut to what a message can have."""
    line = " ".join(text.split())
    if len(line) > _LONGEST_SHOWN:
        line = f"{line[: _LONGEST_SHOWN - 1]}…"
    return f"“{line}”"
