"""Urls of this room."""

from django.urls import path

from touchpoints.dashboards import views

app_name = "dashboards"
urlpatterns = [
    # The sponsor's page
    path("", views.sponsor, name="sponsor"),
    path("sponsor.pdf", views.sponsor_pdf, name="sponsor_pdf"),
    path("report/", views.report, name="report"),
    # What is asked of him
    path("decisions/", views.decision_list, name="decisions"),
    path("decisions/new/", views.decision_new, name="decision_new"),
    path("decisions/<int:pk>/answer/", views.decision_answer, name="decision_answer"),
    path("decisions/<int:pk>/withdraw/", views.decision_withdraw, name="decision_withdraw"),
    # The phases
    path("phases/", views.phase_list, name="phases"),
    path("phases/<slug:code>/", views.phase, name="phase"),
]
