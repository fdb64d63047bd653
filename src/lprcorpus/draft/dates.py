"""Dates as they are printed, in words."""

from __future__ import annotations

import re

__all__ = ["MONTH", "is_date", "read_date"]

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
"""The pattern of a month's name, whole or shortened; to be matched without regard to case."""

_DAY_DATE = re.compile(rf"\b(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE)
_DATE_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH}),?\s+(?P<year>\d{{4}})\b", re.IGNORECASE
)
_MONTHS_DATE = re.compile(rf"\b(?P<first>{MONTH})(?:\s*[-–/]\s*(?P<last>{MONTH}))?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_WHOLE = re.compile(
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\W+)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?:{MONTH}|spring|summer|autumn|fall|winter)"
    r"(?!\w)[\s.,/-]*(?:\d{1,2}(?:st|nd|rd|th)?\b)?[\s,.-]*(?:\d{2,4})?\W*",
    re.IGNORECASE,
)


def is_date(text: str) -> bool:
    """Tell whether a line is a date and nothing else.

    >>> is_date("Tuesday, March 23, 1880."), is_date("March of the Penguins")
    (True, False)
    """
    return _WHOLE.fullmatch(text) is not None


def read_date(text: str) -> str | None:
    """Return the first date a text gives, in ISO 8601 and as precisely as it is given; two dates make an interval.

    >>> read_date("October 14, 1952"), read_date("July/August 2014 and September/October 2014"), read_date("(2013)")
    ('1952-10-14', '2014-07/2014-10', '2013')
    """
    for pattern in (_DAY_DATE, _DATE_DAY):
        match = pattern.search(text)
        if match and 1 <= int(match["day"]) <= 31:
            return f"{match['year']}-{_month(match['month']):02d}-{int(match['day']):02d}"
    spans = [
        (f"{match['year']}-{_month(match['first']):02d}", f"{match['year']}-{_month(match['last'] or match['first']):02d}")
        for match in _MONTHS_DATE.finditer(text)
    ]
    if spans:
        first, last = min(spans)[0], max(last for _, last in spans)
        return first if first == last else f"{first}/{last}"
    years = _YEAR.findall(text)
    return years[0] if years else None


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name.casefold().rstrip(".")[:3]))
