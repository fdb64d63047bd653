"""The layout of a raw text, as ``extract`` writes it, against the text and the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

from lprcorpus.errors import LprcorpusError
from lprcorpus.layout_file import extraction_of, read_layout
from lprcorpus.problems import Problem
from lprcorpus.validation.differ import compare_values
from lprcorpus.validation.folder import NotReadable, RawTexts

__all__ = ["check_layout"]


def check_layout(texts: RawTexts, issue: str, extraction: object, raw: str) -> Iterator[Problem]:
    """Yield where the layout of a raw text does not belong to it, or to its manifest.

    Args:
        texts: the folder of the raw text.
        issue: the issue's id.
        extraction: the table ``[extraction]`` of the manifest; None where there is none.
        raw: the raw text.
    """
    problem = partial(Problem, file=f"raw/{issue}.layout.parquet")
    try:
        path = texts.layout(issue)
        stated = asdict(extraction_of(path))
        numbers = [row.line for row in read_layout(path)]
    except NotReadable as error:
        if error.problem.code != "file-missing":
            yield error.problem
        elif extraction is not None:
            yield problem("layout", "no such file", "the layout that [extraction] is about")
        return
    except LprcorpusError as error:
        reason = str(error).split(": ", 1)[-1]
        yield problem("layout", reason, "the layout of a raw text")
        return
    for difference in compare_values(stated, extraction):
        expected = f"{difference.expected}, as [extraction] of the manifest says"
        yield problem("layout", difference.found, expected, column=difference.place)
    printed = [number for number, line in enumerate(raw.split("\n"), start=1) if line.strip()]
    if numbers != printed:
        wrong = sorted(set(numbers) ^ set(printed)) or numbers
        expected = f"a row for each raw line with print; line {wrong[0]} is the first that differs"
        yield problem("layout", f"{len(numbers)} rows", expected)
