"""The headers of TEI, of the corpus and of each text, from the template ``tei_header.xml``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.corpus import Corpus
from lprcorpus.errors import MissingLibrary
from lprcorpus.export.tei_text import RecordRows
from lprcorpus.export.xmltext import escaped, without_controls
from lprcorpus.schema import RULES, TYPES

try:
    import jinja2
    from markupsafe import Markup
except ImportError:
    raise MissingLibrary("jinja2", "TEI", "tei") from None


def corpus_header(corpus: Corpus, periodicals: Iterable[str]) -> Element:
    """Return the header of the whole corpus, with the periodicals that its texts are in."""
    return _header(about=corpus.about, periodicals=sorted(periodicals), is_whole=True)


def text_header(rows: RecordRows, corpus: Corpus, *, alone: bool) -> Element:
    """Return the header of a record's text; if ``alone``, it says what that of a corpus would."""
    record = rows.record
    edits = []
    # Those of its issue that were made in it.
    for edit in rows.edits:
        if any(span.raw_start <= edit.raw_start < span.raw_end for span in rows.spans):
            edits.append(edit)
    has_source = any(value for name, value in record if name.startswith("source_"))
    return _header(
        about=corpus.about, rows=rows, edits=edits, has_source=has_source, is_whole=alone
    )


def _header(**content: Any) -> Element:
    return fromstring(_template().render(content))  # noqa: S314 (our own XML)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, finalize=_finalized, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"author_roles": AUTHOR_ROLES, "types": TYPES, "rules": RULES}
    environment.filters["plain"] = without_controls
    environment.filters["prose"] = lambda text: Markup(" ".join(text.split()))  # noqa: S704 (ours)
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    return environment.from_string((files(__package__) / "tei_header.xml").read_text("utf-8"))


def _finalized(value: object) -> Markup:
    return value if isinstance(value, Markup) else Markup(escaped(str(value)))  # noqa: S704
