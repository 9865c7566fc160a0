"""For the tests of this room."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
import time_machine

from tests.touchpoints.dashboards.figures import TODAY
from tests.touchpoints.inventory import people


@pytest.fixture(autouse=True)
def summer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """It is always the same day in August: what the pages show does not hang on when the tests run."""
    monkeypatch.setattr(people, "TODAY", TODAY)
    with time_machine.travel(datetime.combine(TODAY, time(11), UTC)):
        yield
