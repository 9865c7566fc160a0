"""No page of figures asks the database more than twelve times, and more data ask no more."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis.actions import add_note, measure, raise_alarms, set_target, start_version
from touchpoints.kpis.choices import Shape
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import Alarm, KpiDefinition, Measurement, Segment

D = Decimal
QUERIES = 12
START = date(2026, 1, 1)
LATER = "2026-06-02 10:00+00:00"

pytestmark = pytest.mark.django_db


def crowd(user: User, kpis: int, places: int, days: int) -> None:
    """KPIs with targets, notes and versions, measured at so many more touchpoints and segments, and their alarms."""
    phases, channels = list(Phase.objects.default()), list(Channel.objects.all())
    segment = Segment.objects.create(code=f"s{places}", name=f"Kundengruppe {places}")
    spots = [
        make_touchpoint(phase=phases[number % 7], channel=channels[number % len(channels)])
        for number in range(places)
    ]
    measured = KpiDefinition.objects.filter(shape__in=(Shape.NPS, Shape.TOP_BOX, Shape.MEAN)).order_by("pk")
    for kpi in measured[:kpis]:
        facts = [
            Fact(
                kpi=kpi, day=START + timedelta(days=day), given=Given(value=D(1 + day % 5)), source="test",
                touchpoint=spot, segment=segment, external_id=f"{spot.pk} {day}",
            )
            for spot in spots
            for day in range(days)
        ]  # fmt: skip
        measure(facts=facts, actor=None)
        set_target(kpi=kpi, value=D(5), since=START + timedelta(days=places), actor=user)
        add_note(actor=user, kpi=kpi, day=START, text=f"Messe {places}")
        start_version(
            actor=user,
            kpi=kpi,
            valid_from=START + timedelta(days=places),
            note="Neu",
            formula=f"a / {places}",
        )
    raise_alarms(at=date(2027, 1, 1))


def urls() -> list[str]:
    """Every page of this room that reads."""
    place, row, alarm = (
        Touchpoint.objects.earliest("pk"),
        Measurement.objects.earliest("pk"),
        Alarm.objects.earliest("pk"),
    )
    kpi = reverse("kpis:kpi", args=[row.kpi_id])
    names = ("list", "measurements", "alarms", "import")
    return [
        *(reverse(f"kpis:{name}") for name in names),
        f"{reverse('kpis:measurements')}?kpi={row.kpi_id}",
        kpi,
        *(f"{kpi}?split={split}" for split in ("phase", "channel", "touchpoint", "segment")),
        reverse("kpis:row", args=[row.pk]),
        reverse("kpis:alarm", args=[alarm.pk]),
        reverse("kpis:edit", args=[row.kpi_id]),
        reverse("kpis:touchpoint_panel", args=[place.pk]),
    ]


def asked(client: Client, url: str) -> int:
    """How often the page asks the database."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url, follow=True).status_code == 200
    return len(queries)


def test_no_page_asks_more_than_twelve_times_and_more_data_asks_no_more(mia: User) -> None:
    with time_machine.travel(LATER, tick=False):
        client = signed_in(mia)
        crowd(mia, kpis=1, places=1, days=8)
        found = urls()
        few = {url: asked(client, url) for url in found}
        assert {url: count for url, count in few.items() if count > QUERIES} == {}
        crowd(mia, kpis=6, places=60, days=20)
        many = {url: asked(client, url) for url in found}
        assert {url: (few[url], count) for url, count in many.items() if count > few[url]} == {}
        assert Alarm.objects.count() > 1
