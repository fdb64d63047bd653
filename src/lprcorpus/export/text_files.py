"""A text file for each record, and a table of them, for AntConc, Voyant, TXM and quanteda.

The files are called as the texts of TEI are: ``lpr-1-2.hourglass-of-the-free.txt``.
``metadata.csv`` has a line for each, whose first column is the file's name without its ending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lprcorpus.citation.csl import Work, combine, page_range, source_of
from lprcorpus.errors import UsageError
from lprcorpus.export.job import Job, TextParts
from lprcorpus.export.row_files import Cell, csv_line
from lprcorpus.files import whole_file
from lprcorpus.schema import Block, Issue, Record
from lprcorpus.typed_rows import grouped


def text_name(identifier: str) -> str:
    """Return an id as an ``xml:id``, which has no slash and does not begin with a digit.

    >>> text_name("lpr-1-2/hourglass-of-the-free"), text_name("1917/x")
    ('lpr-1-2.hourglass-of-the-free', '_1917.x')
    """
    name = identifier.replace("/", ".")
    return f"_{name}" if name[:1].isdigit() else name


def export_texts(job: Job) -> None:
    """Write a text file for each record into a folder, and ``metadata.csv`` last."""
    if job.path is None:
        raise UsageError("txt is a folder of files; found no folder; expected --out FOLDER/")
    # It is there when all is written: a folder that has the table is complete.
    with whole_file(job.path / "metadata.csv") as table:
        for work, blocks in _texts(job):
            row = _describe(work)
            # To wait for the disk after each of many thousands of files would take minutes.
            with whole_file(job.path / f"{row['id']}.txt", durable=False) as stream:
                stream.write(_text(work, blocks, job.parts).encode("utf-8"))
            if job.done.rows == 0:
                table.write(csv_line(row))
            table.write(csv_line(row.values()))
            job.done.rows += 1
        if job.done.rows == 0:
            table.write(csv_line(["id"]))


def _texts(job: Job) -> Iterator[tuple[Work, Sequence[Block]]]:
    """Yield the records asked for, in reading order, each with its issue and its blocks."""
    for shard in job.shards():
        blocks = grouped(shard.rows("blocks", Block), key=lambda block: block.record_id)
        for work in combine(shard.rows("issues", Issue), shard.rows("records", Record), []):
            yield work, blocks.get(work.record.id, [])


def _text(work: Work, blocks: Sequence[Block], parts: TextParts) -> str:
    """Return the content of a text file: its parts, with an empty line between them."""
    written = []
    if parts.title:
        written.append(work.record.title)
    if parts.note and work.record.note is not None:
        written.append(work.record.note)
    for block in blocks:
        if parts.headings or block.kind != "heading":
            written.append(block.text)
    return "\n\n".join(written) + "\n"


def _describe(work: Work) -> dict[str, Cell]:
    """Return what ``metadata.csv`` says of a record, by the names of its columns."""
    record, issue = work.record, work.issue
    pages = page_range(record.page_start, record.page_end)
    return {
        "id": text_name(record.id),
        "title": record.title,
        "author": record.author,
        "date": issue.year,
        "type": record.type,
        # With a dash: a spreadsheet takes 5-6 for a day in June.
        "pages": pages.replace("-", "–"),
        "source": source_of(record),
        "language": record.language,
        "periodical": issue.periodical,
        "volume": issue.volume,
        "number": issue.number,
        "record": record.id,
    }
