"""YAML from outside to plain values, within bounds."""

from __future__ import annotations

from typing import Any

import yaml

DEEPEST, MOST = 40, 400_000
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotReadableError(ValueError):
    """It is no YAML, or YAML that nobody needs for a list of groups."""


def read(text: str) -> Any:
    """The document's values. Raises NotReadableError."""
    try:
        _check(text)
        return yaml.load(text, Loader=Loader)  # noqa: S506  the safe loader
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        raise NotReadableError(str(error)[:200]) from error


def _check(text: str) -> None:
    """References make a small file immense, and depth exhausts the stack: events tell before anything is built."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=Loader)):
        if isinstance(event, yaml.AliasEvent):
            raise NotReadableError("it refers to itself")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or number > MOST:
            raise NotReadableError("it is too deep or too long")
