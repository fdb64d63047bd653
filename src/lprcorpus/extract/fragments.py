"""Words to fragments: stretches of a line without a gap that could be the space between columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from lprcorpus.extract.pdf_pages import WORD_GAP, PrintedWord

# Shares of the size of the letters.
SAME_LINE = 0.25  # baselines that differ by less are one line; lines are set 1.0 apart or more
# Spaces stretch to 0.5, those of typewriters are 0.6; columns are 0.8 apart or more.
_COLUMN_GAP = 0.7
_REPRINTED = 0.2  # a word that is printed again so near makes it bold and is no second word
_SMALL = 0.85  # of the size of its line: the mark of a note, or the th of 5th
_LEAST_RISE, _MOST_RISE = 0.05, 0.7  # above the baseline of its line
_MARK = 4  # characters that are raised, at most
_DROP_CAP = 1.8  # ems: the large letter that begins an article

_SPACED = 0.3  # of the words are single letters, where a heading is spaced
_TWO_KINDS = 1.6  # times as wide as the gaps between letters are those between words
_APART = 2.0  # wider is no gap between letters that are spaced, or dots on the way to a number
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class Fragment:
    """Words of one line, from left to right, with nothing but word spaces between them."""

    words: list[PrintedWord]
    x0: float
    x1: float
    baseline: float
    size: float  # of its longest word

    @property
    def y0(self) -> float:
        """Its upper edge: letters reach eight tenths of their size above the baseline."""
        return self.baseline - 0.8 * self.size

    @property
    def y1(self) -> float:
        """Its lower edge."""
        return self.baseline + 0.2 * self.size

    @property
    def text(self) -> str:
        """What it says."""
        text = self.words[0].text
        for before, word in pairwise(self.words):
            if word.after_space or word.x0 - before.x1 > WORD_GAP * word.size:
                text += " "
            text += word.text
        return text


Printed = TypeVar("Printed", PrintedWord, Fragment)


def rows(printed: Iterable[Printed]) -> list[list[Printed]]:
    """Return words or fragments line by line, from the top; those of a line from the left."""
    found: list[list[Printed]] = []
    for piece in sorted(printed, key=lambda piece: (piece.baseline, piece.x0)):
        if found:
            first = found[-1][0]
            if piece.baseline - first.baseline < SAME_LINE * min(piece.size, first.size):
                found[-1].append(piece)
                continue
        found.append([piece])
    for row in found:
        row.sort(key=lambda piece: (piece.x0, piece.x1))
    return found


def fragments(words: Iterable[PrintedWord]) -> list[Fragment]:
    """Return the fragments that the words of a page make, from the top of the page to its foot."""
    pieces = []
    for row in rows(_with_drop_caps(words)):
        for part in _split(row):
            main = max(part, key=lambda word: (len(word.text), word.size))
            pieces.append(
                Fragment(
                    words=part,
                    x0=part[0].x0,
                    x1=part[-1].x1,
                    baseline=main.baseline,
                    size=main.size,
                )
            )
    found = sorted(_with_raised(pieces), key=lambda piece: (piece.baseline, piece.x0))
    for piece in found:
        for word in piece.words:
            is_above = word.y1 < piece.baseline - _LEAST_RISE * piece.size
            if is_above and word.size < _SMALL * piece.size:
                word.text = word.text.translate(_SUPERSCRIPT)
        piece.words = _with_letters_joined(piece.words)
    return found


def _with_drop_caps(words: Iterable[PrintedWord]) -> list[PrintedWord]:
    """Join each large first letter to its word; the lines beside it begin where it begins."""
    caps: list[PrintedWord] = []
    others: list[PrintedWord] = []
    for word in words:
        is_cap = word.size > _DROP_CAP and len(word.text) <= 2
        (caps if is_cap else others).append(word)
    for cap in caps:
        beside = []
        for word in others:
            touches = -0.5 < word.x0 - cap.x1 < 1.0
            reaches = cap.baseline - 0.8 * cap.size < word.baseline < cap.baseline + 0.3
            if touches and reaches and word.size < 1.5:
                beside.append(word)
        firsts = [row[0] for row in rows(beside)]
        if len(firsts) < 2:  # a large letter by itself
            others.append(cap)
            continue
        firsts[0].text = cap.text + firsts[0].text
        for word in firsts:
            word.x0 = cap.x0
    return others


def _with_raised(pieces: Sequence[Fragment]) -> Iterator[Fragment]:
    """Join small raised words (the mark of a note, the th of 5th) to the lines that they belong to."""
    for position, piece in enumerate(pieces):
        line = _line_below(piece, pieces[position + 1 :])
        if line is None:
            yield piece
        else:
            line.words = sorted(line.words + piece.words, key=lambda word: word.x0)
            line.x0 = line.words[0].x0
            line.x1 = max(line.x1, piece.x1)


def _line_below(piece: Fragment, below: Iterable[Fragment]) -> Fragment | None:
    """Return the fragment above whose line a small fragment is raised, or None."""
    if len(piece.text) > _MARK:
        return None
    for other in below:
        rise = other.baseline - piece.baseline
        if rise > 2 * piece.size:
            break
        is_near = other.x0 - piece.size < piece.x1 and piece.x0 < other.x1 + 0.4 * other.size
        is_raised = 0 < rise < _MOST_RISE * other.size
        if is_near and is_raised and piece.size < _SMALL * other.size:
            return other
    return None


def _split(row: list[PrintedWord]) -> list[list[PrintedWord]]:
    """Split a line at wide gaps. Words that are printed twice to look bold are left out."""
    parts: list[list[PrintedWord]] = []
    limit = max(_COLUMN_GAP, 2 * _space_limit(row))
    for word in row:
        if parts:
            before = parts[-1][-1]
            gap = word.x0 - before.x1
            size = max(word.size, before.size)
            if word.text == before.text and word.x0 - before.x0 < _REPRINTED * size:
                continue
            if gap < _APART * size and not (before.text + word.text).strip("."):
                before.text += word.text
                before.x1 = word.x1
                continue
            if gap <= limit * size:
                parts[-1].append(word)
                continue
        parts.append([word])
    return parts


def _with_letters_joined(words: list[PrintedWord]) -> list[PrintedWord]:
    """Return the words of a fragment; where it is s p a c e d, its letters are joined to words.

    Words are apart where the PDF has a space, unless it has one between all letters, or none.
    """
    if not _is_spaced(words):
        return words
    letters = [word.after_space for word in words if len(word.text) == 1]
    is_after_all = sum(letters) >= 0.7 * len(letters)
    has_spaces = any(word.after_space for word in words[1:]) and not is_after_all
    limit = _space_limit(words)
    joined = [words[0]]
    for word in words[1:]:
        last = joined[-1]
        is_apart = word.x0 - last.x1 > limit * word.size
        if has_spaces:
            is_apart = word.after_space
        if is_apart:
            joined.append(word)
        else:
            last.text += word.text
            last.x1 = word.x1
    return joined


def _is_spaced(words: Sequence[PrintedWord]) -> bool:
    single = sum(len(word.text) == 1 and word.text.isalpha() for word in words)
    return len(words) >= 4 and single >= _SPACED * len(words)


def _space_limit(words: Sequence[PrintedWord]) -> float:
    """Return from which gap on, as a share of the size, words are separated by a space.

    In a heading that is spaced, gaps are of two kinds: between letters, and between words.
    """
    gaps = []
    for before, word in pairwise(words):
        gap = max(word.x0 - before.x1, 0.01) / word.size
        if gap < _APART:
            gaps.append(gap)
    if len(gaps) < 2 or not _is_spaced(words):
        return WORD_GAP
    narrow, wide = max(pairwise(sorted(gaps)), key=lambda pair: pair[1] / pair[0])
    limit = WORD_GAP
    if wide > _TWO_KINDS * narrow:
        limit = (narrow + wide) / 2
    elif all(len(word.text) == 1 for word in words):  # one word
        limit = 2 * wide
    return max(WORD_GAP, limit)
