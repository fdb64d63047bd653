"""Citations as BibTeX, for BibTeX and biblatex alike.

Letters are written as they are, in UTF-8: biber, pandoc, citation-js and Better BibTeX all read
them so, while each of them reads some of LaTeX's commands for letters wrongly. Only what TeX would
take for a command is escaped. Titles have double braces: they are kept as printed. The ``orig…``
fields are biblatex's; BibTeX passes over them, and the note says the same.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lprcorpus.citation.csl import CslName, Item, cited_pages, iso_date, one_line

__all__ = ["bibtex"]

_ESCAPES = {
    "\\": r"{\textbackslash}",
    "^": r"{\textasciicircum}",
    "~": r"{\textasciitilde}",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "$": r"\$",
    "_": r"\_",
}
"""What is written for a character that means something to TeX, apart from braces."""

_TRANSLATION = str.maketrans(_ESCAPES)

_LIGATURES = re.compile(r"([-'`,<>])(?=\1)|[!?](?=`)")
"""A sign that TeX would join with the next into another, as ``--`` into a dash."""


def bibtex(item: Item) -> str:
    r"""Return an item of CSL-JSON as an entry of BibTeX.

    >>> print(bibtex({"id": "k", "type": "article-journal", "title": "Night & Day", "page": "5-6"}))
    @article{k,
      title = {{Night \& Day}},
      pages = {5--6}
    }
    """
    is_dataset = item["type"] == "dataset"
    fields = {
        "author": _names(item.get("author", [])),
        "title": f"{{{_escape(item.get('title', ''))}}}",
        "journal": _escape(item.get("container-title", "")),
        "volume": _escape(item.get("volume", "")),
        "number": _escape(item.get("issue", "")),
        # TeX sets two hyphens as the dash between numbers.
        "pages": item.get("page", "").replace("-", "--"),
    }
    fields |= _issued(item)
    fields |= {
        "howpublished": _escape(item.get("genre", "")) if is_dataset else "",
        "version": _escape(item.get("version", "")),
        "editor": _names(item.get("editor", [])),
        "translator": _names(item.get("translator", [])),
        "origtitle": _escape(item.get("original-title", "")),
        "origdate": iso_date(item.get("original-date")),
        "origpublisher": _escape(item.get("original-publisher", "")),
        "origlocation": _escape(item.get("original-publisher-place", "")),
        "url": item.get("URL", ""),
        "note": _escape(_note(item)),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    kind = "misc" if is_dataset else "article"
    return f"@{kind}{{{item['id']},\n" + ",\n".join(lines) + "\n}"


def _issued(item: Item) -> dict[str, str]:
    """Return the year and, where the date has a month, biblatex's ``date``."""
    date = iso_date(item.get("issued"))
    if not date:
        return {}
    year = date[:4]
    return {"year": year} if date == year else {"year": year, "date": date}


def _note(item: Item) -> str:
    """Return what is printed after the entry: cited page, origin, where the article was read."""
    sentences = []
    if "locator" in item:
        sentences.append(f"Cited: {cited_pages(item, dash='–')}.")
    if "note" in item:
        ends = item["note"].endswith((".", "!", "?"))
        sentences.append(item["note"] if ends else f"{item['note']}.")
    if "archive" in item:
        sentences.append(f"Read in: {item['archive']}.")
    return " ".join(sentences)


def _names(names: list[CslName]) -> str:
    return " and ".join(_name(name) for name in names)


def _name(name: CslName) -> str:
    """Return a name as ``Family, Given``; braces keep a body's name in one piece."""
    if "literal" in name:
        return f"{{{_escape(name['literal'])}}}"
    family = _whole(name["family"]) if _is_split(name) else _escape(name["family"])
    if "given" not in name:
        return family
    given = name["given"]
    return f"{family}, {_whole(given) if _separates(given) else _escape(given)}"


def _is_split(name: CslName) -> bool:
    """Return whether a reader of BibTeX would take a family name apart without braces around it.

    It does so at a comma and at an "and"; at each space where there is no given name; and after the
    last word with a small first letter, which is right in "van der Berg" and wrong in "García de la
    Torre".
    """
    family = name["family"]
    if _separates(family):
        return True
    if "given" not in name:
        return " " in family
    # BibTeX takes all up to the last small word for the particle.
    is_particle = [word[0].islower() for word in family.split()[:-1]]
    particles_first = sorted(is_particle, reverse=True)
    return is_particle != particles_first


def _separates(part: str) -> bool:
    """Return whether a reader of BibTeX takes something in a name for its end."""
    return re.search(r"[,=]|\band\b|^others$", part, re.IGNORECASE) is not None


def _whole(text: str) -> str:
    return f"{{{_escape(text)}}}"


@lru_cache(
    maxsize=1024
)  # names, periodicals and archives recur: a bibliography takes a third less time
def _escape(text: str) -> str:
    """Return text as TeX, on one line; all that it says keeps its meaning."""
    line = one_line(text)
    if "{" not in line and "}" not in line:
        return _LIGATURES.sub(r"\g<0>{}", line.translate(_TRANSLATION))
    matched = _matched_braces(line)
    written = []
    for place, char in enumerate(line):
        if place in matched:
            written.append(f"\\{char}")
        elif char in "{}":
            # BibTeX counts braces, escaped ones too, so one without a mate needs a command. Pandoc
            # does not know the command and drops it, so the others are escaped.
            written.append(r"{\textbraceleft}" if char == "{" else r"{\textbraceright}")
        else:
            written.append(_ESCAPES.get(char, char))
    return _LIGATURES.sub(r"\g<0>{}", "".join(written))


def _matched_braces(text: str) -> set[int]:
    """Return the places of the braces in a text that have a mate."""
    opened: list[int] = []
    matched: set[int] = set()
    for place, char in enumerate(text):
        if char == "{":
            opened.append(place)
        elif char == "}" and opened:
            matched |= {opened.pop(), place}
    return matched
