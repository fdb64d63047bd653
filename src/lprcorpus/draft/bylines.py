"""Who a line says wrote something: after "by", in parentheses' way, alone under a title, or at an item's end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lprcorpus.draft.wording import Case, case_of, is_name, words_of

__all__ = ["Person", "byline_names", "ends_in_by", "family_and_given", "names_in", "plain_case", "split_title"]

_WRITTEN = (
    r"(?:(?:an?\s+|the\s+)?(?:(?:words|text|story|article|column|poem|essay|edited|written|compiled|reviewed?|interview(?:ed)?|reported|report|"
    r"submitted|contributed|prepared|presented|conducted|told|posted|authored|collected|transcribed|opinion|commentary|editorial|"
    r"translated|adapted|fiction|photos?|illustrat(?:ed|ions)|drawings?|music|lyrics|and|&)\s+)*)"
)
_BY = re.compile(rf"[\W_]*{_WRITTEN}by(?:\s*:\s*|\s+)(?P<names>\S.*?)[\W_]*", re.IGNORECASE)
_BY_ALONE = re.compile(rf"[\W_]*{_WRITTEN}(?:by|from\s+the\s+pen\s+of)\s*:?\s*[-–—]*", re.IGNORECASE)
_FROM = re.compile(r"[\W_]*(?:translated\s+)?from\s+the\s+[A-Z]\w+\s+of\s+(?P<names>[A-Z].*?)[\W_]*", re.IGNORECASE)
_AUTHOR = re.compile(
    r"[\W_]*(?:author|writer|reviewer|columnist|reporter|contributor)s?\s*:\s*(?P<names>\S.*?)\W*", re.IGNORECASE
)
_INLINE = re.compile(r"(?P<title>\S.*?)[\s,;:–—-]+\b(?:written\s+|reviewed\s+)?by\s+(?P<names>\S.*)", re.IGNORECASE)
_HONORIFIC = re.compile(
    r"^(?:(?:the\s+)?(?:dr|mr|mrs|ms|miss|prof(?:essor)?|rev(?:erend)?|hon(?:ourable|orable)?|sir|lady|lord|col(?:onel)?|capt(?:ain)?"
    r"|gen(?:eral)?|canon|father|fr|brother|sister|lieut(?:enant)?|major|comrade)\.?\s+)+",
    re.IGNORECASE,
)
_DEGREES = re.compile(
    r",?\s*\b(?:ph\.?\s?d|m\.?d|m\.?a|b\.?a|d\.?d|ll\.?d|f\.?r\.?[a-z]\.?[a-z]?|m\.?p|esq(?:uire)?|ed|m\.?sc|b\.?sc)\b\.?.*$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*[(\[<{].*$")
_AND = re.compile(r"\s*(?:;|&|\band\b|\bwith\b)\s*", re.IGNORECASE)
_INSTITUTION = re.compile(
    r"\b(?:university|college|institute?|school|academy|department|faculty|church|hospital|museum|library|laboratory|society|press|news|inc|ltd)\b",
    re.IGNORECASE,
)
_MOST_NAMES, _MOST_CHARACTERS = 8, 100
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_WORK = re.compile(r",?\s+(?:author|editor|translator|writer)\s+of\b.*$", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """A person or body as an author: the display name and, for a person, its parts."""

    name: str
    family: str | None
    given: str | None


def byline_names(line: str) -> str | None:
    """Return the names that a byline gives after "by" or "author:", or None where the line is no such byline.

    A sentence that begins with "By" is none: what follows must be written like names.

    >>> byline_names("By TOM TREVITHICK"), byline_names("Reviewed by Rosa Quint (a.k.a. Doc)"), byline_names("By the end of it")
    ('TOM TREVITHICK', 'Rosa Quint (a.k.a. Doc)', None)
    """
    if len(line) > _MOST_CHARACTERS:
        return None
    match = _BY.fullmatch(line) or _AUTHOR.fullmatch(line) or _FROM.fullmatch(line)
    if match is None:
        return None
    names = _restore_end(line, match)
    return names if _like_names(names) else None


def _restore_end(line: str, match: re.Match[str]) -> str:
    """Give back the bracket or the full stop of an initial that the end of a byline may have lost."""
    names = match["names"]
    rest = line[match.end("names") :]
    if rest[:1] in {")", "]", ">"} or (rest[:1] == "." and re.search(r"(?:^|[\s.])\w$", names)):
        names += rest[:1]
    return names


def _like_names(names: str) -> bool:
    bare = _ASIDE.sub("", _WORK.sub("", names)) or names
    bare = bare.split(",")[0]
    words = words_of(bare)
    if not words or any(character.isdigit() for character in bare):
        return bool(words) and len(words) <= 2
    if case_of(bare) is Case.SENTENCE and not (len(words) <= 5 and words[0][0].islower() and len(words) == 1):
        return False
    return len(words) <= 2 * _MOST_NAMES and words[0].casefold() not in {"this", "that", "these", "those", "then", "its", "their"}


def ends_in_by(line: str) -> bool:
    """Tell whether a line is the first half of a byline: "by" or "reviewed by", the name to follow on the next.

    >>> ends_in_by("Reviewed by"), ends_in_by("by Ada")
    (True, False)
    """
    return len(line) <= _MOST_CHARACTERS and _BY_ALONE.fullmatch(line) is not None


def split_title(line: str) -> tuple[str, str] | None:
    """Part a line that holds a title and, after "by", its author; None where it does not.

    >>> split_title("A Night Walk, by A. Poet"), split_title("Standing by the Sea")
    (('A Night Walk', 'A. Poet'), None)
    """
    match = _INLINE.fullmatch(line) if len(line) <= 2 * _MOST_CHARACTERS else None
    if match is None or not match["title"].strip(" \"'") or byline_names(line):
        return None
    names = match["names"].strip(" .*=_-")
    return (match["title"], names) if is_name(_ASIDE.sub("", names)) else None


def names_in(names: str, written: Mapping[str, str] | None = None) -> list[Person]:
    """Return the persons that a byline's names stand for.

    Args:
        names: what the byline gives: one name or several, with titles, degrees, places and asides.
        written: how words that may be set in capitals are written elsewhere.

    >>> [person.name for person in names_in("DR. TOM TREVITHICK and Ada Penhallow, University of Night")]
    ['Tom Trevithick', 'Ada Penhallow']
    """
    found: list[Person] = []
    for part in _AND.split(_ASIDE.sub("", _WORK.sub("", names))):
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        kept = [
            piece
            for place, piece in enumerate(pieces)
            if place == 0 or (is_name(piece) and is_name(pieces[0]) and len(pieces) > 2)
        ]
        for piece in kept:
            if found and _INSTITUTION.search(piece):
                continue
            bare = _HONORIFIC.sub("", _DEGREES.sub("", piece)).strip(' *_=:-–—"“”')
            bare = bare if re.search(r"(?:^|[\s.])\w\.$|\b[JS]r\.$", bare) else bare.rstrip(".")
            if bare and any(character.isalpha() for character in bare):
                name = plain_case(" ".join(bare.split()), written or {})
                found.append(Person(name, *family_and_given(name)))
    return found[:_MOST_NAMES]


def family_and_given(name: str) -> tuple[str | None, str | None]:
    """Part a person's name into family and given names; a body's name, or a single word, has neither.

    >>> family_and_given("C. L. Merrow"), family_and_given("Ludwig van Beethoven"), family_and_given("The Telegraph")
    (('Merrow', 'C. L.'), ('van Beethoven', 'Ludwig'), (None, None))
    """
    if not is_name(name):
        return None, None
    words = name.split()
    at = len(words) - 1
    if words[at].strip(".").casefold() in _GENERATIONS and at > 1:
        at -= 1
    while at > 1 and words[at - 1][0].islower():
        at -= 1
    return " ".join(words[at:]), " ".join(words[:at])


def plain_case(name: str, written: Mapping[str, str]) -> str:
    """Return a name set in capitals as it is written elsewhere in the text or, failing that, as names are written.

    >>> plain_case("ADA McKAY", {}), plain_case("IBM", {}), plain_case("C. L. MERROW", {})
    ('Ada McKay', 'IBM', 'C. L. Merrow')
    """
    words = name.split()
    if len(words) < 2 or case_of(name) is not Case.CAPITALS:
        return name
    return " ".join(written.get(word.casefold(), _lower(word)) for word in words)


def _lower(word: str) -> str:
    if re.fullmatch(r"(?:\w\.)+", word) or len(word) == 1:
        return word
    lowered = re.sub(r"[^\W\d_]+", lambda run: run.group().capitalize(), word)
    lowered = re.sub(r"(?<=['’])S\b", "s", lowered)
    if word.casefold() in {"van", "von", "de", "der", "du", "la", "of", "and", "the", "del", "di"}:
        return word.casefold()
    return re.sub(r"^(Mc)(\w)", lambda match: match[1] + match[2].upper(), lowered)
