"""What may stand where: a stretch's role must fit its place, so that no text can be put aside under a false name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from lprcorpus.problems import Problem

__all__ = ["SpanRow", "check_order"]

_ASIDE = frozenset({"blank", "header", "page_mark", "link", "footnote"})
_INLINE_MARK = re.compile(r"\s*[\[{]{1,2}[^\]}\n\d]{0,12}\d+[\]}]{1,2}\s*")
_DIGITS, _RULES = re.compile(r"\d+"), re.compile(r"[-_=\s]+")
_HEAD_LIMIT = 300  # characters in a running head, at most


class SpanRow(NamedTuple):
    """A row of the table ``spans``, without its issue."""

    start: int
    end: int
    role: str
    page: int
    record: str | None
    block: int | None


def check_order(raw: str, tables: Mapping[str, Mapping[str, Sequence[Any]]], spans: Sequence[SpanRow]) -> Iterator[Problem]:
    """Yield a problem for every span of one issue whose role does not fit the place where it stands.

    Args:
        raw: the raw text.
        tables: the rows of this issue in each table, column by column.
        spans: its rows of ``spans``, one by one.
    """
    issue = str(next(iter(tables["issues"]["id"]), ""))
    order = _Order(raw, issue, spans)
    pages = tables["pages"]
    yield from order.pages(list(zip(pages["number"], pages["printed"], pages["raw_start"], strict=True)))
    yield from order.furniture(set(pages["raw_start"]))
    records = tables["records"]
    yield from order.records(dict(zip(records["id"], records["section"], strict=True)))
    blocks = tables["blocks"]
    keys = zip(blocks["record_id"], blocks["position"], strict=True)
    yield from order.blocks(
        dict(zip(keys, zip(blocks["kind"], blocks["text"], strict=True), strict=True)), _newline_edits(tables)
    )


def _newline_edits(tables: Mapping[str, Mapping[str, Sequence[Any]]]) -> set[int]:
    """Return where edits begin that take or add a line's end."""
    edits = tables["edits"]
    rows = zip(edits["raw_start"], edits["before"], edits["after"], strict=True)
    return {start for start, before, after in rows if "\n" in before or "\n" in after}


class _Order:
    """Holds the raw text and the spans of one issue while their places are looked at."""

    def __init__(self, raw: str, issue: str, spans: Sequence[SpanRow]) -> None:
        self.raw = raw
        self.issue = issue
        self.spans = spans

    def problem(self, code: str, span: SpanRow, column: str, found: str, expected: str) -> Problem:
        return Problem(code, found, expected, "spans", f"{self.issue},{span.start}", column, self.line(span.start))

    def line(self, offset: int) -> int:
        """Return the raw line that an offset lies on."""
        return self.raw.count("\n", 0, max(offset, 0)) + 1

    def text(self, span: SpanRow) -> str:
        return self.raw[span.start : span.end]

    def pages(self, pages: Sequence[tuple[int, bool, int]]) -> Iterator[Problem]:
        """Law 4: each page but the first opens with a mark or after one, and its number is printed or one more than the last."""
        marks = {at for span in self.spans if span.role in ("page_mark", "header") for at in (span.start, span.end)}
        for (last, _, _), (number, printed, start) in pairwise(pages):
            key = f"{self.issue},{number}"
            if start not in marks:
                expected = "a page mark or a running head"
                yield Problem("page-mark", "none", expected, "pages", key, "raw_start", self.line(start))
            if number != last + 1 and not (printed and number > last):
                yield Problem("page-number", str(number), f"{last + 1}, counted", "pages", key, "number", self.line(start))

    def furniture(self, page_starts: set[int]) -> Iterator[Problem]:
        """Running heads and page numbers stand at the top or at the foot of a page, link targets at its foot."""
        shapes: dict[str, set[int]] = defaultdict(set)
        for span in self.spans:
            if span.role == "header":
                shapes[self.shape(span)].add(span.page)
        top, feet = True, self.feet()
        for place, span in enumerate(self.spans):
            top = top or span.start in page_starts
            if span.role in ("header", "page_mark") and span.page and not (top or place in feet):  # page 0: all before page 1
                expected = "one at the top or at the foot of its page"
                yield self.problem("span-place", span, "role", f"a {span.role} within text", expected)
            blank = span.role == "page_mark" and span.page and not self.text(span).strip()
            if blank and not self.opens_page(span, page_starts):
                expected = "a form feed, or one space that opens a page's first line"
                yield self.problem("span-place", span, "role", repr(self.text(span)[:20]), expected)
            if span.role == "header" and len(shapes[self.shape(span)]) < 2 and not self.prints_number(place):
                found = repr(self.text(span)[:60])
                yield self.problem("span-place", span, "role", found, "a head that recurs, or one with its page's number")
            if span.role == "header" and len(self.text(span)) > _HEAD_LIMIT:
                found = f"{len(self.text(span))} characters"
                yield self.problem("span-place", span, "role", found, f"a running head, of at most {_HEAD_LIMIT}")
            if span.role in ("link", "footnote") and place not in feet:
                found = f"a {span.role} before text"
                yield self.problem("span-place", span, "role", found, f"{span.role}s at the foot of their page")
            top = top and span.role in _ASIDE

    def shape(self, span: SpanRow) -> str:
        return _DIGITS.sub("#", _RULES.sub(" ", self.text(span))).strip()

    def opens_page(self, span: SpanRow, page_starts: set[int]) -> bool:
        line_start = span.start == 0 or self.raw[span.start - 1] in "\n\f"
        return self.text(span) == "\f" or (self.text(span) == " " and line_start and span.start in page_starts)

    def prints_number(self, place: int) -> bool:
        """Tell whether a head's page number stands in it or in the page mark after it."""
        span = self.spans[place]
        following = (after for after in self.spans[place + 1 : place + 3] if after.role != "blank")
        after = next(following, None)
        printed = f"{self.text(span)} {self.text(after) if after and after.role == 'page_mark' else ''}"
        return str(span.page) in {number.lstrip("0") or "0" for number in _DIGITS.findall(printed)}

    def feet(self) -> set[int]:
        """Return which spans stand at the foot of their page: no text follows them there."""
        found: set[int] = set()
        page, foot = None, True
        for place in reversed(range(len(self.spans))):
            span = self.spans[place]
            foot = (foot or span.page != page) and span.role in _ASIDE
            page = span.page
            found |= {place} if foot else set()
        return found

    def records(self, sections: Mapping[str, str | None]) -> Iterator[Problem]:
        """A record is one stretch of the text: its title, its byline, and the rest, with nothing of another's between."""
        extents: dict[str, tuple[int, int]] = {}
        for place, span in enumerate(self.spans):
            if span.record is not None:
                extents[span.record] = extents.get(span.record, (place, place))[0], place
                if span.record not in sections:
                    yield self.problem("span-record", span, "record_id", repr(span.record), "a record there is")
        for record, (first, last) in extents.items():
            own = [span for span in self.spans[first : last + 1] if span.role not in _ASIDE]
            for span in own:
                if span.record != record:
                    found = f"text of {span.record}" if span.record else f"a {span.role} of no record"
                    yield self.problem("span-record", span, "record_id", found, f"text of {record}, which goes on after it")
            roles = [span.role for span in own if span.record == record]
            opening = [role for role, before in zip(roles, [None, *roles], strict=False) if role != before]
            if opening[0] != "title" or "title" in opening[1:] or "byline" in opening[2:]:
                found = f"{', '.join(opening[:4])}"
                yield self.problem(
                    "span-place", self.spans[first], "role", found, "one title, a byline if there is one, the rest"
                )
        yield from self.sections(sections, extents)

    def sections(self, sections: Mapping[str, str | None], extents: Mapping[str, tuple[int, int]]) -> Iterator[Problem]:
        """A record's section is printed before its title, or before an earlier one in the same section."""
        headings: dict[int, str] = defaultdict(str)
        for place, span in enumerate(self.spans):
            if span.role == "section":
                headings[place] = "".join(self.text(span).split())
        before = 0
        current: str | None = None
        for record, section in sections.items():
            first, last = extents.get(record, (before, before))
            printed = "".join(text for place, text in headings.items() if before <= place < first)
            current = printed or (current if section is not None else None)
            expected = "".join(section.split()) if section is not None else None
            if current != expected:
                found = repr(section)
                wanted = f"the heading printed before it, {current!r}" if current else "null: no heading is printed before it"
                line = self.line(self.spans[first].start) if first < len(self.spans) else None
                yield Problem("section-text", found, wanted, "records", record, "section", line)
            before = last + 1

    def blocks(self, blocks: Mapping[tuple[str, int], tuple[str, str]], newline_edits: set[int]) -> Iterator[Problem]:
        """Law 2: between the spans of a block nothing is left out but blank lines, and what is not its."""
        parts: dict[tuple[str, int], list[SpanRow]] = defaultdict(list)
        for span in self.spans:
            if span.role == "body" and span.record is not None and span.block is not None:
                parts[span.record, span.block].append(span)
        for key, spans in parts.items():
            kind, text = blocks.get(key, ("paragraph", ""))
            for one, other in pairwise(spans):
                if kind != "verse" and not self.between_lines(one, other):
                    found = repr(self.raw[one.end : other.start][:20])
                    yield self.problem("span-gap", other, "raw_start", f"{found} left out", "whole blank lines, and indents")
            if kind == "verse":
                yield from self.verse(spans, text, newline_edits)
            elif "\n" in text:
                found, row = "a line's end", f"{key[0]},{key[1]}"
                yield Problem("block-text", found, f"none: a {kind} is one line", "blocks", row, "text", None)

    def between_lines(self, one: SpanRow, other: SpanRow) -> bool:
        """Tell whether what stands between two spans of a block begins where a line ends, so that no word space is in it."""
        if one.end == other.start or self.raw[one.end - 1] in "\n\r" or self.raw[one.end] in "\n\r\f":
            return True
        return _INLINE_MARK.fullmatch(self.raw[one.end : other.start]) is not None

    def verse(self, spans: Sequence[SpanRow], text: str, newline_edits: set[int]) -> Iterator[Problem]:
        """A stanza has a line for each raw line that is printed on, and no empty one."""
        ends = [place for span in spans for place in newline_edits if span.start <= place < span.end]
        lines: set[int] = set()
        number, at = 0, spans[0].start
        for span in spans:
            number += self.raw.count("\n", at, span.start) + self.raw.count("\f", at, span.start)
            at = span.start
            for line, piece in enumerate(re.split(r"[\n\f]", self.text(span))):
                lines |= {number + line} if piece.strip() else set()
        if not ends and len(lines) != text.count("\n") + 1:
            found = f"{text.count(chr(10)) + 1} lines"
            yield self.problem("verse-lines", spans[0], "block", found, f"{len(lines)}, one for each printed")
