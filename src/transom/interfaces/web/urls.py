"""Addresses of the screens."""

from django.urls import URLPattern

app_name = "web"
urlpatterns: list[URLPattern] = []
