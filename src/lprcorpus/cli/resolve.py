"""``lprcorpus resolve``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from lprcorpus.cli.find import cite_passages, passage_lines
from lprcorpus.cli.options import corpus_option, flag, format_option, style_option
from lprcorpus.cli.output import STANDARD, as_text, github_annotation, print_json, read_input, tell
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.messages import count
from lprcorpus.search.collecting import collect
from lprcorpus.search.resolving import Resolution, resolve

# How GitHub is to show what became of a passage; one that is the same needs no annotation.
_GITHUB_LEVELS = {"moved": "notice", "changed": "error", "gone": "error", "invalid": "error"}


@click.command(
    "resolve",
    epilog="\b\nExamples: lprcorpus resolve --check paper.md\n"
    "          lprcorpus resolve 'lprcorpus 0.2.0 lpr-1-2/hourglass-of-the-free p. 31"
    " raw 111085-111101 “night whispers” ce735a69'",
)
@click.argument("selector", nargs=-1, required=True)
@flag("--check", help="Read files instead, and check every selector in them.")
@style_option
@flag("--json", "as_json", help="Print the answers as JSON.")
@format_option("github", help="With github, problems as annotations in CI.")
@corpus_option
def command(
    selector: tuple[str, ...],
    style: str | None,
    form: str,
    folder: Path | None,
    *,
    check: bool,
    as_json: bool,
) -> None:
    """Follow selectors to their passages: is each where it was, moved, changed or gone?

    SELECTOR is one that "lprcorpus find" printed, as JSON or as a line; "-" reads one or many from
    standard input. With --check, each SELECTOR is a file: Markdown, LaTeX or other text, JSON or
    JSON Lines, with any number of selectors in it.

    Exit status: 0 every passage is the same or has moved; 1 one has changed or is gone, or a
    selector is incomplete; 2 the command cannot run.
    """
    with Corpus(folder) as corpus:
        if check or selector == ("-",):
            checks = [found for name in selector for found in _checks(corpus, Path(name))]
        else:
            answer = resolve(as_text(" ".join(selector)), corpus=corpus)
            checks = [_Check("", 0, answer.status, answer.message, answer)]
        only = checks[0].answer if len(checks) == 1 and not check else None
        if only is not None:
            _print_answer(corpus, only, style, as_json=as_json)
        else:
            _print_checks(checks, form, as_json=as_json)
    if not all(found.is_right for found in checks):
        sys.exit(1)


class _Check(NamedTuple):
    """What became of one selector in a file; there is no answer to one that cannot be followed."""

    file: str
    place: int
    status: str
    message: str
    answer: Resolution | None = None

    @property
    def is_right(self) -> bool:
        return self.answer is not None and self.answer.is_right

    def to_dict(self) -> dict[str, Any]:
        values = self._asdict()
        answer = values.pop("answer")
        if answer is not None:
            values |= answer.to_dict()
        return values


def _checks(corpus: Corpus, file: Path) -> Iterator[_Check]:
    """Yield what became of the selectors in a file, or in standard input."""
    name = "standard input" if file == STANDARD else str(file)
    try:
        collected = collect(read_input(file).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: is not UTF-8 (byte {error.start}); expected text") from None
    if not collected:
        tell(f"{name}: no selector")
    for found in collected:
        try:
            if found.problem:
                raise UsageError(found.problem)
            answer = resolve(found.content, corpus=corpus)
            yield _Check(name, found.place, answer.status, answer.message, answer)
        except UsageError as error:
            yield _Check(name, found.place, "invalid", str(error))


def _print_answer(corpus: Corpus, answer: Resolution, style: str | None, *, as_json: bool) -> None:
    """Print one answer in full, with the passages as they are now."""
    shown = answer.passages or answer.candidates
    citations = cite_passages(corpus, shown, style).citations
    if as_json:
        print_json({**answer.to_dict(), "citations": citations})
        return
    click.echo(f"{click.style(answer.status, bold=True)}: {answer.message}")
    for passage, citation in zip(shown, citations, strict=True):
        click.echo(f"\n{passage_lines(passage, citation)}")


def _print_checks(checks: Sequence[_Check], form: str, *, as_json: bool) -> None:
    """Print a line for each selector."""
    if as_json:
        print_json([found.to_dict() for found in checks])
        return
    for found in checks:
        if form == "text":
            status = click.style(found.status, bold=True)
            click.echo(f"{found.file}:{found.place}: {status}: {found.message}")
        elif found.status in _GITHUB_LEVELS:
            level, message = _GITHUB_LEVELS[found.status], f"{found.status}: {found.message}"
            click.echo(github_annotation(level, message, file=found.file, line=found.place))
    if checks:
        wrong = sum(not found.is_right for found in checks)
        tell(f"{count(len(checks), 'selector')}, {wrong:,} of them not right")
