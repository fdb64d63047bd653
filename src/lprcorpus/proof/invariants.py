"""The proof that the tables follow from the raw text: nothing lost, nothing invented.

Everything is derived again from the raw text and the rows alone. No module that made the rows is
imported, so that a mistake in the making cannot hide itself. The invariants have the numbers that
``docs/fidelity.md`` gives them; the fifth, that keys hold, is seen without the raw text.
"""

from __future__ import annotations

from lprcorpus.problems import Problem
from lprcorpus.proof.edit_rules import check_edit_rules
from lprcorpus.proof.nothing_invented import (
    check_blocks,
    check_edits,
    check_notes,
    check_sections,
    check_sources,
    check_span_blocks,
    check_titles,
)
from lprcorpus.proof.nothing_lost import (
    check_asides,
    check_partition,
    check_raw_text,
    check_record_order,
    check_roles,
)
from lprcorpus.proof.pages_agree import (
    check_block_pages,
    check_bodies,
    check_page_marks,
    check_page_ranges,
    check_printed_numbers,
    check_span_pages,
)
from lprcorpus.proof.proved_issue import ProvedIssue
from lprcorpus.schema import IssueRows

_CHECKS = (
    # 1. Nothing lost: the spans of an issue partition its raw text; what is set aside is no text.
    check_raw_text,
    check_partition,
    check_roles,
    check_asides,
    check_record_order,
    # 2. Nothing invented: a text is its spans in order, with its edits applied; an edit is one that
    # its rule explains.
    check_edits,
    check_edit_rules,
    check_blocks,
    check_span_blocks,
    check_titles,
    check_notes,
    check_sources,
    check_sections,
    # 3. The body is its blocks.
    check_bodies,
    # 4. Pages agree: those of a row are those of its characters, and are numbered as they print.
    check_span_pages,
    check_block_pages,
    check_page_ranges,
    check_page_marks,
    check_printed_numbers,
)


def prove(raw: str, rows: IssueRows) -> list[Problem]:
    """Derive all that the rows of one issue say again from its raw text; return what differs."""
    issue = ProvedIssue(raw, rows)
    for check in _CHECKS:
        check(issue)
    return issue.problems
