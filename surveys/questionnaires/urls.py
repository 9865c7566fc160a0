"""Urls of this room."""

from django.urls import path

from surveys.questionnaires.views import mine, paper, preview, results, waves

app_name = "questionnaires"
urlpatterns = [
    path("mine/", mine.mine, name="mine"),
    path("mine/<int:pk>/open/", mine.mine_open, name="mine_open"),
    path("versions/<int:pk>/preview/", preview.preview, name="preview"),
    path("waves/<int:pk>/paper/", paper.paper, name="paper"),
    # Waves and their results
    path("waves/", waves.waves, name="waves"),
    path("waves/new/", waves.wave_new, name="wave_new"),
    path("waves/<int:pk>/", waves.wave, name="wave"),
    path("waves/<int:pk>/edit/", waves.wave_edit, name="wave_edit"),
    path("waves/<int:pk>/open/", waves.wave_open, name="wave_open"),
    path("waves/<int:pk>/close/", waves.wave_close, name="wave_close"),
    path("waves/<int:pk>/remind/", waves.wave_remind, name="wave_remind"),
    path("waves/<int:pk>/link/", waves.wave_link, name="wave_link"),
    path("waves/<int:pk>/results/", results.results, name="results"),
    path("waves/<int:pk>/results/compare/", results.compare, name="results_compare"),
    path("waves/<int:pk>/results/trend/<slug:code>/", results.trend, name="results_trend"),
    path("waves/<int:pk>/results/export/<str:ending>/", results.export, name="results_export"),
]
