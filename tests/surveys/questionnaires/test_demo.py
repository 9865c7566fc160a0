"""The demo's survey of customers: a closed wave with results, comments and figures, and an open one with a link."""

from datetime import date

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse

from cxm.accounts.models import User
from cxm.notices.models import OutgoingMail
from surveys.questionnaires import demo
from surveys.questionnaires.choices import Step, Turnout
from surveys.questionnaires.models import Wave
from surveys.questionnaires.turnout import reached
from touchpoints.kpis import rollup
from touchpoints.kpis.models import Measurement

pytestmark = pytest.mark.django_db
TODAY = date(2026, 8, 20)


def facts(code: str) -> tuple[int, date, date]:
    """Of so many answers of the surveys of ours, from when until when."""
    rows = Measurement.objects.filter(kpi__code=code, source="cxm survey").order_by("day")
    assert {row.touchpoint.name for row in rows if row.touchpoint} == {demo.TOUCHPOINT}
    days = [row.day for row in rows]
    return int(sum(row.n for row in rows)), days[0], days[-1]


def test_a_manager_sees_results_comments_and_figures() -> None:
    with time_machine.travel(f"{TODAY} 10:00+00:00", tick=True):
        call_command("demo", verbosity=0)
        mia = User.objects.get(email__startswith="mia@")
        closed, opened = Wave.objects.filter(questionnaire__code="aufbau").order_by("pk")
        asked = Wave.objects.filter(opened_at__gt=F("version__published_at"))
        assert asked.count() == Wave.objects.count()  # nothing was asked before it was written
        assert (closed.step, opened.step) == (Step.CLOSED, Step.OPEN)
        found = reached(closed)
        assert (found.invited, found.completed, found.declined) == (260, 120, 9)
        assert not closed.invitations.filter(status=Turnout.STARTED).exists()
        assert opened.link_digest
        assert opened.invitations.count() == 0
        assert not OutgoingMail.objects.filter(recipients__0__startswith="kunde").exists()
        client = Client()
        client.force_login(mia)
        for wave, n, comments in ((closed, 120, demo.COMMENTS), (opened, 32, demo.BY_CARD)):
            page = client.get(reverse("questionnaires:results", args=[wave.pk])).content.decode()
            assert f"n = {n}" in page
            assert "<span>NPS</span>" in page
            assert "Verteilung ab 8" not in page  # it is shown
            places = [page.index(text) for text in comments if text in page]
            assert len(places) >= 10
            assert places != sorted(places)  # shuffled
        first, last = date(2026, 6, 15), date(2026, 8, 19)
        for code in ("AD1", "AS1"):
            n, since, until = facts(code)
            assert n == 152
            assert first <= since <= until <= last
        assert set(rollup.drift().values()) == {0}
