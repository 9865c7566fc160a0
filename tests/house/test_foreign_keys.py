"""No table points upward: the linter of imports cannot see `ForeignKey("complaints.Complaint")`, this test can."""

from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.db import models

from tests.house.layers import rank


def upward_keys(found: Iterable[type[models.Model]]) -> list[str]:
    """Foreign keys from a lower room to a higher one. The user model is known to all, as Django has it."""
    wrong = []
    for model in found:
        own = rank(model.__module__)
        for field in model._meta.get_fields():
            target = field.related_model if isinstance(field, models.Field) else None
            if own is None or not isinstance(target, type) or target._meta.label == settings.AUTH_USER_MODEL:
                continue
            other = rank(target.__module__)
            if other is not None and other > own:
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    return wrong


def test_no_foreign_key_points_upward() -> None:
    assert upward_keys(apps.get_models(include_auto_created=True)) == []


def test_a_planted_upward_key_is_found() -> None:
    class Planted(models.Model):
        touchpoint = models.ForeignKey("inventory.Touchpoint", models.CASCADE)

        class Meta:
            app_label = "organisation"

        def __str__(self) -> str:
            return "planted"

    try:
        Planted.__module__ = "cxm.organisation.models"
        assert upward_keys([Planted]) == ["organisation.Planted.touchpoint -> inventory.Touchpoint"]
    finally:
        del apps.all_models["organisation"]["planted"]
        apps.clear_cache()
