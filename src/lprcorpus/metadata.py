"""What is true of the whole corpus, from the one place that says it: ``corpus.toml`` beside this module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

import tomli

__all__ = ["License", "Metadata", "corpus_metadata", "is_public"]


@dataclass(frozen=True)
class License:
    """A licence: its SPDX name, its title, and where its text is."""

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
        homepage: its web address.
        keywords: what it is about.
        language: the language of its texts (BCP 47).
        license: the licence of the code and the metadata.
        creators: who made it, as display names.
    """

    name: str
    title: str
    version: str
    released: str
    description: str
    homepage: str
    keywords: tuple[str, ...]
    language: str
    license: License
    creators: tuple[str, ...]

    @property
    def public_url(self) -> str | None:
        """The homepage where it is a real address; None while it is a reserved name, which leads nowhere."""
        return self.homepage if is_public(self.homepage) else None


def is_public(address: str) -> bool:
    """Tell whether a web address can lead somewhere: its host is no name that is reserved for examples (RFC 2606).

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
    content["keywords"] = tuple(content["keywords"])
    content["license"] = License(**content["license"])
    content["creators"] = tuple(creator["name"] for creator in content["creators"])
    return Metadata(**content)
