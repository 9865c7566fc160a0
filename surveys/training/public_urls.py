"""The address on every certificate: short, since it is typed from paper."""

from django.urls import path

from surveys.training.views.certificates import verify

urlpatterns = [path("certificates/<uuid:pk>/", verify, name="certificate")]
