"""What the metadata files say of the corpus as a whole, put beside each other: they come from one place and cannot disagree."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lprcorpus.metadata import Metadata
from lprcorpus.problems import Problem, shorten
from lprcorpus.validation.documents import entry, strings
from lprcorpus.validation.folder import DESCRIPTOR

__all__ = ["Statement", "citation_statements", "compare", "descriptor_statements", "statements"]


@dataclass(frozen=True)
class Statement:
    """What one file says: a fact, its value, and where the file says it."""

    fact: str
    value: object
    file: str
    entry: str


def statements(file: str, content: object, paths: Mapping[str, str]) -> Iterator[Statement]:
    """Yield what a document says: for each fact that it states, what stands at its path."""
    for fact, path in paths.items():
        value = entry(content, path)
        if fact == "creators" and value is not None:
            value = tuple(_name(person) for person in strings(value))
        elif fact in ("keywords", "languages"):
            value = strings(value)
        yield Statement(fact, value, file, path)


def _name(person: object) -> object:
    """Return the name of a person or body, whole or in the two parts of CITATION.cff."""
    if entry(person, "family-names") is not None:
        return f"{entry(person, 'given-names')} {entry(person, 'family-names')}"
    return entry(person, "name")


def descriptor_statements(descriptor: Mapping[str, Any]) -> Iterator[Statement]:
    """Yield what ``datapackage.json`` says of the whole."""
    facts = ("name", "title", "version", "description", "homepage", "keywords")
    yield from statements(DESCRIPTOR, descriptor, {fact: fact for fact in facts})
    licence = {"licence": "licenses.0.name", "licence title": "licenses.0.title", "licence address": "licenses.0.path"}
    yield from statements(DESCRIPTOR, descriptor, licence)
    people = entry(descriptor, "contributors")
    names = (
        [entry(person, "title") for person in people if "creator" in strings(entry(person, "roles"))]
        if isinstance(people, list)
        else []
    )
    yield Statement("creators", tuple(names), DESCRIPTOR, "contributors")


_IN_BIBTEX = {"version": re.compile(r"^  version = \{(.*)\},?$", re.M), "title": re.compile(r"^  title = \{\{(.*)\}\},?$", re.M)}


def citation_statements(file: str, where: str, citation: object) -> Iterator[Statement]:
    """Yield what a citation of the corpus in BibTeX says, and the citation itself."""
    yield Statement("citation", citation, file, where)
    for fact, pattern in _IN_BIBTEX.items():
        match = pattern.search(citation) if isinstance(citation, str) else None
        if match and "\\" not in match[1]:
            yield Statement(fact, match[1], file, where)


def package_statements(metadata: Metadata) -> Iterator[Statement]:
    """Yield what this package says of the corpus of its version."""
    values: dict[str, object] = {
        "name": metadata.name,
        "title": metadata.title,
        "version": metadata.version,
        "released": metadata.released,
        "description": metadata.description,
        "homepage": metadata.homepage,
        "keywords": metadata.keywords,
        "licence": metadata.licenses[0].name,
        "licence title": metadata.licenses[0].title,
        "licence address": metadata.licenses[0].url,
        "creators": metadata.creators,
    }
    yield from (Statement(fact, value, "lprcorpus", fact) for fact, value in values.items())


def compare(found: Sequence[Statement], package: Metadata) -> Iterator[Problem]:
    """Yield a problem for each statement that differs from what most say, or from the first where none are more.

    The package itself is heard where the corpus is of its name and version.
    """
    said = [(statement.fact, statement.value) for statement in found]
    if ("name", package.name) in said and ("version", package.version) in said:
        found = [*found, *package_statements(package)]
    by_fact: dict[str, list[Statement]] = defaultdict(list)
    for statement in found:
        by_fact[statement.fact].append(statement)
    for fact, same in by_fact.items():
        votes = Counter(repr(statement.value) for statement in same)
        most = max(votes.values())
        right = next(statement for statement in (*same[-1:], *same) if votes[repr(statement.value)] == most)
        files = dict.fromkeys(statement.file for statement in same if statement.value == right.value)
        for statement in same:
            if statement.value != right.value:
                expected = f"{shorten(right.value)}, as {' and '.join(files)} say{'s' if len(files) == 1 else ''}"
                code = "version-mismatch" if fact == "version" else "metadata-mismatch"
                yield Problem(code, shorten(statement.value), expected, None, None, statement.entry, file=statement.file)
