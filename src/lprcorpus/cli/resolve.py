"""``lprcorpus resolve``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lprcorpus.cli.find import default_style, passage_lines
from lprcorpus.cli.options import corpus_option
from lprcorpus.cli.output import indent, print_json
from lprcorpus.corpus import Corpus
from lprcorpus.search.resolution import resolve

__all__ = ["command"]


@click.command(
    "resolve",
    epilog="Example: lprcorpus resolve "
    "'lprcorpus 0.1.0 lpr-1-2/hourglass-of-the-free p. 31 4-18 “night whispers” 1606c49692e8-b344d8-4fa36b'",
)
@click.argument("selector", nargs=-1, required=True)
@click.option(
    "--style", metavar="STYLE", help="Style of the citation: chicago (the default), apa, mla … or bibtex, ris, csl-json."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@corpus_option
def command(selector: tuple[str, ...], style: str | None, folder: Path | None, *, as_json: bool) -> None:
    """Follow a selector to its passage: is it there, has it moved or changed?

    SELECTOR is one that "lprcorpus find" printed, as JSON or as a short line; "-" reads it from standard input. The answer is
    "same", "moved" and where to, "changed" and how, or "gone".
    """
    text = sys.stdin.read() if selector == ("-",) else " ".join(selector)
    answer = resolve(text, style=style or default_style(), corpus=Corpus(folder))
    if as_json:
        print_json(answer.to_dict())
        return
    click.echo(f"{click.style(answer.status, bold=True)}: {answer.message}\n")
    for passage in (answer.passage,) if answer.passage else answer.candidates:
        click.echo(passage_lines(passage))
        if passage.references:
            click.echo(indent(passage.references, " " * 12))
