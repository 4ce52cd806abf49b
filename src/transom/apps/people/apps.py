from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "transom.apps.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from transom.apps.library.store.withheld import withhold_by
        from transom.apps.people.suppressing import suppressed

        withhold_by(suppressed)
