"""All rows of one user with every field, to compare before and after."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from transom.apps.accounts.models import User
from transom.apps.base.export.collecting import rows_of
from transom.apps.base.export.registry import Table, tables, to_user


def everything_of(user: User) -> dict[str, list[dict[str, Any]]]:
    """All exported rows by table; keys of other rows are told by what those rows say."""
    keys = rows_of(user)
    return {one.label: sorted(_rows(one, keys[one.label], user), key=str) for one in tables()}


def _rows(one: Table, keys: set[Any], user: User) -> list[dict[str, Any]]:
    return [_told(one, row, user) for row in one.model._base_manager.filter(pk__in=keys)]


def _told(one: Table, row: models.Model, user: User) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for column in one.concrete:
        value = getattr(row, column.attname)
        if to_user(column):
            told[column.name] = value == user.pk
        elif isinstance(column, models.ForeignKey):
            told[column.name] = _name(getattr(row, column.name))
        elif column.name in one.mentions:
            told[column.name] = one.mentions[column.name].moved(value, _by_its_name)
        elif not isinstance(column, models.AutoField | models.BigAutoField):
            told[column.name] = bytes(value) if isinstance(value, memoryview) else value
    for field in one.many:
        told[field.name] = sorted(_name(other) for other in getattr(row, field.name).all())
    return told


def _by_its_name(label: str, key: Any) -> str:
    return _name(apps.get_model(label)._base_manager.get(pk=key))


def _name(row: models.Model | None) -> str:
    """What tells a row from others of its table, without keys that a database counts."""
    if row is None:
        return ""
    columns = [column for column in row._meta.concrete_fields if not column.is_relation]
    counted = (models.AutoField, models.BigAutoField)
    return str([getattr(row, column.name) for column in columns if not isinstance(column, counted)])
