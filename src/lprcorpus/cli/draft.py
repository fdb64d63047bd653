"""``lprcorpus draft``."""

from __future__ import annotations

from pathlib import Path

import click

from lprcorpus.build.issue_files import decode_text
from lprcorpus.cli.options import quiet_option
from lprcorpus.cli.output import byte_progress, print_json, say
from lprcorpus.draft.drafting import draft
from lprcorpus.draft.manifest_writer import as_json, as_manifest
from lprcorpus.errors import OutputError, UsageError

__all__ = ["command"]


@click.command("draft", epilog="Example: lprcorpus draft raw/lpr-1-3.txt --out raw/lpr-1-3.toml")
@click.argument("text", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="The manifest to write; without it, it goes to standard output."
)
@click.option("--json", "as_values", is_flag=True, help="Print what was found as JSON, and no manifest.")
@quiet_option
def command(text: Path, out: Path | None, *, as_values: bool) -> None:
    """Draft the manifest of an issue from its text, for a person to check.

    Pages, running heads, and for each item its title, byline, type, source, headnote and section are read off the layout and
    the wording. What is not sure is marked with a comment that says CHECK.
    """
    try:
        data = text.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{text}: cannot be read: {(error.strerror or str(error)).lower()}; expected the text of an issue"
        ) from None
    with byte_progress("Drafting") as progress:
        proposal = draft(decode_text(data, text), str(text), progress)
    if as_values:
        print_json(as_json(proposal))
        return
    manifest = as_manifest(proposal)
    if out is None:
        click.echo(manifest, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(manifest)
    except FileExistsError:
        raise OutputError(f"{out}: is there already; expected a new file, so that no checked manifest is lost") from None
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {(error.strerror or str(error)).lower()}") from None
    say(f"Wrote {out}: {len(proposal.records)} records on {len(proposal.pages)} pages to check", err=True)
