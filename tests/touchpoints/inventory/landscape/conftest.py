"""What is said outside of a request is compared in English."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The language of messages."""
    with override("en"):
        yield
