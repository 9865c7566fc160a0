"""Urls of this room."""

from django.urls import path

from surveys.questionnaires.views import mine, paper, preview

app_name = "questionnaires"
urlpatterns = [
    path("mine/", mine.mine, name="mine"),
    path("mine/<int:pk>/open/", mine.mine_open, name="mine_open"),
    path("versions/<int:pk>/preview/", preview.preview, name="preview"),
    path("waves/<int:pk>/paper/", paper.paper, name="paper"),
]
