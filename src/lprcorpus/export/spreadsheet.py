"""Cells that no spreadsheet takes for a formula.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@``, with the full-width form of
one of them, or with a tab or a line end before one
(https://owasp.org/www-community/attacks/CSV_Injection). Such a cell gets an apostrophe in front,
which makes it text. So does each place inside a text where a program that splits cells at
semicolons or tabs, or does not know a quoted line end, would see a cell begin: after a line end, a
tab or a semicolon.
"""

from __future__ import annotations

import re

# What a program may drop at the start of a cell: spaces, apostrophes, invisible characters.
_PASSED_OVER = (
    "[ '\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*"
)

_FORMULA = "[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]"
_CELL_START = re.compile(f"{_PASSED_OVER}(?:[\t\r\n]|{_FORMULA})")
_INNER_START = re.compile(f"[\r\n\t;](?={_PASSED_OVER}{_FORMULA})")


def guarded(text: str) -> str:
    r"""Return a text as a cell that is never a formula.

    >>> guarded("=1+1"), guarded("Dues\n- paid"), guarded("The night whispers")
    ("'=1+1", "Dues\n'- paid", 'The night whispers')
    """
    text = _INNER_START.sub(r"\g<0>'", text)
    return f"'{text}" if _CELL_START.match(text) else text
