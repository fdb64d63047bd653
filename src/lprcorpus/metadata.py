"""What is true of the whole corpus, from the one place that says it: ``corpus.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import tomli


@dataclass(frozen=True)
class License:
    """A licence or a statement of rights: its SPDX name, its title, and the address of its text."""

    name: str
    title: str
    url: str

    @property
    def is_ours(self) -> bool:
        """Whether the terms are our own, and not of the list of SPDX."""
        return self.name.startswith("LicenseRef-")


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """A corpus as a whole: what every metadata file says of it.

    Attributes:
        name: its identifier, and the distribution's.
        title: its title.
        version: its version, and the package's.
        released: the day of that version (ISO 8601); empty where a descriptor does not say it.
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
    homepage: str | None = None
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


@cache
def corpus_metadata() -> Metadata:
    """Return what is true of the whole corpus.

    >>> corpus_metadata().title
    'Left Progressive Review Corpus'
    """
    content = tomli.loads((files("lprcorpus") / "corpus.toml").read_text("utf-8"))
    content["keywords"] = tuple(content["keywords"])
    content["licenses"] = tuple(License(**terms) for terms in content["licenses"])
    content["creators"] = tuple(creator["name"] for creator in content["creators"])
    return Metadata(**content)


def descriptor_metadata(descriptor: Mapping[str, Any]) -> Metadata:
    """Return what the descriptor of a corpus (``datapackage.json``) says of the whole.

    What it does not say as this package writes it is left out: its text is empty.
    """
    name = _text(descriptor, "name") or "lprcorpus"
    released = ""
    for date in _objects(descriptor.get("datacite"), "dates"):
        if date.get("dateType") == "Issued":
            released = _text(date, "date")
    keywords = descriptor.get("keywords")
    licenses = []
    for terms in _objects(descriptor, "licenses"):
        licenses.append(License(_text(terms, "name"), _text(terms, "title"), _text(terms, "path")))
    creators = []
    for person in _objects(descriptor, "contributors"):
        if "creator" in str(person.get("roles")):
            creators.append(_text(person, "title"))
    return Metadata(
        name=name,
        title=_text(descriptor, "title") or name,
        version=_text(descriptor, "version"),
        released=released,
        description=_text(descriptor, "description"),
        homepage=_text(descriptor, "homepage") or None,
        keywords=tuple(map(str, keywords)) if isinstance(keywords, list) else (),
        licenses=tuple(licenses),
        creators=tuple(creators),
    )


def _objects(content: object, name: str) -> list[dict[str, Any]]:
    """Return the objects in a list of a descriptor; none where there is no such list."""
    entries = content.get(name) if isinstance(content, dict) else None
    if not isinstance(entries, list):
        return []
    return [entry for entry in entries if isinstance(entry, dict)]


def _text(content: Mapping[str, Any], name: str) -> str:
    """Return a text of a descriptor; an empty one where there is none."""
    value = content.get(name)
    return value if isinstance(value, str) else ""
