"""The page: templates that escape by default, and a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.errors import MissingLibrary
from lprcorpus.messages import count, pages
from lprcorpus.search.words import fold
from lprcorpus.view.source_lines import glyphs

# Where the page has its table for folding: the last place that looks so, behind all text.
_FOLDING_HERE = "{folding}"
# Basic Latin to Armenian: the Latin, Greek and Cyrillic alphabets with their accents.
_TYPED = range(0x20, 0x590)


def render_page(template: str, **content: Any) -> str:
    """Return a page made from a template; it raises what :func:`environment` does.

    The page's own search reads what ``lprcorpus find`` folds characters to, so that both agree:
    the characters of the page, and of the alphabets that a reader is likely to type in.
    """
    page = str(environment().get_template(template).render(**content))
    before, _, after = page.rpartition(_FOLDING_HERE)
    folded = {}
    for character in sorted({*page, *map(chr, _TYPED)}):
        if fold(character) != character:
            folded[character] = fold(character)
    # A "<" could end the element that the table is in.
    table = json.dumps(folded).replace("<", "\\u003c")
    return f"{before}{table}{after}"


def _hashed(content: str) -> str:
    """Return the source expression of a script or style sheet (https://www.w3.org/TR/CSP3/)."""
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


@cache
def environment() -> Any:
    """Return what makes pages of templates.

    Raises:
        MissingLibrary: Jinja is not installed.
    """
    try:
        import jinja2
        from markupsafe import Markup, escape
    except ImportError:
        raise MissingLibrary("jinja2", "the reader page", "view") from None

    def exact(text: str) -> Markup:
        """Escape a text so that a browser reads back the very characters.

        It would take a carriage return for a newline.
        """
        return escape(text).replace("\r", Markup("&#13;"))

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("lprcorpus.view"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates = files("lprcorpus.view") / "templates"
    script = "\n".join((templates / name).read_text("utf-8") for name in ("selector.js", "page.js"))
    style = (templates / "page.css").read_text("utf-8")
    made.filters |= {"exact": exact, "glyphs": glyphs}
    made.globals |= {
        "pages": pages,
        "count": count,
        "script": Markup(script),  # noqa: S704 (our own file)
        "style": Markup(style),  # noqa: S704 (our own file)
        "script_hash": _hashed(script),
        "style_hash": _hashed(style),
        "svg": Markup,
        "author_roles": AUTHOR_ROLES,
    }
    return made
