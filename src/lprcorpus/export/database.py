"""All tables as an SQLite database with keys, an index of words, and descriptions."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lprcorpus.citation.csl import present
from lprcorpus.errors import DataError, OutputError
from lprcorpus.export.job import Job
from lprcorpus.files import whole_file
from lprcorpus.metadata import Metadata, to_json
from lprcorpus.schema import TABLES, Table

_TYPES = {"string": "TEXT", "integer": "INTEGER", "boolean": "INTEGER"}

# The index of words. Datasette finds it by its ``content`` and shows a search box.
_WORDS = (
    "CREATE VIRTUAL TABLE blocks_fts"
    ' USING fts5(text, content="blocks", tokenize="unicode61 remove_diacritics 2");'
    "INSERT INTO blocks_fts(blocks_fts) VALUES ('rebuild');"
    "INSERT INTO blocks_fts(blocks_fts) VALUES ('optimize');"
)


def export_database(job: Job) -> None:
    """Write all tables into a database; beside a file also ``metadata.json`` for datasette."""
    path = job.path
    if path is not None:
        if job.is_folder:
            path /= f"{job.corpus.name}.db"
        job = replace(job, out=path)
        beside = path.with_name("metadata.json")
        if beside.exists() and b'"databases"' not in beside.read_bytes():
            problem = "is there and is not datasette's; expected a folder without one"
            raise OutputError(f"{beside}: {problem}: --out FOLDER/")
    # SQLite writes to files only, and one that is not finished must not be where it is looked for.
    # So it is made elsewhere.
    with TemporaryDirectory(prefix="lprcorpus-") as folder:
        made = Path(folder, "corpus.db")
        _write_database(job, made)
        with job.opened() as stream, made.open("rb") as file:
            shutil.copyfileobj(file, stream)
    if path is not None:
        with whole_file(beside) as stream:
            stream.write(to_json(_described(job.corpus.about, path.stem)).encode())


def _write_database(job: Job, path: Path) -> None:
    """Write all tables into a new database."""
    with closing(sqlite3.connect(path)) as database:
        try:
            # Without a journal: a database that is not finished is thrown away.
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            for table in TABLES.values():
                database.execute(_create_table(table))
            for shard in job.shards():
                for name, table in TABLES.items():
                    marks = ", ".join(f":{column.name}" for column in table.columns)
                    insert = f'INSERT INTO "{name}" VALUES ({marks})'  # noqa: S608 (ours)
                    rows = shard.rows(name, table.model)
                    job.done.rows += database.executemany(insert, map(vars, rows)).rowcount
            # Last, since the index knows rows by their place, which must not change after.
            database.executescript(_WORDS)
        except sqlite3.IntegrityError as error:  # a row that does not keep a key
            raise DataError(f"{job.corpus.folder}: {error}; run lprcorpus validate") from None
        except sqlite3.OperationalError as error:  # a full disk, or an SQLite without FTS5
            raise OutputError(f"the database cannot be made: {error}") from None
        database.commit()


def _create_table(table: Table) -> str:
    """Return the statement that creates a table with its keys; more the validation demands."""
    lines = []
    for column in table.columns:
        needed = "" if column.nullable else " NOT NULL"
        lines.append(f'"{column.name}" {_TYPES[column.type]}{needed}')
    lines.append(f"PRIMARY KEY ({_names(table.key)})")
    for reference in table.references:
        target = f'"{reference.table}" ({_names(reference.target)})'
        lines.append(f"FOREIGN KEY ({_names(reference.fields)}) REFERENCES {target}")
    return f'CREATE TABLE "{table.name}" (\n  ' + ",\n  ".join(lines) + "\n)"


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _described(about: Metadata, name: str) -> dict[str, Any]:
    """Return what datasette shows: title, licence, descriptions of tables and columns."""
    tables = {}
    for table in TABLES.values():
        columns = {column.name: column.description for column in table.columns}
        tables[table.name] = {"description": table.description, "columns": columns}
    content = {
        "title": f"{about.title} {about.version}",
        "description": about.description,
        "license": about.license_title,
        "databases": {name: {"tables": tables}},
        "source_url": about.homepage,
    }
    return present(content)
