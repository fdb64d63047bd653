"""The Left Progressive Review Corpus: every character of the source accounted for, every passage with its page.

The public names are imported where they are first used, so that ``import lprcorpus`` itself loads none of the libraries that
they need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lprcorpus.checking.validation import validate as validate
    from lprcorpus.reading.citation import cite as cite

_HOMES = {
    "cite": "lprcorpus.reading.citation",
    "validate": "lprcorpus.checking.validation",
}
"""The module that holds each public name."""

__all__ = ["cite", "validate"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
