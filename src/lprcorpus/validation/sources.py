"""The sources that ``datapackage.json`` names, against the table of the issues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lprcorpus.problems import Problem, shorten
from lprcorpus.validation.contents import Content, IssueFacts
from lprcorpus.validation.documents import entry
from lprcorpus.validation.folder import DESCRIPTOR

__all__ = ["check_sources"]


def check_sources(descriptor: Mapping[str, Any], issues: Content) -> Iterator[Problem]:
    """Yield where the sources are not the raw texts of the issues or, for a large corpus, its periodicals.

    Args:
        descriptor: the content of ``datapackage.json``.
        issues: what the table of the issues holds.
    """
    listed = entry(descriptor, "sources")
    sources = (
        {place: source for place, source in enumerate(listed) if isinstance(source, dict)} if isinstance(listed, list) else {}
    )
    if all(source.get("path") == "raw" for source in sources.values()) and sources:
        yield from _periodicals(sources, issues.issues)
        return
    by_path = {fact.raw_path: fact for fact in issues.issues}
    seen: Counter[str] = Counter()
    for place, source in sources.items():
        fact = by_path.get(str(source.get("path")))
        if fact is None:
            yield _problem(place, "path", source.get("path"), "the raw text of an issue")
            continue
        seen[fact.raw_path] += 1
        if source.get("hash") != f"sha256:{fact.raw_sha256}":
            yield _problem(place, "hash", source.get("hash"), f"'sha256:{fact.raw_sha256}', as the table issues says", fact.id)
        title = source.get("title")
        if title != fact.title:
            yield _problem(place, "title", title, shorten(fact.title), fact.id)
    for fact in issues.issues:
        if seen[fact.raw_path] != 1:
            expected = f"one of {fact.raw_path}"
            yield Problem("source", f"{seen[fact.raw_path]} sources", expected, "issues", fact.id, "sources", file=DESCRIPTOR)


def _periodicals(sources: Mapping[int, Mapping[str, Any]], issues: list[IssueFacts]) -> Iterator[Problem]:
    counts = Counter(fact.periodical for fact in issues)
    titles = [str(source.get("title")) for source in sources.values()]
    for periodical, count in sorted(counts.items()):
        if not any(title.startswith(f"{periodical} (") and title.endswith(f"issues: {count}") for title in titles):
            expected = f"one of {periodical}, with its {count} issues"
            yield Problem("source", shorten(titles), expected, "issues", None, "sources", file=DESCRIPTOR)
    if len(titles) != len(counts):
        yield Problem(
            "source", f"{len(titles)} sources", f"{len(counts)}, one for each periodical", column="sources", file=DESCRIPTOR
        )


def _problem(place: int, name: str, found: object, expected: str, issue: str | None = None) -> Problem:
    table = "issues" if issue else None
    return Problem("source", shorten(found), expected, table, issue, f"sources.{place}.{name}", file=DESCRIPTOR)
