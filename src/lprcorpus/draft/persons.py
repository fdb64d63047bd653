"""Who has a part in an item where no byline says so: named in the title, or signing at its end."""

from __future__ import annotations

import re

from lprcorpus.draft.bylines import byline_names
from lprcorpus.draft.prints import Prints
from lprcorpus.draft.wording import Case, case_of, is_name, may_be_title, words_of

__all__ = ["interviewee", "signature", "signing_body", "title_person"]

_INTERVIEW = re.compile(r".*?\binterview(?:ing)?\s+(?:of|with)\s+(?P<name>[^,:;–—(]+).*", re.IGNORECASE)
_DASHED = re.compile(r"[-–—~*]{1,3}\s*(?:by\s+)?(?P<name>[^\W\d_].{2,50})", re.IGNORECASE)
_FAR_RIGHT = 12  # characters of indent: what signs an item stands at the right
_LAST = 6  # lines at an item's end in which a signature stands


def title_person(title: str) -> str | None:
    """Return the person whom a title names before a colon as its author.

    >>> title_person("Ada Penhallow: The Night"), title_person("The Night: A Song")
    ('Ada Penhallow', None)
    """
    name, colon, rest = title.partition(": ")
    return name if colon and rest.strip() and is_name(name) and not name.endswith(".") else None


def interviewee(title: str) -> str | None:
    """Return the person whom a title names as interviewed.

    >>> interviewee("Interview of Ada Penhallow, the Publisher")
    'Ada Penhallow'
    """
    match = _INTERVIEW.fullmatch(title)
    name = match["name"].strip() if match else ""
    return name if is_name(name) else None


def signature(prints: Prints, body: range) -> str | None:
    """Return the names that sign an item at its end: at the right, after a dash or "by", or in capitals, alone on their lines."""
    lines = [place for place in range(max(body.start, body.stop - 2 * _LAST), body.stop) if not prints.rule[place]][-_LAST:]
    names: list[str] = []
    for place in reversed(lines):
        text = prints.text[place].strip("_ ")
        named = byline_names(text)
        dashed = _DASHED.fullmatch(text)
        if named or (dashed and is_name(dashed["name"])):
            names.insert(0, named or (dashed["name"] if dashed else ""))
            break
        bare = text.rstrip(",.")
        if is_name(bare) and may_be_title(bare) and (prints.indent[place] >= _FAR_RIGHT or case_of(bare) is Case.CAPITALS):
            names.insert(0, bare)
        elif names or len(text) > 0.6 * prints.measure:
            break
    return " and ".join(names) if names and len(names) <= _LAST - 2 else None


def signing_body(prints: Prints, body: range) -> str | None:
    """Return the body that signs a release: the last line in capitals near its end, alone in its paragraph."""
    for place in reversed(range(max(body.start, body.stop - _LAST), body.stop)):
        text = prints.text[place]
        alone = prints.ends[place] and (place == body.start or prints.ends[place - 1] or prints.rule[place - 1])
        if (
            not prints.rule[place]
            and alone
            and case_of(text) is Case.CAPITALS
            and 2 <= len(words_of(text)) <= 8
            and may_be_title(text)
        ):
            return text
    return None
