"""The page by mail: once for each day it was due, however often the task runs."""

import base64
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.kit.access import Role
from cxm.notices.models import OutgoingMail
from tests.cast import signed_in
from tests.touchpoints.dashboards.figures import put
from touchpoints.dashboards import tasks
from touchpoints.dashboards.actions import due_day, plan_report
from touchpoints.dashboards.choices import Rhythm
from touchpoints.dashboards.models import Report
from touchpoints.dashboards.paper import sponsor_paper
from touchpoints.dashboards.tasks import period_for, send_reports
from touchpoints.kpis.periods import Period

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """The product's own mailer, in place of that of the test runner."""
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}


def sent() -> list[tuple[str, str]]:
    """To whom and about what, in order."""
    return [(mail.to, mail.subject) for mail in OutgoingMail.objects.order_by("id")]


def at(moment: str) -> time_machine.travel:
    """It is then."""
    return time_machine.travel(f"{moment} 05:00+00:00", tick=False)


@pytest.mark.parametrize(
    ("rhythm", "today", "due", "period"),
    [
        (Rhythm.WEEKLY, date(2026, 7, 22), date(2026, 7, 20), None),
        (Rhythm.WEEKLY, date(2026, 7, 20), date(2026, 7, 20), None),
        (Rhythm.MONTHLY, date(2026, 7, 31), date(2026, 7, 1), "2026-06"),
        (Rhythm.MONTHLY, date(2026, 1, 1), date(2026, 1, 1), "2025-12"),
        (Rhythm.QUARTERLY, date(2026, 6, 30), date(2026, 4, 1), "2026-Q1"),
        (Rhythm.QUARTERLY, date(2026, 1, 15), date(2026, 1, 1), "2025-Q4"),
    ],
)
def test_when_it_is_due_and_what_it_tells_of(
    rhythm: Rhythm, today: date, due: date, period: str | None
) -> None:
    assert due_day(rhythm, today) == due
    found = period_for(rhythm, today)
    assert (found and found.code) == period


def test_it_goes_out_once_for_each_due_day(sofia: User) -> None:
    with at("2026-07-15"):
        plan_report(actor=sofia, rhythm=Rhythm.MONTHLY)
        assert [send_reports() for _run in range(3)] == [1, 0, 0]
    for day in ("2026-07-31", "2026-08-01", "2026-08-01", "2026-08-02", "2026-08-30"):
        with at(day):
            send_reports()
    assert [to for to, _subject in sent()] == ["sofia@example.org"] * 2
    assert [subject for _to, subject in sent()] == ["Sponsor page June 2026", "Sponsor page July 2026"]
    assert Entry.objects.filter(verb="dashboards.report.sent").count() == 2


def test_the_sheet_is_attached(sofia: User) -> None:
    plan_report(actor=sofia, rhythm=Rhythm.WEEKLY)
    with at("2026-07-20"):
        send_reports()
    (part,) = OutgoingMail.objects.get().attachments
    assert (part["name"], part["type"]) == ("cxm-2026-Q3.pdf", "application/pdf")
    assert len(PdfReader(BytesIO(base64.b64decode(part["content"]))).pages) == 1


def test_each_week_it_tells_of_the_quarter_that_is_over(sofia: User) -> None:
    put("AS1", day=date(2026, 5, 4), numerator=80, denominator=100)
    plan_report(actor=sofia, rhythm=Rhythm.WEEKLY)
    with at("2026-07-20"):
        send_reports()
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Sponsor page Q2 2026"
    assert mail.attachments[0]["name"] == "cxm-2026-Q2.pdf"


def test_a_run_that_dies_sends_nothing_and_is_made_up_for(
    sofia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_report(actor=sofia, rhythm=Rhythm.QUARTERLY)
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "record", lambda *args, **kwargs: 1 / 0)
        assert send_reports() == 0
    assert sent() == []
    assert Report.objects.get().sent_for is None
    assert send_reports() == 1


def test_one_that_cannot_be_printed_does_not_hold_up_the_others(
    sofia: User, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_report(actor=mia, rhythm=Rhythm.MONTHLY)
    plan_report(actor=sofia, rhythm=Rhythm.MONTHLY)

    def paper(user: User, period: Period | None) -> tuple[Period, bytes]:
        if user == mia:
            raise RuntimeError("no paper")
        return sponsor_paper(user, period)

    monkeypatch.setattr(tasks, "sponsor_paper", paper)
    assert send_reports() == 1
    assert [to for to, _subject in sent()] == ["sofia@example.org"]


def test_who_may_no_longer_see_the_page_gets_none(sofia: User) -> None:
    plan_report(actor=sofia, rhythm=Rhythm.MONTHLY)
    User.objects.filter(pk=sofia.pk).update(is_active=False)
    assert send_reports() == 0
    User.objects.filter(pk=sofia.pk).update(is_active=True, roles=[])
    assert send_reports() == 0
    assert sent() == []


def test_it_is_ordered_changed_and_ended_on_the_page(sofia: User) -> None:
    client, url = signed_in(sofia), reverse("dashboards:report")
    assert client.get(url).status_code == 200
    for rhythm in ("weekly", "monthly"):
        assert client.post(url, {"rhythm": rhythm}).status_code == 302
        assert Report.objects.get().rhythm == rhythm
    assert client.post(url, {"rhythm": "hourly"}).status_code == 422
    assert 'value="monthly" selected' in client.get(url).content.decode()
    assert client.post(url, {"rhythm": ""}).status_code == 302
    assert not Report.objects.exists()
    assert client.post(url, {"rhythm": ""}).status_code == 302
    verbs = (
        Entry.objects.filter(verb__startswith="dashboards.report")
        .order_by("id")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == [
        "dashboards.report.changed",
        "dashboards.report.changed",
        "dashboards.report.ended",
    ]


def test_changing_the_rhythm_does_not_send_the_same_again(sofia: User) -> None:
    with at("2026-07-01"):
        plan_report(actor=sofia, rhythm=Rhythm.MONTHLY)
        assert send_reports() == 1
        plan_report(actor=sofia, rhythm=Rhythm.QUARTERLY)
        assert send_reports() == 0


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.AGENT])
def test_others_cannot_order_it(role: Role, emil: User) -> None:
    User.objects.filter(pk=emil.pk).update(roles=[role])
    assert signed_in(emil).post(reverse("dashboards:report"), {"rhythm": "weekly"}).status_code == 403
    assert not Report.objects.exists()
