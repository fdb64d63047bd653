"""The notice of the data card, and what it says that records claim: both are shown with these records.

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
_HEADER = re.compile(r"^\|\s*record\s*\|(.+)\|\s*$")
_ENTRY = re.compile(r"^\|\s*`([\w-]+/[\w-]+)`\s*\|(.+)\|\s*$")
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
            header = _HEADER.match(line)
            entry = _ENTRY.match(line)
            if header:
                events = _cells(header[1])
            elif not line.startswith("|"):
                events = []
            elif entry and events:
                claims = notice.claims.setdefault(entry[1], [])
                for event, cell in zip(events, _cells(entry[2]), strict=False):
                    if cell not in _NOTHING:
                        claims.append((event, cell))
        return notice


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|")]


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
