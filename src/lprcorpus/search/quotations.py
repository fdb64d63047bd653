"""A passage looked for by its quotation, where the raw text that its selector names is another.

What was extracted again has other line ends, and some characters repaired. So letters and digits
alone are compared, folded, and what was before and after the passage with them. A passage is found
where it reads the same, or almost, with the same around it, and nowhere else in its issue; in doubt
it is not found. A line has nothing of what was around: its passage is found only if its words are
many, or on their page, and once in their issue.
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
_ALIKE = 0.75
# Words from which on a line names a passage that is in its issue only once; and if it is on its
# page, too.
_MANY_WORDS, _FEW_WORDS = 8, 2
# Letters up to which a quotation needs the letters right around it, so many; longer ones need their
# context on one side only.
_SHORT, _CLOSE = 12, 4
# Letters right around a passage that reads otherwise now, by which it is looked for.
_NEAR = 10
# Letters from either end of such a passage that are compared.
_EDGE = 64


def quoted(index: TextIndex, selector: Selector) -> tuple[Passage | None, list[Passage]]:
    """Return the passage that a quotation names in its issue; or None, and those like it."""
    passages = list(_matching(index, selector, _same(selector)))
    if not passages and selector.exact is not None:
        for passage in _matching(index, selector, [_similar(selector)]):
            if _are_ends_alike(selector.exact, passage.exact):
                passages.append(passage)
    is_only = len(passages) == 1
    sure = [passage for passage in passages if _is_sure(selector, passage, is_only=is_only)]
    if len(sure) > 1:
        sure = [passage for passage in sure if passage.record == selector.record]
    if len(sure) > 1:
        # A title may be said again in the body.
        was_body = selector.start is not None
        sure = [passage for passage in sure if (passage.block is not None) == was_body]
    if len(sure) == 1:
        return sure[0], []
    return None, passages


def _matching(index: TextIndex, selector: Selector, patterns: list[str]) -> Iterator[Passage]:
    """Yield the passages of an issue that are the group in one of some regular expressions."""
    for text in index.texts(selector.issue):
        places = set()
        for pattern in patterns:
            # Looking ahead, for they may overlap.
            for match in re.finditer(f"(?={pattern})", text.folded.folded):
                places.add(match.span(1))
        for place in sorted(places):
            extent = text.folded.extent(*place)
            yield text.passage(*with_outer_marks(text.text, *extent, selector.quote))


def _same(selector: Selector) -> list[str]:
    """Return the patterns of what reads the same; of a line without its middle, of its ends."""
    if selector.exact is not None:
        letters = _letters(selector.exact)
        if not letters:
            return []
        if len(letters) > _SHORT:
            return [f"({_spaced(letters)})"]
        return [_between(selector, _CLOSE, _spaced(letters))]
    parts = []
    for part in selector.quote.split(ELLIPSIS):
        parts.append(_spaced(_letters(part)))
    if not all(parts):
        return []
    # The shortest and the longest, so that a line whose ends are there twice names neither.
    most = selector.raw_end - selector.raw_start
    shortest = f".{{0,{most}}}?".join(parts)
    longest = f".{{0,{most}}}".join(parts)
    return [f"({shortest})", f"({longest})"]


def _similar(selector: Selector) -> str:
    """Return the pattern of whatever is between the letters right around a passage."""
    most = len(selector.quote) * 5 // 4 + _NEAR
    return _between(selector, _NEAR, rf"\S.{{0,{most}}}?")


def _between(selector: Selector, size: int, pattern: str) -> str:
    """Return a pattern with the letters right before and after a passage, or the text's end."""
    before = _letters(selector.prefix)[-size:]
    after = _letters(selector.suffix)[:size]
    start = end = ""
    if len(before) < size and len(selector.prefix) < CONTEXT:
        start = r"\A *"
    if len(after) < size and len(selector.suffix) < CONTEXT:
        end = r" *\Z"
    return f"{start}{_spaced(before)} *({pattern}) *{_spaced(after)}{end}"


def _is_sure(selector: Selector, passage: Passage, *, is_only: bool) -> bool:
    """Return whether a passage is the one meant: by what is around it, or its words and page."""
    if selector.exact is None:
        least = _MANY_WORDS
        if (passage.record, passage.page) == (selector.record, selector.page):
            least = _FEW_WORDS
        return is_only and len(words(selector.quote)) >= least
    is_before = _is_alike(selector.prefix, passage.before)
    is_after = _is_alike(selector.suffix, passage.after)
    if is_only and len(_letters(selector.exact)) > _SHORT:
        return is_before or is_after
    return is_before and is_after


def _letters(text: str) -> str:
    return fold(text).replace(" ", "")


def _spaced(letters: str) -> str:
    """Return a pattern for letters, wherever words end between them."""
    return " *".join(letters)


def _are_ends_alike(one: str, other: str) -> bool:
    one = _letters(one)
    other = _letters(other)
    begin_alike = _is_alike(one[:_EDGE], other[:_EDGE])
    return begin_alike and _is_alike(one[-_EDGE:], other[-_EDGE:])


def _is_alike(one: str, other: str) -> bool:
    """Return whether two stretches are the same text, but for some characters."""
    matcher = SequenceMatcher(None, _letters(one), _letters(other), autojunk=False)
    return matcher.ratio() >= _ALIKE
