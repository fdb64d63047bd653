"""All tables as CSV in a folder, with the ``datapackage.json`` that describes them (Data Package v2).

Values are written as they are: no cell is made safe for spreadsheets, which would change it. So Frictionless and R read from
these files what the corpus holds.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError
from lprcorpus.export.destination import strangers
from lprcorpus.export.job import Exported, Job
from lprcorpus.export.row_formats import CsvRows
from lprcorpus.export.selection import selected_table
from lprcorpus.export.single_table import write_table
from lprcorpus.files import whole_file
from lprcorpus.schema import TABLES

__all__ = ["export_csv_package"]


def export_csv_package(job: Job) -> Exported:
    """Write all tables as CSV into a folder, and their descriptor last."""
    folder = job.out.folder(job.format)
    resources = [_resource(job.corpus, name) for name in TABLES]
    written = 0
    with ExitStack() as stack:
        writers = {}
        for name in TABLES:
            stream = stack.enter_context(whole_file(folder / f"{name}.csv"))
            writers[name] = CsvRows(stream, name, bom=job.bom)
        for shard in job.shards():
            for name, rows in writers.items():
                written += write_table(rows, selected_table(shard, name, job.selection))
    described = {name: value for name, value in job.corpus.descriptor.items() if name not in _OF_THE_CORPUS}
    _write_json(folder / "datapackage.json", described | {"resources": resources})
    names = [f"{name}.csv" for name in TABLES]
    return Exported(written, "row of all tables", strangers=strangers(folder, ".csv", names))


_OF_THE_CORPUS = ("resources", "datacite", "hash", "bytes")
"""Keys of a descriptor that do not hold for an export."""


def _resource(corpus: Corpus, name: str) -> dict[str, Any]:
    """Return the description of a table's CSV, from what the corpus says of the table.

    Raises:
        DataError: the corpus has no schema for the table.
    """
    described = corpus.resource(name)
    if not isinstance(described.get("schema"), dict):
        raise DataError(f"{corpus.folder}: datapackage.json: the table {name} has no schema; run lprcorpus validate")
    return {
        "name": name,
        "type": "table",
        "title": described.get("title", name),
        "description": described.get("description", ""),
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": described["schema"],
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    with whole_file(path) as stream:
        stream.write((json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
