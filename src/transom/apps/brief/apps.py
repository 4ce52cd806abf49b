from django.apps import AppConfig


class BriefConfig(AppConfig):
    name = "transom.apps.brief"
    label = "brief"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from transom.apps.brief.candidates.interests import job_of
        from transom.apps.people.discovery import describe_job_by

        describe_job_by(job_of)
