"""What is answered of a selector: that its passage is the same, has moved, has changed or is gone, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from lprcorpus.search.likeness import Place, places_like
from lprcorpus.search.passages import Citations, Passage, passage_at
from lprcorpus.search.selectors import Selector
from lprcorpus.search.textindex import TextIndex

__all__ = ["Resolution", "changed", "gone", "unchanged"]

MOST_CANDIDATES = 10
"""Places that read like a passage that is gone, at most, in an answer."""


@dataclass(frozen=True)
class Resolution:
    """Where a selector leads.

    Attributes:
        status: ``"same"``: the same text in the same record, on the same page, at the same characters; ``"moved"``: the same
            text elsewhere; ``"changed"``: another wording in its place; ``"gone"``: it is not there, or cannot be told from
            others.
        message: the answer in a sentence: where the passage moved to, how it changed, why it is gone.
        passage: the passage as it is now; None where it is gone.
        changes: where it changed, what was there and what is there now, stretch by stretch; empty for a selector that does
            not hold the whole passage.
        candidates: where it is gone, the places that read like it.
    """

    status: str
    message: str
    passage: Passage | None = None
    changes: tuple[tuple[str, str], ...] = ()
    candidates: tuple[Passage, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "status": self.status,
            "message": self.message,
            "passage": self.passage.to_dict() if self.passage else None,
            "changes": [{"before": old, "after": new} for old, new in self.changes],
            "candidates": [candidate.to_dict() for candidate in self.candidates],
        }


def unchanged(index: TextIndex, selector: Selector, place: Place, citations: Citations) -> Resolution:
    """Return the answer that a passage reads the same, at a place."""
    passage = _passage(index, place, citations)
    moves = _moves(selector, passage)
    if not moves:
        where = f"{passage.record}, {_pages(passage.page, passage.page_end)}, block {passage.block}"
        return Resolution("same", f"it is where it was: {where}", passage)
    return Resolution("moved", f"the same text has moved {'; '.join(moves)}", passage)


def changed(index: TextIndex, selector: Selector, place: Place, citations: Citations) -> Resolution:
    """Return the answer that a passage reads otherwise now, at a place."""
    passage = _passage(index, place, citations)
    changes = _differences(selector.exact, passage.exact) if selector.exact is not None else ()
    shown = [
        f"“{old}” is now “{new}”" if old and new else f"“{old}” is left out" if old else f"“{new}” is new" for old, new in changes
    ]
    said = [*shown[:3], *([f"and {len(shown) - 3} more changes"] if len(shown) > 3 else [])]
    if not said:
        said = ["the short line does not hold the whole passage, so that how it changed cannot be told"]
    moves = [move for move in _moves(selector, passage) if not move.startswith("from character")]
    moved = f"; it has moved {'; '.join(moves)}" if moves else ""
    return Resolution("changed", f"its text has changed: {'; '.join(said)}{moved}", passage, changes)


def gone(index: TextIndex, selector: Selector, exact: Sequence[Place], citations: Citations) -> Resolution:
    """Return the answer that a passage is gone, or cannot be told from others: those that read the same, or else like it."""
    alike = list(exact)
    if not alike and selector.exact is not None:
        alike = places_like(index, selector.exact)
    there = index.get(selector.record) is not None
    where = "it is no longer in its record" if there else f"the record {selector.record} is no longer there"
    many = "one passage reads" if len(alike) == 1 else f"{len(alike)} passages read"
    if not alike:
        where += ", and nothing reads like it"
    elif there and selector.counts.like_in_record != 1:
        where = f"what stood around it is no longer there, and without that it cannot be told from others; {many} like it"
    else:
        where += f"; {many} like it, but in other surroundings"
    return Resolution("gone", where, candidates=tuple(_passage(index, place, citations) for place in alike[:MOST_CANDIDATES]))


def _passage(index: TextIndex, place: Place, citations: Citations) -> Passage:
    passage = passage_at(index, place.text, place.start, place.end, citations)
    citations.add((passage.record, passage.page, passage.page_end))
    return passage


def _moves(selector: Selector, passage: Passage) -> list[str]:
    """Return in what a passage is not where its selector says, each as "from … to …"."""
    moves = []
    if passage.record != selector.record:
        moves.append(f"from {selector.record} to {passage.record}")
    if (passage.page, passage.page_end) != (selector.page, selector.page_end):
        moves.append(f"from {_pages(selector.page, selector.page_end)} to {_pages(passage.page, passage.page_end)}")
    if (passage.start, passage.end) != (selector.start, selector.end):
        moves.append(f"from characters {selector.start}-{selector.end} of the body to {passage.start}-{passage.end}")
    return moves


def _pages(first: int, last: int) -> str:
    return f"p. {first}" if first == last else f"pp. {first}–{last}"


def _differences(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Return where two texts differ, word by word: what the one has and what the other has in its place."""
    before, after = old.split(), new.split()
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return tuple((" ".join(before[a:b]), " ".join(after[c:d])) for tag, a, b, c, d in codes if tag != "equal")
