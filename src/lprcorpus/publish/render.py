"""The files beside the tables: facts in, bytes out. The one list of them, by name.

To add a file, add a line to :data:`RENDERERS`; one that has something for every record, to
:data:`lprcorpus.publish.bibliography.REFERENCES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from pathlib import Path

from lprcorpus.figures.charts import FIGURE_NAMES
from lprcorpus.metadata import Metadata, corpus_metadata
from lprcorpus.publish.bibliography import REFERENCES, ShardTables, reference_items
from lprcorpus.publish.croissant import croissant
from lprcorpus.publish.datapackage import data_package
from lprcorpus.publish.dataset_card import card_figures, dataset_card
from lprcorpus.publish.facts import CorpusFacts, TableFacts, describe_file, gather_facts
from lprcorpus.schema import TABLES

FIGURES = "figures"  # the folder of the figures

RENDERERS: dict[str, Callable[[CorpusFacts], str]] = {
    "datapackage.json": data_package,
    "croissant.json": croissant,
    "README.md": dataset_card,
    "LICENSE": attrgetter("license_text"),
}
"""The files that are made once, from the facts of the whole; the figures are made beside them."""

_BUILT_NAMES = {*RENDERERS, *REFERENCES, FIGURES}
_BUILT_NAMES.update(f"{FIGURES}/{figure}.svg" for figure in FIGURE_NAMES)

_TABLE_FILE = re.compile(rf"({'|'.join(TABLES)})(-\d{{5}}-of-\d{{5}})?\.parquet")


def render_files(facts: CorpusFacts) -> dict[str, bytes]:
    """Return the content of the files that are made once, by their paths in the corpus."""
    # Text first and bytes at the end: UTF-8 and "\n" on every system.
    texts = {name: render(facts) for name, render in RENDERERS.items()}
    for figure in card_figures(facts):
        texts[f"{FIGURES}/{figure.name}.svg"] = figure.svg
    return {path: text.encode("utf-8") for path, text in texts.items()}


def write_metadata(folder: Path, tables: Iterable[TableFacts]) -> None:
    """Write the files that are made once, beside the tables and references of a build."""
    references = [describe_file(folder, name) for name in REFERENCES]
    facts = gather_facts(folder, corpus_metadata(), tables, references)
    for name, content in render_files(facts).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def reference_parts(tables: ShardTables, metadata: Metadata) -> dict[str, str]:
    """Return a shard's part of each file of references."""
    items = reference_items(tables, metadata)
    return {name: form.part(items) for name, form in REFERENCES.items()}


def join_references(folder: Path, parts: Mapping[str, Iterable[Path]]) -> None:
    """Write the files of references, each from the files of its parts, in the shards' order."""
    for name, form in REFERENCES.items():
        with (folder / name).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(form.joined(part.read_text("utf-8") for part in parts[name]))


def is_built_file(name: str) -> bool:
    """Return whether an entry of a corpus, given its path in it, is one that a build writes.

    >>> is_built_file("records.parquet"), is_built_file("notes.txt"), is_built_file("figures/a.png")
    (True, False, False)
    """
    return name in _BUILT_NAMES or _TABLE_FILE.fullmatch(name) is not None
