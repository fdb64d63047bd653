"""References to a passage that survive a new edition of the data: as JSON, and as one short line for a footnote.

The JSON is a ``SpecificResource`` of the W3C Web Annotation Data Model, with a ``TextQuoteSelector`` and a
``TextPositionSelector`` (https://www.w3.org/TR/annotation-model/#selectors); the page, the hash and the edition are beside them.
The line holds the ends of the quotation only, and hashes of the rest::

    lprcorpus 0.1.0 lpr-1-2/hourglass-of-the-free p. 31 0-30 “The night whispers the silence” 4ba03e2c17d0-91aa02-fe3b51

The twelve digits are of the SHA-256 of the passage, with each run of white space as one space; the six and six are of what
stands before and after it, white space aside. ``/64/0`` says how many characters of either these are where they are not 32
each: as many as tell the passage from others on that side; 0 where none do (the hash is then of 32). ``+2/3/5`` says that it is
the second of three passages of its record that read the same, five of the corpus, where there is more than one; ``~4/6`` that
four of its record and six of the corpus, itself and the same ones among them, are alike, where that is more. A ``?`` stands
for what was not counted: a page of one issue does not know the others, and the reader page looks for no passages that are alike.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lprcorpus.errors import UsageError
from lprcorpus.search.words import digest_form

__all__ = ["CONTEXT", "Counts", "Selector", "context_hash", "passage_hash", "squeeze"]

CONTEXT = 32
"""Characters before and after a passage that a selector holds, at least: enough in practice to tell two places apart."""

_ENDS = 5
"""Words at either end of the passage that the short line quotes."""

_LONGEST = 1_000_000
"""Characters in a selector, at most: more than the longest body of a periodical."""

_LINE = re.compile(
    r"""\s*(?P<corpus>[\w.-]+)\s+(?P<version>\d[\w.+-]*)\s+(?P<record>[\w-]+/[\w-]+),?
    \s+pp?\.\s*(?P<page>\d+)(?:[-–‑](?P<page_end>\d+))?,?
    \s+(?P<start>\d+)[-–‑](?P<end>\d+),?
    \s+[“"„«](?P<quote>.+)[”"“»],?
    \s+(?P<hash>[0-9a-f]{12})[-–‑](?P<before>[0-9a-f]{6})[-–‑](?P<after>[0-9a-f]{6})
    (?:/(?P<before_size>\d{1,4})/(?P<after_size>\d{1,4}))?
    (?:\+(?P<number>\d{1,9})/(?P<in_record>\d{1,9})/(?P<in_corpus>\d{1,9}|\?))?
    (?:~(?P<like_in_record>\d{1,9}|\?)/(?P<like_in_corpus>\d{1,9}|\?))?\.?\s*""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Counts:
    """How many passages of an edition read like one.

    Attributes:
        number: which it is of those in its record that read the same, counted from 1.
        in_record: how many of its record read the same, itself included.
        in_corpus: how many of the corpus do; None where that is not known.
        like_in_record: how many of its record read the same or almost the same; None where that is not known.
        like_in_corpus: how many of the corpus do; None where that is not known.
    """

    number: int = 1
    in_record: int = 1
    in_corpus: int | None = 1
    like_in_record: int | None = 1
    like_in_corpus: int | None = 1

    def problem(self) -> str | None:
        """Return what cannot be in these counts, or None."""
        if not 1 <= self.number <= self.in_record:
            return f"it is number {self.number} of {self.in_record} passages of its record that are the same"
        for of, fewer, more in (
            ("its record are the same, {} of the corpus", self.in_record, self.in_corpus),
            ("its record are the same, {} alike", self.in_record, self.like_in_record),
            ("its record are alike, {} of the corpus", self.like_in_record, self.like_in_corpus),
            ("the corpus are the same, {} alike", self.in_corpus, self.like_in_corpus),
        ):
            if fewer is not None and more is not None and more < fewer:
                return f"{fewer} passages of {of.format(more)}"
        return None


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
        before_size: how many characters before it tell it from all that read like it; 0 where none do.
        after_size: how many characters after it do.
        counts: how many passages of the edition read like it.
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
    before_size: int
    after_size: int
    counts: Counts

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
            "context": {"before": self.before_size, "after": self.after_size},
            "same": {"number": self.counts.number, "record": self.counts.in_record, "corpus": self.counts.in_corpus},
            "alike": {"record": self.counts.like_in_record, "corpus": self.counts.like_in_corpus},
        }

    def to_json(self) -> str:
        """Return the selector as JSON, on one line."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_line(self) -> str:
        """Return the selector as one short line for a footnote."""
        pages = f"p. {self.page}" if self.page == self.page_end else f"pp. {self.page}-{self.page_end}"
        counts = self.counts
        marks = "" if (self.before_size, self.after_size) == (CONTEXT, CONTEXT) else f"/{self.before_size}/{self.after_size}"
        same, alike = (counts.in_record, counts.in_corpus), (counts.like_in_record, counts.like_in_corpus)
        if same != (1, 1):
            marks += f"+{counts.number}/{_shown(same)}"
        if alike != same:
            marks += f"~{_shown(alike)}"
        return (
            f"{self.corpus} {self.version} {self.record} {pages} {self.start}-{self.end} “{self.quote}”"
            f" {self.hash[:12]}-{self.before}-{self.after}{marks}"
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


def _shown(counts: tuple[int | None, int | None]) -> str:
    """Return a count in a record and one in the corpus as a short line has them."""
    return "/".join("?" if count is None else str(count) for count in counts)


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
    texts |= {name: content[name] for name in ("corpus", "version", "source", "sha256")}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise TypeError(f"{name} is {value!r}, no text")
    if not texts["exact"].strip():
        raise ValueError("exact is empty")
    same, alike, context = content["same"], content["alike"], content["context"]
    counts = Counts(
        _count(same, "number"),
        _count(same, "record"),
        _count(same, "corpus", optional=True),
        _count(alike, "record", optional=True),
        _count(alike, "corpus", optional=True),
    )
    if problem := counts.problem():
        raise ValueError(problem)
    return Selector(
        texts["corpus"],
        texts["version"],
        texts["source"],
        page=_count(content, "page"),
        page_end=_count(content, "page_end"),
        start=_count(position, "start"),
        end=_count(position, "end"),
        exact=texts["exact"],
        first_words=texts["exact"],
        last_words=texts["exact"],
        prefix=texts["prefix"],
        suffix=texts["suffix"],
        hash=texts["sha256"],
        before=context_hash(texts["prefix"]),
        after=context_hash(texts["suffix"]),
        before_size=_count(context, "before"),
        after_size=_count(context, "after"),
        counts=counts,
    )


def _count(content: Mapping[str, Any], name: str, *, optional: bool = False) -> Any:
    """Return a count that a JSON object holds; None, where it is optional and unknown.

    Raises:
        KeyError, TypeError, ValueError: it holds none.
    """
    value = content[name]
    if optional and value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} is {value!r}, no count")
    return value


def _from_line(match: re.Match[str]) -> Selector:
    quote = digest_form(match["quote"])
    whole = passage_hash(quote).startswith(match["hash"])
    parts = quote.split()
    if not whole and (len(parts) != 2 * _ENDS + 1 or parts[_ENDS] != "…"):
        raise UsageError("the selector's hash is not that of its quotation: one of the two was changed")
    same = [_known(match[name] or "1") for name in ("number", "in_record", "in_corpus")]
    alike = [_known(match[name]) if match[name] else same[n] for n, name in enumerate(("like_in_record", "like_in_corpus"), 1)]
    counts = Counts(*same, *alike)
    if problem := counts.problem():
        raise UsageError(f"the selector contradicts itself: {problem}")
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
        before_size=int(match["before_size"] or CONTEXT),
        after_size=int(match["after_size"] or CONTEXT),
        counts=counts,
    )


def _known(count: str) -> Any:
    """Return a count of a short line; None where it is not known."""
    return None if count == "?" else int(count)
