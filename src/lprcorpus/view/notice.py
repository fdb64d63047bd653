"""The notice of the data card, and what it says that records claim, to be shown with these."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_NOTICE = re.compile(r"<!-- notice -->\s*(.*?)\s*<!-- /notice -->", re.DOTALL)
_RECORD = re.compile(r"`([\w-]+/[\w-]+)`")


class Notice(NamedTuple):
    """The data card's notice as one paragraph, and the claims of the records that need it.

    The claims are pairs of an event and what the card says of it, by the record.
    """

    text: str
    claims: dict[str, list[tuple[str, str]]]


def parse_notice(card: str) -> Notice:
    """Return the notice and the claims in the text of a data card; an empty text if it has none.

    The claims are the tables whose first column has the header ``record`` and names records by
    their ids, as code.
    """
    match = _NOTICE.search(card)
    notice = Notice(" ".join(match[1].split()) if match else "", {})
    events: list[str] = []
    for line in card.split("\n"):
        # Outside a table there is one cell, and so no event.
        first, *cells = (cell.strip() for cell in line.strip("| ").split("|"))
        record = _RECORD.fullmatch(first)
        if first == "record" or not cells:
            events = cells
        elif record and events:
            claims = notice.claims.setdefault(record[1], [])
            for event, cell in zip(events, cells, strict=False):
                if cell.strip("-–—"):
                    claims.append((event, cell))
    return notice


def read_notice(folder: Path) -> Notice:
    """Return the notice in the data card of a corpus; an empty one if there is none."""
    try:
        return parse_notice((folder / "README.md").read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return Notice("", {})
