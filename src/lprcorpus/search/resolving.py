"""From a selector back to its passage: whether it is where it was, has moved, has changed, or is gone.

The raw characters of a selector are looked up: the spans and edits of this edition say which record
has them now, on which page, and how they read. Nothing is searched for and nothing is guessed. Only
where the raw text is another, or is not there, the passage is looked for by its quotation, in
:mod:`lprcorpus.search.quotations`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from lprcorpus.corpus import Corpus, opened
from lprcorpus.errors import UsageError
from lprcorpus.messages import count, pages
from lprcorpus.search.index import IndexedEdit, IndexedIssue, index_of
from lprcorpus.search.passages import ROLES_OF_TEXT, Passage, Reader, RecordText
from lprcorpus.search.quotations import quoted
from lprcorpus.search.selectors import Selector
from lprcorpus.typed_rows import grouped

__all__ = ["Resolution", "Resolver", "resolve"]

# Edits that a message has, at most.
_MOST_SHOWN = 3
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
    """Follow a selector to its passage, and return whether it is where it was, has moved, has changed, or is gone.

    Args:
        selector: a selector as :func:`lprcorpus.find` gives it: itself, as JSON, or as a line.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UsageError: it is no selector, or one of another corpus, or its raw characters are beyond
            the raw text.

    >>> resolve("lprcorpus 0.2.0 lpr-1-2/hourglass-of-the-free p. 31 raw 111085-111101 “night whispers” ce735a69").status
    'same'
    """
    with opened(corpus) as searched:
        return Resolver(searched).resolve(selector)


@dataclass(frozen=True)
class _Letter:
    """A character that is no white space, where it is in a text, and the raw characters it comes from."""

    char: str
    text: RecordText
    offset: int
    raw_start: int
    raw_end: int


class Resolver:
    """Resolves selectors in one corpus, many of them faster than one by one; not for several threads."""

    def __init__(self, corpus: Corpus) -> None:
        self._index = index_of(corpus)
        self._reader = Reader(self._index)

    def resolve(self, selector: Selector | Mapping[str, Any] | str) -> Resolution:
        """Follow a selector, as :func:`resolve` does."""
        selector = Selector.read(selector)
        found, expected = selector.corpus[:60], self._index.corpus.name
        if selector.corpus != expected:
            raise UsageError(
                f"the selector is of the corpus {found!r}; expected one of {expected!r}"
            )
        # Of several issues that have its raw text, the one that it names.
        ids = self._index.issue_ids(selector.sha256)
        issue = self._reader.issue(selector.issue if selector.issue in ids else (ids or [""])[0])
        if issue is None:
            why = f"the raw text of {selector.issue} is another now, or is not in this corpus"
            return self._by_quotation(selector, why)
        if issue.raw is None:
            return self._by_quotation(selector, f"{issue.raw_path} is not there")
        if selector.raw_end > len(issue.raw):
            found = f"{selector.raw_start}-{selector.raw_end}"
            size = f"{issue.raw_path} has {len(issue.raw):,} characters"
            raise UsageError(f"the selector's raw range is {found}; {size}")
        return self._by_raw_range(selector, issue, issue.raw)

    def _by_quotation(self, selector: Selector, why: str) -> Resolution:
        found, candidates = quoted(self._reader, selector)
        if found is None:
            similar = count(len(candidates), "passage reads like it", "passages read like it")
            message = f"{why}, and its quotation does not name one passage: {similar}"
            return Resolution("gone", message, "quotation", selector, candidates=tuple(candidates))
        is_same = _is_quoted(selector, found.exact)
        answer = (_unchanged if is_same else _changed)(selector, [found], "quotation")
        return replace(answer, message=f"{answer.message} (found by its quotation, since {why})")

    def _by_raw_range(self, selector: Selector, issue: IndexedIssue, raw: str) -> Resolution:
        start, end = selector.raw_start, selector.raw_end
        spans = [span for span in issue.spans if span.raw_start < end and start < span.raw_end]
        texts = dict.fromkeys((span.record_id, span.role) for span in spans)
        letters: list[_Letter] = []
        for record_id, role in texts:
            if record_id and role in ROLES_OF_TEXT and (text := self._reader.text(record_id, role)):
                letters += _letters(text, start, end)
        # What has another role within a record's body lay between its lines and was no part of the
        # passage. But what was all body once may be a title here and a body there now.
        body = [letter for letter in letters if letter.text.role == "body"]
        matching = _matching(selector, body, raw) or _matching(selector, letters, raw)
        if matching:
            return _unchanged(selector, _passages(matching), "raw range")
        if not letters:
            roles = dict.fromkeys(span.role for span in spans if span.role != "blank")
            what = " and ".join(_ROLE_NAMES.get(role, role) for role in roles) or "blank"
            message = f"its characters are in no record now, they are {what}"
            message = f"{message}: {_shown(raw[start:end])}"
            return Resolution("gone", message, "raw range", selector)
        answer = _changed(selector, _passages(body or letters), "raw range")
        if selector.version == self._index.corpus.version:
            # No edition came between: it is not the passage that differs.
            reads = " and ".join(_shown(passage.exact) for passage in answer.passages)
            message = f"the selector contradicts itself: in version {selector.version}, its raw"
            message = f"{message} characters read {reads}, not {_shown(selector.quote)}"
            answer = replace(answer, message=message)
        edits = [edit for edit in issue.edits if edit.raw_start < end and start < edit.raw_end]
        message = answer.message
        if edits:
            made = [
                f"{_shown(edit.before)} to {_shown(edit.after)} ({edit.rule})" for edit in edits
            ]
            message += f"; edits in it: {', '.join(made[:_MOST_SHOWN])}"
        if any(record_id is None and role in ROLES_OF_TEXT for record_id, role in texts):
            message += " (some of its characters are in no record now)"
        return replace(answer, message=message, edits=tuple(edits))


def _letters(text: RecordText, raw_start: int, raw_end: int) -> list[_Letter]:
    """Return the characters of a text that come from some raw characters, white space aside."""
    letters = []
    for piece in text.pieces(raw_start, raw_end):
        for offset in range(piece.start, piece.end):
            if not text.text[offset].isspace():
                raw_range = piece.raw_range(offset)
                letters.append(_Letter(text.text[offset], text, offset, *raw_range))
    return letters


def _matching(selector: Selector, letters: Sequence[_Letter], raw: str) -> Sequence[_Letter]:
    """Return those of the characters of a raw range that read as a selector does; none if they do not.

    That is all of them, unless the passage begins or ends inside what an edit put there: the raw
    range has all of that.
    """
    plain: list[_Letter] = []
    for letter in letters:
        for char in selector.plain(letter.char):
            # A typesetter may write a dash as two hyphens.
            is_doubled = char == "-" and plain and plain[-1].char == "-"
            if selector.exact is not None or not is_doubled:
                plain.append(replace(letter, char=char))
    for first, last in selector.ends():
        found = _between(plain, first, last)
        if found and not last:
            return found
        # Only what reads in the raw text as it does here was left out of a line.
        left_out = found[len(first) - 1 : len(found) - len(last) + 1]
        if left_out and _chars(left_out[1:-1]) == selector.plain(
            raw[left_out[0].raw_end : left_out[-1].raw_start]
        ):
            return found
    return ()


def _between(letters: Sequence[_Letter], first: str, last: str) -> Sequence[_Letter]:
    """Return the characters from the first words to the last, if these are at the ends; without last words, the first are all."""
    chars = _chars(letters)
    start = chars.find(first, 0, _spare(letters) + len(first))
    end = start + len(first)
    if last:
        end = chars.rfind(last, end + 1) + len(last)
    is_whole = start >= 0 and end > start + len(last) and len(chars) - end <= _spare(letters[::-1])
    return letters[start:end] if is_whole else ()


def _chars(letters: Sequence[_Letter]) -> str:
    return "".join(letter.char for letter in letters)


def _spare(letters: Sequence[_Letter]) -> int:
    """Return how many of the first characters a passage may lack: all but one of those of the same edit."""
    same = [letter for letter in letters if letter.raw_start == letters[0].raw_start]
    return max(len(same) - 1, 0)


def _passages(letters: Sequence[_Letter]) -> list[Passage]:
    """Return characters as passages, one in each text."""
    by_text = grouped(letters, key=lambda letter: letter.text)
    return [
        text.passage(inside[0].offset, inside[-1].offset + 1) for text, inside in by_text.items()
    ]


def _is_quoted(selector: Selector, text: str) -> bool:
    """Return whether a text reads as a selector does, as far as a line has its words."""
    plain = selector.plain(text)
    for first, last in selector.ends():
        is_between = last and plain.startswith(first) and plain.endswith(last)
        if is_between or plain == first:
            return True
    return False


def _unchanged(selector: Selector, passages: Sequence[Passage], found_by: str) -> Resolution:
    moves = _moves(selector, passages)
    status, message = "moved", f"the same text has moved {moves}"
    if not moves:
        where = f"{selector.record}, {pages(selector.page, selector.page_end)}"
        status, message = "same", f"it is where it was: {where}"
    return Resolution(status, message, found_by, selector, tuple(passages))


def _changed(selector: Selector, passages: Sequence[Passage], found_by: str) -> Resolution:
    moves = _moves(selector, passages)
    now = " and ".join(_shown(passage.exact) for passage in passages)
    message = f"{_shown(selector.quote)} is now {now}"
    if moves:
        message += f"; it has moved {moves}"
    return Resolution("changed", message, found_by, selector, tuple(passages))


def _moves(selector: Selector, passages: Sequence[Passage]) -> str:
    """Return in what a passage is not where its selector has it, as "from … to …"; nothing if it is."""
    moves = []
    records = list(dict.fromkeys(passage.record for passage in passages))
    if records != [selector.record]:
        moves.append(f"from {selector.record} to {' and '.join(records)}")
    old, new = (selector.page, selector.page_end), (passages[0].page, passages[-1].page_end)
    if old != new:
        moves.append(f"from {pages(*old)} to {pages(*new)}")
    return "; ".join(moves)


def _shown(text: str) -> str:
    """Return a text in quotation marks, cut to what a message can have."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= 60 else f"“{line[:59]}…”"
