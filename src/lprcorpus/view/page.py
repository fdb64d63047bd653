"""The page: templates that escape by default, and a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from lprcorpus.errors import MissingLibrary
from lprcorpus.messages import count, pages
from lprcorpus.search.words import fold
from lprcorpus.view.source_lines import glyphs

_FOLDING_HERE = "{folding}"
"""Where the page has its table for folding: the last place that looks so, behind all text."""

_TYPED = range(0x20, 0x590)
"""Basic Latin to Armenian: the Latin, Greek and Cyrillic alphabets with their accents."""


def render_page(template: str, **content: Any) -> str:
    """Return a page made from a template; it raises what :func:`environment` does."""
    page = str(environment().get_template(template).render(**content))
    before, _, after = page.rpartition(_FOLDING_HERE)
    return f"{before}{_folding_table(page)}{after}"


def _folding_table(page: str) -> str:
    """Return what ``lprcorpus find`` folds characters to, as JSON.

    The page's own search reads it, so that both agree. It has the characters of the page, and of
    the alphabets that a reader is likely to type in.
    """
    characters = {*page, *map(chr, _TYPED)}
    folded = {char: fold(char) for char in sorted(characters) if fold(char) != char}
    # A "<" could end the element that the table is in.
    return json.dumps(folded).replace("<", "\\u003c")


def policy(script: str, style: str) -> str:
    """Return the Content-Security-Policy of a page: its own script and style sheet, nothing else.

    See https://www.w3.org/TR/CSP3/.
    """
    rules = (
        "default-src 'none'",
        f"script-src {_source(script)}",
        f"style-src {_source(style)}",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return "; ".join(rules)


def _source(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


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
        "policy": policy(script, style),
        "script": Markup(script),  # noqa: S704 (our own file)
        "style": Markup(style),  # noqa: S704 (our own file)
        "svg": Markup,
    }
    return made
