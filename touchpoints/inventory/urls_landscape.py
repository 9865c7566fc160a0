"""Urls of what touchpoints stand on, and of the map of all of them; included by `urls.py`."""

from django.urls import path

from touchpoints.inventory.views import phases

urlpatterns = [
    path("phases/", phases.phase_models, name="phase_models"),
    path("phases/new/", phases.phase_model_new, name="phase_model_new"),
    path("phases/<int:pk>/", phases.phase_model, name="phase_model"),
    path("phases/<int:pk>/edit/", phases.phase_model_edit, name="phase_model_edit"),
    path("phases/<int:pk>/delete/", phases.phase_model_delete, name="phase_model_delete"),
    path("phases/<int:pk>/add/", phases.phase_add, name="phase_add"),
    path("phases/<int:pk>/order/", phases.phase_order, name="phase_order"),
    path("phases/phase/<int:pk>/edit/", phases.phase_edit, name="phase_edit"),
    path("phases/phase/<int:pk>/remove/", phases.phase_remove, name="phase_remove"),
]
