"""An export as it was asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.export.destination import Destination
from lprcorpus.export.selection import Selection

__all__ = ["Exported", "Job", "Progress", "TextParts"]

Progress = Callable[[int, int], None]
"""Called with the bytes read and the bytes in all."""


@dataclass(frozen=True)
class TextParts:
    """What is in a text file beside paragraphs and the like.

    Attributes:
        title: whether the title comes first.
        headings: whether the headings inside the text are in it.
        note: whether the editor's headnote comes before the text.
    """

    title: bool = False
    headings: bool = True
    note: bool = False


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Attributes:
        rows: how many rows of the tables; in TEI and text, how many records.
        things: what the rows are, for a message (``"row of records"``).
        longest_cell: characters in the longest cell of CSV for spreadsheets; 0 in the other formats.
        unplaced: records in TEI whose pages may break at a place that is not known, for want of the raw text.
        strangers: files of the same kind in the folder that this export did not write.
    """

    rows: int
    things: str
    longest_cell: int = 0
    unplaced: int = 0
    strangers: int = 0


@dataclass(frozen=True)
class Job:
    """An export as it was asked for; see :func:`lprcorpus.export.exporting.export` for the options."""

    corpus: Corpus
    selection: Selection
    out: Destination
    format: str
    table: str | None
    nested: bool
    bom: bool
    parts: TextParts
    progress: Progress | None

    def shards(self) -> Iterator[Shard]:
        """Yield the corpus shard by shard, and report the bytes of its records' files as they are done."""
        sizes = [file.stat().st_size for file in self.corpus.files("records") if file.exists()]
        for number, shard in enumerate(self.corpus.shards()):
            yield shard
            if self.progress:
                self.progress(sum(sizes[: number + 1]), sum(sizes))
