"""Tell whether two built corpora are the same: to the byte, or by content where different libraries wrote them.

    python .ci/same.py COMMITTED FRESH

Parquet bytes differ between versions of PyArrow; what the rows say does not, and each table's content digest says so.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyarrow.parquet as pq


def main(committed: Path, fresh: Path) -> int:
    """Compare the two folders; print what differs."""
    names = sorted(
        {
            path.relative_to(folder).as_posix()
            for folder in (committed, fresh)
            for path in folder.rglob("*")
            if path.is_file()
        }
    )
    differing = [name for name in names if content(committed / name) != content(fresh / name)]
    if not differing:
        print(f"the same {len(names)} files, to the byte")
        return 0
    writers = [
        pq.ParquetFile(str(folder / "records.parquet")).metadata.created_by
        for folder in (committed, fresh)
    ]
    if writers[0] != writers[1] and digests(committed) == digests(fresh):
        print(f"the same content; written by {writers[0]} and by {writers[1]}")
        return 0
    print(
        "processed/ is not what a fresh build gives: lprcorpus build, and commit it. It differs in:",
        *differing,
        sep="\n  ",
    )
    return 1


def content(path: Path) -> bytes | None:
    """Return the bytes of a file, or None if it is not there."""
    return path.read_bytes() if path.is_file() else None


def digests(folder: Path) -> dict[str, str]:
    """Return the content digest of each table."""
    package = json.loads((folder / "datapackage.json").read_bytes())
    return {
        resource["name"]: resource["contentDigest"]
        for resource in package["resources"]
        if "contentDigest" in resource
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
