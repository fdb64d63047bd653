"""Two documents compared: JSON or YAML as values, a text line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lprcorpus.messages import shorten

__all__ = ["Difference", "compare_texts", "compare_values", "excerpts"]

# The entries by which an object in a list is known, so that one more of them does not shift all
# that follow.
NAMES = ("name", "@id", "config_name", "path")

Path = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One place where two documents differ.

    Attributes:
        path: the steps that lead there: keys, the names of listed objects, or their places from 0;
            ``line 7`` in a text.
        found: what is there, for messages.
        expected: what should be there, for messages.
    """

    path: Path
    found: str
    expected: str

    @property
    def place(self) -> str | None:
        """The path as one text; None for the whole document."""
        return ".".join(self.path) or None


def compare_values(found: object, expected: object, path: Path = ()) -> Iterator[Difference]:
    """Yield where a value is not the one expected; the order of keys does not count.

    >>> next(compare_values({"a": [{"name": "b", "c": 1}]}, {"a": [{"name": "b", "c": 2}]})).path
    ('a', 'b', 'c')
    """
    if isinstance(found, dict) and isinstance(expected, dict):
        yield from _compare_entries(found, expected, path)
    elif isinstance(found, list) and isinstance(expected, list):
        yield from _compare_lists(found, expected, path)
    elif isinstance(found, str) and isinstance(expected, str) and "\n" in expected:
        yield from compare_texts(found, expected, path)
    elif type(found) is not type(expected) or found != expected:
        yield Difference(path, shorten(found), shorten(expected))


def _compare_entries(
    found: Mapping[object, object], expected: Mapping[object, object], path: Path
) -> Iterator[Difference]:
    for key, value in expected.items():
        if key in found:
            yield from compare_values(found[key], value, (*path, str(key)))
        else:
            yield Difference((*path, str(key)), "nothing", shorten(value))
    for key, value in found.items():
        if key not in expected:
            yield Difference((*path, str(key)), shorten(value), "nothing")


def _compare_lists(
    found: Sequence[object], expected: Sequence[object], path: Path
) -> Iterator[Difference]:
    found_names, expected_names = _names(found), _names(expected)
    if found_names and expected_names:
        found_objects: dict[object, object] = dict(zip(found_names, found, strict=True))
        expected_objects: dict[object, object] = dict(zip(expected_names, expected, strict=True))
        yield from _compare_entries(found_objects, expected_objects, path)
        if found_names != expected_names and sorted(found_names) == sorted(expected_names):
            yield Difference(path, f"the order {shorten(found_names)}", shorten(expected_names))
    elif len(found) != len(expected):
        yield Difference(path, shorten(found), shorten(expected))
    else:
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from compare_values(one, other, (*path, str(place)))


def _names(items: Sequence[object]) -> list[str]:
    """Return the names of listed objects; none where one has none, or two have the same."""
    for key in NAMES:
        names = [item.get(key) for item in items if isinstance(item, dict)]
        known = [name for name in names if isinstance(name, str)]
        if len(known) == len(items) and len(set(known)) == len(items):
            return known
    return []


def compare_texts(found: str, expected: str, path: Path = ()) -> Iterator[Difference]:
    r"""Yield where a text begins to be another than the one expected.

    >>> list(compare_texts("a\nb\n", "a\nc\n"))
    [Difference(path=('line 2',), found="'b'", expected="'c'")]
    """
    if found == expected:
        return
    found_lines = [*found.split("\n"), "the end of the text"]
    expected_lines = [*expected.split("\n"), "the end of the text"]
    line = 0
    while found_lines[line] == expected_lines[line]:
        line += 1
    there, wanted = excerpts(found_lines[line], expected_lines[line])
    yield Difference((*path, f"line {line + 1}"), there, wanted)


def excerpts(found: object, expected: object) -> tuple[str, str]:
    """Return two values for a message: of long texts, what is around the first difference."""
    if not isinstance(found, str) or not isinstance(expected, str):
        return shorten(found), shorten(expected)
    if len(found) + len(expected) < 160:
        return repr(found), repr(expected)
    pairs = enumerate(zip(found, expected, strict=False))
    shorter = min(len(found), len(expected))
    at = next((place for place, (one, other) in pairs if one != other), shorter)
    low = max(at - 20, 0)
    place = f"{shorten(found[low : at + 40])} at character {at}"
    return place, shorten(expected[low : at + 40])
