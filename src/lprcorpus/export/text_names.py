"""What a record's text is called outside the corpus: as a file, and as an element of XML."""

from __future__ import annotations

__all__ = ["text_name"]


def text_name(identifier: str) -> str:
    """Return an id as an ``xml:id``, which has no slash and does not begin with a digit.

    An id has no dot and no underscore of its own, so the way back is plain.

    >>> text_name("lpr-1-2/hourglass-of-the-free"), text_name("1917/x")
    ('lpr-1-2.hourglass-of-the-free', '_1917.x')
    """
    name = identifier.replace("/", ".")
    return f"_{name}" if name[:1].isdigit() else name
