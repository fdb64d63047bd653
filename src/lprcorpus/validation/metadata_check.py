"""The layer *metadata*: the files beside the tables, rendered again and compared.

A file that this version of the package wrote must say all that it would write. Of a corpus of
another
version the facts are compared, and not the wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
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
from lprcorpus.validation.differ import compare_values
from lprcorpus.validation.documents import entry, items_of, parse_json, parse_yaml
from lprcorpus.validation.folder import DESCRIPTOR, Folder, NotReadable, read_file

__all__ = ["Documents", "check_metadata", "license_text", "whole_metadata"]

CARD = "README.md"
CROISSANT = "croissant.json"
# The files beside the tables that a corpus of any version has.
DEMANDED = (DESCRIPTOR, CARD, CROISSANT)

_CITATION_FILES = ("CITATION.cff", ".zenodo.json", CRATE)

# The code of a difference, by its file and its path: that of the first line that fits.
_CODES = (
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
)

# The paths of what a file says whatever version of this package wrote it.
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


class Documents:
    """The files beside the tables, as they were found.

    Attributes:
        home: the folder that the corpus shares with its raw texts and data card, as in a checkout;
            None
            where it is alone.
        contents: each file that can be read, as a value: named entries, or a text. Of a card, its
            prose is
            one entry more.
        data: the same files as bytes.
        problems: what keeps one from being read, or that is missing.
    """

    def __init__(self, folder: Folder) -> None:
        """Read the files."""
        around = folder.root.parent
        is_home = (around / "raw").is_dir() and (around / "datacard.md").is_file()
        self.home = around if is_home else None
        self.contents: dict[str, object] = {}
        self.data: dict[str, bytes] = {}
        self.problems: list[Problem] = []
        for name in (*DEMANDED, "LICENSE", *_CITATION_FILES):
            if name in folder.names:
                self._read(folder.root, name)
            elif name in DEMANDED:
                self.problems.append(
                    Problem("metadata-missing", "no such file", "the file", file=name)
                )
            elif self.home and name in _CITATION_FILES and (self.home / name).exists():
                self._read(self.home, name)
        for path in sorted((folder.root / "figures").glob("*.svg")):
            self._read(folder.root, f"figures/{path.name}")

    def _read(self, root: Path, name: str) -> None:
        try:
            data = read_file(root, name)
            self.contents[name] = _parse(name, data)
            self.data[name] = data
        except NotReadable as error:
            self.problems.append(error.problem)
        except ValueError as error:
            found, expected = str(error)[:200], "the file in its format"
            self.problems.append(Problem(_form_code(name), found, expected, file=name))

    def data_card(self, *, beside: bool) -> str:
        """Return the data card that the dataset card was made from: the package's, or the one ``beside`` the corpus.

        That of another version may lack the places of this version's parts, and its wording is not
        compared.
        Where there is neither, the card's own prose is taken: its generated parts are made again.
        """
        paths = [data_card()]
        if beside and self.home is not None:
            paths.insert(0, self.home / "datacard.md")
        for path in paths:
            try:
                return path.read_text("utf-8")
            except (OSError, ValueError):
                continue
        return str(entry(self.contents.get(CARD), "prose"))


def _parse(name: str, data: bytes) -> object:
    """Return the content of a file.

    Raises:
        ValueError: it is not in its format.
    """
    if name.endswith(".json"):
        return parse_json(data)
    text = data.decode("utf-8")
    if name.endswith(".cff"):
        return parse_yaml(text)
    if name != CARD:
        return text
    parts = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0]:
        raise ValueError("no YAML between two lines of --- at its head")
    head = parse_yaml(parts[1])
    if not isinstance(head, dict):
        raise ValueError(f"{shorten(head)} in the place of named entries")
    return {**head, "prose": parts[2]}


def _form_code(name: str) -> str:
    """Return the code of a file that is not in its format."""
    if name == CARD:
        return "card"
    if name in _CITATION_FILES:
        return "citation-file"
    return "not-json" if name.endswith(".json") else "generated-file"


def whole_metadata(descriptor: Mapping[str, object]) -> Metadata | None:
    """Return what is true of a corpus: of this version what the package says, else the descriptor.

    Returns None where the descriptor does not say it in a form that can be rendered.
    """
    ours = corpus_metadata()
    if (descriptor.get("name"), descriptor.get("version")) == (ours.name, ours.version):
        return ours
    stated = descriptor_metadata(descriptor)
    return stated if stated.licenses else None


def license_text() -> str:
    """Return the licence that every copy of the corpus carries."""
    try:
        return license_file().read_text("utf-8")
    except OSError:
        return ""


def check_metadata(
    folder: Folder, documents: Documents, facts: CorpusFacts, *, wording: bool
) -> Iterator[Problem]:
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
    expected: dict[str, object] = {}
    for name, data in rendered.items():
        # Bytes that are the same have one content: YAML takes long to read.
        is_same = documents.data.get(name) == data
        expected[name] = documents.contents[name] if is_same else _parse(name, data)
    named = {*documents.contents, *(problem.file for problem in documents.problems)}
    for name in expected:
        if wording and name not in named:
            yield Problem("metadata-missing", "no such file", "the file", file=name)
    expected["CITATION.cff"] = citation_file(facts.metadata, facts.periodicals)
    expected[".zenodo.json"] = zenodo(facts.metadata, facts.periodicals)
    for name, content in documents.contents.items():
        if name == CRATE:
            yield from check_crate(content, facts.metadata, folder.root)
        elif name in expected:
            yield from _compare(name, content, expected[name], wording=wording)
        elif wording:
            yield Problem("generated-file", "the file", "no such file", file=name)


def _with_stated_sizes(facts: CorpusFacts, card: object) -> CorpusFacts:
    """Return the facts with the sizes before compression as the card gives them.

    They depend on the library that wrote a table, and no reader relies on them.
    """
    stated = dict(facts.uncompressed)
    for info in items_of(entry(card, "dataset_info")):
        name = entry(info, "config_name")
        size = entry(info, "dataset_size")
        if str(name) in stated and type(size) is int and size == entry(info, "splits.0.num_bytes"):
            stated[str(name)] = size
    return replace(facts, uncompressed=stated)


def _compare(name: str, found: object, expected: object, *, wording: bool) -> Iterator[Problem]:
    """Yield where a file is not what was rendered."""
    for difference in compare_values(found, expected):
        path = ".".join(difference.path)
        if not wording and not re.fullmatch(_FACTS.get(name, ""), path):
            continue
        if name == DESCRIPTOR and re.fullmatch(r"resources\.[\w-]+-file\.(bytes|hash)", path):
            continue  # the layer of the files says so
        yield Problem(
            _code(name, path),
            difference.found,
            difference.expected,
            table=_table(difference.path),
            column=path or None,
            file=name,
        )


def _code(name: str, path: str) -> str:
    """Return the code of a difference."""
    for file, pattern, code in _CODES:
        if re.fullmatch(file, name) and re.fullmatch(pattern, path, re.DOTALL):
            return code
    return "generated-file"


def _table(path: tuple[str, ...]) -> str | None:
    """Return the table that a path in a metadata file leads to."""
    lists = ("resources", "configs", "dataset_info", "recordSet", "distribution")
    if len(path) > 1 and path[0] in lists:
        name = re.split(r"\W", path[1])[0]
        return name if name in TABLES else None
    return "issues" if path[:1] == ("sources",) else None
