"""Twice the text takes about twice the time to build and to prove, whatever is wrong with the rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lprcorpus.build.assembly import assemble
from lprcorpus.proof.invariants import prove

from .inventing import manifest_of

Made = tuple[str, list[dict[str, Any]]]


def crlf_verse_and_prose(size: int) -> Made:
    verse, prose = "The night whispers\r\n" * size, "the silence of the night and\r\n" * size
    text = f"Title Number 0!\r\n\r\n{verse}\r\nTitle Number 1!\r\n\r\n{prose}"
    return text, [{"type": "poem"}, {"type": "article"}]


def note_over_many_pages(size: int) -> Made:
    pages = "".join(f"The night whispers the silence {number}.\n\f" for number in range(size))
    text = f"Title Number 0!\n\nNOTE: a\n\n{pages}whispers noted.\n\nBody of it.\n"
    return text, [{"note": {"from": "NOTE:", "to": "noted."}}]


def many_records(size: int) -> Made:
    count = size // 10
    return "".join(f"Title Number {number}!\n\nBody of {number}.\n\n" for number in range(count)), [
        {}
    ] * count


def many_blocks(size: int) -> Made:
    return "Title Number 0!\n\n" + "".join(
        f"The night {number} whispers.\n\n" for number in range(size)
    ), [{}]


def seconds(make: Callable[[int], Made], size: int) -> float:
    """Return the processor time of building an issue, proving it, and proving it with every span forged."""
    text, records = make(size)
    manifest = manifest_of(records)
    start = time.process_time()
    rows = assemble(text, manifest, "made-1.toml").rows
    prove(text, rows)
    forged = [
        span.model_copy(update={"raw_end": span.raw_end + 1, "page": 77}) for span in rows.spans
    ]
    assert len(prove(text, replace(rows, spans=forged)).problems) > len(forged)
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize(
    "make", [crlf_verse_and_prose, note_over_many_pages, many_records, many_blocks]
)
def test_time_grows_in_proportion(make: Callable[[int], Made]) -> None:
    """Four times the text in at most seven times the time; what grows with the square takes sixteen."""
    seconds(make, 100)
    small = min(seconds(make, 4_000) for _ in range(2))
    assert seconds(make, 16_000) < 7 * small
