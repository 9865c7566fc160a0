"""Urls of this room."""

from django.urls import path

from touchpoints.kpis.views import managing, reading

app_name = "kpis"
urlpatterns = [
    # Reading
    path("", reading.kpi_list, name="list"),
    path("measurements/", reading.measurement_list, name="measurements"),
    path("measurements/import/", reading.import_measurements, name="import"),
    path("measurements/<int:pk>/", reading.row, name="row"),
    path("alarms/", reading.alarm_list, name="alarms"),
    path("alarms/<int:pk>/", reading.alarm, name="alarm"),
    path("<int:pk>/", reading.kpi, name="kpi"),
    path("at-touchpoint/<int:pk>/", reading.touchpoint_panel, name="touchpoint_panel"),
    # Managing
    path("new/", managing.kpi_new, name="new"),
    path("show/", managing.show, name="show"),
    path("hide/", managing.hide, name="hide"),
    path("headlines/add/", managing.headline_add, name="headline_add"),
    path("headlines/remove/", managing.headline_remove, name="headline_remove"),
    path("<int:pk>/edit/", managing.kpi_edit, name="edit"),
    path("<int:pk>/version/", managing.version_new, name="version"),
    path("versions/<int:pk>/edit/", managing.version_edit, name="version_edit"),
    path("versions/<int:pk>/remove/", managing.version_remove, name="version_remove"),
    path("<int:pk>/target/", managing.target_new, name="target"),
    path("targets/<int:pk>/edit/", managing.target_edit, name="target_edit"),
    path("targets/<int:pk>/remove/", managing.target_remove, name="target_remove"),
    path("targets/<int:pk>/end/", managing.target_end, name="target_end"),
    path("<int:pk>/note/", managing.note_new, name="note"),
    path("<int:pk>/note/<int:note>/remove/", managing.note_remove, name="note_remove"),
    path("<int:pk>/measurement/", managing.measurement_new, name="measurement"),
    path("measurements/<int:pk>/remove/", managing.row_remove, name="row_remove"),
    path("alarms/<int:pk>/look/", managing.alarm_look, name="alarm_look"),
    path("alarms/<int:pk>/close/", managing.alarm_close, name="alarm_close"),
]
