"""Every page on the demo company: at most 12 queries, none of them by accident (a row that fetches something alone)."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import FETCH_RAISE, query
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cxm.accounts.models import User
from cxm.kit.access import Role
from tests.house.test_every_url import GUARDED, filled

QUERIES = 12
FILES = {
    "inventory:export"
}  # a list of everything, written once: more than a page, but the same for any number of rows


@pytest.fixture
def everybody(db: None) -> Client:
    """The demo company, seen by somebody who may do everything."""
    call_command("demo", verbosity=0)
    user = User.objects.get(email__startswith="mia@")
    user.roles = [*Role]
    user.save()
    client = Client()
    client.force_login(user)
    return client


def test_no_page_asks_the_database_more_than_twelve_times(everybody: Client) -> None:
    many = []
    for name, pattern in GUARDED:
        url = filled(name, pattern)
        with CaptureQueriesContext(connection) as queries:
            code = everybody.get(url).status_code
        asked = [q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
        if code == 200 and len(asked) > QUERIES and name not in FILES:
            many.append((name, len(asked)))
    assert many == []


def test_no_row_fetches_something_by_itself(everybody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "DEFAULT_FETCH_MODE", FETCH_RAISE)
    everybody.raise_request_exception = False
    broken = []
    for name, pattern in GUARDED:
        response = everybody.get(filled(name, pattern))
        if response.status_code == 500:
            broken.append((name, str(getattr(response, "exc_info", "?"))))
    assert broken == []
