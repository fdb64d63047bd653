"""What can go wrong: :class:`UsageError` ends with exit status 2, :class:`DataError` with 1.

A message says where, what was found and what was expected and, where it is known, what to do. It is
one line: the command line prints it as it is.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable

# Names that a message lists, at most.
_MOST_LISTED = 12


class LprcorpusError(Exception):
    """Base of all errors that this package raises on purpose.

    An error crosses processes: ``args`` are what it was made of, as ``pickle`` expects, and
    ``__str__`` words the message.
    """

    exit_status = 2


class UsageError(LprcorpusError):
    """The call cannot be carried out as it was made."""


class CorpusNotFound(UsageError):
    """A folder that contains no corpus."""


class CorpusChanged(UsageError):
    """A corpus that was built again, or changed otherwise, since it was opened."""


class OutputError(UsageError):
    """A folder or a file that cannot be written, or that contains what is not ours."""


class WorkersLost(UsageError):
    """The processes or the cluster that did the work are gone."""


class MissingLibrary(UsageError):
    """An optional library: the name it is imported by, what needs it, the extra that brings it."""

    def __str__(self) -> str:
        library, purpose, extra = self.args
        return f"{purpose} needs {library}: pip install 'lprcorpus[{extra}]'"


class UnknownName(UsageError, KeyError):
    """A name of a kind of things (``"record"``) that is none of those known."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(kind, name, sorted(known))

    def __str__(self) -> str:
        kind, name, known = self.args
        near = nearest(name, known)
        if near:
            hint = f"did you mean {' or '.join(near)}?"
        elif not known:
            hint = "there are none"
        elif len(known) <= _MOST_LISTED:
            hint = f"there are: {', '.join(known)}"
        else:
            hint = f"there are {len(known)}, from {known[0]} to {known[-1]}"
        return f"no {kind} is called {name[:100]!r}; {hint}"


class DataError(LprcorpusError):
    """The data has problems."""

    exit_status = 1


class UnsafeCorpus(DataError):
    """A corpus whose names or paths lead out of its folder: nothing of it is read."""


class RawTextError(DataError):
    """A raw text that cannot be read as one: where (``"raw/x.txt:12"``), and what was found."""

    def __str__(self) -> str:
        return ": ".join(self.args)


class PdfError(DataError):
    """A PDF that gives no text: damaged, encrypted, a picture, or with fonts without characters."""


class ManifestError(DataError):
    """A manifest that is wrong, or that does not fit its text, with every problem found."""

    def __init__(self, where: str, problems: Iterable[str]) -> None:
        listed = tuple(problems)
        super().__init__(where, listed)
        self.problems = tuple(f"{where}: {problem}" for problem in listed)

    def __str__(self) -> str:
        return "\n".join(self.problems)


class ProofError(DataError):
    """Tables that do not follow from the raw text; it carries every failure found."""

    def __init__(self, failures: Iterable[str]) -> None:
        super().__init__(tuple(failures))

    def __str__(self) -> str:
        return "\n".join(self.args[0])


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names that come nearest to ``name``, best first.

    A name that contains ``name``, or whose part after the last ``/`` resembles it, counts as near.

    >>> nearest("recrods", ["records", "pages", "spans"])
    ['records']
    """
    name = name[:200]
    names = list(known)
    by_tail = {item.rsplit("/", 1)[-1]: item for item in names}
    tail = name.rsplit("/", 1)[-1]
    found = difflib.get_close_matches(name, names, n=most)
    found += [by_tail[near] for near in difflib.get_close_matches(tail, by_tail, n=most)]
    found += [item for item in names if name and name.casefold() in item.casefold()]
    return list(dict.fromkeys(found))[:most]


def system_reason(error: OSError) -> str:
    """Return why the system refused something, as the system words it.

    >>> system_reason(FileNotFoundError(2, "Failed to open local file 'a.txt'"))
    'no such file or directory'
    """
    return (os.strerror(error.errno) if error.errno else str(error)).lower()
