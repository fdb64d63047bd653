"""Semantic versioning for data: the step that a difference asks for, and the one it takes."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING

from lprcorpus.errors import UsageError

if TYPE_CHECKING:
    from lprcorpus.release.comparison import EditionDifference

__all__ = ["Step", "required_step", "version_step"]


class Step(IntEnum):
    """A step of a version; a larger one is enough where a smaller is asked for."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """Its name, as a person writes it."""
        return self.name.lower()


_COLUMN_STEPS = {
    "removed": Step.MAJOR,
    "type": Step.MAJOR,
    "values": Step.MAJOR,
    "added": Step.MINOR,
    "more values": Step.MINOR,
    "nullable": Step.MINOR,
}


def required_step(difference: EditionDifference) -> Step:
    """Return the least step that a difference asks for: CONTRIBUTING.md, *Versions*."""
    steps = [_COLUMN_STEPS[column.change] for column in difference.columns]
    vanished = [
        *difference.tables_removed,
        *difference.issues_removed,
        *difference.records_removed,
        *difference.records_renamed,
    ]
    added = [*difference.tables_added, *difference.issues_added, *difference.records_added]
    if vanished:
        steps.append(Step.MAJOR)
    if added:
        steps.append(Step.MINOR)
    if difference.rows:
        steps.append(Step.PATCH)
    return max(steps, default=Step.NONE)


def version_step(old: str, new: str) -> Step | None:
    """Return the step from a version to a later one, or None where it is an earlier one.

    Raises:
        UsageError: one is not three numbers.

    >>> version_step("0.1.0", "0.2.0").word, version_step("0.2.0", "0.2.0").word
    ('minor', 'none')
    """
    before, after = _numbers(old), _numbers(new)
    if after < before:
        return None
    for step, place in ((Step.MAJOR, 0), (Step.MINOR, 1), (Step.PATCH, 2)):
        if after[place] > before[place]:
            return step
    return Step.NONE


def _numbers(version: str) -> list[int]:
    match = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if match is None:
        raise UsageError(f"found the version {version!r}; expected one such as '0.2.0'")
    return [int(number) for number in match.groups()]
