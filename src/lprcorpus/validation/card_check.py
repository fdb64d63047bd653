"""The dataset card (``README.md``): what its YAML says, against the tables, and its prose, against the data card."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lprcorpus.problems import Problem, shorten
from lprcorpus.schema import TABLES
from lprcorpus.tables import features
from lprcorpus.validation.contents import Content
from lprcorpus.validation.documents import entry, parse_yaml
from lprcorpus.validation.folder import NotReadable
from lprcorpus.validation.listing import Measure
from lprcorpus.validation.statements import Statement, citation_statements, statements

__all__ = ["CARD", "card_statements", "check_card", "check_prose", "split_card"]

CARD = "README.md"

_GENERATED = re.compile(r"(<!-- generated: (\S+) -->\n).*?(<!-- /generated: \2 -->)", re.DOTALL)
_SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B")


def split_card(data: bytes) -> tuple[dict[str, Any], str]:
    """Return the YAML of a dataset card, and its prose.

    Raises:
        NotReadable: it is not text in UTF-8, or has no YAML at its head.
    """
    try:
        text = data.decode("utf-8")
        _, head, prose = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
        content = parse_yaml(head)
    except ValueError as error:
        raise NotReadable(Problem("card", shorten(str(error)), "a card with YAML between two lines of ---", file=CARD)) from None
    if not isinstance(content, dict):
        raise NotReadable(Problem("card", shorten(content), "YAML with named entries", file=CARD))
    return content, prose


def card_statements(head: Mapping[str, Any]) -> Iterator[Statement]:
    """Yield what the card says of the whole."""
    paths = {"title": "pretty_name", "keywords": "tags", "licence address": "license_link", "languages": "language"}
    yield from statements(CARD, head, paths)
    inner = {"description": "description", "homepage": "homepage", "licence title": "license"}
    infos = head.get("dataset_info")
    for place, info in enumerate(infos if isinstance(infos, list) else ()):
        for fact, name in inner.items():
            if isinstance(info, dict) and name in info:
                yield Statement(fact, info[name], CARD, f"dataset_info.{place}.{name}")
        if isinstance(info, dict) and "citation" in info:
            yield from citation_statements(CARD, f"dataset_info.{place}.citation", info["citation"])


def check_card(
    head: Mapping[str, Any], files: Mapping[str, Sequence[str]], measures: Mapping[str, Measure], contents: Mapping[str, Content]
) -> Iterator[Problem]:
    """Yield where the card does not describe the tables: their files, columns, rows and sizes.

    Args:
        head: its YAML.
        files: the paths of each table's files.
        measures: the size and hash of each file.
        contents: what each table holds.
    """
    configs = _by_name(head, "configs")
    infos = _by_name(head, "dataset_info")
    for section, named in (("configs", configs), ("dataset_info", infos)):
        if set(named) != set(TABLES):
            yield _problem(None, section, sorted(map(str, named)), sorted(TABLES))
    for name in TABLES:
        if name in configs and name in files:
            yield from _check_config(name, configs[name], files[name], [file for listed in files.values() for file in listed])
        if name in infos and name in files:
            yield from _check_info(name, infos[name], sum(measures[file].bytes for file in files[name]), contents.get(name))
    records = contents.get("records")
    if records and records.complete:
        size = _SIZES[min(max(len(str(records.rows)) - 3, 0), len(_SIZES) - 1)]
        if head.get("size_categories") != [size]:
            yield _problem("records", "size_categories", head.get("size_categories"), [size])
        known = head.get("language")
        for language in sorted(map(str, records.languages)):
            if not isinstance(known, list) or language.partition("-")[0] not in known:
                yield _problem("records", "language", known, f"{language}, the language of a record, among them")


def _check_config(name: str, config: Mapping[str, Any], files: Sequence[str], every: Sequence[str]) -> Iterator[Problem]:
    """Yield where a configuration does not lead to the files of its table, among those of every table."""
    data_files = config.get("data_files")
    splits = [entry(item, "split") for item in data_files] if isinstance(data_files, list) else None
    if splits != ["train"]:
        yield _problem(name, f"configs.{name}.data_files", data_files, "one split, train")
        return
    path = entry(data_files, "0.path")
    reached = path if isinstance(path, list) else [file for file in every if fnmatch.fnmatchcase(file, str(path))]
    if not reached or list(reached) != list(files):
        yield _problem(
            name, f"configs.{name}.data_files", path, f"what leads to {', '.join(files[:3])}{'' if len(files) < 4 else ' …'}"
        )
    if bool(config.get("default")) != (name == "records"):
        yield _problem(name, f"configs.{name}.default", config.get("default"), name == "records")


def _check_info(name: str, info: Mapping[str, Any], size: int, content: Content | None) -> Iterator[Problem]:
    """Yield where ``dataset_info`` does not describe a table."""
    wanted = [{"name": column, "dtype": feature["dtype"]} for column, feature in features(name).items()]
    found = info.get("features")
    if found != wanted:
        differing = [item for item in found if item not in wanted] if isinstance(found, list) else found
        yield _problem(name, f"dataset_info.{name}.features", differing, f"its {len(wanted)} columns with their types, in order")
    splits = info.get("splits")
    if not isinstance(splits, list) or [entry(split, "name") for split in splits] != ["train"]:
        yield _problem(name, f"dataset_info.{name}.splits", splits, "one split, train")
    elif content and content.complete and entry(splits, "0.num_examples") != content.rows:
        rows = f"{content.rows}, as the table has"
        found = shorten(entry(splits, "0.num_examples"))
        yield Problem("rows-mismatch", found, rows, name, None, f"dataset_info.{name}.splits", file=CARD)
    if "dataset_size" in info and info["dataset_size"] != entry(splits, "0.num_bytes"):
        yield _problem(name, f"dataset_info.{name}.dataset_size", info["dataset_size"], entry(splits, "0.num_bytes"))
    if info.get("download_size") != size:
        yield _problem(name, f"dataset_info.{name}.download_size", info.get("download_size"), size)


def check_prose(prose: str, data_card: str) -> Iterator[Problem]:
    """Yield where the card's prose is not the data card's, its generated parts aside."""
    found, expected = (_GENERATED.sub(r"\1\3", text.strip()).splitlines() for text in (prose, data_card))
    if found != expected:
        at = next((n for n, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), min(len(found), len(expected)))
        here, there = (lines[at] if at < len(lines) else "" for lines in (found, expected))
        yield Problem("card", shorten(here), f"{shorten(there)}, as datacard.md says", column="prose", file=CARD)


def _by_name(head: Mapping[str, Any], section: str) -> dict[Any, Mapping[str, Any]]:
    items = head.get(section)
    named = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return {str(item.get("config_name")): item for item in named}


def _problem(table: str | None, where: str, found: object, expected: object) -> Problem:
    said = expected if isinstance(expected, str) else shorten(expected)
    return Problem("card", shorten(found), said, table, None, where, file=CARD)
