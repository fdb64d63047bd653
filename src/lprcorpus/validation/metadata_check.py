"""The layer *metadata*: the files beside the tables rendered again from what the tables say, and compared.

A file that this version of the package wrote must say all that it would write. Of a corpus of another version the facts are
compared, and not the wording.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lprcorpus.errors import OutputError
from lprcorpus.locations import data_card, license_file
from lprcorpus.messages import shorten
from lprcorpus.metadata import Metadata, corpus_metadata, descriptor_metadata
from lprcorpus.problems import Problem
from lprcorpus.publish.deposits import citation_file, zenodo
from lprcorpus.publish.facts import CorpusFacts
from lprcorpus.publish.render import render_files
from lprcorpus.schema import TABLES
from lprcorpus.validation.companions import CRATE, check_crate
from lprcorpus.validation.differ import Difference, compare_texts, compare_values
from lprcorpus.validation.documents import entry, items_of, parse_json, parse_yaml
from lprcorpus.validation.folder import DESCRIPTOR, Folder, NotReadable, read_bounded, regular_file

__all__ = ["CARD", "Documents", "check_metadata", "read_documents", "whole_metadata"]

CARD = "README.md"
CROISSANT = "croissant.json"
DEMANDED = (DESCRIPTOR, CARD, CROISSANT)
"""The files beside the tables that a corpus of any version has."""

LARGEST_DOCUMENT = 32 * 1024 * 1024
"""Bytes of a file beside the tables, at most."""

_Rule = tuple[str, str, str]

_CODES: tuple[_Rule, ...] = (
    (r"datapackage\.json", r"sources\b.*", "source"),
    (r"datapackage\.json", r"resources\.\w+\.contentDigest", "digest-mismatch"),
    (r"datapackage\.json", r"resources\.\w+\.rows", "rows-mismatch"),
    (r"README\.md", r"dataset_info\.\w+\.splits\.train\.num_examples", "rows-mismatch"),
    (r".*", r"(.*\.)?version", "version-mismatch"),
    (
        r"datapackage\.json",
        r"(name|title|description|homepage|keywords|licenses|contributors|datacite)\b.*",
        "metadata-mismatch",
    ),
    (
        r"README\.md",
        r"(pretty_name|tags|language|license|dataset_info\.\w+\.(description|citation|homepage|license))\b.*"
        r"|license_.*",
        "metadata-mismatch",
    ),
    (
        r"croissant\.json",
        r"(name|alternateName|description|keywords|url|datePublished|creator|citeAs|license|inLanguage"
        r"|publisher)\b.*",
        "metadata-mismatch",
    ),
    (r"CITATION\.cff|\.zenodo\.json", r".*", "metadata-mismatch"),
    (r"datapackage\.json", r".*", "descriptor"),
    (r"README\.md", r".*", "card"),
    (r"croissant\.json", r".*", "croissant"),
    (r".*", r".*", "generated-file"),
)
"""The code of a difference, by its file and its path: that of the first line that fits."""

_FACTS = {
    DESCRIPTOR: r"name|title|version|keywords\b.*|sources\b.*|resources\.\w+(\.(path|rows|contentDigest))?",
    CARD: r"pretty_name|tags\b.*|language|size_categories\b.*|configs\b.*"
    r"|dataset_info\.\w+(\.(features|splits|download_size|dataset_size)\b.*)?",
    CROISSANT: r"name|version|keywords\b.*|inLanguage\b.*"
    r"|distribution\.[^/]+(\.(contentUrl|contentSize|sha256|includes))?"
    r"|recordSet\.\w+(\.field\.\w+(\.dataType)?)?",
    "CITATION.cff": r"title|version",
    ".zenodo.json": r"title|version",
}
"""The paths of what a file says whatever version of this package wrote it."""


@dataclass(frozen=True)
class _Card:
    """A dataset card: its YAML, and its prose."""

    head: Mapping[str, object]
    prose: str


@dataclass
class Documents:
    """The files beside the tables, as they were found.

    Attributes:
        contents: each file that can be read: a value of JSON or YAML, a card, or a text.
        problems: what keeps one from being read, or that is missing.
    """

    contents: dict[str, object]
    problems: list[Problem]


def _read_json(data: bytes) -> object:
    return parse_json(data)


def _read_yaml(data: bytes) -> object:
    return parse_yaml(data.decode("utf-8"))


def _read_text(data: bytes) -> object:
    return data.decode("utf-8")


def _read_card(data: bytes) -> object:
    """Return a dataset card.

    Raises:
        ValueError: it is not text in UTF-8, or has no YAML between two lines of ``---`` at its head.
    """
    parts = re.split(r"^---\n", data.decode("utf-8"), maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0]:
        raise ValueError("no YAML between two lines of --- at its head")
    head = parse_yaml(parts[1])
    if not isinstance(head, dict):
        raise ValueError(f"{shorten(head)} in the place of named entries")
    return _Card(head, parts[2])


def _reader(name: str) -> Callable[[bytes], object]:
    """Return what reads a file, by its name."""
    if name == CARD:
        return _read_card
    if name.endswith(".json"):
        return _read_json
    return _read_yaml if name.endswith(".cff") else _read_text


_FORMS = {"not-json": "JSON in UTF-8", "card": "a card with YAML at its head", "citation-file": "YAML"}


def _form_code(name: str) -> str:
    """Return the code of a file that is not in its format."""
    if name == CARD:
        return "card"
    if name in ("CITATION.cff", ".zenodo.json"):
        return "citation-file"
    return "not-json" if name.endswith(".json") else "generated-file"


def home_of(folder: Folder) -> Path | None:
    """Return the folder that a corpus shares with its raw texts and data card, as in a checkout; None where it is alone."""
    home = folder.root.parent
    return home if (home / "raw").is_dir() and (home / "datacard.md").is_file() else None


def read_documents(folder: Folder, home: Path | None) -> Documents:
    """Read the files beside the tables.

    Args:
        folder: the folder of the corpus.
        home: the folder that the corpus is in, where it has files about it; else None.
    """
    documents = Documents({}, [])
    for name in (DESCRIPTOR, CARD, CROISSANT, "LICENSE"):
        if name in folder.names:
            _read_document(documents, folder.root, name)
        elif name in DEMANDED:
            documents.problems.append(Problem("metadata-missing", "no such file", "the file", file=name))
    if "figures" in folder.names:
        for path in sorted((folder.root / "figures").glob("*.svg")):
            _read_document(documents, folder.root, f"figures/{path.name}")
    for name in ("CITATION.cff", ".zenodo.json", CRATE):
        if name in folder.names:
            _read_document(documents, folder.root, name)
        elif home is not None and (home / name).exists():
            _read_document(documents, home, name)
    return documents


def _read_document(documents: Documents, root: Path, name: str) -> None:
    try:
        data = read_bounded(regular_file(root / name, root, name), name, LARGEST_DOCUMENT)
        documents.contents[name] = _reader(name)(data)
    except NotReadable as error:
        documents.problems.append(error.problem)
    except ValueError as error:
        code = _form_code(name)
        expected = _FORMS.get(code, "the file in its format")
        documents.problems.append(Problem(code, str(error)[:200], expected, file=name))


def whole_metadata(descriptor: Mapping[str, object]) -> Metadata | None:
    """Return what is true of a whole corpus: what this package says of its own version, else what the descriptor says.

    Returns None where the descriptor does not say it in a form that can be rendered.
    """
    ours = corpus_metadata()
    if (descriptor.get("name"), descriptor.get("version")) == (ours.name, ours.version):
        return ours
    try:
        stated = descriptor_metadata(dict(descriptor))
    except (LookupError, TypeError, AttributeError):
        return None
    values: list[object] = [stated.name, stated.title, stated.version, stated.released]
    values += [stated.description, stated.homepage or "", *stated.keywords, *stated.creators]
    for terms in stated.licenses:
        values += [terms.name, terms.title, terms.url]
    if not stated.licenses or not all(isinstance(value, str) for value in values):
        return None
    return stated


def data_card_of(home: Path | None, found: object) -> str:
    """Return the data card that the card of a corpus was made from: the one beside the corpus, or the package's.

    Args:
        home: the folder that the corpus is in, where it has files about it; else None.
        found: the dataset card; its own prose is used where there is no data card.
    """
    for path in (home / "datacard.md" if home else None, data_card()):
        try:
            if path is not None:
                return path.read_text("utf-8")
        except (OSError, ValueError):
            continue
    return found.prose if isinstance(found, _Card) else ""


def license_text() -> str:
    """Return the licence that every copy of the corpus carries."""
    try:
        return license_file().read_text("utf-8")
    except OSError:
        return ""


def check_metadata(folder: Folder, documents: Documents, facts: CorpusFacts, *, wording: bool) -> Iterator[Problem]:
    """Yield where the files beside the tables are not what the facts give.

    Args:
        folder: the folder of the corpus.
        documents: the files as they were found.
        facts: what the tables say, and what is true of the whole.
        wording: whether all has to be as this version writes it; else the facts have.
    """
    facts = _with_stated_sizes(facts, documents.contents.get(CARD))
    try:
        rendered = render_files(facts)
    except OutputError as error:
        yield Problem("card", str(error), "a data card with the places of its parts", file=CARD)
        return
    expected = {name: _reader(name)(data) for name, data in rendered.items()}
    expected["CITATION.cff"] = citation_file(facts.metadata, facts.periodicals)
    expected[".zenodo.json"] = zenodo(facts.metadata, facts.periodicals)
    for name, content in documents.contents.items():
        if name == CRATE:
            yield from check_crate(content, facts.metadata, folder.root)
        elif name in expected:
            for difference in _compare(content, expected[name], wording=wording):
                path = ".".join(difference.path)
                if wording or re.fullmatch(_FACTS.get(name, ""), path):
                    yield from _problem(name, path, difference)
        elif wording:
            yield Problem("generated-file", "the file", "no such file", file=name)
    if wording:
        for name in expected:
            found = {problem.file for problem in documents.problems}
            if name in rendered and name not in {*documents.contents, *found}:
                yield Problem("metadata-missing", "no such file", "the file", file=name)


def _with_stated_sizes(facts: CorpusFacts, card: object) -> CorpusFacts:
    """Return the facts with the sizes before compression as the card gives them, where it agrees with itself.

    They depend on the library that wrote a table, and no reader relies on them.
    """
    stated = dict(facts.uncompressed)
    for info in items_of(card.head.get("dataset_info")) if isinstance(card, _Card) else ():
        name = entry(info, "config_name")
        size = entry(info, "splits.0.num_bytes")
        same = size == entry(info, "dataset_size")
        if isinstance(name, str) and name in stated and type(size) is int and size >= 0 and same:
            stated[name] = size
    return replace(facts, uncompressed=stated)


def _compare(found: object, expected: object, *, wording: bool) -> Iterator[Difference]:
    """Yield where a file is not what was rendered."""
    if isinstance(found, _Card) and isinstance(expected, _Card):
        yield from compare_values(found.head, expected.head)
        if wording:
            for difference in compare_texts(found.prose, expected.prose):
                yield replace(difference, path=("prose", *difference.path))
    elif isinstance(found, str) and isinstance(expected, str):
        yield from compare_texts(found, expected)
    else:
        yield from compare_values(found, expected)


def _problem(name: str, path: str, difference: Difference) -> Iterator[Problem]:
    """Yield a difference as a problem, unless the layer of the files reports it."""
    if name == DESCRIPTOR and re.fullmatch(r"resources\.[\w-]+-file\.(bytes|hash)", path):
        return
    code = next(code for file, pattern, code in _CODES if re.fullmatch(file, name) and re.fullmatch(pattern, path, re.DOTALL))
    yield Problem(
        code,
        difference.found,
        difference.expected,
        table=_table(difference.path),
        column=path or None,
        file=name,
    )


def _table(path: tuple[str, ...]) -> str | None:
    """Return the table that a path in a metadata file leads to."""
    if len(path) > 1 and path[0] in ("resources", "configs", "dataset_info", "recordSet", "distribution"):
        name = re.split(r"\W", path[1])[0]
        return name if name in TABLES else None
    return "issues" if path[:1] == ("sources",) else None
