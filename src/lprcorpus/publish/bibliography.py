"""The references that travel with the data: every record, ready to be cited.

They are made in parts, a shard's where the shard is built, and the parts joined in order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.csl import (
    CitedContributor,
    CitedIssue,
    CitedRecord,
    Item,
    combine,
    record_item,
)
from lprcorpus.metadata import Metadata
from lprcorpus.typed_rows import table_rows

ShardTables = Mapping[str, pa.Table]
"""The tables ``issues``, ``records`` and ``contributors`` of a shard: all rows of its issues."""


@dataclass(frozen=True)
class ReferenceFormat:
    """How a file of references is put together: what writes an entry, and what is around it."""

    entry: Callable[[Item], str]
    separator: str
    opening: str
    closing: str
    media_type: str

    def part(self, items: Iterable[Item]) -> str:
        """Return a shard's part of the file; it is empty where the shard has no records."""
        return self.separator.join(map(self.entry, items))

    def joined(self, parts: Iterable[str]) -> Iterator[str]:
        """Yield the text of the file, piece by piece, from its parts in the order of the shards."""
        yield self.opening
        separator = ""
        for part in parts:
            if part:  # a shard whose issues have no records has nothing to separate
                yield separator + part
                separator = self.separator
        yield self.closing


def reference_items(tables: ShardTables, metadata: Metadata) -> list[Item]:
    """Return the records of a shard as items of CSL-JSON, in the order of the files."""
    works = combine(
        table_rows(tables["issues"], "issues", CitedIssue),
        table_rows(tables["records"], "records", CitedRecord),
        table_rows(tables["contributors"], "contributors", CitedContributor),
    )
    return [record_item(work, metadata) for work in works]


REFERENCES = {
    "references.bib": ReferenceFormat(
        entry=bibtex, separator="\n\n", opening="", closing="\n", media_type="application/x-bibtex"
    ),
    "references.json": ReferenceFormat(
        entry=json.JSONEncoder(ensure_ascii=False).encode,
        separator=",\n",
        opening="[\n",
        closing="\n]\n",
        media_type="application/vnd.citationstyles.csl+json",
    ),
}
"""The files by name: BibTeX for LaTeX; CSL-JSON, an item a line, for pandoc and Zotero."""
