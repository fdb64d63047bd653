"""Who counts as the author of a record: the one rule for its column, its citations and its TEI."""

from __future__ import annotations

# The roles whose names make up a record's ``author``, in the order of its contributors.
AUTHOR_ROLES = frozenset({"author", "speaker"})
