"""JSON that others wrote, read strictly: what two readers could read in two ways is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence


def parse_json(data: bytes) -> object:
    """Return the content of a JSON document, or ValueError."""
    try:
        # Python itself refuses a byte order mark, and a number of more than 4,300 digits.
        return json.loads(data.decode("utf-8"), object_pairs_hook=_object)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content: dict[str, object] = {}
    for name, value in pairs:
        if name in content:
            raise ValueError(f"the key {name[:100]!r} twice in one object")
        content[name] = value
    return content


def items_of(value: object) -> Sequence[object]:
    """Return a value where it is a list; else an empty one."""
    return value if isinstance(value, list) else ()


def entry(content: object, key: str) -> object:
    """Return what an object has under a key; None where it is no object."""
    return content.get(key) if isinstance(content, dict) else None
