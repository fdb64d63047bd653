"""One issue as its proof sees it: the raw text, the rows, and what is wrong with them."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import attrgetter

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Block, Edit, IssueRows, Page, Record, Role, Row, Span
from lprcorpus.typed_rows import grouped

ASIDE_ROLES = ("blank", "header", "page_mark", "link", "footnote")
"""The roles of what belongs to a page and not to its text."""
INLINE_MARK = re.compile(r"\s*(?:\{\d+\}|\[+\D{0,6}\d+\]+)\s*")
"""A page mark inside a line."""

_NUMBER = re.compile(r"(?<!\d)\d{1,9}(?!\d)")
_TABLE_OF = {table.model: table for table in TABLES.values()}
_LONG = 60  # characters: of a longer text, a message quotes where it differs


def sha256(text: str) -> str:
    """Return the SHA-256 of a text."""
    # A forged row may contain surrogates, which UTF-8 does not have.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def numbers_in(text: str) -> set[int]:
    """Return the numbers that are printed in a text."""
    return set(map(int, _NUMBER.findall(text)))


class ProvedIssue:
    """The raw text and the rows of one issue, and the problems that its checks have reported."""

    def __init__(self, raw: str, rows: IssueRows) -> None:
        self.raw = raw
        self.rows = rows
        self.problems: list[Problem] = []
        self._blocks = grouped(rows.blocks, attrgetter("record_id"))
        self._spans = grouped(rows.spans, attrgetter("record_id", "role", "block"))
        self._page_spans = grouped(rows.spans, attrgetter("page"))
        self._edit_starts = [edit.raw_start for edit in rows.edits]

    def blocks(self, record: Record) -> list[Block]:
        """Return the blocks of a record."""
        return self._blocks.get(record.id, [])

    def spans(self, record_id: str, role: Role, block: int | None = None) -> list[Span]:
        """Return the spans of a record that have a role, and are of a block or of none."""
        return self._spans.get((record_id, role, block), [])

    def page_spans(self, page: Page) -> list[Span]:
        """Return the spans of a page."""
        return self._page_spans.get(page.number, [])

    def text(self, row: Span | Edit) -> str:
        """Return the characters of a span, or those that an edit changes."""
        return self.raw[row.raw_start : row.raw_end]

    def edits_in(self, span: Span) -> Sequence[Edit]:
        """Return the edits that begin in a span."""
        first = bisect_left(self._edit_starts, span.raw_start)
        end = bisect_left(self._edit_starts, span.raw_end)
        return self.rows.edits[first:end]

    def derive(self, spans: Iterable[Span], *, verse: bool = False) -> str:
        """Return the text of spans: edits applied, newlines dropped (in verse: kept), stripped."""
        text = ""
        for span in spans:
            reached = span.raw_start
            for edit in self.edits_in(span):
                text += self.raw[reached : edit.raw_start] + edit.after
                reached = edit.raw_end
            text += self.raw[reached : span.raw_end]
        if not verse:
            text = text.replace("\n", "")
        return text.strip()

    def compare(self, code: str, row: Row, **derived: object) -> None:
        """Report each column that is not as the raw text, or other rows, give it."""
        for column, value in derived.items():
            found = getattr(row, column)
            if found == value:
                continue
            shown, expected = shorten(found), shorten(value)
            if isinstance(found, str) and isinstance(value, str) and len(found) > _LONG:
                at = 0  # the first character at which they differ
                while found[at : at + 1] == value[at : at + 1]:
                    at += 1
                around = slice(max(at - 20, 0), at + 30)
                shown, expected = f"{found[around]!r} at character {at}", repr(value[around])
            self._add(code, row, column, shown, expected)

    def report(self, code: str, row: Row, **expected: str) -> None:
        """Report a column, given in words what is expected of it."""
        for column, words in expected.items():
            self._add(code, row, column, shorten(getattr(row, column)), words)

    def misplaced(self, span: Span, expected: str, code: str = "span-place") -> None:
        """Report a span whose role does not fit what is in it, or where it is."""
        self._add(code, span, "role", shorten(self.text(span)), expected)

    def _add(self, code: str, row: Row, column: str, found: str, expected: str) -> None:
        table = _TABLE_OF[type(row)]
        problem = Problem(
            code=code,
            found=found,
            expected=expected,
            table=table.name,
            key=",".join(str(getattr(row, name)) for name in table.key),
            column=column,
            line=self._line(row),
        )
        self.problems.append(problem)

    def _line(self, row: Row) -> int | None:
        """Return the raw line on which a row begins, if that is known; a record at its title."""
        titles = self.spans(getattr(row, "id", ""), "title")
        start: int | None = getattr(titles[0] if titles else row, "raw_start", None)
        return None if start is None else bisect_left(self._newlines, start) + 1

    @cached_property
    def _newlines(self) -> list[int]:
        """The offsets of the newlines: with many problems, none is looked for twice."""
        return [match.start() for match in re.finditer("\n", self.raw)]
