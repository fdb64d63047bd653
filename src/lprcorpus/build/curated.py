"""The edits that a manifest asks for, found in the raw text."""

from __future__ import annotations

from collections.abc import Sequence

from lprcorpus.build.locating import Anchored
from lprcorpus.errors import ManifestError
from lprcorpus.text.pages import Paged
from lprcorpus.text.repairs import TextEdit

__all__ = ["find_curated"]


def find_curated(paged: Paged, anchored: Sequence[Anchored], where: str) -> list[TextEdit]:
    """Return the edits that a manifest asks for, found in the text.

    Raises:
        ManifestError: what an edit looks for does not stand exactly once on its page within the record.
    """
    found, problems = [], []
    lines = paged.lines
    for index, record in enumerate(anchored):
        start, end = record.title.start, int(lines.end[record.lines[1] - 1])
        for place, edit in enumerate(record.entry.edits):
            page = paged.page_numbered(edit.page)
            low, high = (max(start, page.start), min(end, page.end)) if page else (0, 0)
            count = lines.text.count(edit.find, low, high) if low < high else 0
            if count != 1:
                key = f"records[{index}].edits[{place}].find ({record.entry.id})"
                problems.append(f"{key}: {edit.find!r} stands {count} times in the record on page {edit.page}; expected once")
                continue
            at = lines.text.index(edit.find, low, high)
            found.append(TextEdit(at, at + len(edit.find), edit.find, edit.replace, "curated", edit.reason))
    if problems:
        raise ManifestError(where, problems)
    return found
