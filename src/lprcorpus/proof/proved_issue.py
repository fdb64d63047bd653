"""One issue as its proof sees it: the raw text, the rows, and what is wrong with them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Edit, IssueRows, Role, Row, Span

RECORD_ROLES = ("title", "byline", "note", "body", "source")
"""The roles of text that is in a record; ``body`` is also that of text in none."""
INLINE_MARK = re.compile(r"\s*(?:\{\d+\}|\[+\D{0,6}\d+\]+)\s*")
"""A page mark inside a line."""

_TABLE_OF = {table.model: table for table in TABLES.values()}
_LONG = 60  # characters: of a longer text, a message quotes where it differs


class ProvedIssue:
    """The raw text and the rows of one issue, and the problems that its checks have reported."""

    def __init__(self, raw: str, rows: IssueRows) -> None:
        self.raw = raw
        self.row = rows.issue
        self.pages = rows.pages
        self.records = rows.records
        self.blocks = rows.blocks
        self.spans = rows.spans
        self.edits = rows.edits
        self.problems: list[Problem] = []
        self.record_spans: dict[tuple[str, Role], list[Span]] = defaultdict(list)
        self.block_spans: dict[tuple[str, int | None], list[Span]] = defaultdict(list)
        for span in rows.spans:
            if span.record_id is not None:
                self.record_spans[span.record_id, span.role].append(span)
                if span.role == "body":
                    self.block_spans[span.record_id, span.block].append(span)
        items = [block for block in rows.blocks if block.kind in ("list_item", "question")]
        self.item_starts = {block.raw_start for block in items}
        self._edit_starts = [edit.raw_start for edit in rows.edits]

    def text(self, span: Span) -> str:
        """Return the characters of a span."""
        return self.raw[span.raw_start : span.raw_end]

    def edits_in(self, span: Span) -> Sequence[Edit]:
        """Return the edits that begin in a span."""
        first = bisect_left(self._edit_starts, span.raw_start)
        end = bisect_left(self._edit_starts, span.raw_end)
        return self.edits[first:end]

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

    def report(
        self, code: str, row: Row, column: str, expected: str, found: str | None = None
    ) -> None:
        """Report what was expected of a column of a row, and what was found there."""
        table = _TABLE_OF[type(row)]
        if found is None:
            found = shorten(getattr(row, column))
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

    def misplaced(self, span: Span, expected: str, code: str = "span-place") -> None:
        """Report a span whose role does not fit what is in it, or where it is."""
        self.report(code, span, "role", expected, found=shorten(self.text(span)))

    def compare(self, code: str, row: Row, **derived: object) -> None:
        """Report each column that is not as the raw text, or other rows, give it."""
        for column, expected in derived.items():
            found = getattr(row, column)
            if found == expected:
                continue
            shown, wanted = shorten(found), shorten(expected)
            if isinstance(found, str) and isinstance(expected, str) and len(found) > _LONG:
                shown, wanted = _difference(found, expected)
            self.report(code, row, column, wanted, shown)

    def _line(self, row: Row) -> int | None:
        """Return the raw line on which a row begins, if that is known; a record at its title."""
        start = getattr(row, "raw_start", None)
        title = self.record_spans.get((getattr(row, "id", ""), "title"))
        if title:
            start = title[0].raw_start
        return None if start is None else bisect_left(self._newlines, start) + 1

    @cached_property
    def _newlines(self) -> list[int]:
        """The offsets of the newlines: with many problems, none is looked for twice."""
        return [match.start() for match in re.finditer("\n", self.raw)]


def _difference(found: str, expected: str) -> tuple[str, str]:
    """Return two texts around the first character at which they differ."""
    at = 0
    for one, other in zip(found, expected, strict=False):
        if one != other:
            break
        at += 1
    around = slice(max(at - 20, 0), at + 30)
    return f"{found[around]!r} at character {at}", repr(expected[around])
