"""What can go wrong, as a tree of exceptions.

* :class:`LprcorpusError`: everything this package raises on purpose

  * :class:`UsageError`: the call cannot be carried out as it was made (exit status 2)

    * :class:`CorpusNotFound`: a folder that is no corpus
    * :class:`MissingLibrary`: an optional library is not installed
    * :class:`OutputError`: a folder or file that cannot be written
    * :class:`UnknownName`: a table, record, style or type that does not exist
    * :class:`WorkersLost`: the processes or the cluster that did the work are gone

  * :class:`DataError`: the data has problems (exit status 1)

    * :class:`RawTextError`: a raw text that cannot be read as one
    * :class:`ManifestError`: a manifest that is wrong, or that does not fit its text
    * :class:`PdfError`: a PDF that gives no text
    * :class:`ProofError`: tables that do not follow from the raw text

A message says where, what was found and what was expected and, where it is known, what to do. It is one line: the
command line prints it as it is.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable

__all__ = [
    "CorpusNotFound",
    "DataError",
    "LprcorpusError",
    "ManifestError",
    "MissingLibrary",
    "OutputError",
    "PdfError",
    "ProofError",
    "RawTextError",
    "UnknownName",
    "UsageError",
    "WorkersLost",
    "nearest",
    "system_reason",
]


class LprcorpusError(Exception):
    """Base of all errors that this package raises on purpose."""


class UsageError(LprcorpusError):
    """The call cannot be carried out as it was made."""


class CorpusNotFound(UsageError):
    """A folder that holds no corpus."""


class OutputError(UsageError):
    """A folder or a file that cannot be written, or that holds what is not ours."""


class WorkersLost(UsageError):
    """The processes or the cluster that did the work are gone."""


class MissingLibrary(UsageError):
    """An optional library is not installed.

    Args:
        library: the name it is imported by.
        purpose: what it is needed for, as a noun phrase.
        extra: the extra of this package that brings it.
    """

    def __init__(self, library: str, purpose: str, extra: str) -> None:
        super().__init__(f"{purpose} needs {library}: pip install 'lprcorpus[{extra}]'")
        self._made_of = (library, purpose, extra)

    def __reduce__(self) -> tuple[type[MissingLibrary], tuple[str, str, str]]:
        """Say how it is made again where it comes out of a worker process."""
        return type(self), self._made_of


class UnknownName(UsageError, KeyError):
    """A name that does not exist, with those that come near it.

    Args:
        kind: what was looked for (``"record"``, ``"table"`` …).
        name: the name that was given.
        known: the names there are.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = nearest(name, names)
        if near:
            hint = f"did you mean {' or '.join(near)}?"
        elif len(names) <= 20:
            hint = f"there are: {', '.join(names)}"
        else:
            hint = f"there are {len(names)}, from {names[0]} to {names[-1]}"
        super().__init__(f"no {kind} is called {name[:100]!r}; {hint}")

    def __str__(self) -> str:
        """The message itself; a bare ``KeyError`` would print its repr."""
        return str(self.args[0])


class DataError(LprcorpusError):
    """The data has problems."""


class RawTextError(DataError):
    """A raw text that cannot be read as one.

    Args:
        where: the file, and the raw line where there is one (``"raw/x.txt:12"``).
        problem: what was found, what was expected, and what to do.
    """

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


class PdfError(DataError):
    """A PDF that gives no text: it is damaged, encrypted, a picture, or its fonts name no characters."""


class ManifestError(DataError):
    """A manifest that is wrong in itself, or that does not fit its text; it carries every problem found.

    Args:
        where: the manifest's file.
        problems: each names a key and says what was found and what was expected.
    """

    def __init__(self, where: str, problems: Iterable[str]) -> None:
        self.problems = tuple(f"{where}: {problem}" for problem in problems)
        super().__init__("\n".join(self.problems))


class ProofError(DataError):
    """Tables that do not follow from the raw text; it carries every failure found."""

    def __init__(self, failures: Iterable[str]) -> None:
        self.failures = tuple(failures)
        super().__init__("\n".join(self.failures))


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names that come nearest to ``name``, best first.

    A name that holds ``name``, or whose part after the last ``/`` resembles it, counts as near.

    >>> nearest("recrods", ["records", "pages", "spans"])
    ['records']
    """
    name = name[:200]
    names = list(known)
    by_tail = {item.rsplit("/", 1)[-1]: item for item in names}
    found = difflib.get_close_matches(name, names, n=most, cutoff=0.6)
    found += [by_tail[tail] for tail in difflib.get_close_matches(name.rsplit("/", 1)[-1], by_tail, n=most, cutoff=0.6)]
    found += [item for item in names if name and name.casefold() in item.casefold()]
    return list(dict.fromkeys(found))[:most]


def system_reason(error: OSError) -> str:
    """Return why the system refused something, as the system words it.

    >>> system_reason(FileNotFoundError(2, "Failed to open local file 'a.txt'"))
    'no such file or directory'
    """
    return (os.strerror(error.errno) if error.errno else str(error)).lower()
