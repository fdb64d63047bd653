"""A report in the forms that a forge shows beside the lines it is about: workflow commands of GitHub Actions, and SARIF."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lprcorpus.locations import raw_folder
from lprcorpus.metadata import corpus_metadata
from lprcorpus.problems import Problem
from lprcorpus.validation.codes import CODES
from lprcorpus.validation.report import Report

__all__ = ["github_annotations", "sarif_log"]


def github_annotations(report: Report) -> Iterator[str]:
    """Yield each problem as a workflow command of GitHub Actions, which makes an annotation of it.

    The syntax and its escapes: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions.
    """
    for problem in report.problems:
        places = {"file": _location(report, problem), "line": problem.line, "title": f"lprcorpus {problem.code}"}
        said = ",".join(f"{name}={_property(str(value))}" for name, value in places.items() if value is not None)
        yield f"::error {said}::{_data(str(problem))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _location(report: Report, problem: Problem) -> str:
    """Return the path of the file that a problem is in, from where the command was called."""
    folder = Path(report.folder).absolute()
    if problem.file and problem.file.startswith("raw/"):
        path = raw_folder(folder).parent / problem.file
    else:
        path = folder / (problem.file or (f"{problem.table}.parquet" if problem.table else "datapackage.json"))
    return Path(os.path.relpath(path)).as_posix()


def sarif_log(report: Report) -> dict[str, Any]:
    """Return a report as a log of SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

    A row is a logical location; the codes are the rules.
    """
    codes = list(CODES)
    rules = [
        {"id": code, "shortDescription": {"text": meaning}, "properties": {"tags": [layer]}}
        for code, (layer, meaning) in CODES.items()
    ]
    driver = {"name": "lprcorpus", "version": corpus_metadata().version, "rules": rules}
    results = [
        {
            "ruleId": problem.code,
            "ruleIndex": codes.index(problem.code),
            "level": "error",
            "message": {"text": str(problem)},
            "locations": [_sarif_location(report, problem)],
        }
        for problem in report.problems
    ]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _sarif_location(report: Report, problem: Problem) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(_location(report, problem))}}
    if problem.line is not None:
        physical["region"] = {"startLine": problem.line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if problem.table:
        row = f"[{problem.key}]" if problem.key else ""
        name = f"{problem.table}{row}{f'.{problem.column}' if problem.column else ''}"
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "element" if row else "member"}]
    return location
