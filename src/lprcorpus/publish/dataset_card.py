"""The Hugging Face dataset card (``README.md`` of a built corpus): the data card, its generated parts filled in, under its YAML.

In the data card a generated part stands between ``<!-- generated: NAME -->`` and ``<!-- /generated: NAME -->``. What is made
here is in Markdown, and derived from the models and the rows. The keys of the YAML are those of
https://huggingface.co/docs/hub/datasets-cards, and of the ``datasets`` library, which takes each table for a configuration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.csl import Edition, dataset_item
from lprcorpus.errors import OutputError, system_reason
from lprcorpus.locations import data_card
from lprcorpus.publish.card_figures import pictures_part
from lprcorpus.publish.written_corpus import TableFiles, WrittenCorpus
from lprcorpus.schema import TABLES, Column, Table
from lprcorpus.tables import features

__all__ = ["CARD_PARTS", "dataset_card", "filled"]

MOST_RECORDS = 100
"""Records that the card lists one by one, at most; of more it counts those of each type."""


def dataset_card(corpus: WrittenCorpus) -> str:
    """Return the dataset card of a corpus.

    Raises:
        OutputError: the data card cannot be read, or has no place for a generated part.
    """
    path = data_card()
    try:
        prose = path.read_text("utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot be read: {system_reason(error)}; expected the data card") from None
    try:
        prose = filled(prose, {name: part(corpus) for name, part in CARD_PARTS.items()})
    except ValueError as error:
        raise OutputError(f"{path}: {error}") from None
    dumped = yaml.safe_dump(_head(corpus), sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{dumped}---\n\n{prose}"


def filled(prose: str, parts: Mapping[str, str]) -> str:
    r"""Return a data card with its generated parts put in their places.

    Raises:
        ValueError: a part has no place, or more than one.

    >>> filled("<!-- generated: x -->\nold\n<!-- /generated: x -->\n", {"x": "new"})
    '<!-- generated: x -->\nnew\n<!-- /generated: x -->\n'
    """
    for name, part in parts.items():
        opening, closing = f"<!-- generated: {name} -->\n", f"<!-- /generated: {name} -->\n"
        before, _, rest = prose.partition(opening)
        _, _, after = rest.partition(closing)
        if (prose.count(opening), prose.count(closing), rest.count(closing)) != (1, 1, 1):
            expected = f"one line {opening.strip()} and one {closing.strip()} below it"
            raise ValueError(f"has no place for the part {name!r}; expected {expected}")
        prose = f"{before}{opening}{part.strip()}\n{closing}{after}"
    return prose


def records_part(corpus: WrittenCorpus) -> str:
    """Return the table of the records or, where they are more than :data:`MOST_RECORDS`, of how many are of each type."""
    rows = next(table.rows for table in corpus.tables if table.name == "records")
    return _markdown_table(*(_each_record(corpus) if rows <= MOST_RECORDS else _each_type(corpus)))


def _each_record(corpus: WrittenCorpus) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    names = ("id", "title", "author", "type", "page_start", "page_end", "word_count")

    def cells() -> Iterator[tuple[str, ...]]:
        for part in corpus.parts("records", names):
            for id_, title, author, kind, first, last, words in zip(
                *(part.column(name).to_pylist() for name in names), strict=True
            ):
                yield f"`{id_}`", title, author or "–", kind, str(first) if first == last else f"{first}-{last}", f"{words:,}"

    return ("id", "title", "author", "type", "pages", "words"), cells()


def _each_type(corpus: WrittenCorpus) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    counts: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for part in corpus.parts("records", ("type", "word_count")):
        for kind, count in zip(part.column("type").to_pylist(), part.column("word_count").to_pylist(), strict=True):
            counts[kind] += 1
            words[kind] += count
    return ("type", "records", "words"), ((kind, f"{count:,}", f"{words[kind]:,}") for kind, count in counts.most_common())


def fields_part(corpus: WrittenCorpus) -> str:
    """Return the tables of the fields, as the models say them."""
    del corpus  # the same for all
    return "\n".join(_fields(table) for table in TABLES.values())


def _fields(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    rows = ((f"`{column.name}`", column.type, "yes" if column.nullable else "no", _what(column)) for column in table.columns)
    heads = ("field", "type", "may be null", "what it holds")
    return f"#### `{table.name}`\n\n{table.description} Key: {key}.\n\n{_markdown_table(heads, rows)}"


def _what(column: Column) -> str:
    values = "" if column.enum is None else f" One of {', '.join(f'`{value}`' for value in column.enum)}."
    return f"{column.description}{values}"


def _markdown_table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = (" | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) for row in rows)
    return f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n" + "".join(f"| {line} |\n" for line in lines)


CARD_PARTS: dict[str, Callable[[WrittenCorpus], str]] = {
    "records": records_part,
    "fields": fields_part,
    "pictures": pictures_part,
}
"""The generated parts of the data card by name; each has its place there."""


def _head(corpus: WrittenCorpus) -> dict[str, Any]:
    """Return the YAML: what the dataset is, and each table as a configuration with its features and its count of rows."""
    metadata = corpus.metadata
    tables = sorted(corpus.tables, key=lambda table: table.name != "records")  # the default first
    return {
        "pretty_name": metadata.title,
        "language": [metadata.language],
        "language_creators": ["found"],
        "multilinguality": ["monolingual"],
        "source_datasets": ["original"],
        "license": "other",
        "license_name": f"{metadata.license.name.lower()}-for-code-and-metadata",
        "license_link": metadata.license.url,
        "tags": list(metadata.keywords),
        "size_categories": [_size_category(tables[0].rows)],
        "configs": [_configuration(table) for table in tables],
        "dataset_info": [_dataset_info(corpus, table) for table in tables],
    }


def _configuration(table: TableFiles) -> dict[str, Any]:
    path = table.files[0].path if len(table.files) == 1 else f"{table.name}-*.parquet"
    configuration = {"config_name": table.name, "data_files": [{"split": "train", "path": path}]}
    return {**configuration, "default": True} if table.name == "records" else configuration


def _dataset_info(corpus: WrittenCorpus, table: TableFiles) -> dict[str, Any]:
    """Return what ``datasets.DatasetInfo`` takes from a card; the version it does not take.

    Without ``num_bytes`` it leaves the whole split out, and with it the check that no row is missing.
    """
    metadata = corpus.metadata
    size = corpus.uncompressed_bytes(table)
    return {
        "config_name": table.name,
        "description": metadata.description,
        "citation": bibtex(dataset_item(Edition.of(metadata))),
        "homepage": metadata.homepage,
        "license": metadata.license.title,
        "features": [{"name": name, "dtype": feature["dtype"]} for name, feature in features(table.name).items()],
        "splits": [{"name": "train", "num_bytes": size, "num_examples": table.rows}],
        "download_size": sum(file.bytes for file in table.files),
        "dataset_size": size,
    }


_SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B")


def _size_category(rows: int) -> str:
    """Return the Hub's name for a size.

    >>> _size_category(15), _size_category(1_000), _size_category(1_000_000)
    ('n<1K', '1K<n<10K', '1M<n<10M')
    """
    return _SIZES[min(max(len(str(rows)) - 3, 0), len(_SIZES) - 1)]
