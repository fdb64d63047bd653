"""References to a passage that survive a new edition of the data: as JSON, and as one short line for a footnote.

The JSON is a ``SpecificResource`` of the W3C Web Annotation Data Model, with a ``TextQuoteSelector`` and a
``TextPositionSelector`` (https://www.w3.org/TR/annotation-model/#selectors); the page, the hash and the edition are beside them.
The line holds the ends of the quotation only, and hashes of the rest::

    lprcorpus 0.1.0 lpr-1-2/hourglass-of-the-free p. 31 0-30 “The night whispers the silence” 4ba03e2c17d0-91aa02-fe3b51

The twelve digits are of the SHA-256 of the passage, with each run of white space as one space; the six and six are of what
stands before and after it, white space aside (as many characters as follow a ``/``, or 32). A ``+`` at the end says that the
edition held other passages like it, ``++`` that one stood in its record, ``+++`` that even what stood around it was the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lprcorpus.errors import UsageError
from lprcorpus.reading.words import digest_form

__all__ = ["CONTEXT", "OTHERS", "Selector", "context_hash", "passage_hash", "squeeze"]

CONTEXT = 32
"""Characters before and after a passage that a selector holds, at least: enough in practice to tell two places apart."""

OTHERS = ("none", "in other records", "in its record", "in the same surroundings")
"""Where an edition held other passages like a selector's: nowhere, or what is true of the one most easily taken for it."""

_ENDS = 5
"""Words at either end of the passage that the short line quotes."""

_LONGEST = 1_000_000
"""Characters in a selector, at most: more than the longest body of a periodical."""

_LINE = re.compile(
    r"""\s*(?P<corpus>[\w.-]+)\s+(?P<version>\d[\w.+-]*)\s+(?P<record>[\w-]+/[\w-]+),?
    \s+pp?\.\s*(?P<page>\d+)(?:[-–‑](?P<page_end>\d+))?,?
    \s+(?P<start>\d+)[-–‑](?P<end>\d+),?
    \s+[“"„«](?P<quote>.+)[”"“»],?
    \s+(?P<hash>[0-9a-f]{12})[-–‑](?P<before>[0-9a-f]{6})[-–‑](?P<after>[0-9a-f]{6})(?:/(?P<size>\d{1,4}))?(?P<others>\+{0,3})\.?\s*""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Selector:
    """A reference to a passage of one edition.

    Attributes:
        corpus: the corpus's identifier.
        version: the version of the data in which the passage was read.
        record: the record's id.
        page: the page of its first character.
        page_end: the page of its last character.
        start: offset of its first character in the body.
        end: offset one past its last character in the body.
        exact: its text; None if the selector was a short line that quotes only its ends.
        first_words: the text, or in a short line its first words.
        last_words: the text, or in a short line its last words.
        prefix: what stands before it, or None in a short line.
        suffix: what stands after it, or None in a short line.
        hash: SHA-256 of the text, see :func:`passage_hash`; in a short line its first 12 digits.
        before: hash of what stands before it, see :func:`context_hash`.
        after: hash of what stands after it.
        context_size: how many characters of either the hashes were taken of, at most.
        others: whether the edition held other passages like it: one of :data:`OTHERS`.
    """

    corpus: str
    version: str
    record: str
    page: int
    page_end: int
    start: int
    end: int
    exact: str | None
    first_words: str
    last_words: str
    prefix: str | None
    suffix: str | None
    hash: str
    before: str
    after: str
    context_size: int
    others: str

    def to_dict(self) -> dict[str, Any]:
        """Return the selector as an annotation's target.

        Raises:
            UsageError: it was a short line, which does not hold the passage.
        """
        if self.exact is None:
            raise UsageError("a short line does not hold the whole passage; expected the selector as JSON")
        return {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "type": "SpecificResource",
            "source": self.record,
            "selector": [
                {"type": "TextQuoteSelector", "exact": self.exact, "prefix": self.prefix, "suffix": self.suffix},
                {"type": "TextPositionSelector", "start": self.start, "end": self.end},
            ],
            "corpus": self.corpus,
            "version": self.version,
            "page": self.page,
            "page_end": self.page_end,
            "sha256": self.hash,
            "context_size": self.context_size,
            "others": self.others,
        }

    def to_json(self) -> str:
        """Return the selector as JSON, on one line."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_line(self) -> str:
        """Return the selector as one short line for a footnote."""
        pages = f"p. {self.page}" if self.page == self.page_end else f"pp. {self.page}-{self.page_end}"
        size = "" if self.context_size == CONTEXT else f"/{self.context_size}"
        return (
            f"{self.corpus} {self.version} {self.record} {pages} {self.start}-{self.end} “{self.quote}”"
            f" {self.hash[:12]}-{self.before}-{self.after}{size}{'+' * OTHERS.index(self.others)}"
        )

    def __str__(self) -> str:
        """The selector as one short line."""
        return self.to_line()

    @property
    def quote(self) -> str:
        """The passage on one line, or its first and last words."""
        if self.exact is None:
            return f"{self.first_words} … {self.last_words}"
        parts = self.exact.split()
        if len(parts) <= 2 * _ENDS + 1:
            return " ".join(parts)
        return " ".join([*parts[:_ENDS], "…", *parts[-_ENDS:]])

    @property
    def unique(self) -> bool:
        """Whether the edition held no other passage like it."""
        return self.others == OTHERS[0]

    @property
    def unique_in_record(self) -> bool:
        """Whether its record held no other passage like it."""
        return self.others in OTHERS[:2]

    @property
    def told_apart(self) -> bool:
        """Whether what stands around it tells it from all passages like it."""
        return self.others != OTHERS[3]

    @classmethod
    def read(cls, selector: Selector | Mapping[str, Any] | str) -> Selector:
        """Return a selector, given as one, as JSON (in text or already read) or as a short line.

        Raises:
            UsageError: it is none, or it contradicts itself.
        """
        if isinstance(selector, Selector):
            return selector
        return cls.parse(selector if isinstance(selector, str) else json.dumps(dict(selector)))

    @classmethod
    def parse(cls, text: str) -> Selector:
        """Read a selector, from JSON or from a short line.

        Raises:
            UsageError: it is neither, or it contradicts itself.
        """
        if len(text) > _LONGEST:
            raise UsageError(f"a selector of {len(text):,} characters; expected JSON or a line as lprcorpus find prints them")
        if text.lstrip()[:1] in ("{", "["):
            return _from_json(text)
        match = _LINE.fullmatch(text)
        if match is None:
            found = digest_form(text)
            shown = repr(found if len(found) <= 60 else f"{found[:59]}…")
            raise UsageError(f"no selector: found {shown}; expected JSON or a line as lprcorpus find prints them")
        return _from_line(match)


def passage_hash(text: str) -> str:
    r"""Return the SHA-256, in hexadecimal, of a passage with each run of white space as one space.

    >>> passage_hash("The night\nwhispers") == passage_hash("The night whispers")
    True
    """
    return hashlib.sha256(digest_form(text).encode("utf-8", "surrogatepass")).hexdigest()


def context_hash(context: str) -> str:
    """Return six digits of the SHA-256 of what stands on one side of a passage, white space aside."""
    return hashlib.sha256(squeeze(context).encode("utf-8", "surrogatepass")).hexdigest()[:6]


def squeeze(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def _from_json(text: str) -> Selector:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the selector is not JSON: {str(error).splitlines()[0]}") from None
    try:
        by_type = {part["type"]: part for part in content["selector"]}
        quote, position = by_type["TextQuoteSelector"], by_type["TextPositionSelector"]
        selector = _selector(content, quote, position)
    except (KeyError, TypeError, ValueError) as error:
        missing = f"without {error}" if isinstance(error, KeyError) else f"with a wrong value: {error}"
        raise UsageError(f"the selector is JSON {missing}; expected one as lprcorpus find --json prints them") from None
    if passage_hash(selector.exact or "") != selector.hash:
        raise UsageError("the selector's sha256 is not that of its exact text: one of the two was changed")
    return selector


def _selector(content: dict[str, Any], quote: dict[str, Any], position: dict[str, Any]) -> Selector:
    """Return the selector that a JSON object holds.

    Raises:
        KeyError, TypeError, ValueError: it holds none.
    """
    texts = {name: quote[name] for name in ("exact", "prefix", "suffix")}
    texts |= {name: content[name] for name in ("corpus", "version", "sha256")} | {"source": content["source"]}
    numbers = {name: content[name] for name in ("page", "page_end", "context_size")}
    numbers |= {name: position[name] for name in ("start", "end")}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise TypeError(f"{name} is {value!r}, no text")
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} is {value!r}, no count")
    if content["others"] not in OTHERS:
        raise ValueError(f"others is {content['others']!r}, none of {', '.join(OTHERS)}")
    if not texts["exact"].strip():
        raise ValueError("exact is empty")
    return Selector(
        texts["corpus"],
        texts["version"],
        texts["source"],
        **numbers,
        exact=texts["exact"],
        first_words=texts["exact"],
        last_words=texts["exact"],
        prefix=texts["prefix"],
        suffix=texts["suffix"],
        hash=texts["sha256"],
        before=context_hash(texts["prefix"]),
        after=context_hash(texts["suffix"]),
        others=content["others"],
    )


def _from_line(match: re.Match[str]) -> Selector:
    quote = digest_form(match["quote"])
    whole = passage_hash(quote).startswith(match["hash"])
    parts = quote.split()
    if not whole and (len(parts) != 2 * _ENDS + 1 or parts[_ENDS] != "…"):
        raise UsageError("the selector's hash is not that of its quotation: one of the two was changed")
    return Selector(
        corpus=match["corpus"],
        version=match["version"],
        record=match["record"],
        page=int(match["page"]),
        page_end=int(match["page_end"] or match["page"]),
        start=int(match["start"]),
        end=int(match["end"]),
        exact=quote if whole else None,
        first_words=quote if whole else " ".join(parts[:_ENDS]),
        last_words=quote if whole else " ".join(parts[-_ENDS:]),
        prefix=None,
        suffix=None,
        hash=match["hash"],
        before=match["before"],
        after=match["after"],
        context_size=int(match["size"] or CONTEXT),
        others=OTHERS[len(match["others"])],
    )
