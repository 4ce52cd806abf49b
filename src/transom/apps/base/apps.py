from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class BaseConfig(AppConfig):
    name = "transom.apps.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(_prepare, dispatch_uid="transom.base")


def _prepare(connection: Any, **_: Any) -> None:
    # Only now, since most of what Django starts for needs no numpy.
    if connection.vendor == "sqlite":
        from transom.apps.base.numbers import on_connection  # noqa: PLC0415

        on_connection(connection)
