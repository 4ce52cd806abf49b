from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "transom.apps.conversations"
    label = "conversations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from transom.apps.conversations.keeping import prepare_events
        from transom.apps.library.store.keepers import keep_with_batches

        keep_with_batches(prepare_events)
