"""The notice of the data card, and what it says that records claim, to be shown with these.

The card is the one place for it. The notice is between ``<!-- notice -->`` and ``<!-- /notice
-->``; the claims are the tables whose first column has the header ``record`` and names records by
their ids, as code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from lprcorpus.locations import packaged_file

_NOTICE = re.compile(r"<!-- notice -->\s*(.*?)\s*<!-- /notice -->", re.DOTALL)
_RECORD = re.compile(r"`([\w-]+/[\w-]+)`")
_NOTHING = frozenset({"", "-", "–", "—"})


@dataclass(frozen=True)
class Notice:
    """The data card's notice, and the claims of the records that need it.

    Attributes:
        text: the notice, as one paragraph; empty if the card has none.
        claims: for each record that a table names, pairs of an event and what it says of it.
    """

    text: str = ""
    claims: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def parse(cls, card: str) -> Notice:
        """Read the notice and the claims from the text of a data card."""
        match = _NOTICE.search(card)
        notice = cls(" ".join(match[1].split()) if match else "")
        events: list[str] = []
        for line in card.split("\n"):
            # Outside a table there is one cell, and so no event.
            first, *cells = map(str.strip, line.strip("| ").split("|"))
            record = _RECORD.fullmatch(first)
            if first == "record" or not cells:
                events = cells
            elif record and events:
                claims = notice.claims.setdefault(record[1], [])
                for event, cell in zip(events, cells, strict=False):
                    if cell not in _NOTHING:
                        claims.append((event, cell))
        return notice


def read_notice(folder: Path) -> Notice:
    """Return the notice of a corpus: from the card in its folder, or else from the package's."""
    for path in (folder / "README.md", packaged_file("datacard.md")):
        try:
            notice = Notice.parse(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            continue
        if notice.text:
            return notice
    return Notice()
