"""For the tests of this room."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def english() -> Iterator[None]:
    """Messages of actions are compared in English."""
    with translation.override("en"):
        yield
