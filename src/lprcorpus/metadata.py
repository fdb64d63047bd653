"""What is true of the whole corpus, from the one place that says it: ``corpus.toml`` beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import tomli

__all__ = ["License", "Metadata", "corpus_metadata", "descriptor_metadata", "is_public"]


@dataclass(frozen=True)
class License:
    """A licence or a statement of rights: its SPDX name, its title, and the address of its text."""

    name: str
    title: str
    url: str


@dataclass(frozen=True)
class Metadata:
    """The corpus as a whole: what every metadata file says of it.

    Attributes:
        name: its identifier, and the distribution's.
        title: its title.
        version: its version, and the package's.
        released: the day of that version (ISO 8601).
        description: what it is, in one paragraph.
        homepage: its web address, or None while it has none.
        keywords: what it is about.
        licenses: the terms; each covers a part of it, and all hold together.
        creators: who made it, as display names.
    """

    name: str
    title: str
    version: str
    released: str
    description: str
    homepage: str | None
    keywords: tuple[str, ...]
    licenses: tuple[License, ...]
    creators: tuple[str, ...]

    @property
    def license_expression(self) -> str:
        """The terms as an SPDX expression."""
        return " AND ".join(terms.name for terms in self.licenses)

    @property
    def license_title(self) -> str:
        """The terms in words."""
        return "; ".join(terms.title for terms in self.licenses)


def is_public(address: str) -> bool:
    """Return whether a web address can lead somewhere: its host is no name that is reserved for examples (RFC 2606).

    Version 0.1 of the corpus has such a name for a homepage.

    >>> is_public("https://lprcorpus.example/")
    False
    """
    return not (urlsplit(address).hostname or "").endswith((".example", ".invalid"))


@cache
def corpus_metadata() -> Metadata:
    """Return what is true of the whole corpus.

    >>> corpus_metadata().title
    'Left Progressive Review Corpus'
    """
    content = tomli.loads((files("lprcorpus") / "corpus.toml").read_text("utf-8"))
    return Metadata(
        name=content["name"],
        title=content["title"],
        version=content["version"],
        released=content["released"],
        description=content["description"],
        homepage=content.get("homepage"),
        keywords=tuple(content["keywords"]),
        licenses=tuple(License(**terms) for terms in content["licenses"]),
        creators=tuple(creator["name"] for creator in content["creators"]),
    )


def descriptor_metadata(descriptor: Mapping[str, Any]) -> Metadata:
    """Return what the descriptor of a corpus (``datapackage.json``) says of the whole.

    Raises:
        LookupError: an entry is missing.
        TypeError: an entry has another shape than this package gives it.
    """
    licenses = [
        License(terms["name"], terms["title"], terms["path"]) for terms in descriptor["licenses"]
    ]
    people = [
        person["title"] for person in descriptor["contributors"] if "creator" in person["roles"]
    ]
    return Metadata(
        name=descriptor["name"],
        title=descriptor["title"],
        version=descriptor["version"],
        released=descriptor["datacite"]["dates"][0]["date"],
        description=descriptor["description"],
        homepage=descriptor.get("homepage"),
        keywords=tuple(descriptor["keywords"]),
        licenses=tuple(licenses),
        creators=tuple(people),
    )
