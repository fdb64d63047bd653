"""What the wording of a short line says: a title, a person's name, a date, a source, or neither."""

from __future__ import annotations

import calendar
import re
from enum import Enum
from functools import lru_cache

__all__ = [
    "MONTH",
    "NEWS",
    "SUBJECT",
    "Case",
    "case_of",
    "is_date",
    "is_name",
    "is_source",
    "key",
    "may_be_title",
    "read_date",
    "words_of",
]

_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_KEY = re.compile(r"[\W_]+")
_MINOR_WORDS = """
    a an and as at but by de del der di du for from im in into la le nor of off on onto or over per than
    that the to und up upon van via von vs with y à au aux con da das dem den des do dos e el en et i il
    les lo los na o ou par para pour sur um un una une vom zu zum zur в и из к на о от по с у
"""
_MINOR = frozenset(_MINOR_WORDS.split())
_PARTICLES = frozenset("de del der di du la le van von y e da dos af ter ten zu".split())  # noqa: SIM905
_NO_NAME_BEGINS = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "and",
        "in",
        "on",
        "to",
        "for",
        "by",
        "from",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "le",
        "la",
        "les",
    ]
)
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)+|[^\W\d_]\.?")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_]*(?:['’-][^\W\d_]+)*\.?")
_ABBREVIATED = re.compile(
    r"(?:^|[\s.])(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Jr|Sr|Esq|Co|Inc|Ltd|No|Vol|Prof|Rev|Hon|etc|U\.S|[ap]\.m)\.$"
)
_NO_TITLES = (
    r"(?:page|p\.?)\s*\d+",
    r"\(?\s*(?:to\s+be\s+)?(?:continued|concluded|continues)\b.*|.*\bcontinued\s+(?:on|from|next)\b.*",
    r"\(?\s*[ivxlc]+\.?\s*\)?|\(?\d+[.)]?|[\W\d_]*",  # numerals alone
    r"(?:chapter|part|canto|act|scene|section|book|letter|stanza|kapitel|chapitre|capitolo)\s+"
    r"(?:[ivxlc]+|\d+|the\s+\w+|one|two|three|four|five|six)\b.{0,3}",
    r"(?:the\s+end|finis|end|fin|ende|fine|конец)\W*|foot-?notes?\W*|notes?\s*:|anmerkungen\W*",
    r".*\b(?:copyright|all\s+rights\s+reserved|issn|isbn)\b.*",
    r"(?:vol(?:ume)?|no|number|issue|band|heft|jahrgang|tome|numéro|anno|том|номер|выпуск)\b\.?\s*"
    r"(?:[ivxlc]+|\d+|one|two|three|four|five)\b.*",
    r"(?:dear|my\s+dear|sir|sirs|gentlemen)\b.*[,:]|(?:yours|sincerely|respectfully|regards|truly)\b.*",
    r"(?:i\s+am,|your\s+obedient)\b.*",
    r".*\b(?:https?:|www\.|\S+@\S+\.\w).*",
    r".*\b(?:cents|dollars)\s+(?:a|per)\b.*|.*[$£€]\s?\d.*|\+?[\d\s().-]{7,}",
    r"(?:price|phone|telephone|tel|fax|address|e-?mail|date|from|to|subject|re|cc|isbn|translated"
    r"|illustrated|entered|message-id|x-[\w-]+|reply-to|newsgroups|organi[sz]ation)\b\s?[:.].*",
    r".*,\s*[A-Z][\w.\s]{1,18}\.?\s+\d{5}(?:-\d{4})?",
    r"\d+[\w-]*\s+(?:\w+\.?\s+){1,3}(?:st|street|ave|avenue|road|rd|drive|dr)\b.*|p\.?\s?o\.?\s+box\b.*",
    r".*\bpublished\s+(?:monthly|weekly|quarterly|bi-?monthly|daily|by)\b.*",
    r"(?:produced|transcribed|e-?text|digitized)\s+(?:by|prepared)\b.*|[\[{(]?transcriber['’]?s?\s+notes?\b.*",
)
_NO_TITLE = re.compile("|".join(f"(?:{pattern})" for pattern in _NO_TITLES), re.IGNORECASE)
_SOURCE = re.compile(
    r"[\W_]*(?:sources?|quelle|fonte|fuente|источник"
    r"|(?:re-?printed|reproduced|taken|excerpted|adapted|translated|extract(?:ed)?)\s+(?:with\s+permission\s+)?from"
    r"|courtesy(?:\s+of)?|first\s+published(?:\s+in)?|originally\s+published(?:\s+in)?|from)\s*[:—–]\s*\S.*",
    re.IGNORECASE,
)
_MOST_WORDS, _MOST_CHARACTERS = 22, 160

SUBJECT = re.compile(r"subject:\s*\S", re.IGNORECASE)
"""What opens the line of a message that is its title."""
NEWS = re.compile(
    r"\b(?:news|briefs?|bulletins?|announcements?|headlines|events|calendar|updates?|reports?"
    r"|notices?)\b",
    re.IGNORECASE,
)
"""What the heading of a section says that contains reports."""
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
"""The pattern of a month's name, whole or shortened; to be matched without regard to case."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_DATE = re.compile(
    rf"\b(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
    re.IGNORECASE,
)
_DATE_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH}),?\s+(?P<year>\d{{4}})\b",
    re.IGNORECASE,
)
_MONTHS_DATE = re.compile(
    rf"\b(?P<first>{MONTH})(?:\s*[-–/]\s*(?P<last>{MONTH}))?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_WEEKDAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
)
_OTHER_MONTHS = (
    r"januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août"
    r"|septembre|octobre|novembre|décembre|января|февраля|марта|апреля|мая|июня|июля|августа|сентября"
    r"|октября|ноября|декабря"
)
_WHOLE_DATE = re.compile(
    rf"(?:(?:{_WEEKDAY})\W+)?(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s+)?"
    rf"(?:{MONTH}|{_OTHER_MONTHS}|spring|summer|autumn|fall|winter)(?!\w)[\s.,/-]*"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\b)?[\s,.-]*(?:\d{2,4})?\W*",
    re.IGNORECASE,
)


class Case(Enum):
    """How the words of a line are written."""

    CAPITALS = "capitals"
    TITLE = "title"
    SENTENCE = "sentence"


def words_of(text: str) -> list[str]:
    """Return the words of a line: runs that begin with a letter."""
    return _WORD.findall(text)


@lru_cache(maxsize=1 << 14)
def key(text: str) -> str:
    """Return what two printings of one title have in common: its words in small letters.

    >>> key("Stars at 8 - Bring a Coat!"), key("Mother's memoir")
    ('stars at 8 bring a coat', 'mother s memoir')
    """
    return _KEY.sub(" ", text).strip().casefold()


def case_of(text: str) -> Case:
    """Return how the words of a line are written.

    >>> [case_of(text).value for text in ("THE END OF IT", "The End of It", "The end of it came")]
    ['capitals', 'title', 'sentence']
    """
    words = words_of(text)
    letters = [character for character in text if character.isalpha()]
    if letters and sum(character.isupper() for character in letters) >= 0.85 * len(letters):
        return Case.CAPITALS
    large = [word for word in words if word.casefold() not in _MINOR]
    if not large or sum(not word[0].islower() for word in large) < 0.75 * len(large):
        return Case.SENTENCE
    return Case.SENTENCE if words[0][0].islower() and not text[0].isdigit() else Case.TITLE


def is_name(text: str) -> bool:
    """Return whether a line may be a person's name: two to five words, all capitalised, no figure.

    >>> [is_name(text) for text in ("C. L. Merrow", "TOM TREVITHICK", "The night", "Room 13")]
    [True, True, False, False]
    """
    words = text.strip(" ,.;:*_-–—").split()
    if not 2 <= len(words) <= 5 or words[0].casefold() in _NO_NAME_BEGINS:
        return False
    plain = 0
    for word in words:
        bare = word.strip(",")
        if _INITIAL.fullmatch(bare) or bare.casefold() in _PARTICLES:
            continue
        if not _NAME_WORD.fullmatch(bare) or not bare[0].isupper():
            return False
        plain += 1
    return plain >= 1 and words[-1][0].isupper() and words[-1].casefold() not in _PARTICLES


def may_be_title(text: str) -> bool:
    """Return whether a line's wording allows it to be a title.

    It is short, and no date, address, numeral, salutation or broken-off sentence.

    >>> [may_be_title(text) for text in ("Hourglass of the Free", "CHAPTER IV.", "March 8, 2014")]
    [True, False, False]
    """
    words = words_of(text)
    if (
        len(text) > _MOST_CHARACTERS
        or not 1 <= len(words) <= _MOST_WORDS
        or sum(map(len, words)) < 2
    ):
        return False
    opening = text.lstrip("\"'“‘«„([*_>=+~#- ")
    if not opening or opening[0].islower() or text[0] in "•‣◦▪●…" or text[-1] in ",;":
        return False
    if text[0] in "([" and text[-1] in ")]":
        return False
    if text[0] in "\"“‘'" and text[-1] in "\"”’'" and len(text) > 1 and text[-2] in ".,?!":
        return False
    if _NO_TITLE.fullmatch(text) or is_date(text):
        return False
    stops = text.endswith((".", ":")) and not _ABBREVIATED.search(text)
    return not (stops and case_of(text) is Case.SENTENCE and len(words) < 3)


def is_source(text: str) -> bool:
    """Return whether a line opens a statement of where a text was taken from.

    >>> is_source("Source: Northstar Compass, May-June 2014 Issue."), is_source("The source of it")
    (True, False)
    """
    return _SOURCE.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Return whether a line is a date and nothing else.

    >>> is_date("Tuesday, March 23, 1880."), is_date("March of the Penguins")
    (True, False)
    """
    return any(map(str.isdigit, text)) and _WHOLE_DATE.fullmatch(text) is not None


def read_date(text: str) -> str | None:
    """Return the first date in a text, in ISO 8601, as precisely as it is given and exists.

    >>> read_date("October 14, 1952"), read_date("July/August 2014"), read_date("June 31, 1914")
    ('1952-10-14', '2014-07/2014-08', '1914-06')
    """
    for pattern in (_DAY_DATE, _DATE_DAY):
        match = pattern.search(text)
        if match:
            year, month, day = int(match["year"]), _month(match["month"]), int(match["day"])
            exists = year > 0 and 1 <= day <= calendar.monthrange(year, month)[1]
            return f"{year:04d}-{month:02d}-{day:02d}" if exists else f"{year:04d}-{month:02d}"
    months = []
    for match in _MONTHS_DATE.finditer(text):
        first, last = _month(match["first"]), _month(match["last"] or match["first"])
        months += [f"{match['year']}-{first:02d}", f"{match['year']}-{last:02d}"]
    if months:
        first_month, last_month = min(months), max(months)
        return first_month if first_month == last_month else f"{first_month}/{last_month}"
    years = _YEAR.findall(text)
    return years[0] if years else None


def _month(name: str) -> int:
    return _MONTHS.index(name.casefold()[:3]) + 1
