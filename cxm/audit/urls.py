"""Urls of this room."""

app_name = "audit"
urlpatterns: list[object] = []
