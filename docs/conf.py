"""How Sphinx builds these pages: ``sphinx-build -W -n docs site``."""

from lprcorpus.metadata import corpus_metadata

_CORPUS = corpus_metadata()

project = _CORPUS.title
author = ", ".join(_CORPUS.creators)
release = version = _CORPUS.version
copyright = f"{_CORPUS.released[:4]}, {author}"  # noqa: A001 (Sphinx's name)

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.intersphinx"]
exclude_patterns = ["_parts", "_templates"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
intersphinx_mapping: dict[str, tuple[str, str | None]] = {}  # nothing is fetched while building
nitpick_ignore_regex = [
    ("py:.*", r"(?!lprcorpus).*"),  # what other projects define is not linked
    (
        "py:class",
        r"lprcorpus\.\w+\.(Shape|Key|Kept|_HasRawText|TableFile)",
    ),  # type variables, and what only types name
]
nitpick_ignore = [
    ("py:class", "lprcorpus.search.passages.IndexedEdit")
]  # the columns of an edit, as the schema page has them

html_theme = "furo"
html_title = _CORPUS.title
html_show_sourcelink = False
html_static_path: list[str] = []
