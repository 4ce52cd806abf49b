from django.apps import AppConfig
from django.db.backends.signals import connection_created


class BaseConfig(AppConfig):
    name = "transom.apps.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from transom.apps.base.fingerprints import teach  # noqa: PLC0415

        connection_created.connect(teach, dispatch_uid="transom.base.fingerprints")
