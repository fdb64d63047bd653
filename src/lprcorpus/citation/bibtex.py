"""Citations as BibTeX, for BibTeX and biblatex alike.

Letters are written as they are, in UTF-8: biber, pandoc, citation-js and Better BibTeX all read
them so, while each of them reads some of LaTeX's commands for letters wrongly. Only what TeX would
take for a command is escaped. Titles have double braces: they are kept as printed. The ``orig…``
fields are biblatex's; BibTeX passes over them, and the note says the same.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lprcorpus.citation.csl import CslDate, CslName, Item, cited_pages, iso_date, one_line

_FIELDS = {
    "author": "author",
    "title": "title",
    "journal": "container-title",
    "volume": "volume",
    "number": "issue",
    "pages": "page",
    "year": "issued",
    "date": "issued",  # biblatex's, where more than the year is known
    "howpublished": "genre",
    "version": "version",
    "editor": "editor",
    "translator": "translator",
    "origtitle": "original-title",
    "origdate": "original-date",
    "origpublisher": "original-publisher",
    "origlocation": "original-publisher-place",
    "url": "URL",
    "note": "note",
}
"""The fields in their order, and the variable of CSL that each is made of."""

_ESCAPES = {
    "\\": r"{\textbackslash}",
    "^": r"{\textasciicircum}",
    "~": r"{\textasciitilde}",
    # BibTeX counts braces, escaped ones too, so one without a mate needs a command. Pandoc does not
    # know the command and drops it, so those that have a mate are escaped.
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
}
"""What is written for a character that a backslash before it does not make plain text."""

_SPECIAL = re.compile(r"[\\^~{}&%#$_]")

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
    fields = {name: _written(item.get(variable)) for name, variable in _FIELDS.items()}
    # A second pair of braces keeps the capitals of a title.
    fields["title"] = f"{{{fields['title']}}}"
    # TeX sets two hyphens as the dash between numbers.
    fields["pages"] = fields["pages"].replace("-", "--")
    fields["year"] = fields["year"][:4]
    if fields["date"] == fields["year"]:
        fields["date"] = ""
    kind = "misc"
    if item["type"] != "dataset":
        kind = "article"
        fields["howpublished"] = ""
    # Readers take an address as it is.
    fields["url"] = item.get("URL", "")
    fields["note"] = _escape(_note(item))
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{item['id']},\n" + ",\n".join(lines) + "\n}"


def _written(value: str | CslDate | list[CslName] | None) -> str:
    """Return the value of a variable of CSL as TeX: a date, names or text."""
    if isinstance(value, dict):
        return iso_date(value)
    if isinstance(value, list):
        return " and ".join(_name(name) for name in value)
    return _escape(value or "")


def _note(item: Item) -> str:
    """Return what is printed after the entry: cited page, origin, where the article was read."""
    sentences = []
    if "locator" in item:
        sentences.append(f"Cited: {cited_pages(item, dash='–')}.")
    if "note" in item:
        sentences.append(item["note"])
        if not item["note"].endswith((".", "!", "?")):
            sentences[-1] += "."
    if "archive" in item:
        sentences.append(f"Read in: {item['archive']}.")
    return " ".join(sentences)


def _name(name: CslName) -> str:
    """Return a name as ``Family, Given``; braces keep in one piece what a reader would split."""
    if "literal" in name:
        return f"{{{_escape(name['literal'])}}}"
    family, given = _escape(name["family"]), _escape(name.get("given", ""))
    if _is_split(name):
        family = f"{{{family}}}"
    if not given:
        return family
    if _separates(name["given"]):
        given = f"{{{given}}}"
    return f"{family}, {given}"


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
    return is_particle != sorted(is_particle, reverse=True)


def _separates(part: str) -> bool:
    """Return whether a reader of BibTeX takes something in a name for its end."""
    return re.search(r"[,=]|\band\b|^others$", part, re.IGNORECASE) is not None


@lru_cache(maxsize=1024)  # what recurs, above all nothing: a bibliography takes a third of the time
def _escape(text: str) -> str:
    """Return text as TeX, on one line; all that it says keeps its meaning."""
    line = one_line(text)
    matched = _matched_braces(line)

    def escaped(special: re.Match[str]) -> str:
        backslashed = f"\\{special[0]}"
        if special.start() in matched:
            return backslashed
        return _ESCAPES.get(special[0], backslashed)

    return _LIGATURES.sub(r"\g<0>{}", _SPECIAL.sub(escaped, line))


def _matched_braces(text: str) -> set[int]:
    """Return the places of the braces in a text that have a mate."""
    opened: list[int] = []
    matched: set[int] = set()
    for brace in re.finditer("[{}]", text):
        if brace[0] == "{":
            opened.append(brace.start())
        elif opened:
            matched |= {opened.pop(), brace.start()}
    return matched
