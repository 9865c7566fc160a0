"""Small makers with keyword overrides; each makes one valid thing."""

from itertools import count
from typing import Any

from cxm.organisation.models import Person
from touchpoints.inventory.models import Touchpoint

_number = count(1)


def make_person(*, name: str = "", **fields: Any) -> Person:
    """Somebody without an account."""
    return Person.objects.create(name=name or f"Person {next(_number)}", **fields)


def make_touchpoint(*, name: str = "", **fields: Any) -> Touchpoint:
    """A touchpoint with nothing but a name."""
    touchpoint = Touchpoint.objects.create(name=name or f"Touchpoint {next(_number)}", **fields)
    touchpoint.refresh_from_db()  # generated columns
    return touchpoint
