"""Urls of this room."""

from django.urls import path

from cxm.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.entry_list, name="list"),
    path("retry/", views.retry, name="retry"),
    path("about/<str:label>/<int:pk>/", views.about, name="about"),
]
