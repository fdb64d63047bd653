"""``lprcorpus draft``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lprcorpus.build.issue_files import decode_text
from lprcorpus.cli.output import ProgressBar, print_json, quiet_option, say
from lprcorpus.draft.drafting import Layout, draft
from lprcorpus.draft.manifest_writer import as_json, as_manifest
from lprcorpus.errors import OutputError, UsageError, system_reason
from lprcorpus.layout_file import extraction_of, layout_path, read_layout
from lprcorpus.messages import count

_STANDARD = Path("-")
"""Standard input or output, in place of a file."""


@click.command("draft", epilog="Example: lprcorpus draft raw/lpr-1-3.txt --out raw/lpr-1-3.toml")
@click.argument("text", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="The manifest to write; without it, it goes to standard output.",
)
@click.option(
    "--json", "as_values", is_flag=True, help="Print what was found as JSON, and no manifest."
)
@quiet_option
def command(text: Path, out: Path | None, *, as_values: bool) -> None:
    """Draft the manifest of an issue from its text, for a person to check.

    TEXT is a file, or - for standard input. Pages, running headers, and the title, byline, type,
    source, headnote and section of each item are recognized by layout and wording. What is not sure
    has a comment that says CHECK.
    """
    name, data = _read(text)
    if data.startswith(b"%PDF-"):
        raise UsageError(
            f"{text}: is a PDF; expected its text: lprcorpus extract {text} --out {text.with_suffix('.txt')}"
        )
    with ProgressBar("Drafting") as progress:
        drafted = draft(decode_text(data, name), str(name), progress, _layout_of(name))
    for warning in drafted.warnings:
        click.echo(f"{name}: {warning}", err=True)
    if as_values:
        print_json(as_json(drafted))
        return
    manifest = as_manifest(drafted)
    if out is None or out == _STANDARD:
        click.echo(manifest, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(manifest)
    except FileExistsError:
        raise OutputError(
            f"{out}: is there already; expected a new file, so that no checked manifest is lost"
        ) from None
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {system_reason(error)}") from None
    records = count(len(drafted.records), "record")
    say(f"Wrote {out}: {records} on {count(len(drafted.paged.pages), 'page')} to check", err=True)


def _layout_of(text: Path) -> Layout | None:
    """Return the layout file beside a text, where it was extracted from a PDF."""
    path = layout_path(text)
    return Layout(read_layout(path), extraction_of(path)) if path.is_file() else None


def _read(text: Path) -> tuple[Path, bytes]:
    """Return the name and the bytes of a text; of standard input, for a hyphen."""
    if text == _STANDARD:
        return Path("issue.txt"), sys.stdin.buffer.read()
    try:
        return text, text.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{text}: cannot be read: {system_reason(error)}; expected the text of an issue"
        ) from None
