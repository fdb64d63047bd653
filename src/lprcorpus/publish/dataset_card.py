"""The Hugging Face dataset card, ``README.md``: the data card below its YAML.

In the data card a generated part is between ``<!-- generated: NAME -->`` and
``<!-- /generated: NAME -->``: Markdown, made from the models and the facts. The YAML follows
https://github.com/huggingface/hub-docs/blob/main/datasetcard.md, in its order, and says what the
``datasets`` library needs to load each table as a configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import yaml

from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.csl import dataset_item, page_range, present
from lprcorpus.errors import OutputError
from lprcorpus.figures.charts import Figure, figures
from lprcorpus.publish.facts import CorpusFacts, TableFacts
from lprcorpus.schema import TABLES
from lprcorpus.tables import features

_SIZES = ["n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B"]
_MARKDOWN = re.compile(r"[\\`*_\[\]|~$#]")


def dataset_card(facts: CorpusFacts) -> str:
    """Return the dataset card of a corpus."""
    head = yaml.safe_dump(_head(facts), sort_keys=False, allow_unicode=True, width=1000)
    card = facts.card
    for name, render in CARD_PARTS.items():
        card = _fill(card, name, render(facts))
    return f"---\n{head}---\n\n{card}"


def _fill(card: str, name: str, part: str) -> str:
    opening, closing = f"<!-- generated: {name} -->\n", f"<!-- /generated: {name} -->\n"
    filled = f"{opening}{part.strip()}\n{closing}"
    # A function puts it in: a title may hold a backslash.
    card, places = re.subn(f"{opening}.*?{closing}", lambda _: filled, card, flags=re.DOTALL)
    if places != 1:
        expected = f"one line {opening.strip()} and one {closing.strip()} below it"
        raise OutputError(f"datacard.md: has no place for the part {name!r}; expected {expected}")
    return card


def card_figures(facts: CorpusFacts) -> list[Figure]:
    """Return the figures of a corpus."""
    return figures(facts.figures, f"the {facts.metadata.title}")


def _records_part(facts: CorpusFacts) -> str:
    """Return a table of the records or, where the facts do not name all, of their types."""
    if len(facts.records) < facts.type_counts.total():
        table = [["type", "records", "words"]]
        for kind, count in facts.type_counts.most_common():
            table.append([kind, f"{count:,}", f"{facts.type_words[kind]:,}"])
        return _markdown_table(table)
    table = [["id", "title", "author", "type", "pages", "words"]]
    for record in facts.records:
        title, author = _markdown(record.title), _markdown(record.author or "–")
        pages = page_range(record.page_start, record.page_end)
        words = f"{record.word_count:,}"
        table.append([f"`{record.id}`", title, author, record.type, pages, words])
    return _markdown_table(table)


def _fields_part(facts: CorpusFacts) -> str:
    del facts  # the fields are the same in every corpus
    parts = []
    for table in TABLES.values():
        fields = [["field", "type", "may be null", "what it contains"]]
        for column in table.columns:
            meaning = column.description.replace("|", "\\|")
            if column.enum:
                meaning += f" One of {_codes(column.enum)}."
            null = "yes" if column.nullable else "no"
            fields.append([f"`{column.name}`", column.type, null, meaning])
        description = f"{table.description} Key: {_codes(table.key)}."
        parts.append(f"#### `{table.name}`\n\n{description}\n\n{_markdown_table(fields)}")
    return "\n".join(parts)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _figures_part(facts: CorpusFacts) -> str:
    images = []
    for figure in card_figures(facts):
        images.append(f"![{_markdown(figure.title)}](figures/{figure.name}.svg)")
    return "\n\n".join(images)


def _citation_part(facts: CorpusFacts) -> str:
    return f"```bibtex\n{bibtex(dataset_item(facts.metadata))}\n```"


CARD_PARTS = {
    "records": _records_part,
    "fields": _fields_part,
    "figures": _figures_part,
    "citation": _citation_part,
}
"""The generated parts of the data card by name; each has its place there."""


def _markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows, of which the first is the head, as a table in Markdown."""
    lines = [f"| {' | '.join(row)} |\n" for row in rows]
    lines.insert(1, f"|{'---|' * len(rows[0])}\n")
    return "".join(lines)


def _markdown(text: str) -> str:
    r"""Return text as Markdown on one line, in which nothing is taken for HTML or Markdown.

    >>> print(_markdown("<b>One</b> | *two*"))
    &lt;b&gt;One&lt;/b&gt; \| \*two\*
    """
    plain = escape(" ".join(text.split()), quote=False)
    return _MARKDOWN.sub(r"\\\g<0>", plain)


def _head(facts: CorpusFacts) -> dict[str, Any]:
    """Return the YAML: what the dataset is, and each table as a configuration."""
    metadata = facts.metadata
    tables = sorted(facts.tables, key=lambda table: table.name != "records")  # the default first
    languages = list(facts.languages)
    codes = list(dict.fromkeys(language.partition("-")[0] for language in languages))
    head: dict[str, Any] = {
        "language": codes,
        # The Hub has no identifier for terms that hold together; its page links to the file.
        "license": "other",
        "license_name": metadata.license_expression.lower().replace(" ", "-"),
        "license_link": "LICENSE",
        "tags": list(metadata.keywords),
        # Types, kinds and roles describe the print; nobody labelled what the texts say.
        "annotations_creators": ["no-annotation"],
        "language_creators": ["found"],
        "language_details": languages if languages != codes else None,
        "pretty_name": metadata.title,
        "size_categories": [_size_category(facts.type_counts.total())],
        "source_datasets": ["original"],
        # Finding and comparing texts; for recovery of layout the Hub has no name. No task that
        # trains a model to speak: see "Not fit for" in the data card.
        "task_categories": ["text-retrieval", "other"],
        "configs": [_configuration(table) for table in tables],
        "dataset_info": [_dataset_info(facts, table) for table in tables],
    }
    return present(head)


def _configuration(table: TableFacts) -> dict[str, Any]:
    configuration = {
        "config_name": table.name,
        "data_files": [{"split": "train", "path": table.pattern}],
        "default": table.name == "records" or None,
    }
    return present(configuration)


def _dataset_info(facts: CorpusFacts, table: TableFacts) -> dict[str, Any]:
    """Return what ``datasets.DatasetInfo`` takes from a card; the version it does not take."""
    metadata = facts.metadata
    size = facts.uncompressed[table.name]
    info = {
        "config_name": table.name,
        "description": metadata.description,
        "citation": bibtex(dataset_item(metadata)),
        "homepage": metadata.homepage,
        "license": metadata.license_title,
        "features": [
            {"name": name, "dtype": feature["dtype"]}
            for name, feature in features(table.name).items()
        ],
        # Without num_bytes the split is left out, and with it the check that no row is missing.
        "splits": [{"name": "train", "num_bytes": size, "num_examples": table.rows}],
        "download_size": sum(file.bytes for file in table.files),
        "dataset_size": size,
    }
    return present(info)


def _size_category(rows: int) -> str:
    """Return the Hub's name for a size.

    >>> _size_category(15), _size_category(1_000), _size_category(1_000_000)
    ('n<1K', '1K<n<10K', '1M<n<10M')
    """
    return _SIZES[min(max(len(str(rows)) - 3, 0), len(_SIZES) - 1)]
