"""Where a text stands in the database: every text column of every model, so that none slips by."""

from __future__ import annotations

from django.apps import apps
from django.db import models

TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def columns_with(text: str) -> set[str]:
    """The columns in which a text stands, as `app.Model.field`; case does not matter."""
    found = set()
    for model in apps.get_models():
        names = [one.attname for one in model._meta.concrete_fields if isinstance(one, TEXTS)]
        for row in model._base_manager.values(*names) if names else ():
            found |= {
                f"{model._meta.label}.{name}"
                for name, value in row.items()
                if text.casefold() in _said(value)
            }
    return found


def _said(value: object) -> str:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("utf-8", "replace").casefold()
    return str(value).casefold()
