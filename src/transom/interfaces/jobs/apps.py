from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "transom.interfaces.jobs"
    label = "jobs"
