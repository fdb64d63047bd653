"""One file of a table, read as a whole: all that can be checked of it alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from lprcorpus.files import open_parquet
from lprcorpus.problems import Problem
from lprcorpus.tables import ROW_GROUP, arrow_schema, issue_digests
from lprcorpus.validation.constraints import check_values
from lprcorpus.validation.folder import NotReadable
from lprcorpus.validation.footer import (
    LARGEST_TABLE,
    check_footer,
    check_statistics,
    row_groups,
)

if TYPE_CHECKING:
    import pyarrow.parquet as pq

# The codes of a file whose rows cannot be read as those of its table.
_UNUSABLE = {"not-parquet", "file-too-large", "column-missing", "column-type", "column-unknown"}


@dataclass
class CheckedFile:
    """What a file of a table contains: its problems and, where they can be read, its rows.

    There are the id and the digest of each issue in it. It ``fits`` where the files beside the
    tables can be made from it. They cannot where a value is null that must not be or is none of
    those allowed.
    """

    problems: list[Problem] = field(default_factory=list)
    rows: pa.Table | None = None
    digests: list[tuple[str, str]] = field(default_factory=list)
    fits: bool = False


def check_table_file(table: str, file: str, path: Path, *, wording: bool) -> CheckedFile:
    """Read a file of a table, and check what can be checked of it alone.

    Args:
        table: the table.
        file: the path of the file in the corpus.
        path: where it is.
        wording: whether the descriptions of the columns have to be those of this version.
    """
    checked = CheckedFile()
    try:
        with open_parquet(path, checksums=True) as parquet:
            # The footer first: it says whether the rows can be read, and whether that is safe.
            checked.problems += check_footer(table, file, path, parquet, wording=wording)
            if not _UNUSABLE.isdisjoint(problem.code for problem in checked.problems):
                return checked
            rows = _read_rows(table, file, parquet)
            checked.problems += check_statistics(table, file, path, parquet.metadata, rows)
    except NotReadable as error:
        checked.problems.append(error.problem)
        return checked
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        reason = str(error).split("\n", 1)[0] or type(error).__name__
        expected = "a Parquet file that can be read"
        checked.problems.append(Problem("not-parquet", reason, expected, table=table, file=file))
        return checked
    values = list(check_values(table, rows))
    checked.problems += values
    checked.rows = rows
    checked.digests = issue_digests(table, rows)
    checked.fits = not any(problem.code in ("null", "enum") for problem in values)
    return checked


def _read_rows(table: str, file: str, parquet: pq.ParquetFile) -> pa.Table:
    """Return the rows of a file in the table's Arrow types; the file may have others.

    Raises:
        NotReadable: there are more than is safe to read.
    """
    batches = []
    size = 0
    for batch in parquet.iter_batches(_rows_at_once(parquet.metadata)):
        size += batch.nbytes
        if size > LARGEST_TABLE:
            found, expected = "more bytes of rows", f"{LARGEST_TABLE:,} at most"
            raise NotReadable(Problem("file-too-large", found, expected, table=table, file=file))
        batch.validate(full=True)  # among others, that its text is UTF-8
        batches.append(batch)
    schema = arrow_schema(table)
    rows = pa.Table.from_batches(batches, parquet.schema_arrow).select(schema.names)
    plain = pa.schema([field.remove_metadata() for field in schema])
    return rows.cast(plain).combine_chunks()


def _rows_at_once(footer: pq.FileMetaData) -> int:
    """Return how many rows to decode at a time.

    A row group may hold a long value once and repeat it in every row, in a few bytes: decoded, its
    rows can be as large as their number times the row group.
    """
    largest = max((group.total_byte_size for group in row_groups(footer)), default=1)
    return max(1, min(ROW_GROUP, LARGEST_TABLE // max(largest, 1)))
