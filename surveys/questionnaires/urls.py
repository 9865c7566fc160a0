"""Urls of this room."""

from django.urls import path

from surveys.questionnaires.views import (
    editing,
    files,
    listing,
    mine,
    paper,
    preview,
    publishing,
    results,
    waves,
)

app_name = "questionnaires"
urlpatterns = [
    path("", listing.questionnaires, name="list"),
    path("new/", listing.new, name="new"),
    path("import/", files.read_file, name="import"),
    path("<int:pk>/", listing.questionnaire, name="questionnaire"),
    path("<int:pk>/change/", listing.change, name="change"),
    path("<int:pk>/archive/", listing.archive, name="archive"),
    path("<int:pk>/draft/", listing.draft, name="draft"),
    path("<int:pk>/retire/", listing.retire, name="retire"),
    path("<int:pk>/versions/<int:number>/", listing.version, name="version"),
    path("versions/<int:pk>/edit/", editing.edit, name="edit"),
    path("versions/<int:pk>/head/", editing.head, name="head"),
    path("versions/<int:pk>/add/", editing.question_add, name="question_add"),
    path("versions/<int:pk>/move/", editing.move, name="move"),
    path("versions/<int:pk>/undo/", editing.undo, name="undo"),
    path("versions/<int:pk>/publish/", publishing.publish, name="publish"),
    path("versions/<int:pk>/discard/", publishing.discard, name="discard"),
    path("versions/<int:pk>/file/", files.file, name="file"),
    path("versions/<int:pk>/preview/", preview.preview, name="preview"),
    path("questions/<int:pk>/", editing.question, name="question"),
    path("questions/<int:pk>/duplicate/", editing.duplicate, name="duplicate"),
    path("questions/<int:pk>/remove/", editing.remove, name="remove"),
    path("mine/", mine.mine, name="mine"),
    path("mine/<int:pk>/open/", mine.mine_open, name="mine_open"),
    path("waves/<int:pk>/paper/", paper.paper, name="paper"),
    # Waves and their results
    path("waves/", waves.waves, name="waves"),
    path("waves/new/", waves.wave_new, name="wave_new"),
    path("waves/<int:pk>/", waves.wave, name="wave"),
    path("waves/<int:pk>/edit/", waves.wave_edit, name="wave_edit"),
    path("waves/<int:pk>/open/", waves.wave_open, name="wave_open"),
    path("waves/<int:pk>/customers/", waves.wave_customers, name="wave_customers"),
    path("waves/<int:pk>/close/", waves.wave_close, name="wave_close"),
    path("waves/<int:pk>/remind/", waves.wave_remind, name="wave_remind"),
    path("waves/<int:pk>/link/", waves.wave_link, name="wave_link"),
    path("waves/<int:pk>/results/", results.results, name="results"),
    path("waves/<int:pk>/results/compare/", results.compare, name="results_compare"),
    path("waves/<int:pk>/results/trend/<slug:code>/", results.trend, name="results_trend"),
    path("waves/<int:pk>/results/export/<str:ending>/", results.export, name="results_export"),
]
