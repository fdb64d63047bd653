"""The metadata files of a corpus, read and held against the tables and each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lprcorpus.metadata import corpus_metadata
from lprcorpus.problems import Problem
from lprcorpus.validation.card_check import CARD, card_statements, check_card, check_prose, split_card
from lprcorpus.validation.contents import Content
from lprcorpus.validation.croissant_check import CROISSANT, check_croissant, croissant_statements
from lprcorpus.validation.descriptor import check_descriptor
from lprcorpus.validation.documents import parse_json, parse_yaml
from lprcorpus.validation.folder import DESCRIPTOR, Folder, NotReadable, regular_file
from lprcorpus.validation.listing import Listing, Measure
from lprcorpus.validation.statements import Statement, compare, descriptor_statements, statements

__all__ = ["DEMANDED", "METADATA_FILES", "check_metadata"]

METADATA_FILES = (DESCRIPTOR, CARD, CROISSANT, "references.json", "references.bib")
"""The metadata files of a corpus."""

DEMANDED = (CARD, CROISSANT)
"""The metadata files that a corpus must have beside its descriptor."""

_BESIDE: dict[str, tuple[Callable[[bytes], Any], dict[str, str]]] = {
    "CITATION.cff": (
        lambda data: parse_yaml(data.decode("utf-8")),
        {
            "title": "title",
            "version": "version",
            "released": "date-released",
            "licence": "license",
            "keywords": "keywords",
            "description": "abstract",
            "creators": "authors",
        },
    ),
    ".zenodo.json": (
        parse_json,
        {
            "title": "title",
            "version": "version",
            "released": "publication_date",
            "keywords": "keywords",
            "creators": "creators",
            "licence": "license.id",
        },
    ),
}
"""The citation files that stand beside the corpus in its home: what reads each, and the facts that it states."""


def check_metadata(
    folder: Folder,
    descriptor: Mapping[str, Any],
    listing: Listing,
    measures: Mapping[str, Measure],
    contents: Mapping[str, Content],
) -> Iterator[Problem]:
    """Yield where the metadata files disagree with the tables or with each other.

    Args:
        folder: the folder of the corpus.
        descriptor: the content of its ``datapackage.json``.
        listing: the files of its tables.
        measures: the size and hash of each of them.
        contents: what each table holds.
    """
    yield from check_descriptor(descriptor, listing, contents)
    found = list(descriptor_statements(descriptor))
    files = {name: tuple(file.name for file in listed) for name, listed in listing.files.items()}
    for name in (CARD, CROISSANT):
        if name not in folder.names:
            if name in DEMANDED:
                yield Problem("metadata-missing", "no such file", "the file", file=name)
            continue
        try:
            if name == CARD:
                head, prose = split_card(folder.read(name))
                found += card_statements(head)
                yield from check_card(head, files, measures, contents)
                yield from _prose(folder, prose)
            else:
                content = folder.read_json(name)
                found += croissant_statements(content)
                yield from check_croissant(content, files, measures)
        except NotReadable as error:
            yield error.problem
    for statement in _beside(folder):
        if isinstance(statement, Problem):
            yield statement
        else:
            found.append(statement)
    yield from compare(found, corpus_metadata())


def _prose(folder: Folder, prose: str) -> Iterator[Problem]:
    home = _home(folder)
    if home is not None:
        data = _read_beside(home, "datacard.md")
        if data is not None:
            yield from check_prose(prose, data.decode("utf-8", "replace"))


def _home(folder: Folder) -> Path | None:
    """Return the folder that a corpus shares with its raw texts and data card, as in a checkout; None where it is alone."""
    home = folder.root.parent
    return home if (home / "raw").is_dir() and (home / "datacard.md").is_file() else None


def _read_beside(home: Path, name: str) -> bytes | None:
    """Return a file that stands beside a corpus; None where there is none, or it leads elsewhere."""
    try:
        return regular_file(home / name, home, name).read_bytes()
    except (NotReadable, OSError):
        return None


def _beside(folder: Folder) -> Iterator[Statement | Problem]:
    """Yield what the citation files beside the corpus say of it."""
    home = _home(folder)
    for name, (parse, paths) in _BESIDE.items() if home else ():
        data = _read_beside(home, name) if home else None
        if data is None:
            continue
        try:
            content = parse(data)
        except ValueError as error:
            yield Problem("citation-file", str(error), "the file in its format", file=name)
            continue
        yield from statements(name, content, paths)
