"""``lprcorpus resolve``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lprcorpus.citation.citing import cite_places
from lprcorpus.cli.find import default_style, passage_lines
from lprcorpus.cli.output import as_text, corpus_option, github_annotation, print_json
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError, system_reason
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
@click.option("--check", is_flag=True, help="Read files instead, and check every selector in them.")
@click.option(
    "--style",
    metavar="STYLE",
    help="Style of the citation: chicago (the default), apa, mla … or bibtex, ris, csl-json.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github"]),
    default="text",
    help="With github, problems as annotations in CI.",
)
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
        if not check and selector != ("-",):
            checks = []
            answer: Resolution | None = resolve(as_text(" ".join(selector)), corpus=corpus)
        else:
            checks = [found for name in selector for found in _check(corpus, name)]
            answer = checks[0].answer if len(checks) == 1 and not check else None
        if answer is not None:
            _print_answer(corpus, answer, style, as_json=as_json)
            is_right = answer.is_right
        else:
            _print_checks(checks, form, as_json=as_json)
            is_right = all(found.is_right for found in checks)
    if not is_right:
        sys.exit(1)


@dataclass(frozen=True)
class _Check:
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
        content = self.answer.to_dict() if self.answer else {}
        head = {"file": self.file, "place": self.place}
        return {**head, "status": self.status, "message": self.message, **content}


def _check(corpus: Corpus, name: str) -> Iterator[_Check]:
    """Yield what became of the selectors in a file, or in standard input."""
    file = "standard input" if name == "-" else name
    collected = collect(_read(name))
    if not collected:
        click.echo(f"{file}: no selector", err=True)
    for found in collected:
        try:
            if found.problem:
                raise UsageError(found.problem)
            answer = resolve(found.content, corpus=corpus)
            yield _Check(file, found.place, answer.status, answer.message, answer)
        except UsageError as error:
            yield _Check(file, found.place, "invalid", str(error))


def _read(name: str) -> str:
    """Return the text of a file, or of standard input.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8")
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {system_reason(error)}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: is not UTF-8 (byte {error.start}); expected text") from None


def _print_answer(corpus: Corpus, answer: Resolution, style: str | None, *, as_json: bool) -> None:
    """Print one answer in full, with the passages as they are now."""
    shown = answer.passages or answer.candidates
    places = [(passage.record, passage.page, passage.page_end) for passage in shown]
    cited = cite_places(corpus, places, style or default_style()).citations
    if as_json:
        print_json({**answer.to_dict(), "citations": cited})
        return
    click.echo(f"{click.style(answer.status, bold=True)}: {answer.message}")
    for passage, citation in zip(shown, cited, strict=True):
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
            level = _GITHUB_LEVELS[found.status]
            message = f"{found.status}: {found.message}"
            click.echo(github_annotation(level, message, file=found.file, line=found.place))
    if checks:
        wrong = sum(not found.is_right for found in checks)
        click.echo(f"{count(len(checks), 'selector')}, {wrong:,} of them not right", err=True)
