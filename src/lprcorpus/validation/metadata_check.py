"""The layer *metadata*: the files beside the tables, rendered again and compared.

A file that this version of the package wrote must say all that it would write. Of a corpus of
another version the facts are compared, and not the wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lprcorpus.corpus import DESCRIPTOR
from lprcorpus.errors import OutputError
from lprcorpus.files import is_left_by_tools
from lprcorpus.identifiers import stays_inside
from lprcorpus.messages import shorten
from lprcorpus.metadata import Metadata
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.publish.facts import CorpusFacts
from lprcorpus.publish.render import FIGURES, render_files
from lprcorpus.publish.repository import deposit_texts
from lprcorpus.validation.differ import compare_values
from lprcorpus.validation.documents import entry, items_of, parse_json, parse_yaml
from lprcorpus.validation.folder import CITATION_FILES, Listing, NotReadable, read_file, table_of

CARD = "README.md"
CRATE = "ro-crate-metadata.json"
# The files beside the tables that a corpus of any version has.
DEMANDED = (DESCRIPTOR, CARD, "croissant.json")

# The code of a file that is not what it should be, and that of what is said of a table's rows.
_CODES = {DESCRIPTOR: "descriptor", CARD: "card", "croissant.json": "croissant"}
_CODES |= dict.fromkeys(CITATION_FILES, "citation-file")
_CODES_OF_VALUES = {
    "contentDigest": "digest-mismatch",
    "rows": "rows-mismatch",
    "num_examples": "rows-mismatch",
    "version": "version-mismatch",
}

# The lists that have an object for each table.
_OF_TABLES = {"resources", "configs", "dataset_info", "recordSet", "distribution"}

# What a file says whatever version of this package wrote it: the first steps of the paths of the
# whole, and the last steps of those in the lists of tables.
_FACTS = {"name", "title", "version", "pretty_name", "keywords", "sources", "tags", "language"}
_FACTS |= {"size_categories", "inLanguage"}
_TABLE_FACTS = {"path", "rows", "contentDigest", "contentUrl", "contentSize", "sha256", "dataType"}
_TABLE_FACTS |= {"num_examples", "num_bytes", "download_size", "dataset_size", "dtype"}


def metadata_files(listing: Listing) -> dict[str, Path]:
    """Return each file beside the tables with its folder: the corpus, or a checkout around it."""
    folders = {}
    around = listing.root.parent
    if (around / "raw").is_dir() and (around / "datacard.md").is_file():
        folders = {name: around for name in CITATION_FILES if (around / name).exists()}
    for name in (*DEMANDED, "LICENSE", *CITATION_FILES):
        if name in listing.names:
            folders[name] = listing.root
    for path in sorted((listing.root / FIGURES).glob("*")):
        if not is_left_by_tools(path.name):
            folders[f"{FIGURES}/{path.name}"] = listing.root
    return folders


def check_metadata(
    listing: Listing, facts: CorpusFacts | None, *, wording: bool
) -> Iterator[Problem]:
    """Yield where the files beside the tables are not what the facts give.

    There are no facts where not all rows can be read. Without ``wording``, only the facts have to
    be as this version writes them.
    """
    try:
        expected = _render(facts) if facts else {}
    except OutputError as error:
        yield Problem("card", str(error), "a data card with the places of its parts", file=CARD)
        return
    folders = metadata_files(listing)
    # The citation files belong to a checkout or a release: a corpus may be without them.
    demanded = {*DEMANDED, *expected, *REFERENCES} if wording else {*DEMANDED}
    for name in sorted(demanded - {*folders, *listing.names, *CITATION_FILES}):
        yield Problem("metadata-missing", "no such file", "the file", file=name)
    for name, folder in folders.items():
        try:
            data = read_file(folder, name)
            # To parse what is as expected would take longer than to render it.
            if data != expected.get(name):
                content = _parse(name, data)
                if facts is not None and name == CRATE:
                    yield from _check_crate(content, facts.metadata, folder)
                elif facts is not None:
                    yield from _compare(name, content, expected.get(name), wording=wording)
        except NotReadable as error:
            yield error.problem
        except ValueError as error:
            code = _CODES.get(name, "generated-file")
            yield Problem(code, str(error)[:200], "the file in its format", file=name)


def _render(facts: CorpusFacts) -> dict[str, bytes]:
    """Return the files that are made of the facts, by name."""
    files = render_files(facts)
    for name, text in deposit_texts(facts.metadata, facts.periodicals).items():
        files[name] = text.encode()
    return files


def _parse(name: str, data: bytes) -> object:
    """Return the content of a file, or ValueError: named entries, or a text.

    Of a card, its prose is one entry more.
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


def _compare(
    name: str, content: object, expected: bytes | None, *, wording: bool
) -> Iterator[Problem]:
    """Yield where the content of a file is not the one expected."""
    if expected is None:
        if wording:
            yield Problem("generated-file", "the file", "no such file", file=name)
        return
    for difference in compare_values(content, _parse(name, expected)):
        steps = difference.steps
        if not _is_told(steps, wording=wording):
            continue
        code, table = _CODES.get(name, "generated-file"), None
        if steps:
            code = _CODES_OF_VALUES.get(steps[-1], code)
        if len(steps) > 1 and steps[0] in _OF_TABLES:
            table = table_of(steps[1])
        found, wanted = difference.found, difference.expected
        yield Problem(code, found, wanted, table=table, column=difference.place, file=name)


def _is_told(steps: tuple[str, ...], *, wording: bool) -> bool:
    """Return whether a difference is to be told: what the files are is in the layer *files*."""
    if len(steps) == 3 and steps[1].endswith("-file") and steps[2] in ("bytes", "hash"):
        return False
    if wording or not steps:
        return wording
    if steps[0] in _OF_TABLES:
        return len(steps) == 2 or steps[-1] in _TABLE_FACTS
    return steps[0] in _FACTS


def _check_crate(content: object, metadata: Metadata, folder: Path) -> Iterator[Problem]:
    """Yield where the description of a release is not of this corpus or of these files."""
    entities = {str(entry(one, "@id")): one for one in items_of(entry(content, "@graph"))}
    whole = entities.get("./")
    expected = {
        "name": metadata.title,
        "identifier": metadata.name,
        "version": metadata.version,
        "description": metadata.description,
        "datePublished": metadata.released,
        "keywords": list(metadata.keywords),
        "license": [terms.title for terms in metadata.licenses],
        "creator": list(metadata.creators),
    }
    found = {key: entry(whole, key) for key in expected}
    # Terms and persons are entities of their own, which the whole names by their ids.
    for key in ("license", "creator"):
        ids = [str(entry(one, "@id")) for one in items_of(found[key])]
        found[key] = [entry(entities.get(name), "name") for name in ids]
    for difference in compare_values(found, expected):
        code = _CODES_OF_VALUES.get(difference.steps[-1], "citation-file")
        found_here, wanted = difference.found, difference.expected
        yield Problem(code, found_here, wanted, column=difference.place, file=CRATE)
    for part in items_of(entry(whole, "hasPart")):
        name = str(entry(part, "@id"))
        if not stays_inside(name) or not (folder / name).is_file():
            wanted = f"{shorten(name)}, as the release lists it"
            yield Problem("file-missing", "no such file", wanted, file=CRATE)
