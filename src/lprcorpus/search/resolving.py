"""From a selector back to its passage: whether it is where it was, has moved, has changed, or is gone.

The raw characters of a selector are looked up: the spans and edits of this edition say which record
has them now, on which page, and how they read. Nothing is searched for and nothing is guessed. Only
where the raw text is another, or is not there, the passage is looked for by its quotation, in
:mod:`lprcorpus.search.quotations`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.messages import count, pages
from lprcorpus.search.index import IndexedEdit, IndexedIssue, index_of
from lprcorpus.search.passages import ROLES_OF_TEXT, Letter, Passage, Reader
from lprcorpus.search.quotations import quoted
from lprcorpus.search.selectors import Selector, squeeze, typewritten
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
    return Resolver(corpus).resolve(Selector.read(selector))


class Resolver:
    """Resolves selectors in one corpus, many of them faster than one by one; not for several threads."""

    def __init__(self, corpus: Corpus | None = None) -> None:
        self._index = index_of(corpus)
        self._reader = Reader(self._index)

    def resolve(self, selector: Selector) -> Resolution:
        """Follow a selector.

        Raises:
            UsageError: it is one of another corpus, or its raw characters are beyond the raw text.
        """
        expected = self._index.corpus.name
        if selector.corpus != expected:
            raise UsageError(
                f"the selector is of the corpus {selector.corpus[:60]!r}; expected one of {expected!r}"
            )
        issue = self._issue(selector)
        if issue is None:
            return self._by_quotation(
                selector,
                f"the raw text of {selector.issue} is another now, or is not in this corpus",
            )
        if selector.raw_end > issue.raw_chars:
            found = f"{selector.raw_start}-{selector.raw_end}"
            raise UsageError(
                f"the selector's raw range is {found}; {issue.raw_path} has {issue.raw_chars:,} characters"
            )
        raw = self._reader.raw(issue)
        if raw is None:
            return self._by_quotation(selector, f"{issue.raw_path} is not there")
        return self._by_raw_range(selector, issue, raw)

    def _issue(self, selector: Selector) -> IndexedIssue | None:
        """Return the issue that has the selector's raw text; of several that have it, the one that it names."""
        ids = self._index.issues(selector.sha256)
        if not ids:
            return None
        return self._reader.issue(selector.issue if selector.issue in ids else ids[0])

    def _by_quotation(self, selector: Selector, why: str) -> Resolution:
        found, candidates = quoted(self._reader, selector)
        if found is not None:
            same = _reads_as(selector, found.exact)
            return _answer(
                selector,
                [found],
                "quotation",
                remark=f"found by its quotation, since {why}",
                same=same,
            )
        similar = count(len(candidates), "passage reads like it", "passages read like it")
        message = f"{why}, and its quotation does not name one passage: {similar}"
        return Resolution("gone", message, "quotation", selector, candidates=tuple(candidates))

    def _by_raw_range(self, selector: Selector, issue: IndexedIssue, raw: str) -> Resolution:
        extent = selector.raw_start, selector.raw_end
        spans = [
            span for span in issue.spans if span.raw_start < extent[1] and extent[0] < span.raw_end
        ]
        texts = dict.fromkeys(
            (span.record_id, span.role) for span in spans if span.role in ROLES_OF_TEXT
        )
        letters: list[Letter] = []
        for record_id, role in texts:
            text = self._reader.text(record_id, role) if record_id else None
            if text is not None:
                letters += text.letters(*extent)
        body = [letter for letter in letters if letter.text.role == "body"]
        # What has another role within a record's body lay between its lines and was no part of the
        # passage. But what was all body once may be a title here and a body there now.
        matching = _matching(selector, body, raw) or _matching(selector, letters, raw)
        if matching:
            return _answer(selector, _passages(matching), "raw range", same=True)
        if letters:
            edits = tuple(
                edit
                for edit in issue.edits
                if edit.raw_start < extent[1] and extent[0] < edit.raw_end
            )
            lost = any(record_id is None for record_id, _ in texts)
            remark = "some of its characters are in no record now" if lost else ""
            return _answer(
                selector, _passages(body or letters), "raw range", remark=remark, edits=edits
            )
        roles = dict.fromkeys(span.role for span in spans if span.role != "blank")
        what = " and ".join(_ROLE_NAMES.get(role, role) for role in roles) or "blank"
        message = (
            f"its characters are in no record now, they are {what}: {_shown(raw[slice(*extent)])}"
        )
        return Resolution("gone", message, "raw range", selector)


def _matching(selector: Selector, letters: Sequence[Letter], raw: str) -> Sequence[Letter]:
    """Return those of the characters of a raw range that read as a selector does; none if they do not.

    That is all of them, unless the passage begins or ends inside what an edit put there: the raw
    range has all of that.
    """
    if selector.exact is not None:
        return _between(letters, squeeze(selector.exact), "")
    letters = list(_typewritten(letters))
    for first, last in selector.quoted_ends():
        found = _between(letters, first, last)
        left_out = found[len(first) - 1 : len(found) - len(last) + 1]
        if found and (not last or _is_as_printed(left_out, raw)):
            return found
    return ()


def _is_as_printed(letters: Sequence[Letter], raw: str) -> bool:
    """Return whether what is between two characters reads in the raw text as here: only such is left out of a line."""
    printed = raw[letters[0].raw_end : letters[-1].raw_start]
    return typewritten(printed) == "".join(letter.char for letter in letters[1:-1])


def _typewritten(letters: Sequence[Letter]) -> Iterator[Letter]:
    """Yield characters as a typewriter has them, which may be several for one."""
    last = ""
    for letter in letters:
        for char in typewritten(letter.char):
            if char != "-" or last != "-":
                yield replace(letter, char=char)
            last = char


def _between(letters: Sequence[Letter], first: str, last: str) -> Sequence[Letter]:
    """Return the characters from the first words to the last, if these are at the ends; without last words, the first are all."""
    chars = "".join(letter.char for letter in letters)
    start = chars.find(first, 0, _spare(letters) + len(first))
    end = start + len(first)
    if last:
        end = chars.rfind(last, end + 1) + len(last)
    is_whole = start >= 0 and end > start + len(last) and len(chars) - end <= _spare(letters[::-1])
    return letters[start:end] if is_whole else ()


def _spare(letters: Sequence[Letter]) -> int:
    """Return how many of the first characters a passage may lack: all but one of those that the same edit put there."""
    same = [letter for letter in letters if letter.raw_start == letters[0].raw_start]
    return max(len(same) - 1, 0)


def _passages(letters: Sequence[Letter]) -> list[Passage]:
    """Return characters as passages, one in each text."""
    by_text = grouped(letters, key=lambda letter: letter.text)
    return [
        text.passage(inside[0].offset, inside[-1].offset + 1) for text, inside in by_text.items()
    ]


def _reads_as(selector: Selector, text: str) -> bool:
    """Return whether a text reads as a selector does, white space aside, as far as a line has its words."""
    if selector.exact is not None:
        return squeeze(text) == squeeze(selector.exact)
    typed = typewritten(text)
    ends = list(selector.quoted_ends())
    return any(typed.startswith(first) and typed.endswith(last or first) for first, last in ends)


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
    status, message = (
        "changed",
        f"{_shown(selector.quote)} is now {' and '.join(_shown(found.exact) for found in passages)}",
    )
    if same and moves:
        status, message = "moved", f"the same text has moved {moves}"
    elif same:
        status, message = (
            "same",
            f"it is where it was: {passages[0].record}, {pages(selector.page, selector.page_end)}",
        )
    elif moves:
        message += f"; it has moved {moves}"
    if edits:
        made = [f"{_shown(edit.before)} to {_shown(edit.after)} ({edit.rule})" for edit in edits]
        message += f"; edits in it: {', '.join(made[:_MOST_SHOWN])}"
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
