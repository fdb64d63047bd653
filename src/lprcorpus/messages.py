"""How values, counts, issues, pages, and what a model refused are put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def shorten(value: object, size: int = 100) -> str:
    """Return a value as it is written in Python, cut to a size in characters.

    >>> shorten("The night whispers the silence", 12)
    "'The night …"
    """
    written = repr(value)
    return written if len(written) <= size else f"{written[: size - 1]}…"


def count(number: int, thing: str, things: str = "") -> str:
    """Return a number of things in words.

    >>> count(1, "issue"), count(1200, "issue"), count(2, "entry", "entries")
    ('1 issue', '1,200 issues', '2 entries')
    """
    if number != 1:
        thing = things or f"{thing}s"
    return f"{number:,} {thing}"


def numbered(periodical: str, volume: int | None, number: int | None) -> str:
    """Return a periodical with its volume and the number of its issue, as far as they are known.

    >>> numbered("Left Progressive Review", 1, 2)
    'Left Progressive Review, Volume 1, Issue 2'
    """
    if volume is not None:
        periodical += f", Volume {volume}"
    if number is not None:
        periodical += f", Issue {number}"
    return periodical


def pages(first: int, last: int, dash: str = "–") -> str:
    """Return pages as a citation names them.

    >>> pages(5, 5), pages(5, 6)
    ('p. 5', 'pp. 5–6')
    """
    if first == last:
        return f"p. {first}"
    return f"pp. {first}{dash}{last}"


# What was expected, by the type of one of Pydantic's errors; its context fills the braces.
_EXPECTED = {
    "string_type": "expected a string",
    "int_type": "expected a whole number",
    "bool_type": "expected true or false",
    "list_type": "expected a list",
    "model_type": "expected a table",
    "greater_than_equal": "expected {ge} or more",
    "less_than_equal": "expected {le} or less",
}
# How Pydantic begins a sentence on what it expected otherwise, and how we do.
_OPENINGS = {
    "Input should be ": "expected ",
    "String should match pattern ": "expected a string that matches ",
    "String should have ": "expected ",
    "List should have ": "expected ",
}


def expectation(error: ErrorDetails | dict[str, Any]) -> str:
    """Return what a model expected, from one of the errors of a Pydantic ``ValidationError``.

    >>> expectation({"type": "literal_error", "msg": "Input should be 'speech' or 'poem'"})
    "expected 'speech' or 'poem'"
    >>> expectation({"type": "greater_than_equal", "msg": "", "ctx": {"ge": 1}})
    'expected 1 or more'
    """
    if error["type"] in _EXPECTED:
        return _EXPECTED[error["type"]].format(**error.get("ctx", {}))
    message = str(error["msg"]).removeprefix("Value error, ")
    for opening, ours in _OPENINGS.items():
        if message.startswith(opening):
            return ours + message.removeprefix(opening)
    if message.startswith("expected"):
        return message
    return f"expected: {message[:1].lower()}{message[1:]}"
