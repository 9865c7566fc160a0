"""The sponsor's page: flat over the number of measurements, and not much dearer than an empty page of this app."""

from functools import cache, partial
from typing import Any

from django.http import HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.urls import path, reverse

from cxm import urls as house
from cxm.kit.access import Role, requires
from cxm.kit.http import CxmRequest
from tests.bench.clock import compare
from tests.bench.inventory import add, found, tidy
from tests.bench.measurements import fill
from tests.bench.report import Report
from tests.bench.twin import copied
from touchpoints.dashboards.board import boards
from touchpoints.dashboards.permissions import VIEW
from touchpoints.kpis import rollup

TOUCHPOINTS = 90
FEW, SOME, MANY = 10_000, 1_000_000, 10_000_000
ROUNDS = 21


def run(report: Report) -> None:
    """The page over few and over many measurements, and against an empty one."""
    user = found("Sofia Sander")
    user.roles = [Role.SPONSOR]
    user.save()
    client = Client()
    client.force_login(user)
    add(user, 1, TOUCHPOINTS)
    fill(1, FEW)
    tidy()
    many = SOME if report.small else MANY
    page = partial(opened, client, reverse("dashboards:sponsor"))
    with copied() as twin:
        fill(FEW + 1, many)
        tidy()
        if any(drift := rollup.drift().values()):
            raise AssertionError(f"sums are not exact: {drift}")
        fresh = partial(opened, client, reverse("dashboards:sponsor"), anew=True)
        pair = compare(fresh, twin.seen_by(fresh), rounds=ROUNDS, clock=twin.clock)
        name = "sponsor page over {:,} measurements against " + f"{FEW:,}"
        report.pair(name.format(many), pair, most=1.2)
        if many < MANY:
            report.unmeasured(name.format(MANY))
        with override_settings(ROOT_URLCONF=__name__):
            empty_page = partial(opened, client, reverse("empty"))
            pair = compare(page, empty_page, rounds=ROUNDS)
            first = compare(fresh, empty_page, rounds=ROUNDS)
        report.pair(f"sponsor page over {many:,} measurements against an empty page", pair, most=3)
        report.pair("the same where something has happened since it was opened last", first)
        nothing = partial(opened, client, reverse("kpis:alarms"))
        report.pair("the same against a list without rows", compare(fresh, nothing))


@requires(VIEW)
def empty(request: CxmRequest) -> HttpResponse:
    """What surrounds every page, around nothing."""
    return HttpResponse(frame().render({}, request))


@cache
def frame() -> Any:
    """The template of a page without content."""
    return engines["django"].from_string("{% extends 'base.html' %}")


urlpatterns = [path("empty/", empty, name="empty"), *house.urlpatterns]


def opened(client: Client, url: str, *, anew: bool = False) -> None:
    """As a browser asks for it; `anew` as if something had happened since."""
    if anew:
        boards.clear()
    assert client.get(url).status_code == 200
