"""How time grows with the text: twice the text should take about twice the time.

    python benchmarks/growth.py

For each kind of issue it prints the processor seconds of building it, proving it, and proving it
with every span forged, at two sizes. The last column is the time at four times the text, divided by
four times the time: about 1 is growth in proportion, 4 would be growth with the square.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lprcorpus.build.assembly import assemble
from lprcorpus.build.manifest import Manifest
from lprcorpus.proof.invariants import prove

SIZES = (4_000, 16_000)

Made = tuple[str, list[dict[str, Any]]]
"""A raw text, and what its manifest says of each record beside the title."""


def crlf_verse_and_prose(size: int) -> Made:
    verse = "The night whispers\r\n" * size
    prose = "the silence of the night and\r\n" * size
    text = f"Title Number 0!\r\n\r\n{verse}\r\nTitle Number 1!\r\n\r\n{prose}"
    return text, [{"type": "poem"}, {"type": "article"}]


def note_over_many_pages(size: int) -> Made:
    pages = "".join(f"The night whispers the silence {number}.\n\f" for number in range(size))
    text = f"Title Number 0!\n\nNOTE: a\n\n{pages}whispers noted.\n\nBody of it.\n"
    return text, [{"note": {"from": "NOTE:", "to": "noted."}}]


def many_records(size: int) -> Made:
    count = size // 10
    records = (f"Title Number {number}!\n\nBody of {number}.\n\n" for number in range(count))
    return "".join(records), [{}] * count


def many_blocks(size: int) -> Made:
    blocks = (f"The night {number} whispers.\n\n" for number in range(size))
    return "Title Number 0!\n\n" + "".join(blocks), [{}]


def many_footnotes(size: int) -> Made:
    pages = (f"The night whispers.1\n\n1 A note on {number}.\n\f" for number in range(size // 2))
    return "Title Number 0!\n\n" + "".join(pages), [{}]


def manifest_of(text: str, records: list[dict[str, Any]]) -> Manifest:
    issue = {
        "id": "made-1",
        "periodical": "Made",
        "year": 1900,
        "complete": True,
        "language": "en",
        "rights": "None reserved.",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    entries = []
    for number, record in enumerate(records):
        title = {
            "id": f"item-{number}",
            "title": f"Title Number {number}!",
            "page": 1,
            "type": "article",
        }
        entries.append({**title, **record})
    return Manifest.model_validate({"issue": issue, "records": entries})


KINDS = (crlf_verse_and_prose, note_over_many_pages, many_records, many_blocks, many_footnotes)


def seconds(make: Callable[[int], Made], size: int) -> float:
    text, records = make(size)
    manifest = manifest_of(text, records)
    start = time.process_time()
    rows = assemble(text, manifest, "made-1.toml").rows
    prove(text, rows)
    forged = [
        span.model_copy(update={"raw_end": span.raw_end + 1, "page": 77}) for span in rows.spans
    ]
    prove(text, replace(rows, spans=forged))
    return time.process_time() - start


def main() -> None:
    print(f"{'kind':24}", *(f"{size:>10,}" for size in SIZES), "  growth")
    for make in KINDS:
        seconds(make, 100)  # imports and caches
        small, large = (min(seconds(make, size) for _ in range(2)) for size in SIZES)
        growth = large / small * SIZES[0] / SIZES[1]
        print(f"{make.__name__:24} {small:9.2f}s {large:9.2f}s   {growth:.2f}")


if __name__ == "__main__":
    main()
