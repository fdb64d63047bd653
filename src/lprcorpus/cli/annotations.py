"""A report in the forms that a forge shows beside lines: GitHub's annotations, and SARIF."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from lprcorpus.cli.output import github_annotation
from lprcorpus.locations import raw_folder
from lprcorpus.metadata import corpus_metadata
from lprcorpus.problems import Problem
from lprcorpus.validation.codes import CODES
from lprcorpus.validation.report import LAYERS, Report

# What a log gives as the address of the tool, while the corpus has no address.
_INFORMATION = "urn:lprcorpus:validation"
_ADVICE = "The message names the place, what was found and what was expected."


def problem_annotation(report: Report, problem: Problem) -> str:
    """Return a problem as an annotation of GitHub Actions."""
    place: dict[str, object] = {"file": _location(report, problem)}
    if problem.line is not None:
        place["line"] = problem.line
    return github_annotation("error", str(problem), **place, title=f"lprcorpus {problem.code}")


def _location(report: Report, problem: Problem) -> str:
    """Return the path of the file that a problem is in, from where the command was called."""
    folder = Path(report.folder).absolute()
    name = problem.file or "datapackage.json"
    if problem.file is None and problem.table is not None:
        name = f"{problem.table}.parquet"
    path = folder / name
    if name.startswith("raw/"):
        path = raw_folder(folder).parent / name
    elif not path.exists() and (folder.parent / name).exists():
        path = folder.parent / name  # a citation file is beside the corpus
    return Path(os.path.relpath(path)).as_posix()


def sarif_log(report: Report) -> dict[str, object]:
    """Return a report as a log of SARIF 2.1.0.

    The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. The codes are the
    rules; a message names its row and column.
    """
    metadata = corpus_metadata()
    driver = {
        "name": "lprcorpus",
        "version": metadata.version,
        "informationUri": metadata.homepage or _INFORMATION,
        "rules": [_rule(code) for code in CODES],
    }
    results = [_result(report, problem) for problem in report.problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }


def _rule(code: str) -> dict[str, object]:
    layer, meaning = CODES[code]
    described = f"{meaning} It is a problem of the layer {layer}: {LAYERS[layer]}".replace("`", "'")
    return {
        "id": code,
        "shortDescription": {"text": meaning},
        "fullDescription": {"text": described},
        "help": {"text": f"{meaning} {_ADVICE} All codes: docs/validation-codes.md."},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": [layer]},
    }


def _result(report: Report, problem: Problem) -> dict[str, object]:
    location: dict[str, object] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(os.fsencode(_location(report, problem)))},
            # A table has no lines; what shows results needs one.
            "region": {"startLine": problem.line or 1},
        }
    }
    # What stays the same of a problem when lines come and go.
    place = (problem.code, problem.file, problem.table, problem.key, problem.column)
    fingerprint = "/".join(filter(None, place))
    return {
        "ruleId": problem.code,
        "ruleIndex": list(CODES).index(problem.code),
        "level": "error",
        "message": {"text": str(problem)},
        "locations": [location],
        "partialFingerprints": {"place/v1": fingerprint},
    }
