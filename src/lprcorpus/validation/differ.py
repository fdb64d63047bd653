"""Two documents compared: where they differ, what is there, and what should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os.path import commonprefix

from lprcorpus.messages import shorten

# The entries by which an object in a list is known, so that one more of them does not shift all
# that follow.
NAMES = ("name", "@id", "path")


@dataclass(frozen=True)
class Difference:
    """One place where two documents differ, and what is there and should be, for messages.

    The steps lead there: keys, the names of listed objects or their places from 0; ``line 7``.
    """

    steps: tuple[str, ...]
    found: str
    expected: str

    @property
    def place(self) -> str | None:
        """The steps as one text; None for the whole document."""
        return ".".join(self.steps) or None


def compare_values(
    found: object, expected: object, steps: tuple[str, ...] = ()
) -> Iterator[Difference]:
    """Yield where a value is not the one expected; the order of keys does not count.

    >>> next(compare_values({"a": [{"name": "b", "c": 1}]}, {"a": [{"name": "b", "c": 2}]})).place
    'a.b.c'
    """
    if isinstance(found, list) and isinstance(expected, list):
        # The order of a list says something, unlike that of the keys of an object.
        named, wanted = _by_name(found), _by_name(expected)
        if list(named) != list(wanted) and named.keys() == wanted.keys():
            yield Difference(steps, f"the order {shorten(list(named))}", shorten(list(wanted)))
        yield from _compare_entries(named, wanted, steps)
    elif isinstance(found, dict) and isinstance(expected, dict):
        yield from _compare_entries(found, expected, steps)
    elif isinstance(found, str) and isinstance(expected, str):
        yield from compare_texts(found, expected, steps)
    elif type(found) is not type(expected) or found != expected:  # to Python, true is 1
        yield Difference(steps, shorten(found), shorten(expected))


def _compare_entries(
    found: Mapping[str, object], expected: Mapping[str, object], steps: tuple[str, ...]
) -> Iterator[Difference]:
    """Yield where the entries of an object are not those expected."""
    for key in dict.fromkeys([*expected, *found]):
        inner = (*steps, str(key))
        if key not in found:
            yield Difference(inner, "nothing", shorten(expected[key]))
        elif key not in expected:
            yield Difference(inner, shorten(found[key]), "nothing")
        else:
            yield from compare_values(found[key], expected[key], inner)


def _by_name(items: Sequence[object]) -> dict[str, object]:
    """Return listed objects by their names; by its place what has none, or the name of another."""
    named: dict[str, object] = {}
    for place, item in enumerate(items):
        name = str(place)
        for key in NAMES:
            if isinstance(item, dict) and isinstance(item.get(key), str):
                name = item[key]
                break
        named[str(place) if name in named else name] = item
    return named


def compare_texts(found: str, expected: str, steps: tuple[str, ...] = ()) -> Iterator[Difference]:
    r"""Yield the line where a text begins to be another than the one expected.

    >>> list(compare_texts("a\nb\n", "a\nc\n"))
    [Difference(steps=('line 2',), found="'b'", expected="'c'")]
    """
    if found == expected:
        return
    place = len(commonprefix([found, expected]))  # noqa: RUF071 (of characters, not of paths)
    start = expected.rfind("\n", 0, place) + 1
    if "\n" in expected:
        steps = (*steps, f"line {expected.count(chr(10), 0, place) + 1}")
    found = found[start:].partition("\n")[0]
    expected = expected[start:].partition("\n")[0]
    place -= start
    if len(found) + len(expected) < 160:
        yield Difference(steps, repr(found), repr(expected))
        return
    # Two bodies may differ in their last word: what is shown is around the first difference.
    around = slice(max(place - 20, 0), place + 40)
    shown = f"{found[around]!r} at character {place}"
    yield Difference(steps, shown, repr(expected[around]))
