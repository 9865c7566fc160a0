"""For the tests of these rooms."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
import time_machine
from django.utils import timezone

NOON = datetime.combine(timezone.localdate(), time(11), UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The clock begins at noon: many tests count days from today, and none of them may see midnight pass."""
    with time_machine.travel(NOON):
        yield
