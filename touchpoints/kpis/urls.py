"""Urls of this room."""

app_name = "kpis"
urlpatterns: list[object] = []
