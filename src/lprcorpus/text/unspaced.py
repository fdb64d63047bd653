"""Line ends where no word space is: in scripts that have none, and within a web address."""

from __future__ import annotations

import re

FIRST_UNSPACED = "\u0e00"
"""No character before this one is of a script without spaces."""

# Thai, Lao, Tibetan, Burmese, Khmer; Chinese and Japanese with their punctuation.
_SCRIPTS = (
    r"\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\uff01-\uff60\U00020000-\U0003134f"
)
_LETTER = re.compile(rf"[{_SCRIPTS}]")
# An address is broken after a sign of its own, and what follows has such a sign too or is a file.
_ADDRESS_ENDS = re.compile(r"(?:https?://|www\.)\S*[/=&?%#_~-]\Z", re.IGNORECASE)
_ADDRESS_GOES_ON = re.compile(
    r"[\w.-]*[/=&?%#_~][^\s<>]*|[\w.-]+\.(?:html?|php|aspx?|cgi|pdf|txt|xml|jpe?g|png|gif)\b",
    re.IGNORECASE,
)
_BROKEN_ADDRESS = re.compile(
    rf"({_ADDRESS_ENDS.pattern[:-2]})\s+(?={_ADDRESS_GOES_ON.pattern})", re.IGNORECASE
)


def end_without_space(line: str, following: str) -> str | None:
    """Return after what a line ends with no word space; None where the next one begins a word.

    >>> end_without_space("港は静か", "でした"), end_without_space("the harbour", "was quiet")
    ('letter of a script without spaces', None)
    >>> end_without_space("at http://example.org/a/", "path/to.html"), end_without_space("/", "a")
    ('web address that goes on', None)
    """
    if _LETTER.match(line[-1]) and _LETTER.match(following):
        return "letter of a script without spaces"
    if _ADDRESS_ENDS.search(line) and _ADDRESS_GOES_ON.match(following):
        return "web address that goes on"
    return None


def mend_addresses(text: str) -> str:
    """Return a text whose lines are joined by spaces, without the spaces within web addresses.

    >>> mend_addresses("See http://example.org/a/ b/c.html for more.")
    'See http://example.org/a/b/c.html for more.'
    """
    return _BROKEN_ADDRESS.sub(r"\1", text)
