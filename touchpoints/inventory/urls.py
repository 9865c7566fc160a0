"""Urls of this room."""

app_name = "inventory"
urlpatterns: list[object] = []
