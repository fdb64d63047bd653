"""Who wrote something, as a line says it: after "by", alone under a title, or at an item's end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from lprcorpus.build.manifest import ContributorEntry
from lprcorpus.draft.set_lines import SetLine, SetText
from lprcorpus.draft.wording import (
    Case,
    case_of,
    is_name,
    may_be_title,
    pattern,
    words_named,
    words_of,
)
from lprcorpus.schema import ContributorRole

_BYLINES = (pattern("by"), pattern("by_label"), pattern("from_the_language_of"))
_ASIDE = re.compile(r"\s*[(\[<{].*$|\s+[-–—|]\s.*$")
_PSEUDONYM = re.compile(r"[\"'“‘«„‚‹].*[\"'”’»“‘›]")
_STOPS = re.compile(
    r"(?:^|[\s.])\w\.?$|\b[JS]r\.?$", re.IGNORECASE
)  # a name that ends in a full stop of its own
_DASHED = re.compile(r"[-–—~*]{1,3}\s*(?:by\s+)?(?P<name>[^\W\d_].{2,50})", re.IGNORECASE)
_INITIALS = re.compile(r"(?:\w\.)+|\w")
_SIGNED_INITIALS = re.compile(r"[^\W\d_](?:\.\s?[^\W\d_]){1,3}")
_LETTERS = re.compile(r"[^\W\d_]+")
_MC = re.compile(r"^(Mc)(\w)")
_DECORATION = " *_=:-–—\"'“”„«»‘’‚‹›"
_MOST_NAMES, _MOST_CHARACTERS = 8, 100
_FAR_RIGHT = 12  # characters of indent: what signs an item is at the right
_LAST = 6  # lines at an item's end in which a signature is
_MOST_SIGNERS = 4
_LETTERS_SIGNED = 2  # names at the right: with more, an item is letters
_LONG_WORD = 4  # letters: a shorter one in capitals may be an abbreviation


def byline_names(line: str) -> str | None:
    """Return the names that a byline gives after "by" or "author:"; None where it is no byline.

    A sentence that begins with "By" is none: what follows must be written like names.

    >>> byline_names("By TOM TREVITHICK"), byline_names("von Ada Penhallow"), byline_names("By then")
    ('TOM TREVITHICK', 'Ada Penhallow', None)
    """
    if len(line) > _MOST_CHARACTERS:
        return None
    for form in _BYLINES:
        match = form.fullmatch(line)
        if match is None:
            continue
        names = match["names"]
        # A vowel sign is no letter for a pattern, and belongs to the one before it.
        for sign in line[match.end("names") :]:
            if not unicodedata.category(sign).startswith("M"):
                break
            names += sign
        if line[match.end("names") :].startswith(".") and _STOPS.search(names):
            names += "."
        first = _ASIDE.sub("", pattern("translated_by").split(names)[0])
        first = pattern("between_names").split(first.split(",")[0])[0]
        if words_of(first) and (case_of(first) is not Case.SENTENCE or is_name(first)):
            before = line[: match.start("names")]
            is_translator = pattern("translated_by").fullmatch(before)
            return f"{before}{names}" if is_translator else names
    return None


def ends_in_by(line: str) -> bool:
    """Return whether a line is the first half of a byline: "by", the name to follow on the next.

    >>> ends_in_by("Reviewed by"), ends_in_by("by Ada")
    (True, False)
    """
    return len(line) <= _MOST_CHARACTERS and pattern("by_alone").fullmatch(line) is not None


def split_title(line: str) -> tuple[str, str] | None:
    """Return the title and the author of a line that contains both, with "by" between.

    >>> split_title("A Night Walk, by A. Poet"), split_title("Standing by the Sea")
    (('A Night Walk', 'A. Poet'), None)
    """
    if len(line) > 2 * _MOST_CHARACTERS or byline_names(line):
        return None
    match = pattern("title_by").fullmatch(line)
    if match is None or not match["title"].strip(" \"'"):
        return None
    names = match["names"].strip(" .*=_-")
    return (match["title"], names) if is_name(_ASIDE.sub("", names)) else None


def contributors(
    names: str, role: ContributorRole = "author", *, family_first: bool = False
) -> list[ContributorEntry]:
    """Return the persons or the body that a byline names, without titles, degrees and places.

    >>> people = contributors("DR. TOM TREVITHICK and Ada Penhallow, University of Night")
    >>> [person.name for person in people]
    ['Tom Trevithick', 'Ada Penhallow']
    >>> [body.name for body in contributors("Workers and Walkers Press")]
    ['Workers and Walkers Press']
    >>> [person.role for person in contributors("Ada Penhallow, translated by Tom Trevithick")]
    ['author', 'translator']
    """
    authors, *translators = pattern("translated_by").split(names)
    found = _contributors(authors, role, family_first=family_first)
    for translator in translators:
        found += _contributors(translator, "translator", family_first=family_first)
    return found[:_MOST_NAMES]


def _contributors(
    names: str, role: ContributorRole, *, family_first: bool
) -> list[ContributorEntry]:
    whole = _ASIDE.sub("", names).strip(" ,*_()")
    whole = pattern("before_a_generation").sub(" ", whole)
    parts = [part for part in pattern("between_names").split(whole) if part]
    is_body = pattern("body").search(whole.split(",")[0]) and not all(map(is_name, parts))
    if is_body and len(parts) > 1:
        return [ContributorEntry(name=plain_case(whole), role=role)]
    found: list[ContributorEntry] = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        # Of two pieces, the other is a place, unless "and" and one more name follow.
        goes_on = part is not parts[-1] and "," not in parts[-1] and all(map(is_name, pieces))
        several = goes_on or (len(pieces) > 2 and is_name(pieces[0]))
        for piece in filter(is_name, pieces) if several else [_in_order(pieces)]:
            name = _bare_name(piece)
            is_affiliation = found and pattern("body").search(piece)
            if not _LETTERS.search(name) or is_affiliation:
                continue
            if name.casefold() in words_named("others"):
                continue
            if _PSEUDONYM.fullmatch(piece):
                found.append(ContributorEntry(name=name, role=role))
            else:
                found.append(_contributor(name, role, family_first=family_first))
    return found


def _in_order(pieces: Sequence[str]) -> str:
    """Return the first piece of a name; both where it is the family's, in capitals: "POE, Ada"."""
    first = next(iter(pieces), "")
    if len(pieces) == 2 and len(first.split()) == 1 and len(first) > 1:
        [_, given] = pieces
        if case_of(first) is Case.CAPITALS and case_of(given) is Case.TITLE:
            together = f"{given} {first}"
            return together if is_name(together) else first
    return first


def _bare_name(piece: str) -> str:
    """Return a name without titles, degrees, decoration and capitals."""
    bare = pattern("degrees").sub("", piece).strip(_DECORATION)
    bare = pattern("honorific").sub("", f"{bare} ").strip(_DECORATION)
    if not _STOPS.search(bare):
        bare = bare.rstrip(".")
    return plain_case(" ".join(bare.split()))


def _contributor(name: str, role: ContributorRole, *, family_first: bool) -> ContributorEntry:
    """Return a person with family and given names; a body, or a single word, has neither."""
    words = name.split()
    if not is_name(name) or pattern("body").search(name):
        return ContributorEntry(name=name, role=role)
    if family_first:
        family, given = words[0], " ".join(words[1:])
        return ContributorEntry(name=name, family=family, given=given, role=role)
    # A family name has its particles, and what is behind it: "van Dyck", "Penhallow Jr."
    at = len(words) - 1
    if words[at].strip(".").casefold() in words_named("generations") and at > 1:
        at -= 1
    while at > 1 and words[at - 1][0].islower():
        at -= 1
    if words[at] in words_named("in_two_names") and at > 1:
        at -= 1  # "Ortega y Gasset" is one family name
    given, family = " ".join(words[:at]), " ".join(words[at:])
    return ContributorEntry(name=name, family=family, given=given, role=role)


def plain_case(name: str) -> str:
    """Return a name set in capitals as names are written.

    >>> plain_case("ADA McKAY"), plain_case("IBM"), plain_case("C. L. MERROW")
    ('Ada McKay', 'IBM', 'C. L. Merrow')
    >>> plain_case("Ada PENHALLOW")
    'Ada Penhallow'
    """
    words = name.split()
    if len(words) > 1 and _is_family_in_capitals(words):
        return " ".join([*words[:-1], _lower(words[-1])])
    if len(words) < 2 or case_of(name) is not Case.CAPITALS:
        return name
    return " ".join(map(_lower, words))


def _is_family_in_capitals(words: Sequence[str]) -> bool:
    """Return whether only the last word of a name is in capitals, and is no abbreviation."""
    *given, family = words
    is_long = len(family) >= _LONG_WORD and family.isupper()
    return is_long and all(map(str.istitle, given)) and is_name(" ".join(words))


def _lower(word: str) -> str:
    if _INITIALS.fullmatch(word):
        return word
    if word.casefold() in words_named("small_in_names"):
        return word.casefold()
    lowered = _LETTERS.sub(lambda letters: letters.group().capitalize(), word)
    return _MC.sub(lambda match: match[1] + match[2].upper(), lowered)


def named_in_title(title: str) -> str | None:
    """Return the person whom a title names: its author, or who is interviewed.

    >>> named_in_title("Ada Penhallow: The Night"), named_in_title("Interview of Ada Penhallow")
    ('Ada Penhallow', 'Ada Penhallow')
    """
    match = pattern("interview_with").fullmatch(title) or pattern("person_before").fullmatch(title)
    return match["name"] if match and is_name(match["name"]) else None


def signature(text: SetText, body: range) -> str | None:
    """Return the names that sign an item at its end: after a dash or "by", or on their own.

    Where names further up sign at the right too, the item is letters, and each signs one of them.
    """
    lines = text.lines[body.start : body.stop]
    at_right = [line for line in lines if line.indent >= _FAR_RIGHT and not line.is_centred]
    if sum(map(_signs, at_right)) > _LETTERS_SIGNED:
        return None
    names: list[str] = []
    for line in reversed(lines[-_LAST:]):
        printed = line.text.strip("_ ")
        dashed = _DASHED.fullmatch(printed)
        named = byline_names(printed)
        if named is None and dashed and is_name(dashed["name"]):
            named = dashed["name"]
        if named:
            names.append(named)
            break
        if _signs(line):
            names.append(printed.rstrip(","))
        elif names:
            break
    return " and ".join(reversed(names)) if 0 < len(names) <= _MOST_SIGNERS else None


def _signs(line: SetLine) -> bool:
    """Return whether a line is a name or initials at the right, or a name or a body in capitals."""
    bare = line.text.strip("_ ").rstrip(",.")
    is_right = line.indent >= _FAR_RIGHT
    in_capitals = case_of(bare) is Case.CAPITALS
    if is_right and in_capitals and _SIGNED_INITIALS.fullmatch(bare):
        return True
    is_person = is_name(bare) and (in_capitals or is_right)
    is_body = in_capitals and pattern("body").search(bare) is not None
    return (is_person or is_body) and may_be_title(bare)
