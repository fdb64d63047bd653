"""JSON and YAML that others wrote, read strictly.

What two readers could read in two ways (a key given twice, a byte order mark) is refused, and so is
what would cost more than it is worth: an alias, deep nesting, a number of thousands of digits.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import yaml

# Characters of a YAML document, at most.
LARGEST_YAML = 1024 * 1024


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


class _PlainLoader(yaml.SafeLoader):
    """Loads plain YAML. An alias, which can make a huge text of a small one, is refused."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias, which metadata have no need of")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: FBT001, FBT002 (PyYAML's signature)
        names = set()
        for key, _ in node.value:
            name = str(key.value)
            if key.tag == "tag:yaml.org,2002:merge":
                raise yaml.YAMLError("a merge, which not every reader knows")
            if name in names:
                raise yaml.YAMLError(f"the key {name[:100]!r} twice in one mapping")
            names.add(name)
        return super().construct_mapping(node, deep=deep)


# A date stays the text that it is in ISO 8601.
_PlainLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def parse_yaml(text: str) -> object:
    """Return the content of a YAML document, or ValueError."""
    if text.startswith("\ufeff"):
        raise ValueError("a byte order mark")
    if len(text) > LARGEST_YAML:
        raise ValueError(f"{len(text):,} characters; at most {LARGEST_YAML:,} are read")
    try:
        return yaml.load(text, _PlainLoader)  # noqa: S506 (it loads plain values only)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None
    except (LookupError, TypeError, AttributeError, OverflowError):
        # PyYAML lets these out where an explicit tag (`!!int ""`) does not fit its value.
        raise ValueError("a value that does not fit its tag") from None


def items_of(value: object) -> Sequence[object]:
    """Return a value where it is a list; else an empty one."""
    return value if isinstance(value, list) else ()


def entry(content: object, key: str) -> object:
    """Return what an object has under a key; None where it is no object."""
    return content.get(key) if isinstance(content, dict) else None
