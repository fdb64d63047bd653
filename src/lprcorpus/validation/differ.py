"""Two documents compared, or the rows of an issue with those that it should have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, IssueRows

# The entries by which an object in a list is known, so that one more of them does not shift all
# that follow.
NAMES = ("name", "@id", "config_name", "path")

# Values that rows should have: by table, by primary key, by column.
Values = dict[str, dict[str, dict[str, object]]]


@dataclass(frozen=True)
class Difference:
    """One place where two documents differ.

    Attributes:
        steps: what leads there: keys, the names of listed objects, or their places from 0;
            ``line 7`` in a text.
        found: what is there, for messages.
        expected: what should be there, for messages.
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
    elif isinstance(found, str) and isinstance(expected, str) and "\n" in expected:
        yield from compare_texts(found, expected, steps)
    elif type(found) is not type(expected) or found != expected:  # to Python, true is 1
        yield Difference(steps, *_excerpts(found, expected))


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
    r"""Yield where a text begins to be another than the one expected.

    >>> list(compare_texts("a\nb\n", "a\nc\n"))
    [Difference(steps=('line 2',), found="'b'", expected="'c'")]
    """
    if found == expected:
        return
    # One of the texts may end where the other goes on.
    found_lines = [*found.split("\n"), "the end of the text"]
    expected_lines = [*expected.split("\n"), "the end of the text"]
    same = _common_length(found_lines, expected_lines)
    inner = (*steps, f"line {same + 1}")
    yield Difference(inner, *_excerpts(found_lines[same], expected_lines[same]))


def _excerpts(found: object, expected: object) -> tuple[str, str]:
    """Return two values for a message: of long texts, what is around the first difference."""
    if not isinstance(found, str) or not isinstance(expected, str):
        return shorten(found), shorten(expected)
    if len(found) + len(expected) < 160:
        return repr(found), repr(expected)
    # Two bodies may differ in their last word: what is shown is around the first difference.
    place = _common_length(found, expected)
    around = slice(max(place - 20, 0), place + 40)
    return f"{found[around]!r} at character {place}", repr(expected[around])


def _common_length(found: Sequence[str], expected: Sequence[str]) -> int:
    """Return how many items two sequences begin with alike."""
    for place, (one, other) in enumerate(zip(found, expected, strict=False)):
        if one != other:
            return place
    return min(len(found), len(expected))


def compare_rows(rows: IssueRows, expected: Values, code: str, says: str) -> Iterator[Problem]:
    """Yield a problem for each value and each row that is not the one expected.

    Args:
        rows: the rows of an issue.
        expected: the values that they should have, in some columns of some tables.
        code: the code of the problems.
        says: what expects it, for messages.
    """
    for table, wanted in expected.items():
        every = [column.name for column in TABLES[table].columns]
        found = values_of(rows, table, next(iter(wanted.values()), every))
        for difference in compare_values(found, wanted):
            key, *place = difference.steps
            column = place[0] if place else None
            should = f"{difference.expected}, {says}"
            yield Problem(code, difference.found, should, table=table, key=key, column=column)


def values_of(rows: IssueRows, table: str, columns: Iterable[str]) -> dict[str, dict[str, object]]:
    """Return some columns of a table's rows, by the primary key with its parts joined by ``,``."""
    values = {}
    for row in rows.table(table):
        key = ",".join(str(getattr(row, part)) for part in TABLES[table].key)
        values[key] = {column: getattr(row, column) for column in columns}
    return values
