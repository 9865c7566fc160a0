"""Urls of this room."""

from django.urls import path

from cxm.imports.views import entry, files, preview, work

app_name = "imports"
urlpatterns = [
    path("", entry.run_list, name="list"),
    # the way in
    path("new/<slug:code>/", entry.upload, name="upload"),
    path("new/<slug:code>/template.xlsx", files.template, name="template"),
    path("<int:pk>/columns/", entry.columns, name="columns"),
    path("<int:pk>/reading/", entry.read_again, name="read_again"),
    # one import
    path("<int:pk>/", preview.run_page, name="run"),
    path("<int:pk>/rows/<int:number>/", preview.row, name="row"),
    path("<int:pk>/rows/<int:number>/<slug:code>/", preview.cell, name="cell"),
    path("<int:pk>/words/", preview.words, name="words"),
    # the work
    path("<int:pk>/start/", work.start, name="start"),
    path("<int:pk>/skip-wrong/", work.skip_wrong, name="skip_wrong"),
    path("<int:pk>/progress/", work.progress, name="progress"),
    path("<int:pk>/undo/", work.undo, name="undo"),
    path("<int:pk>/discard/", work.discard, name="discard"),
    path("<int:pk>/retry/", work.retry, name="retry"),
    # files
    path("<int:pk>/wrong-rows.<str:ending>", files.errors, name="errors"),
    path("<int:pk>/file/", files.original, name="original"),
]
