"""From a selector back to its passage: whether it is where it was, has moved, has changed, or is gone.

The raw characters of a selector are looked up: the spans and edits of this edition say which record has them now, on which
page, and how they read. Nothing is searched for and nothing is guessed. Only where the raw text is another, or is not there, the
passage is looked for by its quotation, in :mod:`lprcorpus.search.quotations`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.messages import count, pages
from lprcorpus.search.index import IndexedEdit, IndexedIssue, IndexedSpan, index_of
from lprcorpus.search.passages import ROLES_OF_TEXT, Letter, Passage, Reader
from lprcorpus.search.quotations import quoted, reads_as
from lprcorpus.search.selectors import ELLIPSIS, Selector, squeeze, typewritten
from lprcorpus.typed_rows import grouped

__all__ = ["Resolution", "Resolver", "resolve"]

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
        status: ``"same"``: the same text, in the same record and on the same page; ``"moved"``: the same text in another
            record or on another page; ``"changed"``: another text; ``"gone"``: none of its characters is in a record now.
        message: the answer in a sentence: where it moved to, how it changed, why it is gone.
        found_by: ``"raw range"``, or ``"quotation"`` where the raw text is another than the selector's.
        selector: the selector.
        passages: the passage as it is now; several where its characters are in several texts; none where it is gone.
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
            "line": self.selector.to_line(),
            "passages": [passage.to_dict() for passage in self.passages],
            "edits": [asdict(edit) for edit in self.edits],
            "candidates": [candidate.to_dict() for candidate in self.candidates],
        }


def resolve(selector: Selector | Mapping[str, Any] | str, *, corpus: Corpus | None = None) -> Resolution:
    """Follow a selector to its passage, and return whether it is where it was, has moved, has changed, or is gone.

    Args:
        selector: a selector as :func:`lprcorpus.find` gives it: itself, as JSON, or as a line.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UsageError: it is no selector, or one of another corpus, or its raw characters are beyond the raw text.

    >>> resolve("lprcorpus 0.2.0 lpr-1-2/hourglass-of-the-free p. 31 raw 111085-111101 “night whispers” ce735a69").status
    'same'
    """
    return Resolver(corpus).resolve(Selector.read(selector))


class Resolver:
    """Resolves selectors in one corpus, many of them faster than one by one; not for several threads."""

    def __init__(self, corpus: Corpus | None = None) -> None:
        self._reader = Reader(index_of(corpus))

    def resolve(self, selector: Selector) -> Resolution:
        """Follow a selector.

        Raises:
            UsageError: it is one of another corpus, or its raw characters are beyond the raw text.
        """
        expected = self._reader.index.corpus.name
        if selector.corpus != expected:
            raise UsageError(f"the selector is of the corpus {selector.corpus[:60]!r}; expected one of {expected!r}")
        issue = self._issue(selector)
        if issue is None:
            return self._by_quotation(selector, f"the raw text of {selector.issue} is another now, or is not in this corpus")
        if selector.raw_end > issue.raw_chars:
            found = f"{selector.raw_start}-{selector.raw_end}"
            raise UsageError(f"the selector's raw range is {found}; {issue.raw_path} has {issue.raw_chars:,} characters")
        raw = self._reader.raw(issue)
        if raw is None:
            return self._by_quotation(selector, f"{issue.raw_path} is not there")
        return _Lookup(self._reader, issue, raw, selector).resolution()

    def _issue(self, selector: Selector) -> IndexedIssue | None:
        """Return the issue that has the selector's raw text; of several that have it, the one that it names."""
        issues = self._reader.index.rows(IndexedIssue, "raw_sha256 >= ?1 AND raw_sha256 < ?1 || 'g'", selector.sha256)
        named = [issue for issue in issues if issue.id == selector.issue]
        if named or len(issues) == 1:
            return (named or issues)[0]
        return None

    def _by_quotation(self, selector: Selector, why: str) -> Resolution:
        found, candidates = quoted(self._reader, selector)
        if found is not None:
            same = reads_as(selector, found.exact)
            return _answer(selector, [found], "quotation", remark=f"found by its quotation, since {why}", same=same)
        similar = count(len(candidates), "passage reads like it", "passages read like it")
        message = f"{why}, and its quotation does not name one passage: {similar}"
        return Resolution("gone", message, "quotation", selector, candidates=tuple(candidates))


class _Lookup:
    """Looks the raw characters of one selector up."""

    def __init__(self, reader: Reader, issue: IndexedIssue, raw: str, selector: Selector) -> None:
        self._reader = reader
        self._issue = issue
        self._raw = raw
        self._selector = selector
        condition = "issue_id = ? AND raw_end > ? AND raw_start < ?"
        self._extent = selector.raw_start, selector.raw_end
        self._spans = reader.index.rows(IndexedSpan, condition, issue.id, *self._extent)
        self._edits = tuple(reader.index.rows(IndexedEdit, condition, issue.id, *self._extent))

    def resolution(self) -> Resolution:
        """Return the answer."""
        letters = list(self._letters())
        body = [letter for letter in letters if letter.text.role == "body"]
        # What has another role within a record's body lay between its lines and was no part of the passage. But what was
        # all body once may be a title here and a body there now.
        for chosen in (body, letters):
            matching = self._matching(chosen)
            if matching:
                return _answer(self._selector, _passages(matching), "raw range", same=True)
        if letters:
            lost = any(span.role in ROLES_OF_TEXT and span.record_id is None for span in self._spans)
            remark = "some of its characters are in no record now" if lost else ""
            found = _passages(body or letters)
            return _answer(self._selector, found, "raw range", remark=remark, edits=self._edits)
        named = [_ROLE_NAMES.get(span.role, span.role) for span in self._spans if span.role != "blank"]
        what = " and ".join(dict.fromkeys(named)) or "blank"
        message = f"its characters are in no record now, they are {what}: {_shown(self._raw[slice(*self._extent)])}"
        return Resolution("gone", message, "raw range", self._selector)

    def _letters(self) -> Iterator[Letter]:
        """Yield the characters that records have of the raw range, text by text."""
        of_records = [span for span in self._spans if span.role in ROLES_OF_TEXT and span.record_id is not None]
        for record_id, role in dict.fromkeys((span.record_id or "", span.role) for span in of_records):
            text = self._reader.text(record_id, role)
            if text is not None:
                yield from text.letters(*self._extent)

    def _matching(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        """Return those of the characters that read as the selector does; none if they do not.

        That is all of them, unless the passage begins or ends inside what an edit put there: the raw range has all of that.
        """
        if self._selector.exact is not None:
            return _between(letters, squeeze(self._selector.exact))
        letters = list(_typewritten(letters))
        pieces = self._selector.quote.split(ELLIPSIS)
        found = _between(letters, typewritten(self._selector.quote))
        for number in range(1, len(pieces)):
            if found:
                break
            first, last = typewritten(ELLIPSIS.join(pieces[:number])), typewritten(ELLIPSIS.join(pieces[number:]))
            found = _between(letters, first, last)
            if found and not self._is_as_printed(found[len(first) - 1 : len(found) - len(last) + 1]):
                found = ()
        return found

    def _is_as_printed(self, letters: Sequence[Letter]) -> bool:
        """Return whether what is between two characters reads in the raw text as here: only such is left out of a line."""
        printed = self._raw[letters[0].raw_end : letters[-1].raw_start]
        return typewritten(printed) == "".join(letter.char for letter in letters[1:-1])


def _typewritten(letters: Sequence[Letter]) -> Iterator[Letter]:
    """Yield characters as a typewriter has them, which may be several for one."""
    last = ""
    for letter in letters:
        for char in typewritten(letter.char):
            if char != "-" or last != "-":
                yield replace(letter, char=char)
            last = char


def _between(letters: Sequence[Letter], first: str, last: str = "") -> Sequence[Letter]:
    """Return the characters from the first words to the last; none if they do not begin and end with these, or only with them.

    Without last words, the first are all.
    """
    chars = "".join(letter.char for letter in letters)
    start = chars.find(first, 0, _spare(letters) + len(first))
    end = start + len(first)
    if last:
        end = chars.rfind(last, end + 1) + len(last)
    is_whole = start >= 0 and end > start + len(last) and len(chars) - end <= _spare(letters[::-1])
    return letters[start:end] if is_whole else ()


def _spare(letters: Sequence[Letter]) -> int:
    """Return how many of the first characters a passage may lack: all but one of those that the same edit put there."""
    number = 0
    while number + 1 < len(letters) and letters[number + 1].raw_start == letters[0].raw_start:
        number += 1
    return number


def _passages(letters: Sequence[Letter]) -> list[Passage]:
    """Return characters as passages, one in each text."""
    by_text = grouped(letters, key=lambda letter: letter.text)
    return [text.passage(inside[0].offset, inside[-1].offset + 1) for text, inside in by_text.items()]


def _answer(
    selector: Selector,
    passages: Sequence[Passage],
    found_by: str,
    *,
    remark: str = "",
    same: bool = False,
    edits: tuple[IndexedEdit, ...] = (),
) -> Resolution:
    moves = _moves(selector, passages)
    if not same:
        new = " and ".join(_shown(passage.exact) for passage in passages)
        status, message = "changed", f"{_shown(selector.quote)} is now {new}"
        if edits:
            made = [f"{_shown(edit.before)} to {_shown(edit.after)} ({edit.rule})" for edit in edits]
            message += f"; edits in it: {', '.join(made[:3])}"
        if moves:
            message += f"; it has moved {moves}"
    elif moves:
        status, message = "moved", f"the same text has moved {moves}"
    else:
        where = pages(passages[0].page, passages[-1].page_end)
        status, message = "same", f"it is where it was: {passages[0].record}, {where}"
    if remark:
        message += f" ({remark})"
    return Resolution(status, message, found_by, selector, tuple(passages), edits)


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
