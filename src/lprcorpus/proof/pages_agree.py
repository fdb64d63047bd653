"""Invariants 3 and 4: a body is its blocks, and pages are those of the characters."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from lprcorpus.proof.proved_issue import ProvedIssue, numbers_in, sha256

_BETWEEN = "\n\n"  # two blocks of a body
_MARK_ROLES = ("page_mark", "header")
# A page mark that comes sooner after a page's beginning has the number of that page; one that comes
# later may have that of the page before, which ends there.
_NUMBER_REACH = 400


def check_bodies(issue: ProvedIssue) -> None:
    """The body is its blocks, joined by an empty line; each is where it says it is."""
    for record in issue.rows.records:
        texts = []
        start = 0
        for block in issue.blocks(record):
            texts.append(block.text)
            end = start + len(block.text)
            issue.compare("body-extent", block, body_start=start, body_end=end)
            start = end + len(_BETWEEN)
        body = record.body
        issue.compare("body-text", record, body=_BETWEEN.join(texts))
        issue.compare("body-hash", record, body_sha256=sha256(body))
        issue.compare("word-count", record, word_count=len(body.split()))


def check_span_pages(issue: ProvedIssue) -> None:
    """Each span is on one page."""
    pages = issue.rows.pages
    starts = [page.raw_start for page in pages]
    for span in issue.rows.spans if pages else ():
        page = pages[max(bisect_right(starts, span.raw_start) - 1, 0)]
        issue.compare("span-page", span, page=page.number)
        if span.raw_end > page.raw_end:
            issue.report("span-page", span, raw_end=f"at most {page.raw_end}, where its page ends")


def check_block_pages(issue: ProvedIssue) -> None:
    """A block's pages are the pages of its characters."""
    for block in issue.rows.blocks:
        spans = issue.spans(block.record_id, "body", block.position)
        if spans:
            first, last = spans[0].page, spans[-1].page
            issue.compare("block-page", block, page_start=first, page_end=last)


def check_page_ranges(issue: ProvedIssue) -> None:
    """A record's pages are those of its title to its last block or source; an issue's, all."""
    pages = [page.number for page in issue.rows.pages]
    if pages:
        issue.compare("page-range", issue.rows.issue, page_start=pages[0], page_end=pages[-1])
    for record in issue.rows.records:
        # A headnote may be anywhere in its record, and does not say how far that reaches.
        spans = issue.spans(record.id, "title") + issue.spans(record.id, "source")
        reached = [span.page for span in spans]
        reached += [block.page_end for block in issue.blocks(record)]
        if spans:
            issue.compare("record-page", record, page_start=reached[0], page_end=max(reached))


def check_page_marks(issue: ProvedIssue) -> None:
    """A page opens with a mark or after one; its number is printed, or counted."""
    for before, page in pairwise(issue.rows.pages):
        edge = issue.page_spans(before)[-1:] + issue.page_spans(page)[:1]
        roles = [span.role for span in edge]
        if "page_mark" not in roles and "header" not in roles:
            issue.report("page-mark", page, raw_start="where a page mark or a page header is")
        counted = before.number + 1
        is_printed = page.printed and page.number > counted
        if page.number != counted and not is_printed:
            issue.report("page-number", page, number=f"{counted}, counted")


def check_printed_numbers(issue: ProvedIssue) -> None:
    """A page whose number is called printed has it in a header or a mark, and no other has it."""
    for page in issue.rows.pages:
        numbers = set()
        is_marked = False
        for span in issue.page_spans(page):
            if span.role not in _MARK_ROLES:
                continue
            text = issue.text(span)
            numbers |= numbers_in(text)
            is_near = page.raw_start <= span.raw_start < page.raw_start + _NUMBER_REACH
            if is_near and span.role == "page_mark" and text.strip() == str(page.number):
                is_marked = True
        if page.printed and page.number not in numbers:
            issue.report("page-printed", page, printed="False: no header of that page has it")
        if is_marked and not page.printed:
            issue.report("page-printed", page, printed="True: its page mark has it")
