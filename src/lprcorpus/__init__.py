"""The Left Progressive Review Corpus: every character accounted for, every passage with its page.

The public names are imported where they are first used, so that ``import lprcorpus`` itself loads
none of the libraries that they need.
"""

TYPE_CHECKING = False  # typing's own constant costs half as long as the interpreter's start
if TYPE_CHECKING:
    from typing import Any

    from lprcorpus.citation.citing import cite as cite
    from lprcorpus.corpus import Corpus as Corpus
    from lprcorpus.loading.dataset import load as load
    from lprcorpus.loading.rows import path as path
    from lprcorpus.loading.rows import record as record
    from lprcorpus.loading.rows import records as records
    from lprcorpus.loading.rows import table as table
    from lprcorpus.search.query import find as find
    from lprcorpus.search.resolving import resolve as resolve
    from lprcorpus.validation.validation import validate as validate

    __version__: str

# The module that contains each public name.
_HOMES = {
    "Corpus": "lprcorpus.corpus",
    "cite": "lprcorpus.citation.citing",
    "find": "lprcorpus.search.query",
    "load": "lprcorpus.loading.dataset",
    "path": "lprcorpus.loading.rows",
    "record": "lprcorpus.loading.rows",
    "records": "lprcorpus.loading.rows",
    "resolve": "lprcorpus.search.resolving",
    "table": "lprcorpus.loading.rows",
    "validate": "lprcorpus.validation.validation",
}

__all__ = [*_HOMES]


def __getattr__(name: str) -> "Any":
    if name == "__version__":
        from lprcorpus.metadata import corpus_metadata

        return corpus_metadata().version
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES, "__version__"])
