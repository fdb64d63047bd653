"""``lprcorpus draft``."""

from __future__ import annotations

from pathlib import Path

import click

from lprcorpus.build.issue_files import decode_text
from lprcorpus.cli.options import PATH, flag, quiet_option
from lprcorpus.cli.output import STANDARD, print_json, progress_bar, read_input, say, tell
from lprcorpus.draft.drafting import draft
from lprcorpus.draft.manifest_writer import as_json, as_manifest
from lprcorpus.errors import UsageError
from lprcorpus.files import new_file
from lprcorpus.layout_file import layout_path, read_layout
from lprcorpus.messages import count


@click.command("draft", epilog="Example: lprcorpus draft raw/lpr-1-3.txt --out raw/lpr-1-3.toml")
@click.argument("text", type=PATH)
@click.option(
    "-o", "--out", default="-", type=PATH, help="The manifest to write, or - for standard output."
)
@flag("--json", "as_values", help="Print what was found as JSON, and no manifest.")
@quiet_option
def command(text: Path, out: Path, *, as_values: bool) -> None:
    """Draft the manifest of an issue from its text, for a person to check.

    TEXT is a file, or - for standard input. Pages, running headers, and the title, byline, type,
    source, headnote and section of each item are recognized by layout and wording. What is not sure
    has a comment that says CHECK.
    """
    name = Path("issue.txt") if text == STANDARD else text
    data = read_input(text)
    if data.startswith(b"%PDF-"):
        advice = "lprcorpus extract ISSUE.pdf --out raw/ID.txt"
        raise UsageError(f"{text}: is a PDF; expected its text: {advice}")
    path = layout_path(name)
    layout = read_layout(path) if path.is_file() else None
    with progress_bar("Drafting") as progress:
        drafted = draft(decode_text(data, name), str(name), progress, layout)
    for warning in drafted.warnings:
        tell(f"{name}: {warning}")
    if as_values:
        print_json(as_json(drafted))
        return
    manifest = as_manifest(drafted)
    if out == STANDARD:
        click.echo(manifest, nl=False)
        return
    with new_file(out, "a new file, so that no checked manifest is lost") as file:
        file.write(manifest.encode())
    records = count(len(drafted.records), "record")
    say(f"Wrote {out}: {records} on {count(len(drafted.paged.pages), 'page')} to check")
