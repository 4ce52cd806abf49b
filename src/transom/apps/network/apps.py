from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "transom.apps.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from transom.apps.network.selectors import chosen_by
        from transom.apps.people.standing import choose_by

        choose_by(chosen_by)
