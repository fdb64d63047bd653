"""The layer *metadata*: the files beside the tables, rendered again and compared.

A file that this version of the package wrote must say all that it would write: JSON in any form,
text to the letter. Of a corpus of another version, the facts in JSON are compared.
"""

from __future__ import annotations

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
from lprcorpus.publish.repository import crate_properties, deposit_texts
from lprcorpus.validation.differ import Difference, compare_texts, compare_values
from lprcorpus.validation.documents import entry, items_of, parse_json
from lprcorpus.validation.folder import CITATION_FILES, Listing, NotReadable, read_file, table_of

CARD = "README.md"
CROISSANT = "croissant.json"
CRATE = "ro-crate-metadata.json"
# The files beside the tables that a corpus of any version has.
DEMANDED = (DESCRIPTOR, CARD, CROISSANT)

# The code of a file that is not what it should be, and that of what is said of a table's rows.
_CODES = {DESCRIPTOR: "descriptor", CARD: "card", CROISSANT: "croissant"}
_CODES |= dict.fromkeys(CITATION_FILES, "citation-file")
_CODES_OF_VALUES = {
    "contentDigest": "digest-mismatch",
    "rows": "rows-mismatch",
    "version": "version-mismatch",
}

# The lists that have an object for each table.
_OF_TABLES = {"resources", "recordSet", "distribution"}

# What a file says whatever version of this package wrote it: the first steps of the paths of the
# whole, and the last steps of those in the lists of tables.
_FACTS = {"name", "title", "version", "keywords", "sources", "inLanguage"}
_TABLE_FACTS = {"path", "rows", "contentDigest", "contentUrl", "contentSize", "sha256", "dataType"}


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
            if data == expected.get(name):
                continue
            content = parse_json(data) if name.endswith(".json") else data.decode()
            if facts is None:
                continue
            if name == CRATE:
                yield from _check_crate(content, facts.metadata, folder)
            elif name in expected:
                differences = _differences(content, expected[name], wording=wording)
                yield from _problems(name, differences)
            elif wording:
                yield Problem("generated-file", "the file", "no such file", file=name)
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


def _differences(content: object, expected: bytes, *, wording: bool) -> Iterator[Difference]:
    """Yield where a file, the content of one in JSON or a text, is not the one expected."""
    if isinstance(content, str):
        if wording:
            yield from compare_texts(content, expected.decode())
        return
    for difference in compare_values(content, parse_json(expected)):
        steps = difference.steps
        # What the files are is in the layer *files*.
        if len(steps) == 3 and steps[1].endswith("-file") and steps[2] in ("bytes", "hash"):
            continue
        if wording or _is_fact(steps):
            yield difference


def _is_fact(steps: tuple[str, ...]) -> bool:
    """Return whether a place in a file is one that has the same value in all versions."""
    if steps and steps[0] in _OF_TABLES:
        return len(steps) == 2 or steps[-1] in _TABLE_FACTS
    return bool(_FACTS.intersection(steps[:1]))


def _problems(name: str, differences: Iterator[Difference]) -> Iterator[Problem]:
    for difference in differences:
        steps = difference.steps
        code, table = _CODES.get(name, "generated-file"), None
        if steps:
            code = _CODES_OF_VALUES.get(steps[-1], code)
        if len(steps) > 1 and steps[0] in _OF_TABLES:
            table = table_of(steps[1])
        yield Problem(
            code=code,
            found=difference.found,
            expected=difference.expected,
            table=table,
            column=difference.place,
            file=name,
        )


def _check_crate(content: object, metadata: Metadata, folder: Path) -> Iterator[Problem]:
    """Yield where the description of a release is not of this corpus or of these files."""
    entities = {str(entry(one, "@id")): one for one in items_of(entry(content, "@graph"))}
    whole = entities.get("./")
    expected = crate_properties(metadata)
    found = {key: entry(whole, key) for key in expected}
    # Terms and persons are entities of their own, which the whole names by their ids.
    expected["license"] = [terms.title for terms in metadata.licenses]
    expected["creator"] = list(metadata.creators)
    for key in ("license", "creator"):
        ids = [str(entry(one, "@id")) for one in items_of(entry(whole, key))]
        found[key] = [entry(entities.get(name), "name") for name in ids]
    yield from _problems(CRATE, compare_values(found, expected))
    for part in items_of(entry(whole, "hasPart")):
        name = str(entry(part, "@id"))
        if not stays_inside(name) or not (folder / name).is_file():
            wanted = f"{shorten(name)}, as the release lists it"
            yield Problem("file-missing", "no such file", wanted, file=CRATE)
