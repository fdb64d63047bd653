"""The page itself: templates that escape by default, and a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from lprcorpus.errors import MissingLibrary
from lprcorpus.messages import count, pages
from lprcorpus.search.words import fold
from lprcorpus.view.source_lines import glyphs

__all__ = ["policy", "render_page", "require_templates", "web_address"]

_FOLDING_HERE = "{folding}"
"""Where the page has its table for folding: the last place that looks so, behind all text."""

_TYPED = range(0x20, 0x590)
"""Basic Latin to Armenian: the Latin, Greek and Cyrillic alphabets with their accents."""


def require_templates() -> None:
    """Do nothing where pages can be made.

    Raises:
        MissingLibrary: Jinja is not installed.
    """
    _environment()


def render_page(template: str, **content: Any) -> str:
    """Return a page made from a template.

    Raises:
        MissingLibrary: Jinja is not installed.
    """
    page = str(_environment().get_template(template).render(**content))
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
    return json.dumps(folded, ensure_ascii=False).replace("<", "\\u003c")


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


def web_address(address: str | None) -> str | None:
    """Return an address if it leads to the web; None for any other, which is shown and not linked.

    >>> web_address("javascript:alert(1)"), web_address("https://example.org/")
    (None, 'https://example.org/')
    """
    if address is None or any(char.isspace() or not char.isprintable() for char in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


@cache
def _environment() -> Any:
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

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lprcorpus.view"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates = files("lprcorpus.view") / "templates"
    script = "\n".join((templates / name).read_text("utf-8") for name in ("selector.js", "page.js"))
    style = (templates / "page.css").read_text("utf-8")
    environment.filters |= {"exact": exact, "glyphs": glyphs, "web_address": web_address}
    environment.globals |= {
        "pages": pages,
        "count": count,
        "policy": policy(script, style),
        "script": Markup(script),  # noqa: S704 (our own file)
        "style": Markup(style),  # noqa: S704 (our own file)
        "svg": Markup,
    }
    return environment
