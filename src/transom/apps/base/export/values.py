"""One value of a row, to JSON and back. What comes in is checked: a file may say anything."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

MINE = "me"


def encode(field: models.Field[Any, Any], value: Any) -> Any:
    """A value of a column as JSON: times in ISO 8601, bytes in base64."""
    if isinstance(value, memoryview | bytes | bytearray):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def decode(field: models.Field[Any, Any], raw: Any) -> Any:
    """The value of a column from JSON. Raises ValueError that says what is wrong with it."""
    if raw is None:
        if not field.null:
            raise ValueError("is missing")
        return None
    value = _convert(field, raw)
    _refuse_odd_text(value)
    if field.choices and value not in {choice for choice, _words in field.flatchoices}:
        raise ValueError(f"cannot be {str(raw)[:60]!r}")
    try:
        field.run_validators(value)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from error
    return value


def _convert(field: models.Field[Any, Any], raw: Any) -> Any:
    if isinstance(field, models.JSONField):
        return raw
    if not isinstance(raw, str | int | float):
        raise ValueError("is no single value")
    if isinstance(field, models.BinaryField):
        return _bytes(raw)
    if isinstance(field, models.CharField | models.TextField) and not isinstance(raw, str):
        raise ValueError("is no text")
    try:
        value = field.to_python(raw)
    except (ValidationError, OverflowError) as error:
        raise ValueError(f"cannot be {str(raw)[:60]!r}") from error
    if isinstance(value, datetime) and timezone.is_naive(value):
        raise ValueError("is a time without its zone")
    return value


def _bytes(raw: Any) -> bytes:
    try:
        return base64.b64decode(str(raw), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not base64") from error


def _refuse_odd_text(value: Any) -> None:
    """What no database takes: NUL characters and halves of characters, however deep inside."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("holds a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError("holds half a character") from error
    elif isinstance(value, dict):
        for key, inner in value.items():
            _refuse_odd_text(key)
            _refuse_odd_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_odd_text(inner)
