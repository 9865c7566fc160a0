"""The demo's inventory: no group of fields looks empty, and it is the same whenever it is made on a day."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from touchpoints.inventory.choices import Maturity, Status
from touchpoints.inventory.models import Touchpoint

pytestmark = pytest.mark.django_db
FILLED = {
    "customer_questions": 40,
    "audience": 40,
    "opening_hours": 40,
    "data_shown": 30,
    "data_captured": 30,
    "risks": 30,
    "process_url": 30,
    "evidence_note": 20,
}
"""At how many of the ninety touchpoints at least a field is filled."""


def made() -> list[Any]:
    """All fields of all touchpoints of a new demo, but for ids and moments."""
    call_command("demo", verbosity=0)
    names = [*FILLED, "trained_on", "maturity", "completeness", "evidence"]
    return list(
        Touchpoint.objects.order_by("name", "hands_over_to__name").values_list(
            "name", *names, "hands_over_to__name"
        )
    )


def test_every_group_has_something_to_read() -> None:
    first: list[Any] = []
    with transaction.atomic():
        first = made()
        transaction.set_rollback(True)
    assert made() == first
    for name, least in FILLED.items():
        assert Touchpoint.objects.exclude(**{name: ""}).count() >= least, name
        assert Touchpoint.objects.filter(**{name: ""}).exists(), name  # and something is left to do
    assert Touchpoint.objects.exclude(hands_over_to=None).distinct().count() >= 20
    days = [day for day in Touchpoint.objects.values_list("trained_on", flat=True) if day]
    assert len(days) >= 25
    assert (max(days) - min(days)).days > 150
    steps = set(Touchpoint.objects.filter(status=Status.ACTIVE).values_list("maturity", flat=True))
    assert len(steps) >= 4
    assert Maturity.TRAINED in steps or Maturity.MEASURED in steps
