"""``lprcorpus cite``."""

from __future__ import annotations

from pathlib import Path

import click

from lprcorpus.citation.citing import cite, cite_all
from lprcorpus.cli.options import corpus_option, flag
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError


@click.command(
    "cite",
    epilog="Example: lprcorpus cite lpr-1-2/hourglass-of-the-free --page 31 --style chicago",
)
@click.argument("record", metavar="[ID]", required=False)
@click.option("--page", type=int, metavar="N", help="Cite this page of the record.")
@click.option("--block", type=int, metavar="N", help="Cite the pages of this block of the record.")
@click.option(
    "--style",
    metavar="STYLE",
    help="bibtex (the default), ris, csl-json, or a CSL style by its name in the CSL repository:"
    " apa, chicago, mla, ieee …",
)
@flag("--all", "everything", help="Cite every record: the bibliography of the whole corpus.")
@flag("--json", "as_json", help="Print CSL-JSON, as --style csl-json does.")
@corpus_option
def command(
    record: str | None,
    page: int | None,
    block: int | None,
    style: str | None,
    folder: Path | None,
    *,
    everything: bool,
    as_json: bool,
) -> None:
    """Cite a record, a page of it, or the corpus, in any format or style.

    With an ID, the article itself is cited: its own author and title, the periodical it is in,
    where it first appeared, and the corpus as the place where it was read. Without one, the corpus
    is cited, with its version. A page in formatted text gives the citation as it is in a text
    or a note and, on the next line, the reference.
    """
    if as_json and style not in (None, "csl-json"):
        raise UsageError(f"found --json and --style {style}; expected one of them")
    style = "csl-json" if as_json else style or "bibtex"
    if everything and (record, page, block) != (None, None, None):
        raise UsageError("found --all and a record, page or block; expected one of them")
    with Corpus(folder) as corpus:
        if everything:
            click.echo(cite_all(style=style, corpus=corpus))
        else:
            click.echo(cite(record, style=style, page=page, block=block, corpus=corpus))
