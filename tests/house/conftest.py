"""What the tests of the whole app share: the demo company, loaded once for each file."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from cxm.accounts.models import User
from tests.house import company
from tests.house.addresses import PAGES


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[User]:
    """The demo company for all tests of a file, and somebody who may do everything there; gone after them."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), company.on_that_day(media), transaction.atomic():
        yield company.load()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def urls(loaded: User) -> dict[str, str]:
    """Name of each page that asks for a right, and its address."""
    return {one.name: one.url for one in PAGES}
