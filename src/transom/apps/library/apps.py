from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LibraryConfig(AppConfig):
    name = "transom.apps.library"
    label = "library"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from transom.apps.library.search.schema import after_migrate

        post_migrate.connect(after_migrate, sender=self, dispatch_uid="library.search")
