"""One issue as its proof sees it: the raw text, the rows, and what the checks look up in them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Edit, IssueRows, Role, Row, Span

__all__ = ["RECORD_ROLES", "ProvedIssue", "cut"]

RECORD_ROLES = ("title", "byline", "note", "body", "source")
"""The roles of text that is in a record; ``body`` is also that of text in none."""


_TABLE_OF = {table.model: table for table in TABLES.values()}


def cut(text: object, size: int = 60) -> str:
    """Return a value as a message quotes it, cut to a size in characters."""
    text = str(text)
    return repr(text if len(text) <= size else f"{text[: size - 1]}…")


class ProvedIssue:
    """The raw text and the rows of one issue.

    ``record_spans`` are by record and role, ``block_spans`` (those of bodies) by record and block;
    ``edits_in`` are the edits in a span, by where it begins, and ``stray_edits`` those that are not
    within one span of a record.
    """

    def __init__(self, raw: str, rows: IssueRows) -> None:
        self.raw = raw
        self.rows = rows
        self.record_spans: dict[tuple[str, Role], list[Span]] = defaultdict(list)
        self.block_spans: dict[tuple[str, int | None], list[Span]] = defaultdict(list)
        self.edits_in: dict[int, list[Edit]] = defaultdict(list)
        self.stray_edits: list[Edit] = []
        self._sort_spans()
        self._sort_edits()

    def _sort_spans(self) -> None:
        for span in self.rows.spans:
            if span.record_id is None:
                continue
            self.record_spans[span.record_id, span.role].append(span)
            if span.role == "body":
                self.block_spans[span.record_id, span.block].append(span)

    def _sort_edits(self) -> None:
        spans = self.rows.spans
        place = 0
        for edit in self.rows.edits:
            while place < len(spans) and spans[place].raw_end <= edit.raw_start:
                place += 1
            span = spans[place] if place < len(spans) else None
            if (
                span
                and span.record_id is not None
                and span.role in RECORD_ROLES
                and edit.raw_end <= span.raw_end
            ):
                self.edits_in[span.raw_start].append(edit)
            else:
                self.stray_edits.append(edit)

    def text(self, span: Span) -> str:
        """Return the characters of a span."""
        return self.raw[span.raw_start : span.raw_end]

    def derive(self, spans: Iterable[Span], *, verse: bool = False) -> str:
        """Return the text of some spans: in order, edits applied, newlines dropped (in verse: kept), ends stripped."""
        pieces = []
        for span in spans:
            reached = span.raw_start
            for edit in self.edits_in.get(span.raw_start, ()):
                pieces += [self.raw[reached : edit.raw_start], edit.after]
                reached = edit.raw_end
            pieces.append(self.raw[reached : span.raw_end])
        text = "".join(pieces)
        return text.strip() if verse else text.replace("\n", "").strip()

    @cached_property
    def _newlines(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.raw)]

    def line(self, offset: int) -> int:
        """Return the raw line that an offset is on, from 1."""
        return bisect_left(self._newlines, offset) + 1

    def problem(
        self,
        code: str,
        row: Row,
        column: str,
        *,
        found: object,
        expected: object,
        at: int | None = None,
    ) -> Problem:
        """Return a problem of a row. Its raw line is that of the offset ``at`` or, without one, of where the row begins."""
        table = _TABLE_OF[type(row)]
        offset = getattr(row, "raw_start", None) if at is None else at
        return Problem(
            code=code,
            found=str(found),
            expected=str(expected),
            table=table.name,
            key=",".join(str(getattr(row, name)) for name in table.key),
            column=column,
            line=None if offset is None else self.line(offset),
        )
