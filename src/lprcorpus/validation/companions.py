"""What may be beside a corpus: the layout of a text, the description of a release, other files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from lprcorpus.errors import LprcorpusError
from lprcorpus.layout_file import extraction_of, read_layout
from lprcorpus.messages import shorten
from lprcorpus.metadata import Metadata
from lprcorpus.problems import Problem
from lprcorpus.publish.render import is_built_file
from lprcorpus.validation.differ import compare_values
from lprcorpus.validation.documents import entry, items_of
from lprcorpus.validation.folder import RawTexts

__all__ = ["CRATE", "check_crate", "check_layout", "foreign_files"]

CRATE = "ro-crate-metadata.json"

_OF_A_RELEASE = (
    "raw",
    "CITATION.cff",
    ".zenodo.json",
    "CHANGELOG.md",
    CRATE,
    "REUSE.toml",
    "LICENSES",
)
_LEFT_BY_TOOLS = ("Thumbs.db", "desktop.ini")


def foreign_files(names: list[str], listed: set[str]) -> list[str]:
    """Return the entries of a folder that neither a build nor a release nor a tool puts there."""
    known = {*_OF_A_RELEASE, *_LEFT_BY_TOOLS, *(path.split("/")[0] for path in listed)}
    return [
        name
        for name in names
        if name not in known and not name.startswith(".") and not is_built_file(name)
    ]


def check_layout(texts: RawTexts, issue: str, extraction: object, raw: str) -> Iterator[Problem]:
    """Yield where the layout of a raw text does not belong to it, or to its manifest.

    Raises:
        NotReadable: the layout leads out of the folder, or is too large.
    """
    name = f"raw/{issue}.layout.parquet"
    path = texts.layout(issue)
    if path is None:
        if extraction is not None:
            expected = "the layout that [extraction] is about"
            yield Problem("layout", "no such file", expected, file=name)
        return
    try:
        stated = asdict(extraction_of(path))
        numbers = [row.line for row in read_layout(path)]
    except LprcorpusError as error:
        yield Problem(
            "layout", str(error).split(": ", 1)[-1], "the layout of a raw text", file=name
        )
        return
    for difference in compare_values(stated, extraction):
        expected = f"{difference.expected}, as [extraction] of the manifest says"
        yield Problem(
            "layout",
            difference.found,
            expected,
            column=".".join(difference.path) or None,
            file=name,
        )
    printed = [number for number, line in enumerate(raw.split("\n"), start=1) if line.strip()]
    if numbers != printed:
        wrong = sorted(set(numbers) ^ set(printed)) or numbers
        expected = f"a row for each raw line with print; line {wrong[0]} is the first that differs"
        yield Problem("layout", f"{len(numbers)} rows", expected, file=name)


def check_crate(content: object, metadata: Metadata, folder: Path) -> Iterator[Problem]:
    """Yield where the description of a release is not of this corpus or of these files."""
    entities = {str(entry(one, "@id")): one for one in items_of(entry(content, "@graph"))}
    whole = entities.get("./")
    expected: Mapping[str, object] = {
        "name": metadata.title,
        "identifier": metadata.name,
        "version": metadata.version,
        "description": metadata.description,
        "datePublished": metadata.released,
    }
    found = {key: entry(whole, key) for key in expected}
    for difference in compare_values(found, expected):
        code = "version-mismatch" if difference.path == ("version",) else "metadata-mismatch"
        yield Problem(
            code,
            difference.found,
            difference.expected,
            column=".".join(difference.path),
            file=CRATE,
        )
    for part in items_of(entry(whole, "hasPart")):
        name = str(entry(part, "@id"))
        if not (folder / name).is_file():
            yield Problem(
                "file-missing",
                "no such file",
                f"{shorten(name)}, as the release lists it",
                file=CRATE,
            )
