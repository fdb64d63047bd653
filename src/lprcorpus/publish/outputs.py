"""The files that a build writes beside the tables: the one list of them, by name.

A file that is made once, from what was counted, stands in :data:`WHOLE_FILES` with a function of the
:class:`~lprcorpus.publish.written_corpus.WrittenCorpus`;
it may stream the rows of a table from there, a shard at a time. A file that
has something for each row (a bibliography of all records) stands in :data:`STREAMED_FILES`: its part is made from a shard's
tables where the shard is built, in parallel, and the parts are joined in order. So no file needs all rows in memory.

To add a file, add a line here; nothing else of the build changes. A name may lead into a folder (``charts/pages.svg``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from lprcorpus.citation.deposits import datacite
from lprcorpus.publish.bibliography import BIBTEX, CSL_JSON
from lprcorpus.publish.croissant import croissant
from lprcorpus.publish.datapackage import corpus_periodicals, data_package, issue_sources, to_json
from lprcorpus.publish.dataset_card import dataset_card
from lprcorpus.publish.written_corpus import ShardTables, StreamedFile, WholeFile, WrittenCorpus, data_file
from lprcorpus.schema import TABLES

__all__ = ["STREAMED_FILES", "WHOLE_FILES", "is_built_file", "join_parts", "make_parts", "write_whole_files"]


def _descriptor(corpus: WrittenCorpus) -> str:
    deposit = datacite(corpus.metadata, corpus_periodicals(corpus))
    documents = [data_file(corpus.folder, name) for name in STREAMED_FILES]
    return to_json(data_package(corpus.metadata, issue_sources(corpus), corpus.tables, deposit=deposit, documents=documents))


def _croissant(corpus: WrittenCorpus) -> str:
    return to_json(croissant(corpus.metadata, corpus.tables))


WHOLE_FILES: dict[str, WholeFile] = {
    "datapackage.json": _descriptor,
    "croissant.json": _croissant,
    "README.md": dataset_card,
}
"""The files that are made once, when all tables are written, in this order."""

STREAMED_FILES: dict[str, StreamedFile] = {"references.bib": BIBTEX, "references.json": CSL_JSON}
"""The files that are made shard by shard; they are there before those that are made once."""

_TABLE_FILE = re.compile(rf"({'|'.join(TABLES)})(-\d{{5}}-of-\d{{5}})?\.parquet")


def is_built_file(name: str) -> bool:
    """Tell by its name whether an entry of an output folder is one that a build writes.

    >>> is_built_file("records.parquet"), is_built_file("notes.txt")
    (True, False)
    """
    ours = {path.partition("/")[0] for path in (*WHOLE_FILES, *STREAMED_FILES)}
    return name in ours or _TABLE_FILE.fullmatch(name) is not None


def make_parts(tables: ShardTables) -> dict[str, str]:
    """Return a shard's part of each streamed file."""
    return {name: file.part(tables) for name, file in STREAMED_FILES.items()}


def join_parts(folder: Path, parts: Mapping[str, Sequence[Path]]) -> None:
    """Write the streamed files of a corpus.

    Args:
        folder: the folder of the corpus.
        parts: the files that hold the parts of each, in the order of the shards.
    """
    for name, file in STREAMED_FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="\n") as out:
            out.write(file.opening)
            between = ""
            for part in parts[name]:
                text = part.read_text("utf-8")
                if text:
                    out.write(between + text)
                    between = file.separator
            out.write(file.closing)


def write_whole_files(corpus: WrittenCorpus) -> None:
    """Write the files of a corpus that are made once."""
    for name, make in WHOLE_FILES.items():
        content = make(corpus)
        path = corpus.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
