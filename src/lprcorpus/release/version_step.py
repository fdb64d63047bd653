"""Semantic versioning for data: the step from one version to another."""

from __future__ import annotations

import re
from enum import IntEnum

from lprcorpus.errors import UsageError


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


def version_step(old: str, new: str) -> Step | None:
    """Return the step from a version to a later one, or None where it is an earlier one.

    Raises:
        UsageError: one is not three numbers.

    >>> version_step("0.1.0", "0.2.0").word, version_step("0.2.0", "0.2.0").word
    ('minor', 'none')
    """
    steps = (Step.MAJOR, Step.MINOR, Step.PATCH)
    for step, before, after in zip(steps, _numbers(old), _numbers(new), strict=True):
        if before != after:
            return step if after > before else None
    return Step.NONE


def _numbers(version: str) -> list[int]:
    match = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if match is None:
        raise UsageError(f"found the version {version!r}; expected one such as '0.2.0'")
    return [int(number) for number in match.groups()]
