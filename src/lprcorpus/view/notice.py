"""What the data card says must travel with some of the texts: its notice, and which record claims what.

The card is the one place that says it. The notice stands between ``<!-- notice -->`` and ``<!-- /notice -->``; the claims are
the tables whose first column is headed ``record`` and names records by their ids, as code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lprcorpus.locations import data_card

__all__ = ["Notice", "read_notice"]

_NOTICE = re.compile(r"<!-- notice -->\s*(.*?)\s*<!-- /notice -->", re.DOTALL)
_HEAD = re.compile(r"^\|\s*record\s*\|(.+)\|\s*$")
_ENTRY = re.compile(r"^\|\s*`([\w-]+/[\w-]+)`\s*\|(.+)\|\s*$")
_NOTHING = frozenset({"", "-", "–", "—"})


@dataclass(frozen=True)
class Notice:
    """The data card's notice, and the claims of the records that need it.

    Attributes:
        text: the notice, as one paragraph; empty if the card has none.
        claims: for each record that a table names, what it says of what (``"denies"`` of ``"Katyn"``).
    """

    text: str = ""
    claims: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @classmethod
    def parse(cls, card: str) -> Notice:
        """Read the notice and the claims from the text of a data card."""
        match = _NOTICE.search(card)
        claims: dict[str, tuple[tuple[str, str], ...]] = {}
        heads: list[str] | None = None
        for line in card.splitlines():
            if head := _HEAD.match(line):
                heads = _cells(head[1])
            elif not line.startswith("|"):
                heads = None
            elif heads and (entry := _ENTRY.match(line)):
                pairs = zip(heads, _cells(entry[2]), strict=False)
                claims[entry[1]] = (*claims.get(entry[1], ()), *((of, said) for of, said in pairs if said not in _NOTHING))
        return cls(" ".join(match[1].split()) if match else "", claims)

    def of(self, record_id: str) -> tuple[tuple[str, str], ...] | None:
        """Return what a record says of what, or None if it needs no notice."""
        return self.claims.get(record_id)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|")]


def read_notice(folder: Path) -> Notice:
    """Return the notice of a corpus: from the card in its folder, or else from the card of the package."""
    for path in (folder / "README.md", data_card()):
        try:
            notice = Notice.parse(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            continue
        if notice.text:
            return notice
    return Notice()
