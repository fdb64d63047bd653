"""Write the pages that follow from the code: the schema from the models, the commands from their own help.

    python docs/generate.py

``tests/test_docs.py`` fails where a page is not what this writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from lprcorpus.cli import main
from lprcorpus.layout_file import LAYOUT
from lprcorpus.schema import TABLES, Column, Table
from lprcorpus.validation.codes import CODES
from lprcorpus.validation.report import LAYERS, report_schema

DOCS = Path(__file__).resolve().parent
MADE = "<!-- Made by docs/generate.py; do not edit. -->\n\n"


def pages() -> dict[str, str]:
    """Return the generated pages by name."""
    return {
        "schema.md": MADE + schema_page(),
        "commands.md": MADE + commands_page(),
        "validation-codes.md": MADE + codes_page(),
        "validation-report.schema.json": json.dumps(report_schema(), ensure_ascii=False, indent=2)
        + "\n",
    }


def codes_page() -> str:
    """Return the page of the codes of a validation, by layer."""
    lines = [
        "# What `lprcorpus validate` looks for",
        "",
        "Each problem has a code that does not change. `lprcorpus validate --json` prints a report by the JSON Schema in",
        "[validation-report.schema.json](validation-report.schema.json).",
    ]
    for layer, meaning in LAYERS.items():
        lines += ["", f"## {layer}", "", f"{meaning}", "", "| code | what it means |", "|---|---|"]
        lines += [f"| `{code}` | {what} |" for code, (of, what) in CODES.items() if of == layer]
    return "\n".join(lines) + "\n"


def schema_page() -> str:
    """Return the page of the schema: each table with its key, references and columns."""
    parts = [(DOCS / "_parts" / "schema-head.md").read_text("utf-8")]
    parts += [_table_section(table) for table in TABLES.values()]
    parts.append((DOCS / "_parts" / "schema-layout.md").read_text("utf-8"))
    parts.append(_table_section(LAYOUT))
    parts.append((DOCS / "_parts" / "schema-raw-text.md").read_text("utf-8"))
    return "\n".join(part.strip() + "\n" for part in parts)


def _table_section(table: Table) -> str:
    lines = [f"## {table.name}", "", table.description, "", f"Primary key: {_names(table.key)}."]
    for reference in table.references:
        lines[-1] += (
            f" {_names(reference.fields)} refers to {_names(reference.target)} of `{reference.table}`."
        )
    lines += [
        "",
        "| column | type | what it holds | constraints | example |",
        "|---|---|---|---|---|",
    ]
    lines += [_column_row(column) for column in table.columns]
    return "\n".join(lines)


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


def _column_row(column: Column) -> str:
    kind = column.type + (" or null" if column.nullable else "")
    example = json.dumps(column.example, ensure_ascii=False)
    cells = [
        f"`{column.name}`",
        kind,
        column.description,
        "; ".join(_constraints(column)),
        f"`{example}`",
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _constraints(column: Column) -> Iterator[str]:
    if column.enum:
        yield "one of " + ", ".join(f"`{value}`" for value in column.enum)
    if column.pattern:
        yield f"matches `{column.pattern}`"
    if column.minimum is not None:
        yield f"{column.minimum} or more"
    if column.min_length:
        yield "not empty"


def commands_page() -> str:
    """Return the page of the commands: the help of each, as it prints it."""
    parts = [(DOCS / "_parts" / "commands-head.md").read_text("utf-8").strip() + "\n"]
    context = click.Context(main, info_name="lprcorpus", terminal_width=90, **main.context_settings)
    parts.append(_help("lprcorpus", main, context))
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        parts.append(
            _help(
                f"lprcorpus {name}",
                command,
                click.Context(command, context, name, terminal_width=90),
            )
        )
    return "\n".join(parts)


def _help(name: str, command: click.Command, context: click.Context) -> str:
    return f"## {name}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"


if __name__ == "__main__":
    for page, content in pages().items():
        (DOCS / page).write_text(content, "utf-8", newline="\n")
