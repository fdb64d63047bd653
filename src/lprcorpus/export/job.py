"""An export as it was asked for, where it goes, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import UsageError
from lprcorpus.export.selection import Selection
from lprcorpus.files import whole_file

__all__ = ["Exported", "Job", "Progress", "TextParts"]

Progress = Callable[[int, int], None]
"""Called with the bytes read and the bytes in all."""


@dataclass(frozen=True)
class TextParts:
    """What is in a text file beside the text: title, headings, the editor's headnote."""

    title: bool = False
    headings: bool = True
    note: bool = False


@dataclass(frozen=True)
class Exported:
    """What an export wrote: how many rows or, in TEI and text, how many records."""

    rows: int
    longest_cell: int = 0  # characters in the longest cell of CSV for spreadsheets
    has_raw_texts: bool = True  # without them, TEI does not have each page break at its character


@dataclass(frozen=True)
class Job:
    """An export as it was asked for; :func:`~lprcorpus.export.exporting.export` has the options."""

    corpus: Corpus
    selection: Selection
    out: Path | BinaryIO
    is_folder: bool  # whether ``out`` is one
    format: str
    table: str | None
    nested: bool
    bom: bool
    parts: TextParts
    progress: Progress | None

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """Return what gives the one file, which is there whole or not at all, or the stream."""
        return whole_file(self.out) if isinstance(self.out, Path) else nullcontext(self.out)

    def folder(self) -> Path:
        """Return the folder to write into; a stream is none."""
        if not isinstance(self.out, Path):
            expected = "found no folder; expected --out FOLDER/"
            raise UsageError(f"{self.format} is a folder of files; {expected}")
        return self.out

    def shards(self) -> Iterator[Shard]:
        """Yield the shards, and report the bytes of their records' files as they are done."""
        # A missing file is reported by whoever reads it.
        sizes = [file.stat().st_size for file in self.corpus.files("records") if file.exists()]
        for done, shard in enumerate(self.corpus.shards(), start=1):
            yield shard
            if self.progress:
                self.progress(sum(sizes[:done]), sum(sizes))
