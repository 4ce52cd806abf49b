from django.apps import AppConfig


class BriefConfig(AppConfig):
    name = "transom.apps.brief"
    label = "brief"
    default_auto_field = "django.db.models.BigAutoField"
