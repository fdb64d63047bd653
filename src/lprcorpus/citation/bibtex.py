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

_COMMANDS = {
    "\\": r"{\textbackslash}",
    "^": r"{\textasciicircum}",
    "~": r"{\textasciitilde}",
}
"""What is written for a character that a backslash before it does not make plain text."""

# BibTeX counts braces, escaped ones too, so where one has no mate they need commands. Pandoc does
# not know these and drops them, so all others are escaped.
_BRACES = {"{": r"{\textbraceleft}", "}": r"{\textbraceright}"}

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

    def text(variable: str) -> str:
        return _escape(item.get(variable, ""))

    date = iso_date(item.get("issued"))
    longer_date = ""
    if len(date) > 4:
        longer_date = date
    kind, how = "article", ""
    if item["type"] == "dataset":
        kind, how = "misc", text("genre")
    fields = {
        "author": _names(item, "author"),
        # A second pair of braces keeps the capitals of a title.
        "title": f"{{{text('title')}}}",
        "journal": text("container-title"),
        "volume": text("volume"),
        "number": text("issue"),
        # TeX sets two hyphens as the dash between numbers.
        "pages": text("page").replace("-", "--"),
        "year": date[:4],
        "date": longer_date,  # biblatex's
        "howpublished": how,
        "version": text("version"),
        "editor": _names(item, "editor"),
        "translator": _names(item, "translator"),
        "origtitle": text("original-title"),
        "origdate": iso_date(item.get("original-date")),
        "origpublisher": text("original-publisher"),
        "origlocation": text("original-publisher-place"),
        # Readers take an address as it is.
        "url": item.get("URL", ""),
        "note": _escape(_note(item)),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{item['id']},\n" + ",\n".join(lines) + "\n}"


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


def _names(item: Item, role: str) -> str:
    return " and ".join(_name(name) for name in item.get(role, []))


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
    """Return whether a reader of BibTeX would take a family name apart without braces around it."""
    family = name["family"]
    if _separates(family):
        return True
    if "given" not in name:
        return " " in family
    # BibTeX takes all up to the last small word for the particle, which is right in "van der Berg"
    # and wrong in "García de la Torre".
    is_particle = [word[0].islower() for word in family.split()[:-1]]
    return is_particle != sorted(is_particle, reverse=True)


def _separates(part: str) -> bool:
    """Return whether a reader of BibTeX takes something in a name for its end."""
    return re.search(r"[,=]|\band\b|^others$", part, re.IGNORECASE) is not None


@lru_cache(maxsize=1024)  # what recurs, above all nothing: a bibliography takes a third of the time
def _escape(text: str) -> str:
    """Return text as TeX, on one line; all that it says keeps its meaning."""
    line = one_line(text)
    braces = "".join(re.findall("[{}]", line))
    while "{}" in braces:
        braces = braces.replace("{}", "")
    commands = {**_COMMANDS, **_BRACES} if braces else _COMMANDS
    escaped = _SPECIAL.sub(lambda sign: commands.get(sign[0], f"\\{sign[0]}"), line)
    return _LIGATURES.sub(r"\g<0>{}", escaped)
