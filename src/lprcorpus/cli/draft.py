"""``lprcorpus draft``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lprcorpus.build.issue_files import decode_text
from lprcorpus.cli.output import PATH, ProgressBar, print_json, quiet_option, say
from lprcorpus.draft.drafting import draft
from lprcorpus.draft.manifest_writer import as_json, as_manifest
from lprcorpus.errors import UsageError, system_reason
from lprcorpus.files import new_file
from lprcorpus.layout_file import Layout, layout_path, read_layout
from lprcorpus.messages import count

_STANDARD = Path("-")
"""Standard input or output, in place of a file."""


@click.command("draft", epilog="Example: lprcorpus draft raw/lpr-1-3.txt --out raw/lpr-1-3.toml")
@click.argument("text", type=PATH)
@click.option(
    "-o",
    "--out",
    type=PATH,
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
        pdf, name = text.with_suffix(".pdf"), text.with_suffix(".txt")
        advice = f"lprcorpus extract {pdf} --out {name}"
        if text.suffix == ".txt":
            advice = f"call it {pdf.name}, then {advice}"
        raise UsageError(f"{text}: is a PDF; expected its text: {advice}")
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
    with new_file(out, "a new file, so that no checked manifest is lost") as file:
        file.write(manifest.encode())
    records = count(len(drafted.records), "record")
    say(f"Wrote {out}: {records} on {count(len(drafted.paged.pages), 'page')} to check", err=True)


def _layout_of(text: Path) -> Layout | None:
    """Return the layout file beside a text, where it was extracted from a PDF."""
    path = layout_path(text)
    return read_layout(path) if path.is_file() else None


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
