"""Compare ``lprcorpus validate`` with ``frictionless validate`` on the same files, in one run.

    python benchmarks/validate.py [--records 100000] [--folder FOLDER] [--shards N]

Makes a corpus of that many records of about 5,000 characters each: issues rearranged from the real
one (``generate.py``), without its longest item; some hundreds are built as any corpus is, and the
rest are these under other ids. Then prints, side by side, the rows a second and the peak memory of
ours without the proof, with the proof, with the proof and the rebuild, and of Frictionless; each
in a process of its own. The column "times" is how many times the rows a second of Frictionless.
The seconds are the clock's and the processor's: where other work shares the machine, only the
latter can be compared.

Frictionless validates only the first file of a table in shards. It is given each shard as a package
of its own, one after the other in one process. All times are those of the validation, without the
start of Python; what it does once counts, such as making the models (about 0.2 s of ours). The peak
memory is the whole process's. With ``--shards`` Frictionless is given only that many, evenly spread; its
rows a second are then those of these.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from generate import Words, make_issue, read_items

from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.metadata import corpus_metadata
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.publish.facts import DataFile, TableFacts
from lprcorpus.publish.render import join_references, reference_parts, write_metadata
from lprcorpus.schema import TABLES
from lprcorpus.tables import ROW_GROUP, arrow_schema, issue_digests, table_digest, writer

GENERATED = 500
"""Issues that are made, at most."""

FRICTIONLESS = """
import json, sys, time
from frictionless import Package, system
rows = seconds = cpu = 0
errors = []
for path in sys.argv[1:]:
    package = Package.from_descriptor(path)
    start, used = time.perf_counter(), time.process_time()
    report = package.validate()
    seconds += time.perf_counter() - start
    cpu += time.process_time() - used
    rows += sum(task.stats.get("rows") or 0 for task in report.tasks)
    errors += [str(error)[:200] for error in report.flatten(["message"])]
print(json.dumps({"rows": rows, "seconds": seconds, "cpu": cpu, "errors": errors[:3]}))
"""

OURS = """
import json, sys, time
from lprcorpus.validation.validation import validate
folder, proof, rebuild = sys.argv[1:]
start, used = time.perf_counter(), time.process_time()
report = validate(folder, proof=proof == "True", rebuild=rebuild == "True")
seconds, cpu = time.perf_counter() - start, time.process_time() - used
errors = [str(problem)[:200] for problem in report.problems]
rows = sum(report.rows.values())
print(json.dumps({"rows": rows, "seconds": seconds, "cpu": cpu, "errors": errors[:3]}))
"""


@dataclass(frozen=True)
class Run:
    """What a process did: rows, seconds of the clock and of the processor, and peak memory in MiB."""

    rows: int
    seconds: float
    cpu: float
    memory: float


def make_corpus(folder: Path, records: int) -> Path:
    """Generate and build a corpus of at least that many records; return the built folder.

    At most :data:`GENERATED` issues are made; a larger corpus holds these several times, under
    other ids.
    """
    content, items, text = read_items()
    longest = max(items, key=lambda item: sum(map(len, item.pages)))
    chosen = [item for item in items if item is not longest]
    words = Words(text)
    issues = -(-records // sum(len(item.entries) for item in chosen))
    copies = -(-issues // GENERATED)
    base = folder / "base"
    (base / "raw").mkdir(parents=True, exist_ok=True)
    for number in range(1, -(-issues // copies) + 1):
        name, issue, manifest = make_issue(content, chosen, words, number, seed=0)
        (base / "raw" / f"{name}.txt").write_bytes(issue.encode("utf-8"))
        (base / "raw" / f"{name}.toml").write_bytes(manifest.encode("utf-8"))
    build(base / "raw", base / "processed")
    copy_issues(base, folder, copies)
    return folder / "processed"


def copy_issues(base: Path, folder: Path, copies: int) -> None:
    """Write a corpus that holds the issues of another several times, each time under other ids."""
    for name in ("raw", "processed"):
        (folder / name).mkdir()
    corpus = Corpus(base / "processed")
    shards = len(corpus.files("records"))
    files: dict[str, list[DataFile]] = {name: [] for name in TABLES}
    digests: dict[str, list[tuple[str, str]]] = {name: [] for name in TABLES}
    rows: Counter[str] = Counter()
    parts: dict[str, list[Path]] = {name: [] for name in REFERENCES}
    for copy in range(copies):
        prefix = f"copy-{copy:03d}-"
        for path in sorted((base / "raw").iterdir()):
            content = path.read_bytes().replace(
                b'id = "generated', f'id = "{prefix}generated'.encode(), 1
            )
            (folder / "raw" / f"{prefix}{path.name}").write_bytes(content)
        for shard, every in enumerate(zip(*(corpus.parts(name) for name in TABLES), strict=True)):
            number = copy * shards + shard
            made = {
                name: rename(part, prefix).cast(arrow_schema(name))
                for name, part in zip(TABLES, every, strict=True)
            }
            for name, table in made.items():
                path = (
                    folder / "processed" / f"{name}-{number:05d}-of-{copies * shards:05d}.parquet"
                )
                with writer(name, path) as out:
                    for start in range(0, table.num_rows, ROW_GROUP):
                        out.write_table(
                            table.slice(start, ROW_GROUP).combine_chunks(), row_group_size=ROW_GROUP
                        )
                data = path.read_bytes()
                files[name].append(DataFile(path.name, len(data), hashlib.sha256(data).hexdigest()))
                digests[name] += issue_digests(name, table)
                rows[name] += table.num_rows
            for name, text in reference_parts(made, corpus_metadata()).items():
                parts[name].append(base / f"{number:05d}-{name}")
                parts[name][-1].write_text(text, "utf-8")
    join_references(folder / "processed", parts)
    tables = tuple(
        TableFacts(name, tuple(files[name]), rows[name], table_digest(digests[name]))
        for name in TABLES
    )
    write_metadata(folder / "processed", tables)


def rename(table: pa.Table, prefix: str) -> pa.Table:
    """Return rows whose ids of issues and records, and paths of raw texts, begin otherwise."""
    for place, column in enumerate(table.column_names):
        if column in ("id", "issue_id", "record_id"):
            table = table.set_column(
                place, column, pc.binary_join_element_wise(prefix, table.column(column), "")
            )
        elif column == "raw_path":
            table = table.set_column(
                place, column, pc.replace_substring(table.column(column), "raw/", f"raw/{prefix}")
            )
    return table


def run(name: str, program: str, *arguments: str) -> Run:
    """Run a program of Python in a process of its own; return what it printed of itself."""
    command = (sys.executable, "-c", program, *arguments)
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().decode()
    if process.returncode:
        sys.exit(f"{name}: exit status {process.returncode}\n{printed[:2000]}")
    result = json.loads(printed.splitlines()[-1])
    if result["errors"]:
        print(f"{name} finds: {result['errors']}")
    return Run(
        rows=result["rows"],
        seconds=result["seconds"],
        cpu=result["cpu"],
        memory=usage.ru_maxrss / 1024,
    )


def run_ours(folder: Path, *, proof: bool, rebuild: bool) -> Run:
    """Validate a corpus with this package."""
    return run("lprcorpus", OURS, str(folder), str(proof), str(rebuild))


def shard_packages(folder: Path, target: Path, most: int | None) -> list[Path]:
    """Write the shards of a corpus as packages of their own, their files linked; return their descriptors."""
    package = json.loads((folder / "datapackage.json").read_bytes())
    tables = [resource for resource in package["resources"] if resource.get("type") == "table"]
    paths = {
        table["name"]: [table["path"]] if isinstance(table["path"], str) else table["path"]
        for table in tables
    }
    count = len(paths["records"])
    chosen = (
        range(count)
        if most is None
        else sorted({number * count // most for number in range(min(most, count))})
    )
    descriptors = []
    for number in chosen:
        place = target / f"{number:05d}"
        place.mkdir()
        for listed in paths.values():
            os.link(folder / listed[number], place / listed[number])
        resources = [{**table, "path": paths[table["name"]][number]} for table in tables]
        for resource in resources:
            del resource["rows"]  # of all shards
        files = {listed[number] for listed in paths.values()}
        resources += [
            item
            for item in package["resources"]
            if item.get("type") != "table" and item["path"] in files
        ]
        descriptor = place / "datapackage.json"
        descriptor.write_text(json.dumps({**package, "resources": resources}), "utf-8")
        descriptors.append(descriptor)
    return descriptors


def run_frictionless(folder: Path, most: int | None) -> Run:
    """Validate a corpus, or some shards of it, with Frictionless."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as target:
        descriptors = shard_packages(folder, Path(target), most)
        return run("frictionless", FRICTIONLESS, *map(str, descriptors))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument(
        "--folder",
        type=Path,
        help="where to make the corpus, or where one made before is; it is kept",
    )
    parser.add_argument(
        "--shards", type=int, help="how many shards Frictionless is given; all by default"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = options.folder or Path(scratch)
        folder = home / "processed"
        if not folder.is_dir():
            start = time.perf_counter()
            make_corpus(home, options.records)
            print(f"corpus          made in {time.perf_counter() - start:.0f} s")
        corpus = Corpus(folder)
        bodies = corpus.table("records", ["word_count", "body_sha256"]).num_rows
        size = sum(path.stat().st_size for path in folder.glob("*.parquet"))
        text = sum(path.stat().st_size for path in (home / "raw").glob("*.txt"))
        shards = len(corpus.files("records"))
        print(
            f"corpus          {bodies:,} records, {shards} shards; {size / 1e6:.0f} MB of Parquet, {text / 1e6:.0f} MB of text"
        )
        print(f"                {text / bodies:,.0f} bytes of raw text for each record")
        runs = {
            "without proof": run_ours(folder, proof=False, rebuild=False),
            "with proof": run_ours(folder, proof=True, rebuild=False),
            "with rebuild": run_ours(folder, proof=True, rebuild=True),
            "frictionless": run_frictionless(folder, options.shards),
        }
    print_runs(runs)


def print_runs(runs: Mapping[str, Run]) -> None:
    """Print a line for each run, its rows a second also as times those of Frictionless."""
    other = runs["frictionless"]
    heads = ("clock s", "rows/s", "times", "cpu s", "rows/s", "times", "peak MiB")
    print(f"{'':14}{'rows':>12}{''.join(f'{head:>10}' for head in heads)}")
    for name, result in runs.items():
        line = f"{name:14}{result.rows:>12,}"
        for spent, unit in ((result.seconds, other.seconds), (result.cpu, other.cpu)):
            speed = result.rows / spent
            line += f"{spent:>10.2f}{speed:>10,.0f}{speed / (other.rows / unit):>10.1f}"
        print(f"{line}{result.memory:>10.0f}")


if __name__ == "__main__":
    main()
