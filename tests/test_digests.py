"""The digest of what a table says: defined by JSON, so that any library can derive it again."""

from __future__ import annotations

import hashlib
import json

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from lprcorpus.tables import arrow_schema, issue_digests, table_digest

from .rowhelp import content_digest

EDITS = arrow_schema("edits")

texts = st.text(st.characters(codec="utf-8"), max_size=20)
edits = st.tuples(
    st.sampled_from(["lpr-1-2", "lpr-1-3", "a"]),
    st.integers(0, 2**62),
    st.integers(0, 2**62),
    texts,
    st.none() | texts,
    texts,
    texts,
)
EVERY_ESCAPE = (
    "a",
    1,
    2,
    "".join(map(chr, range(0x20))) + '"\\/\x7f\u2028',
    None,
    '\\"\\n',
    "\U0001f319 night",
)


def as_defined(rows: list[tuple[object, ...]]) -> list[tuple[str, str]]:
    """The digests of each issue's rows as their definition says."""
    lines: dict[str, bytes] = {}
    for row in rows:
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        lines[str(row[0])] = lines.get(str(row[0]), b"") + line
    return [(issue, hashlib.sha256(content).hexdigest()) for issue, content in lines.items()]


@given(st.lists(edits, max_size=8), st.integers(1, 4))
@example([EVERY_ESCAPE], 1)
def test_the_digest_of_an_issue_is_that_of_its_rows_as_json_lines(
    rows: list[tuple[object, ...]], chunk: int
) -> None:
    rows = sorted(rows, key=lambda row: str(row[0]))
    whole = pa.Table.from_pylist(
        [dict(zip(EDITS.names, row, strict=True)) for row in rows], schema=EDITS
    )
    pieces = [whole.slice(start, chunk) for start in range(0, len(rows), chunk)] or [whole]
    expected = as_defined(rows)
    assert list(issue_digests("edits", pa.concat_tables(pieces))) == expected
    lines = "".join(f"{issue} {digest}\n" for issue, digest in expected)
    assert (
        content_digest("edits", whole)
        == table_digest(expected)
        == hashlib.sha256(lines.encode()).hexdigest()
    )
