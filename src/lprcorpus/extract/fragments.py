"""Words to fragments: stretches of a line without a gap that could be the space between columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lprcorpus.extract.pdf_pages import WORD_GAP, PrintedWord

# Shares of the size of the letters.
SAME_LINE = 0.25  # baselines that differ by less are one line; lines are set 1.0 apart or more
# Spaces stretch to 0.5, those of typewriters are 0.6; columns are 0.8 apart or more.
_COLUMN_GAP = 0.7
_SMALL = 0.85  # of the size of its line: the mark of a note, or the th of 5th
_DROP_CAP = 1.8  # times the usual size: the large letter that begins an article

_SPACED = 0.3  # of the words are single letters, where a heading is spaced
_TWO_KINDS = 1.6  # times as wide as the gaps between letters are those between words
_APART = 2.0  # wider than this is no gap inside a heading, however it is spaced
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class Fragment:
    """Words of one line, from left to right, with nothing but word spaces between them."""

    words: list[PrintedWord]
    x0: float
    x1: float
    baseline: float
    size: float  # of most of its letters

    @property
    def y0(self) -> float:
        """Its upper edge."""
        return self.baseline - 0.8 * self.size

    @property
    def y1(self) -> float:
        """Its lower edge."""
        return self.baseline + 0.2 * self.size

    @property
    def text(self) -> str:
        """What it says; raised figures as Unicode has them."""
        text = ""
        for word, has_space in zip(self.words, _spaces_before(self.words), strict=True):
            if has_space:
                text += " "
            text += word.text.translate(_SUPERSCRIPT) if word.raised else word.text
        return text


def body_size(words: Iterable[PrintedWord]) -> float:
    """Return the size of most letters, in points; 10 where there are none."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size * 2) / 2] += len(word.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=10.0)


def fragments(words: Sequence[PrintedWord], usual: float) -> list[Fragment]:
    """Return the fragments that words make, from the top of the page to its foot.

    Args:
        words: the words of a page, in any order; a large first letter is joined to its word.
        usual: the size of most letters of the page.
    """
    rows: list[list[PrintedWord]] = []
    for word in sorted(_with_drop_caps(words, usual), key=_from_top):
        if rows:
            first = rows[-1][0]
            if word.baseline - first.baseline < SAME_LINE * min(word.size, first.size):
                rows[-1].append(word)
                continue
        rows.append([word])
    pieces: list[Fragment] = []
    for row in rows:
        row.sort(key=_from_left)
        pieces += _split(row)
    return _with_raised(pieces)


def _from_top(word: PrintedWord) -> tuple[float, float]:
    return word.baseline, word.x0


def _from_left(word: PrintedWord) -> tuple[float, float]:
    return word.x0, word.x1


def _with_drop_caps(words: Sequence[PrintedWord], usual: float) -> list[PrintedWord]:
    """Join each large first letter to its word; the lines beside it begin where it begins."""
    caps = [word for word in words if word.size > _DROP_CAP * usual and len(word.text) <= 2]
    others = [word for word in words if word not in caps] if caps else list(words)
    for cap in caps:
        first_of_line: dict[float, PrintedWord] = {}
        for word in sorted(others, key=_from_top):
            if _is_beside(word, cap, usual):
                first_of_line.setdefault(round(word.baseline), word)
        if len(first_of_line) < 2:  # a large letter by itself
            others.append(cap)
            continue
        first = next(iter(first_of_line.values()))
        first.text = cap.text + first.text
        for word in first_of_line.values():
            word.x0 = cap.x0
    return others


def _is_beside(word: PrintedWord, cap: PrintedWord, usual: float) -> bool:
    touches = -0.5 * usual < word.x0 - cap.x1 < usual
    reaches = cap.y0 < word.baseline < cap.baseline + 0.3 * usual
    return touches and reaches and word.size < 1.5 * usual


def _split(row: list[PrintedWord]) -> list[Fragment]:
    """Return the fragments of one line. Words that are printed twice to look bold are left out."""
    parts: list[list[PrintedWord]] = []
    limit = max(_COLUMN_GAP, 2 * _space_limit(row))
    for word in row:
        if parts:
            before = parts[-1][-1]
            size = max(word.size, before.size)
            if word.text == before.text and word.x0 - before.x0 < 0.2 * size:
                continue
            if _are_leaders(before, word):
                before.text += word.text
                before.x1 = word.x1
                continue
            if word.x0 - before.x1 <= limit * size:
                parts[-1].append(word)
                continue
        parts.append([word])
    pieces = []
    for words in parts:
        main = max(words, key=lambda word: (len(word.text), word.size))
        end = max(word.x1 for word in words)
        pieces.append(Fragment(words, words[0].x0, end, main.baseline, main.size))
    return pieces


def _are_leaders(before: PrintedWord, word: PrintedWord) -> bool:
    """Return whether two words are dots on the way to a page number; TeX sets these apart."""
    only_dots = not before.text.strip(".") and not word.text.strip(".")
    return only_dots and word.x0 - before.x1 < _APART * word.size


def _spaces_before(words: Sequence[PrintedWord]) -> list[bool]:
    """Return whether a space goes before each word: the PDF has one, or the gap is as wide as one.

    In a heading that is s p a c e d one of the two says nothing: that which is between all letters.
    """
    trusts_pdf = trusts_gaps = True
    if _is_spaced(words):
        letters = [word.after_space for word in words if len(word.text) == 1]
        trusts_pdf = sum(letters) < 0.7 * len(letters)
        trusts_gaps = not trusts_pdf or not any(word.after_space for word in words[1:])
    limit = _space_limit(words)
    spaces = [False]
    for before, word in pairwise(words):
        is_wide = word.x0 - before.x1 > limit * word.size
        spaces.append((trusts_pdf and word.after_space) or (trusts_gaps and is_wide))
    return spaces


def _is_spaced(words: Sequence[PrintedWord]) -> bool:
    single = sum(len(word.text) == 1 and word.text.isalpha() for word in words)
    return len(words) >= 4 and single >= _SPACED * len(words)


def _space_limit(words: Sequence[PrintedWord]) -> float:
    """Return from which gap on, as a share of the size, words are separated by a space.

    In a heading that is spaced, gaps are of two kinds: between letters, and between words.
    """
    if not _is_spaced(words):
        return WORD_GAP
    gaps = []
    for before, word in pairwise(words):
        gap = max(word.x0 - before.x1, 0.01) / word.size
        if gap < _APART:
            gaps.append(gap)
    gaps.sort()
    if len(gaps) < 2:
        return WORD_GAP
    narrow, wide = max(pairwise(gaps), key=lambda pair: pair[1] / pair[0])
    if wide > _TWO_KINDS * narrow:
        return max(WORD_GAP, (narrow + wide) / 2)
    if all(len(word.text) == 1 for word in words):
        return max(WORD_GAP, 2 * wide)  # one word
    return WORD_GAP


def _with_raised(pieces: list[Fragment]) -> list[Fragment]:
    """Join small raised words (the mark of a note, the th of 5th) to their fragments."""
    kept: list[Fragment] = []
    for position, piece in enumerate(pieces):
        host = _host(piece, pieces[position + 1 :])
        if host is not None:
            host.words = sorted(host.words + piece.words, key=_from_left)
            host.x0 = min(host.x0, piece.x0)
            host.x1 = max(host.x1, piece.x1)
            continue
        for word in piece.words:
            is_small = word.size < _SMALL * piece.size
            word.raised = is_small and word.y1 < piece.baseline - 0.05 * piece.size
        kept.append(piece)
    return sorted(kept, key=lambda piece: (piece.baseline, piece.x0))


def _host(piece: Fragment, below: Iterable[Fragment]) -> Fragment | None:
    """Return the fragment whose line a small fragment is raised above, or None."""
    if sum(len(word.text) for word in piece.words) > 4:
        return None
    for other in below:
        if other.baseline - piece.baseline > 2 * piece.size:
            break
        is_raised = 0 < other.baseline - piece.baseline < 0.7 * other.size
        is_near = other.x0 - piece.size < piece.x1 and piece.x0 < other.x1 + 0.4 * other.size
        if is_raised and is_near and piece.size < _SMALL * other.size:
            return other
    return None
