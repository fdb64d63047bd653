"""What type an item is, by its wording and the lengths of its lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lprcorpus.draft.dates import MONTH
from lprcorpus.draft.prints import Prints

__all__ = ["dateline", "kind_of"]

_QUESTION = re.compile(r"(?:[•*]\s+.*\?|(?:Q|Question)\s?[:.]\s.*|.{5,110}\?)")
_ANSWERED = re.compile(r"(?:Q|Question|A|Answer)\s?[:.]\s")
_SPOKEN = re.compile(r"\(\s*(?:\w+[\s,-]+){0,6}(?:applause|cheers|laughter)", re.IGNORECASE)
_SPEECH = re.compile(
    r"\b(?:speech|lecture|sermon|oration|keynote|address\s+(?:to|by|at|before|of|given|delivered)|addressed\s+(?:a|the)\b|talk\s+(?:held|given|delivered|by|at))",
    re.IGNORECASE,
)
_PRESS = re.compile(r"\b(?:press\s+release|for\s+immediate\s+release|press\s+statement)\b", re.IGNORECASE)
_INTERVIEW = re.compile(r"\b(?:interview|conversation\s+with|q\s?&\s?a\s+with|talks?\s+to)\b", re.IGNORECASE)
_FAQ = re.compile(r"\b(?:faqs?|frequently\s+asked|questions\s+and\s+answers|q\s?&\s?a)\b", re.IGNORECASE)
_NEWS = re.compile(r"\b(?:news|briefs?|bulletins?|announcements?|headlines|events|calendar|updates?)\b", re.IGNORECASE)
_DATELINE = re.compile(
    rf"(?:[A-Z][A-Z .]+,?\s*)?(?i:{MONTH})\s*\d{{0,2}},?\s*\d{{4}}\s*[:.–—-]|[A-Z][A-Z .]{{2,}}\s*\([A-Z]+\)\s*[:–—-]"
)
_VERSE_SHARE, _VERSE_LINES, _QUESTIONS = 0.72, 4, 3


def dateline(text: str) -> bool:
    """Tell whether a text opens with the place or date of a report.

    >>> dateline("MARCH 8, 2014: The founding congress"), dateline("In March 2014 a congress")
    (True, False)
    """
    return _DATELINE.match(text) is not None


def kind_of(prints: Prints, title: str, section: str | None, head: str, body: Sequence[int]) -> str:
    """Return the type of an item.

    Args:
        prints: the text.
        title: its title.
        section: the section it stands in.
        head: its headnote or, where it has none, nothing.
        body: the lines of its body.
    """
    texts = [prints.text[place] for place in body if not prints.rule[place]]
    if _PRESS.search(title) or _PRESS.search(head):
        return "press_release"
    asked = sum(_QUESTION.fullmatch(text) is not None for text in texts)
    if _FAQ.search(title):
        return "faq"
    if asked >= _QUESTIONS and (_INTERVIEW.search(title) or _INTERVIEW.search(head) or _is_dialogue(texts)):
        return "interview"
    if _is_verse(prints, body):
        return "poem"
    if _SPEECH.search(title) or _SPEECH.search(head) or any(_SPOKEN.search(text) for text in texts[:200]):
        return "speech"
    if (section and _NEWS.search(section)) or (texts and dateline(texts[0])):
        return "news"
    return "article"


def _is_dialogue(texts: Sequence[str]) -> bool:
    return sum(_ANSWERED.match(text) is not None for text in texts) >= 2 * _QUESTIONS


def _is_verse(prints: Prints, body: Sequence[int]) -> bool:
    """Tell whether most lines are short of the measure and begin anew, as prose's do only where a paragraph ends."""
    lines = [place for place in body if not prints.rule[place]]
    if len(lines) < _VERSE_LINES:
        return False
    short = sum(len(prints.text[place]) < 0.78 * prints.measure for place in lines)
    upper = sum(prints.text[place].lstrip("\"'“‘(")[:1].isupper() for place in lines)
    ended = sum(prints.ends[place] for place in lines)
    indented = sum(prints.indent[place] >= 2 for place in lines)
    if short < _VERSE_SHARE * len(lines):
        return False
    if prints.setting.paragraphs == "line fit":
        return ended < 0.9 * len(lines) or short == len(lines)
    return upper >= 0.6 * len(lines) and ended < 0.6 * len(lines) and (indented >= 0.5 * len(lines) or short >= 0.95 * len(lines))
