"""Every page on the demo company: at most 12 queries, none of them by accident (a row that fetches something alone).

Pages come whole, as the part that htmx asks for, filtered, sorted and with all columns; those of KPIs in each shape
and split.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import FETCH_RAISE, query
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cxm.accounts.models import User
from cxm.imports.models import ImportRun
from cxm.kit.lists import ListPage
from cxm.pages import HELP
from surveys.assessment.views import files
from surveys.training.views import certificates
from tests.house.rights import DONE_BY_POST, LEADS_ON
from touchpoints.dashboards import views as dashboards
from touchpoints.inventory.groups import GROUPS
from touchpoints.inventory.models import Touchpoint
from touchpoints.kpis.choices import Grain, Shape, Split
from touchpoints.kpis.models import KpiDefinition
from touchpoints.kpis.periods import Period

pytestmark = pytest.mark.django_db

QUERIES = 12
WHOLE_LIST = {"inventory:export"}
"""Written once: more queries than a page, but the same for any number of rows."""
HTMX = {"HX-Request": "true"}


@pytest.fixture
def everybody(loaded: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody who may do everything; a row that fetches something by itself is an error."""
    monkeypatch.setattr(query, "DEFAULT_FETCH_MODE", FETCH_RAISE)
    client = Client(raise_request_exception=False)
    client.force_login(loaded)
    return client


@pytest.fixture
def thin_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sponsor's PDF takes seconds, and is held to its queries with the page."""
    monkeypatch.setattr(files, "report_paper", lambda user, wave: b"%PDF")
    monkeypatch.setattr(dashboards, "sponsor_paper", lambda user, asked: (Period.parse("2026-Q2"), b"%PDF"))
    monkeypatch.setattr(certificates, "paper", lambda certificate: b"%PDF")


def look(client: Client, url: str, **headers: str) -> tuple[HttpResponse, str]:
    """The answer, and what is wrong with it; nothing if it is a page of few queries."""
    with CaptureQueriesContext(connection) as queries:
        response: Any = client.get(url, headers=headers)
    if response.status_code != 200:
        return response, f"{url}: {response.status_code} {getattr(response, 'exc_info', '')}"
    asked = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
    return response, f"{url}: {len(asked)} queries" if len(asked) > QUERIES else ""


def test_every_address_but_those_written_down_is_a_page_of_few_queries(
    everybody: Client, urls: dict[str, str]
) -> None:
    other, wrong = set(), []
    for name, url in urls.items():
        response, fault = look(everybody, url)
        if response.status_code != 200:
            other.add(name)
        elif fault and name not in WHOLE_LIST:
            wrong.append(fault)
    assert wrong == []
    assert other == DONE_BY_POST | set(LEADS_ON)


def test_parts_for_htmx_cost_no_more(everybody: Client, urls: dict[str, str], thin_paper: None) -> None:
    parts = [url for name, url in urls.items() if name not in DONE_BY_POST | set(LEADS_ON) | WHOLE_LIST]
    assert [fault for url in parts if (fault := look(everybody, url, **HTMX)[1])] == []


def ways(page: ListPage[Any]) -> Iterator[str]:
    """Query strings: searched, all columns, each order, each filter with its last choice, all filters at once."""
    yield "q=a"
    yield "&".join(f"cols={column.key}" for column in page.columns)
    yield from (f"sort=-{column.key}" for column in page.columns if column.sort is not None)
    if page.filter is None:
        return
    chosen = []
    for name, field in page.filter.form.fields.items():
        last = [str(value) for value, _label in getattr(field, "choices", []) if str(value)][-1:]
        chosen += [f"{name}={value}" for value in last]
    yield from chosen
    yield "&".join(chosen)


def test_lists_cost_no_more_filtered_sorted_and_with_all_columns(
    everybody: Client, urls: dict[str, str], thin_paper: None
) -> None:
    seen, wrong = Counter[str](), []
    for name, url in urls.items():
        response: Any = everybody.get(url) if name not in DONE_BY_POST else None
        page = response.context.get("list") if response is not None and response.context else None
        if not isinstance(page, ListPage):
            continue
        for way in ways(page):
            seen[name] += 1
            wrong.append(look(everybody, f"{url}?{way}")[1])
    assert [fault for fault in wrong if fault] == []
    assert len(seen) >= 15
    assert seen["inventory:list"] > 10


def test_a_kpi_costs_no_more_in_any_shape_and_split(everybody: Client) -> None:
    wrong, shapes = [], set()
    for shape in Shape:
        found = KpiDefinition.objects.shown().filter(shape=shape).first()
        if found is None:
            continue
        shapes.add(shape)
        url = found.get_absolute_url()
        wrong += [look(everybody, f"{url}?split={split}")[1] for split in Split]
        wrong += [look(everybody, f"{url}?grain={grain}")[1] for grain in Grain]
    assert [fault for fault in wrong if fault] == []
    assert len(shapes) >= 6


def test_every_group_stage_and_help_page_costs_no_more(everybody: Client) -> None:
    touchpoint = Touchpoint.objects.latest("pk")
    urls = [f"{touchpoint.get_absolute_url()}edit/{code}/" for code in GROUPS]
    urls += [f"/help/{topic}/" for topic in HELP]
    urls += [f"{run.get_absolute_url()}" for run in ImportRun.objects.exclude(state="uploaded")]
    urls += [
        f"{run.get_absolute_url()}columns/"
        for run in ImportRun.objects.filter(state__in=["uploaded", "ready"])
    ]
    assert [fault for url in urls if (fault := look(everybody, url)[1])] == []
