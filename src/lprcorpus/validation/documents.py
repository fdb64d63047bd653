"""JSON and YAML documents that others wrote: read without harm, and asked for what stands at a path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

__all__ = ["array_items", "entry", "parse_json", "parse_yaml", "strings"]

_LARGEST_YAML = 1024 * 1024
_LARGEST_ITEM = 1024 * 1024
_PIECE = 64 * 1024


class _PlainLoader(yaml.SafeLoader):
    """Loads plain YAML: an alias, by which a small text can stand for a huge one, is refused."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias, which metadata have no need of")
        return super().compose_node(parent, index)


def parse_json(data: bytes) -> Any:
    """Return the content of a JSON document.

    Raises:
        ValueError: it is not JSON in UTF-8, or is nested too deeply to be metadata.
    """
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def parse_yaml(text: str) -> Any:
    """Return the content of a YAML document; a date becomes text, as it stands in ISO 8601.

    Raises:
        ValueError: it is not YAML, is longer than a megabyte, is nested too deeply, or has an alias.
    """
    if len(text) > _LARGEST_YAML:
        raise ValueError(f"{len(text):,} characters; at most {_LARGEST_YAML:,} are read")
    try:
        return yaml.load(text, _PlainLoader)  # noqa: S506 (it loads plain values only)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None


_PlainLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def array_items(path: Path) -> Iterator[Any]:
    """Yield the items of a JSON array one by one, so that a long one needs no memory.

    Raises:
        ValueError: it is not a JSON array in UTF-8, or has an item of more than a megabyte.
        OSError: it cannot be read.
    """
    decode = json.JSONDecoder().raw_decode
    with path.open(encoding="utf-8") as file:
        text = file.read(_PIECE).lstrip()
        if not text.startswith("["):
            raise ValueError("no array at its head")
        text = text[1:].lstrip()
        while True:
            try:
                item, end = decode(text)
                after = text[end:].lstrip()
                if not after:
                    raise ValueError("its end is missing")  # or not yet read
            except RecursionError:
                raise ValueError("nested too deeply") from None
            except ValueError as error:
                more = file.read(_PIECE) if len(text) < _LARGEST_ITEM else ""
                if more:
                    text = (text + more).lstrip()
                    continue
                if text.rstrip() == "]":
                    return
                raise ValueError(str(error)) from None
            yield item
            if after[0] == "]":
                return
            if after[0] != ",":
                raise ValueError(f"{after[0]!r} between two items")
            text = after[1:].lstrip()


def entry(content: object, path: str) -> Any:
    """Return what stands at a path of a document, or None.

    >>> entry({"licenses": [{"name": "MIT"}]}, "licenses.0.name")
    'MIT'
    """
    for part in path.split("."):
        if isinstance(content, dict):
            content = content.get(part)
        elif isinstance(content, list) and part.isdecimal() and int(part) < len(content):
            content = content[int(part)]
        else:
            return None
    return content


def strings(values: object) -> tuple[object, ...]:
    """Return a list, or one value, as a tuple that can be compared."""
    return tuple(values) if isinstance(values, list) else (values,)
