"""Citations as BibTeX, for BibTeX and biblatex alike.

Text is written in ASCII where LaTeX has a command for the character (by ``latexcodec``), so that the oldest programs sort and
label it right; what it has none for, such as Cyrillic, stays in UTF-8. Titles stand in double braces: they are kept as printed.
The ``orig…`` fields are biblatex's; BibTeX passes over them, and the note says the same.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from lprcorpus.citation.csl import Item

__all__ = ["bibtex"]

_SPECIAL = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "^": r"{\textasciicircum}",
    "~": r"{\textasciitilde}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
"""What LaTeX or BibTeX would take for a command. No bare brace: BibTeX counts braces, escaped ones too."""

_NOT_PLAIN = re.compile(rf"[{re.escape(''.join(_SPECIAL))}]|[^\x00-\x7f]")
_OPENING = re.compile(r'(^|[\s(\[—–-])"')


def bibtex(item: Item) -> str:
    r"""Return an item of CSL-JSON as an entry of BibTeX.

    >>> print(bibtex({"id": "k", "type": "article-journal", "title": "Night & Day", "page": "5-6"}))
    @article{k,
      title = {{Night \& Day}},
      pages = {5--6}
    }
    """
    article = item["type"] != "dataset"
    fields = {
        "author": _names(item.get("author", ())),
        "title": f"{{{_escape(item['title'])}}}",
        "journal": _escape(item.get("container-title", "")),
        "volume": _escape(item.get("volume", "")),
        "number": _escape(item.get("issue", "")),
        "pages": item.get("page", "").replace("-", "--"),
        **_issued(item),
        "howpublished": "" if article else _escape(item.get("genre", "")),
        "version": _escape(item.get("version", "")),
        "editor": _names(item.get("editor", ())),
        "translator": _names(item.get("translator", ())),
        "origtitle": _escape(item.get("original-title", "")),
        "origdate": _iso(item.get("original-date")),
        "origpublisher": _escape(item.get("original-publisher", "")),
        "origlocation": _escape(item.get("original-publisher-place", "")),
        "url": item.get("URL", ""),
        "note": _escape(_note(item)),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value and value != "{}")
    return f"@{'article' if article else 'misc'}{{{item['id']},\n{lines}\n}}"


def _issued(item: Item) -> dict[str, str]:
    """Return year and, where the date has one, biblatex's ``date``."""
    issued = item.get("issued")
    if not issued:
        return {}
    date = _iso(issued)
    return {"year": date[:4]} if len(date) == 4 else {"year": date[:4], "date": date}


def _iso(date: dict[str, list[list[int]]] | None) -> str:
    if not date:
        return ""
    return "/".join(
        "-".join(f"{part:04}" if place == 0 else f"{part:02}" for place, part in enumerate(end)) for end in date["date-parts"]
    )


def _note(item: Item) -> str:
    """Return what is printed after the entry: the cited page, the origin, and where the article was read."""
    pages = item.get("locator", "")
    parts = [
        f"Cited: {'pp.' if '-' in pages else 'p.'} {pages.replace('-', '–')}." if pages else "",
        item.get("note", ""),
        f"Read in: {item['archive']}." if "archive" in item else "",
        f"Version {item['version']}." if "version" in item else "",
    ]
    joined = [part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part]
    return " ".join(joined)


def _names(names: list[dict[str, str]] | tuple[()]) -> str:
    return " and ".join(_name(name) for name in names)


def _name(name: dict[str, str]) -> str:
    """Return a name as ``Family, Given``; braces keep a body's name, or a name with a comma or an ``and``, in one piece."""
    if "literal" in name:
        return f"{{{_escape(name['literal'])}}}"
    parts = [_escape(name[part]) for part in ("family", "given") if part in name]
    return ", ".join(f"{{{part}}}" if re.search(r",|\band\b", part) else part for part in parts)


@lru_cache(maxsize=1024)  # a periodical's name and its people recur
def _escape(text: str) -> str:
    """Return text as LaTeX. Straight double quotes become paired ones; all else keeps its meaning."""
    paired = _OPENING.sub(r"\1“", " ".join(text.split())).replace('"', "”")
    return _NOT_PLAIN.sub(lambda match: _SPECIAL.get(match.group()) or _command(match.group()), paired)


@lru_cache
def _command(char: str) -> str:
    """Return the LaTeX command for a character of the Latin script or of punctuation; another character as it is."""
    import latexcodec  # noqa: F401  registers the codec

    if not ("\u00a0" <= char < "\u0250" or "\u1e00" <= char < "\u2070"):
        return char
    try:
        command = str(codecs.encode(char, "ulatex")).strip()
    except UnicodeEncodeError:
        return char
    return f"{{{command}}}" if "\\" in command else command
