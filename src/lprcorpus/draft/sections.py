"""The headings of sections, told from the titles of items.

A section's heading is set apart as items are, and the title of its first item follows at once.
Where more titles that are set lower come after it, it is a section if it says that it has news or
if they have bylines; else the heading is an item's title, and these are headings in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from lprcorpus.draft.set_lines import SetText
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.wording import NEWS, Case, is_name, words_of

__all__ = ["Sections"]

_MOST_WORDS = 5  # of a heading
_MOST_BLOCKS = 100  # title blocks below a heading that show what the section contains


class Sections:
    """Finds the sections of a text, given which title blocks begin items and how sure that is."""

    def __init__(
        self,
        text: SetText,
        blocks: Sequence[TitleBlock],
        usable: Collection[TitleBlock],
        accepted: Mapping[TitleBlock, float],
        apart: int,
    ) -> None:
        self._blocks = blocks
        self._usable = set(usable)
        self._accepted = accepted
        self._apart = apart
        # Where blank lines are spread everywhere, one that is left means much.
        self._level = 1 if text.setting.paragraphs == "line fit" else 2

    def items(
        self, listed: Collection[TitleBlock]
    ) -> Iterator[tuple[TitleBlock, TitleBlock | None, float]]:
        """Yield the title of each item, the heading of the section it is in, and how sure it is."""
        section: TitleBlock | None = None
        has_begun = False
        for index, block in enumerate(self._blocks):
            if has_begun and block not in listed and self._heads(index):
                section = block
            elif block in self._accepted:
                has_begun = True
                if section and self._leaves(block, section):
                    section = None
                yield block, section, self._accepted[block]
            elif section and block in self._usable and self._is_in(block, section):
                yield block, section, 0.7

    def _heads(self, index: int) -> bool:
        """Return whether a title block is the heading of a section and not the title of an item."""
        block = self._blocks[index]
        has_news = NEWS.search(block.text) is not None
        if block.names is not None or not block.shaped or block.case is not Case.CAPITALS:
            return False
        if len(words_of(block.text)) > _MOST_WORDS or (is_name(block.text) and not has_news):
            return False
        is_apart = block.apart >= self._apart or (block.opens_page and has_news)
        if not is_apart and block not in self._accepted:
            return False
        if block.apart < 2 and not block.opens_page:
            return False
        following = self._blocks[index + 1 : index + _MOST_BLOCKS]
        if not following or following[0] not in self._usable:
            return False
        below = following[0]
        if below.place != block.body or below.apart < 1:
            return False
        siblings = []
        for other in following[1:]:
            if other in self._accepted:
                break
            is_as_far = other in self._usable and other.apart >= min(below.apart, 2)
            if is_as_far and other.case is below.case:
                siblings.append(other)
        return not siblings or has_news or any(other.says_by for other in [below, *siblings])

    def _is_in(self, block: TitleBlock, section: TitleBlock) -> bool:
        """Return whether a title that is set lower than items begins one all the same."""
        if block.place == section.body:
            return True
        if (block.apart < self._level and not block.opens_page) or block.case is Case.CAPITALS:
            return False
        return block.says_by or NEWS.search(section.text) is not None

    def _leaves(self, block: TitleBlock, section: TitleBlock) -> bool:
        """Return whether an item is in a section no more: it is set further apart, or has a byline."""
        if block.place == section.body:
            return False
        if NEWS.search(section.text):
            return block.says_by or block.case is Case.CAPITALS
        return block.apart > self._level
