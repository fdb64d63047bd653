"""What is true of the whole corpus, from the one place that says it: ``corpus.toml``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import tomli

Kind = TypeVar("Kind")


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
        homepage: its web address; empty while it has none.
        keywords: what it is about.
        licenses: the terms; each covers a part of it, and all hold together.
        creators: who made it, as display names.
    """

    name: str
    title: str
    version: str
    released: str
    description: str
    homepage: str = ""
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


def to_json(value: object) -> str:
    """Return a value as the JSON that this package writes: indented, with a final newline."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


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
    name = _value(descriptor, "name", str) or "lprcorpus"
    released = ""
    for date in _value(_value(descriptor, "datacite", dict), "dates", list):
        if _value(date, "dateType", str) == "Issued":
            released = _value(date, "date", str)
    licenses = []
    for terms in _value(descriptor, "licenses", list):
        licenses.append(
            License(
                name=_value(terms, "name", str),
                title=_value(terms, "title", str),
                url=_value(terms, "path", str),
            )
        )
    creators = []
    for person in _value(descriptor, "contributors", list):
        if "creator" in _value(person, "roles", list):
            creators.append(_value(person, "title", str))
    return Metadata(
        name=name,
        title=_value(descriptor, "title", str) or name,
        version=_value(descriptor, "version", str),
        released=released,
        description=_value(descriptor, "description", str),
        homepage=_value(descriptor, "homepage", str),
        keywords=tuple(map(str, _value(descriptor, "keywords", list))),
        licenses=tuple(licenses),
        creators=tuple(creators),
    )


def _value(content: object, key: str, kind: type[Kind]) -> Kind:
    """Return a value of an object in a descriptor; an empty one where there is none of its kind."""
    value = content.get(key) if isinstance(content, dict) else None
    return value if isinstance(value, kind) else kind()
