from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_delete, post_migrate


class LibraryConfig(AppConfig):
    name = "transom.apps.library"
    label = "library"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from transom.apps.library.media import forget_all_media
        from transom.apps.library.search.schema import after_migrate

        post_migrate.connect(after_migrate, sender=self, dispatch_uid="library.search")
        post_delete.connect(forget_all_media, sender=settings.AUTH_USER_MODEL, dispatch_uid="library.media")
