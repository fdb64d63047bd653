"""A difference between two editions in words: for the changelog, and for a person."""

from __future__ import annotations

from collections.abc import Iterator

from lprcorpus.messages import count
from lprcorpus.release.comparison import EditionDifference
from lprcorpus.release.version_step import Step

# Lines for the changelog, at most.
_MOST_LINES = 50


def data_lines(difference: EditionDifference) -> list[str]:
    """Return the lines under *Data* in the changelog, in Markdown."""
    if not difference.changes:
        return ["- No row of the corpus has changed."]
    lines = [f"- {change.words}" for change in difference.changes[:_MOST_LINES]]
    left = len(difference.changes) - len(lines)
    if left:
        lines.append(f"- {count(left, 'more change')}: see `lprcorpus diff`.")
    return lines


def difference_lines(difference: EditionDifference) -> Iterator[str]:
    """Yield a line for each change, and below each record the words of its blocks."""
    if not difference.changes:
        yield from data_lines(difference)
    for change in difference.changes:
        yield f"- {change.words}"
        for line in change.details:
            yield f"    {line}"


def step_line(difference: EditionDifference) -> str:
    """Return which step the version has to take, and which it takes."""
    versions = f"version: {difference.old_version} to {difference.new_version}"
    if difference.taken is None:
        return f"{versions} goes back; expected a later version"
    if difference.required is Step.NONE:
        return f"{versions}; the data is the same and asks for no step"
    verdict = "is enough" if difference.enough else "is too small"
    required = difference.required.word
    steps = f"found the step {difference.taken.word!r}; the data asks for {required!r}"
    return f"{versions} {verdict}: {steps}"
