from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "transom.interfaces.web"
    label = "web"
