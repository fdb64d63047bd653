"""The Left Progressive Review Corpus: every character of the source accounted for, every passage with its page.

The public names are imported where they are first used, so that ``import lprcorpus`` itself loads none of the libraries that
they need.
"""

TYPE_CHECKING = False  # typing's own constant costs half as long as the interpreter's start
if TYPE_CHECKING:
    from typing import Any

    from lprcorpus.checking.validation import validate as validate
    from lprcorpus.reading.citation import cite as cite
    from lprcorpus.reading.corpus import Corpus as Corpus
    from lprcorpus.reading.dataset import load as load
    from lprcorpus.reading.passages import find as find
    from lprcorpus.reading.resolution import resolve as resolve
    from lprcorpus.reading.rows import path as path
    from lprcorpus.reading.rows import record as record
    from lprcorpus.reading.rows import records as records
    from lprcorpus.reading.rows import table as table

_HOMES = {
    "Corpus": "lprcorpus.reading.corpus",
    "cite": "lprcorpus.reading.citation",
    "find": "lprcorpus.reading.passages",
    "load": "lprcorpus.reading.dataset",
    "path": "lprcorpus.reading.rows",
    "record": "lprcorpus.reading.rows",
    "records": "lprcorpus.reading.rows",
    "resolve": "lprcorpus.reading.resolution",
    "table": "lprcorpus.reading.rows",
    "validate": "lprcorpus.checking.validation",
}
"""The module that holds each public name."""

__all__ = ["Corpus", "cite", "find", "load", "path", "record", "records", "resolve", "table", "validate"]


def __getattr__(name: str) -> "Any":
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
