"""JSON-LD of a page: the objects that stand in it, as plain values."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from transom.engine.parse.bodies import Element

MOST_SCRIPT = 500_000
MOST_NODES = 2000
_WRAPPED = re.compile(
    r"^\s*(?:/\*\s*)?<!(?:--|\[CDATA\[)(?:\s*\*/)?|(?:/\*\s*)?(?:--|\]\])>(?:\s*\*/)?\s*;?\s*$"
)


def linked_data(
    root: Element, inside: tuple[str, ...] = ("@graph", "mainEntity")
) -> Iterator[Mapping[str, Any]]:
    """Every object of the page's JSON-LD, outer ones first, within a limit; `inside` names what is looked into."""
    waiting: list[Any] = []
    for element in root.iter("script"):
        if "ld+json" in (element.get("type") or "").lower() and len(element.text or "") < MOST_SCRIPT:
            try:
                waiting.append(json.loads(_WRAPPED.sub("", element.text or ""), strict=False))
            except (ValueError, RecursionError):
                continue
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            yield node
            waiting += [value for key in inside if (value := node.get(key))]
