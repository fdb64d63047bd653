"""A reader page as the tests read it without a browser: the text of its bodies and raw lines, its addresses, its tags."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "input", "br", "link", "img", "hr"}


class Page(HTMLParser):
    """A page, parsed.

    Attributes:
        bodies: the text of each record's body by the record's id.
        raw: the raw lines that each record's source view shows, without the edits put into them.
        edits: what is shown in place of the edited characters, with its reason.
        tags: every start tag with its attributes.
        text: all text that a reader sees.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.bodies: dict[str, str] = {}
        self.raw: dict[str, list[str]] = {}
        self.edits: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[tuple[str, str]] = []
        self._record = ""
        self.feed(path.read_bytes().decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag in VOID:
            return
        kind = found.get("class") or ""
        self._open.append((tag, kind))
        if tag == "article":
            self._record = found["data-record"] or ""
            self.bodies[self._record] = ""
            self.raw[self._record] = []
        if tag == "code" and self._inside("raw"):
            self.raw[self._record].append("")
        if tag == "ins" and self._inside("raw"):
            self.edits.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "script" in tags or "style" in tags:
            return
        self.text += data
        if self._inside("body"):
            self.bodies[self._record] += data
        if "code" in tags and self._inside("raw"):
            if "ins" in tags or "small" in tags:
                self.edits[-1] += data
            else:
                self.raw[self._record][-1] += data

    def _inside(self, kind: str) -> bool:
        return any(kind in kinds.split() for _, kinds in self._open)

    def attributes(self, name: str) -> list[str]:
        """Return the values of an attribute, wherever it stands."""
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]
