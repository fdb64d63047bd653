"""What stands around a passage: whether it agrees with what a selector holds of it, and where in a body it is found again."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher
from enum import IntEnum

from lprcorpus.search.likeness import NEAR, occurrences
from lprcorpus.search.selectors import CONTEXT, Selector, context_hash, squeeze
from lprcorpus.search.texts import Text

__all__ = ["Side", "after_prefix", "before_suffix", "meeting", "sides"]

ENOUGH_CONTEXT = 8
"""Characters of context from which on it can agree; the rest may have been cut off with the record it stood in."""


class Side(IntEnum):
    """How the text on one side of a place stands to the selector's."""

    CONTRADICTS = -1
    OPEN = 0  # there is no text on this side, in the body or in the selector
    EDGE = 1  # there was none and there is none, in the same record
    NEAR = 2  # a little of it differs, or it begins or ends elsewhere
    AGREES = 3


def sides(text: Text, start: int, end: int, selector: Selector) -> tuple[Side, Side]:
    """Return how what stands before and after some characters of a body agrees with a selector."""
    here = text.id == selector.record
    return (
        _side(text.before(start, _before(selector)), selector.prefix, selector.before, here=here, at_end=True),
        _side(text.after(end, _after(selector)), selector.suffix, selector.after, here=here, at_end=False),
    )


def _before(selector: Selector) -> int:
    """Return how many characters before the passage a selector holds, or the hash of them."""
    return selector.before_size or CONTEXT


def _after(selector: Selector) -> int:
    """Return how many characters after the passage a selector holds, or the hash of them."""
    return selector.after_size or CONTEXT


def _side(there: str, wanted: str | None, digest: str, *, here: bool, at_end: bool) -> Side:
    """Compare what stands on one side of a place with what a selector holds of it, or with its hash alone."""
    if digest == context_hash(""):
        return Side.EDGE if here and not there else Side.OPEN
    if not there:
        return Side.OPEN
    if wanted is None:
        equal, enough = context_hash(there) == digest, len(there) >= ENOUGH_CONTEXT
        return Side.CONTRADICTS if not equal else Side.AGREES if enough else Side.EDGE if here else Side.OPEN
    wanted = squeeze(wanted)
    size = min(len(wanted), len(there))
    if size < ENOUGH_CONTEXT:
        return Side.EDGE if here and wanted == there else Side.OPEN
    mine, theirs = (wanted[-size:], there[-size:]) if at_end else (wanted[:size], there[:size])
    if wanted == there:
        return Side.AGREES
    return Side.NEAR if SequenceMatcher(None, mine, theirs, autojunk=False).ratio() >= NEAR else Side.CONTRADICTS


def meeting(text: Text, selector: Selector) -> Side:
    """Return how surely what stood before the passage and what stood after it now meet in a text: then it was cut out of it."""
    lead, tail = _before(selector), _after(selector)
    found = [Side.OPEN]
    for at in {*after_prefix(text, selector), *before_suffix(text, selector)}:
        squeezed = text.squeezed[0]
        here = text.id == selector.record
        before = _side(squeezed[max(at - lead, 0) : at], selector.prefix, selector.before, here=here, at_end=True)
        after = _side(squeezed[at : at + tail], selector.suffix, selector.after, here=here, at_end=False)
        found.append(Side.AGREES if (before, after) in _SURELY else min(before, after))
    return max(found)


_SURELY = {(Side.AGREES, Side.AGREES), (Side.AGREES, Side.EDGE), (Side.EDGE, Side.AGREES)}


def after_prefix(text: Text, selector: Selector) -> list[int]:
    """Return where what stood before the passage ends in a body, in characters without the white space."""
    squeezed, size = text.squeezed[0], _before(selector)
    if selector.before == context_hash("") or selector.prefix is None:
        return _hashed(text, selector, lambda at: squeezed[max(at - size, 0) : at], selector.before)
    wanted = squeeze(selector.prefix)[-size:]
    return [at + len(wanted) for at in occurrences(wanted, squeezed)] if len(wanted) >= ENOUGH_CONTEXT else []


def before_suffix(text: Text, selector: Selector) -> list[int]:
    """Return where what stood after the passage begins in a body, in characters without the white space."""
    squeezed, size = text.squeezed[0], _after(selector)
    if selector.after == context_hash("") or selector.suffix is None:
        return _hashed(text, selector, lambda at: squeezed[at : at + size], selector.after)
    wanted = squeeze(selector.suffix)[:size]
    return occurrences(wanted, squeezed) if len(wanted) >= ENOUGH_CONTEXT else []


def _hashed(text: Text, selector: Selector, context: Callable[[int], str], digest: str) -> list[int]:
    """Return where in a body the context has a hash; that there is none says nothing but in the passage's own record."""
    length = len(text.squeezed[0])
    if digest == context_hash(""):
        return [at for at in (0, length) if not context(at)] if text.id == selector.record else []
    return [at for at in range(length + 1) if context_hash(context(at)) == digest]
