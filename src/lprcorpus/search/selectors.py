"""Selectors: names of passages that survive a new edition, as JSON and as one line for a footnote.

A passage is named by the raw characters that it comes from, which never move. A person can check
the line with a text editor::

    lprcorpus 0.2.0 lpr-1-2/hourglass-of-the-free p. 31 raw 111085-111101 “night whispers” ce735a69

Corpus, version, record and page, as they were when it was made; the first raw character and one
past the last; the quotation; the first digits of the raw text's SHA-256. What the line of a long
quotation leaves out reads in the raw text as in the passage, so that an edit there shows. The JSON
is a ``SpecificResource`` of https://www.w3.org/TR/annotation-model/#selectors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard, TypeVar

from lprcorpus.errors import UsageError
from lprcorpus.identifiers import issue_of
from lprcorpus.messages import pages, shorten
from lprcorpus.search.words import squeeze, typewritten

# Characters before and after a passage that its selector has in JSON.
CONTEXT = 32
# What a line has in the place of the words that it leaves out. Of a passage with such a sign of its
# own, it leaves out nothing, and has that sign without the spaces.
ELLIPSIS = " … "

# How a line begins; the rest of it is matched by itself, so that half a line is seen.
HEAD = re.compile(
    r"""(?<![\w.-])(?P<corpus>[\w.-]{1,100})\s+(?P<version>\d[\w.+-]{0,99})\s+
    (?P<record>[a-z\d-]{1,200}/[a-z\d-]{1,200}),?
    \s+pp?\.\s*(?P<page>\d{1,9})(?:\s?[-–‑—]{1,2}\s?(?P<page_end>\d{1,9}))?,?\s+""",
    re.VERBOSE,
)
_REST = re.compile(
    r"""(?P<old>\d+[-–‑]\d+,?\s)
    | raw\s+(?P<start>\d{1,15})\s?[-–‑—]{1,2}\s?(?P<end>\d{1,15}),?
    \s+(?:[“”"„«»‟]|‘‘)\s?(?P<quote>\S(?:(?!\sraw\s\d).)*?)\s?(?:[“”"«»]|’’),?
    \s+(?P<sha256>[0-9a-f]{8,64})(?!\w)""",
    re.VERBOSE | re.DOTALL,
)

_OLD = (
    "a selector of 0.1.0, which names no raw characters; find the passage again for one that does"
)
_EXPECTED = "expected JSON or a line as lprcorpus find prints them"

Value = TypeVar("Value", str, int)


@dataclass(frozen=True)
class Selector:
    """The name of a passage; record, version and pages are as they were when it was made.

    Raises:
        UsageError: it names no raw characters.
    """

    corpus: str
    version: str
    record: str
    page: int
    page_end: int
    issue: str  #: the issue whose raw text it comes from
    sha256: str  #: the SHA-256 of that raw text in hexadecimal, or its first digits
    raw_start: int  #: offset in the raw text of the first character it comes from
    raw_end: int
    exact: str | None = None  #: its text; None in a line, which may leave words out
    prefix: str = ""  #: the text before it; empty in a line
    suffix: str = ""
    start: int | None = None  #: its offset in the body; None in a line, and outside a body
    end: int | None = None
    #: its text on one line; of a long one, perhaps only the first and last words
    quote: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.raw_start < self.raw_end:
            found = f"{self.raw_start}-{self.raw_end}"
            raise UsageError(f"the selector has no raw characters: found {found}")
        if not re.fullmatch("[0-9a-f]{8,64}", self.sha256):
            problem = f"the selector has the sha256 {shorten(self.sha256)}"
            raise UsageError(f"{problem}; expected 8 hexadecimal digits or more")

    def to_dict(self) -> dict[str, Any]:
        """Return the selector as an annotation's target.

        Raises:
            UsageError: it was read from a line, which may not have the whole passage.
        """
        if self.exact is None:
            problem = "a selector in one line may not have the whole passage"
            raise UsageError(f"{problem}; expected the selector as JSON")
        quotation = {"exact": self.exact, "prefix": self.prefix, "suffix": self.suffix}
        parts: list[dict[str, object]] = [{"type": "TextQuoteSelector", **quotation}]
        if self.start is not None:
            parts.append({"type": "TextPositionSelector", "start": self.start, "end": self.end})
        return {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "type": "SpecificResource",
            "source": self.record,
            "selector": parts,
            "corpus": self.corpus,
            "version": self.version,
            "page": self.page,
            "page_end": self.page_end,
            "raw": {
                "issue": self.issue,
                "sha256": self.sha256,
                "start": self.raw_start,
                "end": self.raw_end,
            },
        }

    def to_json(self) -> str:
        """Return the selector as JSON, on one line."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __str__(self) -> str:
        """The selector as one line for a footnote."""
        where = pages(self.page, self.page_end, dash="-")
        raw = f"raw {self.raw_start}-{self.raw_end}"
        begin = f"{self.corpus} {self.version} {self.record} {where} {raw}"
        return f"{begin} “{self.quote}” {self.sha256[:8]}"

    def plain(self, text: str) -> str:
        """Return a text as it is compared with the quotation: with that of a line, typewritten."""
        if self.exact is None:
            return typewritten(text)
        return squeeze(text)

    def pattern(self) -> str:
        """Return a regular expression for the passage, plain."""
        if self.exact is not None:
            return re.escape(squeeze(self.exact))
        parts = [re.escape(typewritten(part)) for part in self.quote.split(ELLIPSIS)]
        # TeX has two or three hyphens for a dash.
        return re.sub(r"(\\-)+", "-+", ".+".join(parts))

    @classmethod
    def read(cls, selector: Selector | Mapping[str, Any] | str) -> Selector:
        """Return a selector, given as one, as JSON (in text or already read) or as a line.

        What follows a line is passed over.

        Raises:
            UsageError: it is none, or it contradicts itself.
        """
        if isinstance(selector, Selector):
            return selector
        if not isinstance(selector, str):
            return cls._from_json(selector)
        text = selector.removeprefix("\ufeff").strip()
        if not text.startswith(("{", "[")):
            return cls._from_line(text)
        try:
            return cls._from_json(json.loads(text))
        except (ValueError, RecursionError) as error:
            reason = str(error).partition(":")[0]
            raise UsageError(f"the selector is not JSON: {reason}") from None

    @classmethod
    def _from_line(cls, text: str) -> Selector:
        found = shorten(" ".join(text.split()), 62)
        head = HEAD.match(f"{text} ")
        if head is None:
            raise UsageError(f"no selector: found {found}; {_EXPECTED}")
        rest = _REST.match(text, head.end())
        if rest is None:
            raise UsageError(f"half a selector: found {found}; {_EXPECTED}")
        if rest["old"]:
            raise UsageError(_OLD)
        return cls(
            corpus=head["corpus"],
            version=head["version"],
            record=head["record"],
            page=int(head["page"]),
            page_end=int(head["page_end"] or head["page"]),
            issue=issue_of(head["record"]),
            sha256=rest["sha256"],
            raw_start=int(rest["start"]),
            raw_end=int(rest["end"]),
            quote=" ".join(rest["quote"].split()),
        )

    @classmethod
    def _from_json(cls, content: object) -> Selector:
        if is_selector(content) and "raw" not in content:
            raise UsageError(_OLD)
        quotation = _part(content, "TextQuoteSelector")
        position = _part(content, "TextPositionSelector")
        exact = _value(quotation, str, "exact")
        return cls(
            corpus=_value(content, str, "corpus"),
            version=_value(content, str, "version"),
            record=_value(content, str, "source"),
            page=_value(content, int, "page"),
            page_end=_value(content, int, "page_end"),
            issue=_value(content, str, "raw.issue"),
            sha256=_value(content, str, "raw.sha256"),
            raw_start=_value(content, int, "raw.start"),
            raw_end=_value(content, int, "raw.end"),
            exact=exact,
            prefix=_value(quotation, str, "prefix"),
            suffix=_value(quotation, str, "suffix"),
            start=_value(position, int, "start") if position else None,
            end=_value(position, int, "end") if position else None,
            quote=" ".join(exact.split()),
        )


def is_selector(content: object) -> TypeGuard[Mapping[str, Any]]:
    """Return whether something read from JSON means to be a selector of ours, or of 0.1.0."""
    if not isinstance(content, Mapping) or content.get("type") != "SpecificResource":
        return False
    return "raw" in content or ("corpus" in content and "sha256" in content)


def _part(content: object, kind: str) -> object:
    """Return the selector of a kind in a resource, which has a list of them or one."""
    listed = content.get("selector") if isinstance(content, Mapping) else None
    for part in listed if isinstance(listed, list) else [listed]:
        if isinstance(part, Mapping) and part.get("type") == kind:
            return part
    return None


def _value(content: object, kind: type[Value], path: str) -> Value:
    for name in path.split("."):
        if not isinstance(content, Mapping) or name not in content:
            expected = "expected one as lprcorpus find --json prints them"
            raise UsageError(f"the selector is JSON without {path}; {expected}")
        content = content[name]
    # Not isinstance(): true is no count.
    if type(content) is not kind:
        expected = "a count" if kind is int else "text"
        raise UsageError(f"the selector's {path} is {shorten(content)}; expected {expected}")
    return content
