"""Urls of this room."""

from django.urls import include, path

app_name = "inventory"
urlpatterns = [
    path("", include("touchpoints.inventory.urls_landscape")),
]
