"""Who wrote something, as a line says it: after "by", alone under a title, or at an item's end."""

from __future__ import annotations

import re

from lprcorpus.build.manifest import ContributorEntry
from lprcorpus.draft.set_lines import SetLine, SetText
from lprcorpus.draft.wording import Case, case_of, is_name, pattern, words_named, words_of
from lprcorpus.schema import ContributorRole

_ASIDE = re.compile(r"\s*[(\[<{].*$|\s+[-–—|]\s.*$")
# A full stop that is a name's own: of an initial, or of a generation.
_OWN_STOP = re.compile(r"(?:(?:^|[\s.])\w|\b[JS]r)\.$", re.IGNORECASE)
_DASHED = re.compile(r"[-–—~*]{1,3}\s*(?:by\s+)?(?P<name>[^\W\d_].{2,50})", re.IGNORECASE)
_SIGNED_INITIALS = re.compile(r"[^\W\d_](?:\.\s?[^\W\d_]){1,3}")
_MC = re.compile(r"^(Mc)(\w)")
_DECORATION = " ,;|@#+<>()[]{}*_=~:-–—\"'“”„«»‘’‚‹›"
_MOST_NAMES = 8
_MOST_CHARACTERS = 100  # of a byline
_FAR_RIGHT = 12  # characters of indent: what signs an item is at the right
_LAST = 6  # lines at an item's end in which a signature is
_MOST_SIGNERS = 4
_LONG_WORD = 4  # letters: a shorter one in capitals may be an abbreviation


def byline_names(line: str) -> str | None:
    """Return the names that a byline gives after "by" or "author:"; None where it is no byline.

    A sentence that begins with "By" is none: what follows must be written like names.

    >>> byline_names("By TOM TREVITHICK"), byline_names("von Ada Penhallow"), byline_names("By then")
    ('TOM TREVITHICK', 'Ada Penhallow', None)
    """
    if len(line) > _MOST_CHARACTERS:
        return None
    match = pattern("byline").fullmatch(line)
    if match is None:
        return None
    names = _bare(match["names"])
    first = _ASIDE.sub("", pattern("translated_by").split(names)[0])
    first = pattern("between_names").split(first.split(",")[0])[0]
    if not words_of(first) or (case_of(first) is Case.SENTENCE and not is_name(first)):
        return None
    return line if pattern("translated_by").match(line) else names


def ends_in_by(line: str) -> bool:
    """Return whether a line is the first half of a byline: "by", the name to follow on the next.

    >>> ends_in_by("Reviewed by"), ends_in_by("by Ada")
    (True, False)
    """
    return pattern("by_alone").fullmatch(line) is not None


def names_in_title(title: str) -> str | None:
    """Return whom a title names after "by".

    >>> names_in_title("A Night Walk, by A. Poet"), names_in_title("Standing by the Sea")
    ('A. Poet', None)
    """
    match = pattern("title_by").fullmatch(title)
    if match is None:
        return None
    names = match["names"].strip(" .*=_-")
    return names if is_name(_ASIDE.sub("", names)) else None


def named_in_title(title: str) -> str | None:
    """Return the person whom a title names: its author, or who is interviewed.

    >>> named_in_title("Ada Penhallow: The Night"), named_in_title("Interview of Ada Penhallow")
    ('Ada Penhallow', 'Ada Penhallow')
    """
    match = pattern("interview_with").fullmatch(title) or pattern("person_before").fullmatch(title)
    return match["name"] if match and is_name(match["name"]) else None


def signature(text: SetText, body: range) -> str | None:
    """Return the names that sign an item at its end: after a dash or "by", or on their own."""
    names: list[str] = []
    for line in reversed(text.lines[body.start : body.stop][-_LAST:]):
        byline = byline_names(line.text.strip("_ "))
        signed = byline or _signed(line)
        if signed:
            names.insert(0, signed)
        if byline or (names and not signed):
            break
    return " and ".join(names) if 0 < len(names) <= _MOST_SIGNERS else None


def _signed(line: SetLine) -> str | None:
    """Return the names on a line that signs an item: at the right, or in capitals."""
    printed = line.text.strip("_ ")
    dashed = _DASHED.fullmatch(printed)
    if dashed and is_name(dashed["name"]):
        return dashed["name"]
    bare = printed.rstrip(",.")
    is_right = line.indent >= _FAR_RIGHT
    in_capitals = case_of(bare) is Case.CAPITALS
    is_person = (is_right or in_capitals) and is_name(bare)
    is_body = in_capitals and pattern("body").search(bare)
    is_initials = is_right and _SIGNED_INITIALS.fullmatch(bare)
    return printed.rstrip(",") if is_person or is_body or is_initials else None


def contributors(names: str, role: ContributorRole = "author") -> list[ContributorEntry]:
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
    found = [_contributor(name, role) for name in _split_names(authors)]
    for translator in translators:
        found += [_contributor(name, "translator") for name in _split_names(translator)]
    return found[:_MOST_NAMES]


def _split_names(said: str) -> list[str]:
    """Return the names of the persons or of the body in a byline."""
    whole = _ASIDE.sub("", said).strip(" ,*_()")
    whole = pattern("before_a_generation").sub(" ", whole)
    parts = [part for part in pattern("between_names").split(whole) if part]
    if len(parts) > 1 and pattern("body").search(whole.split(",")[0]):
        return [plain_case(whole)]
    found: list[str] = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        persons = pieces[:1]
        # Of two pieces, the other is a place, unless "and" and one more name follow.
        if len(pieces) > 2 or (len(parts) > 1 and "," not in parts[-1]):
            persons = [piece for piece in pieces if is_name(piece)] or persons
        elif len(pieces) == 2 and " " not in pieces[0] and pieces[0].isupper():
            persons = [f"{pieces[1]} {pieces[0]}"]  # the family's name is first: "POE, Ada"
        for person in persons:
            name = _plain_name(person)
            is_affiliation = found and pattern("body").search(person)
            if (
                words_of(name)
                and not is_affiliation
                and name.casefold() not in words_named("others")
            ):
                found.append(name)
    return found


def _plain_name(piece: str) -> str:
    """Return a name without titles, degrees, decoration and capitals."""
    bare = _bare(pattern("degrees").sub("", piece))
    bare = _bare(pattern("honorific").sub("", f"{bare} "))
    return plain_case(" ".join(bare.split()))


def _bare(names: str) -> str:
    """Return names without decoration, and without a full stop that is not their own."""
    bare = names.strip(_DECORATION)
    return bare if _OWN_STOP.search(bare) else bare.rstrip("." + _DECORATION)


def _contributor(name: str, role: ContributorRole) -> ContributorEntry:
    """Return a person with family and given names; a body, or a single word, has neither."""
    person = ContributorEntry(name=name, role=role)
    parts = pattern("family_name").fullmatch(name)
    if parts is None or not is_name(name) or pattern("body").search(name):
        return person
    return person.model_copy(update=parts.groupdict())


def plain_case(name: str) -> str:
    """Return a name set in capitals, or its family name so set, as names are written.

    >>> plain_case("ADA McKAY"), plain_case("IBM"), plain_case("C. L. MERROW")
    ('Ada McKay', 'IBM', 'C. L. Merrow')
    >>> plain_case("Ada PENHALLOW")
    'Ada Penhallow'
    """
    *given, family = name.split() or [name]
    if given and case_of(name) is Case.CAPITALS:
        given = list(map(_lower, given))
        family = _lower(family)
    elif given and len(family) >= _LONG_WORD and family.isupper():
        family = _lower(family)
    return " ".join([*given, family])


def _lower(word: str) -> str:
    if word.casefold() in words_named("small_in_names"):
        return word.casefold()
    return _MC.sub(lambda match: match[1] + match[2].upper(), word.title())
