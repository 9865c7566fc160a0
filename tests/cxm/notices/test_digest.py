"""The digest: at seven where the reader lives, once a period, with what he has not read."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from cxm.accounts.models import User
from cxm.celery import app
from cxm.notices import tasks
from cxm.notices.actions import notify, save_preferences, send_digest
from cxm.notices.actions.digest import digest_moment
from cxm.notices.choices import KINDS, STAND_IN, Rhythm
from cxm.notices.models import Digest, Notice, OutgoingMail

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)  # midnight; 1 a.m. in Berlin
ALL = {kind.code for kind in KINDS}


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """The product's own mailer, in place of that of the test runner."""
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}


def tell(user: User, key: str, at: datetime) -> Notice:
    """A notice that came at that time."""
    notice = notify(user=user, kind=STAND_IN, text=f"Notice {key}", url="/touchpoints/", key=key)
    assert notice is not None
    Notice.objects.filter(pk=notice.pk).update(created_at=at)
    return notice


def run(at: datetime) -> int:
    """The clock strikes."""
    with time_machine.travel(at, tick=False):
        return tasks.send_digests()


def test_it_comes_at_seven_in_the_readers_own_zone(otto: User, mia: User) -> None:
    mia.time_zone = "Asia/Kolkata"  # half an hour off the full hour
    mia.save()
    for user in (otto, mia):
        tell(user, "a", MONDAY - timedelta(hours=3))
    assert run(MONDAY + timedelta(hours=1, minutes=15)) == 0
    assert run(MONDAY + timedelta(hours=1, minutes=30)) == 1
    assert run(MONDAY + timedelta(hours=5, minutes=45)) == 0
    assert run(MONDAY + timedelta(hours=6)) == 1
    assert [m.recipients for m in OutgoingMail.objects.order_by("id")] == [[mia.email], [otto.email]]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns"])
def test_the_clock_strikes_at_seven_everywhere(otto: User, zone: str) -> None:
    otto.time_zone = zone
    otto.save()
    tell(otto, "a", MONDAY - timedelta(minutes=1))
    clock = app.conf.beat_schedule["send digests"]["schedule"]
    strikes = [MONDAY + timedelta(minutes=m) for m in range(24 * 60) if m % 60 in clock.minute]
    assert [at.astimezone(otto.zone).time() for at in strikes if run(at)] == [time(7)]


def test_it_comes_once_a_day_whatever_happens_later(otto: User) -> None:
    tell(otto, "a", MONDAY)
    assert [run(MONDAY + timedelta(hours=h)) for h in (6, 6, 7)] == [1, 0, 0]
    tell(otto, "b", MONDAY + timedelta(hours=8))
    assert run(MONDAY + timedelta(hours=9)) == 0
    assert run(MONDAY + timedelta(hours=30)) == 1
    assert "Notice b" in OutgoingMail.objects.latest("id").body
    assert "Notice a" not in OutgoingMail.objects.latest("id").body


def test_a_period_that_is_out_already_is_not_sent_again(otto: User) -> None:
    tell(otto, "a", MONDAY)
    moment = digest_moment(otto, MONDAY + timedelta(hours=7))
    assert moment is not None
    Digest.objects.create(user=otto, period=moment.date(), notices=1)
    assert not send_digest(user=otto, moment=moment)
    assert not OutgoingMail.objects.exists()


def test_after_a_night_without_power_it_comes_late(otto: User) -> None:
    tell(otto, "a", MONDAY)
    assert run(MONDAY + timedelta(hours=15)) == 1


def test_read_notices_are_not_told(otto: User) -> None:
    tell(otto, "a", MONDAY)
    Notice.objects.update(read_at=MONDAY)
    assert run(MONDAY + timedelta(hours=6)) == 0


def test_a_weekly_digest_comes_on_monday(otto: User) -> None:
    save_preferences(user=otto, rhythm=Rhythm.WEEKLY, wanted=ALL)
    tell(otto, "a", MONDAY - timedelta(days=4))
    days = [run(MONDAY + timedelta(days=day, hours=6)) for day in (-3, -2, -1, 0, 1)]
    assert days == [0, 0, 0, 1, 0]


def test_who_wants_none_gets_none(otto: User) -> None:
    save_preferences(user=otto, rhythm=Rhythm.OFF, wanted=ALL)
    tell(otto, "a", MONDAY)
    assert run(MONDAY + timedelta(hours=6)) == 0


def test_it_speaks_the_readers_language_and_links_home(otto: User, settings: Any) -> None:
    settings.SITE_URL = "https://cxm.example.org"
    tell(otto, "a", MONDAY)
    tell(otto, "<b>", MONDAY)
    run(MONDAY + timedelta(hours=6))
    mail = OutgoingMail.objects.get()
    assert mail.subject == "2 new notices in cxm"
    assert "Notice <b>" in mail.body
    assert "Notice &lt;b&gt;" in mail.html
    assert "https://cxm.example.org/touchpoints/" in mail.body
    assert "https://cxm.example.org/notices/preferences/" in mail.body
