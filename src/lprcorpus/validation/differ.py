"""Two documents compared, or the rows of an issue with those that it should have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, IssueRows, Row

# The entries by which an object in a list is known, so that one more of them does not shift all
# that follow.
NAMES = ("name", "@id", "config_name", "path")

# Values that rows should have: by table, by primary key, by column.
Values = dict[str, dict[str, dict[str, object]]]

# The steps that lead to a value.
Steps = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One place where two documents differ.

    Attributes:
        path: the steps that lead there: keys, the names of listed objects, or their places from 0;
            ``line 7`` in a text.
        found: what is there, for messages.
        expected: what should be there, for messages.
    """

    path: Steps
    found: str
    expected: str

    @property
    def place(self) -> str | None:
        """The path as one text; None for the whole document."""
        return ".".join(self.path) or None


def compare_values(found: object, expected: object, path: Steps = ()) -> Iterator[Difference]:
    """Yield where a value is not the one expected; the order of keys does not count.

    >>> next(compare_values({"a": [{"name": "b", "c": 1}]}, {"a": [{"name": "b", "c": 2}]})).path
    ('a', 'b', 'c')
    """
    if isinstance(found, list) and isinstance(expected, list):
        found, expected = _by_name(found), _by_name(expected)
        order, wanted = list(found), list(expected)
        if order != wanted and set(order) == set(wanted):
            yield Difference(path, f"the order {shorten(order)}", shorten(wanted))
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in dict.fromkeys([*expected, *found]):
            steps = (*path, str(key))
            if key not in found:
                yield Difference(steps, "nothing", shorten(expected[key]))
            elif key not in expected:
                yield Difference(steps, shorten(found[key]), "nothing")
            else:
                yield from compare_values(found[key], expected[key], steps)
    elif isinstance(found, str) and isinstance(expected, str) and "\n" in expected:
        yield from compare_texts(found, expected, path)
    elif type(found) is not type(expected) or found != expected:
        yield Difference(path, *_excerpts(found, expected))


def _by_name(items: Sequence[object]) -> dict[str, object]:
    """Return listed objects by their names; by their places where one has none, or two the same."""
    for key in NAMES:
        named: dict[str, object] = {}
        for item in items:
            if isinstance(item, dict) and isinstance(item.get(key), str):
                named[item[key]] = item
        if len(named) == len(items):
            return named
    return {str(place): item for place, item in enumerate(items)}


def compare_texts(found: str, expected: str, path: Steps = ()) -> Iterator[Difference]:
    r"""Yield where a text begins to be another than the one expected.

    >>> list(compare_texts("a\nb\n", "a\nc\n"))
    [Difference(path=('line 2',), found="'b'", expected="'c'")]
    """
    if found == expected:
        return
    found_lines = [*found.split("\n"), "the end of the text"]
    expected_lines = [*expected.split("\n"), "the end of the text"]
    line = _common_length(found_lines, expected_lines)
    steps = (*path, f"line {line + 1}")
    yield Difference(steps, *_excerpts(found_lines[line], expected_lines[line]))


def _excerpts(found: object, expected: object) -> tuple[str, str]:
    """Return two values for a message: of long texts, what is around the first difference."""
    if not isinstance(found, str) or not isinstance(expected, str):
        return shorten(found), shorten(expected)
    if len(found) + len(expected) < 160:
        return repr(found), repr(expected)
    place = _common_length(found, expected)
    around = slice(max(place - 20, 0), place + 40)
    return f"{found[around]!r} at character {place}", repr(expected[around])


def _common_length(found: Sequence[str], expected: Sequence[str]) -> int:
    """Return how many items two sequences begin with alike."""
    for place, (one, other) in enumerate(zip(found, expected, strict=False)):
        if one != other:
            return place
    return min(len(found), len(expected))


def row_key(row: Row, table: str) -> str:
    """Return the primary key of a row, joined by ``,``."""
    return ",".join(str(getattr(row, column)) for column in TABLES[table].key)


def compare_rows(rows: IssueRows, expected: Values, code: str, says: str) -> Iterator[Problem]:
    """Yield a problem for each value and each row that is not the one expected.

    Args:
        rows: the rows of an issue.
        expected: the values that they should have, in some columns of some tables.
        code: the code of the problems.
        says: what expects it, for messages.
    """
    for table, wanted in expected.items():
        found = {row_key(row, table): row for row in rows.table(table)}
        for key in dict.fromkeys([*wanted, *found]):
            place = partial(Problem, code, table=table, key=key)
            if key not in found:
                yield place(found="nothing", expected=f"{shorten(wanted[key])}, {says}")
            elif key not in wanted:
                yield place(found=shorten(found[key].model_dump()), expected=f"nothing, {says}")
            else:
                for column, difference in _cell_differences(found[key], wanted[key]):
                    shown, should = difference
                    yield place(found=shown, expected=f"{should}, {says}", column=column)


def _cell_differences(row: Row, values: dict[str, object]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the columns in which a row has other values, with both for a message."""
    for column, value in values.items():
        found = getattr(row, column)
        if type(found) is not type(value) or found != value:
            yield column, _excerpts(found, value)
