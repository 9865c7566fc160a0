"""Opening a wave, letters and reminders, the end: what the roll and the outbox hold then."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.notices.actions import deliver_next_mail
from cxm.notices.models import Notice, OutgoingMail
from cxm.organisation.models import Person, Unit
from surveys.questionnaires.actions.answering import decline
from surveys.questionnaires.actions.inviting import make_link, moments, remind, remind_due
from surveys.questionnaires.actions.waves import change_wave, close_due, close_wave, open_wave
from surveys.questionnaires.choices import Identity, Leading, Turnout, Whom
from surveys.questionnaires.models import Invitation, Wave
from surveys.questionnaires.population import Circle, counted
from surveys.questionnaires.turnout import by_unit, reached
from tests.makers import make_person
from tests.surveys.makers import answer, make_people, make_version, make_wave, opened, question

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 1, 8, tzinfo=UTC)


def with_mail(number: int) -> list[Person]:
    return [make_person(email=f"p{place}@example.org") for place in range(number)]


def mails_to(address: str) -> list[OutgoingMail]:
    return [mail for mail in OutgoingMail.objects.order_by("pk") if mail.recipients == [address]]


def test_opening_writes_to_everybody_and_only_the_letter_knows_the_link(emil: User) -> None:
    _wave, invited = opened(make_version(question("a")), [emil.person, *with_mail(4), *make_people(1)])
    assert OutgoingMail.objects.count() == 5
    [mine] = [one for one in invited if one.invitation.person == emil.person]
    [letter] = mails_to("emil@example.org")
    assert mine.token in letter.body
    assert "anonymous" in letter.body
    assert letter.is_secret
    assert mine.token not in str(list(Invitation.objects.values()))
    assert Notice.objects.get(user=emil).url == reverse("questionnaires:mine")
    assert reached(_wave).sent == 5  # who has neither an address nor an account cannot be told


def test_the_text_of_a_letter_is_erased_once_it_has_left(emil: User, settings: object) -> None:
    _wave, invited = opened(make_version(question("a"), identity=Identity.CONFIDENTIAL), [emil.person])
    settings.MAILERS = {"delivery": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}  # type: ignore[attr-defined]
    deliver_next_mail()
    [letter] = mails_to("emil@example.org")
    assert letter.sent_at
    assert (letter.body, letter.html, letter.attachments) == ("", "", [])
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from notices_outgoingmail t where t::text like %s", [f"%{invited[0].token}%"]
        )
        assert cursor.fetchone() == (0,)


def test_opening_is_one_transaction_with_the_same_few_queries_for_many() -> None:
    version = make_version(question("a"), identity=Identity.CONFIDENTIAL)
    counts = []
    for number in (5, 10, 60):  # the first one reads the version into memory
        wave, people = make_wave(version), Person.objects.filter(pk__in=[p.pk for p in with_mail_of(number)])
        with CaptureQueriesContext(connection) as captured:
            open_wave(wave=wave, people=people.select_related("user"), actor=None)
        counts.append(len(captured))
    assert counts[1] == counts[2]


def with_mail_of(number: int) -> list[Person]:
    return [make_person(email=f"q{number}-{place}@example.org") for place in range(number)]


def test_reminders_go_to_who_has_neither_finished_nor_declined_at_most_twice() -> None:
    with time_machine.travel(START, tick=False) as clock:
        wave, invited = opened(make_version(question("a")), with_mail(6))
        answer(invited[0], a=3)
        decline(invitation=invited[1].invitation)
        assert remind(wave=wave, actor=None) == 4
        assert remind(wave=wave, actor=None) == 0  # once a day
        clock.shift(timedelta(days=1))
        assert remind(wave=wave, actor=None) == 4
        clock.shift(timedelta(days=1))
        assert remind(wave=wave, actor=None) == 0
    assert len(mails_to("p0@example.org")) == len(mails_to("p1@example.org")) == 1
    assert len(mails_to("p2@example.org")) == 3
    assert Entry.objects.filter(verb="questionnaires.wave.reminded").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=invited[2].invitation.pk).update(reminders=3)


def test_the_link_of_a_reminder_and_that_of_the_letter_open_the_same_form() -> None:
    wave, invited = opened(make_version(question("a")), with_mail(5))
    remind(wave=wave, actor=None)
    link = mails_to("p0@example.org")[-1].body.split("/answer/")[1].split("/")[0]
    assert link != invited[0].token
    client = Client()
    started = client.post(reverse("filling:answer", args=[link]))
    client.post(started.headers["Location"], {"asked": "a", "q-a": "4", "to": "back"})
    page = client.get(reverse("filling:answer_check", args=[invited[0].token])).content.decode()
    assert "4" in page
    assert Invitation.objects.get(pk=invited[0].invitation.pk).status == Turnout.STARTED
    assert client.get(reverse("filling:answer", args=[link + "x"])).status_code == 404


def test_people_are_reminded_at_half_time_and_two_days_before_the_end() -> None:
    with time_machine.travel(START, tick=False) as clock:
        version = make_version(question("a"))
        wave = make_wave(version, closes_at=START + timedelta(days=20))
        open_wave(wave=wave, people=with_mail(6), actor=None)
        wave.refresh_from_db()
        assert moments(wave) == [START + timedelta(days=10), START + timedelta(days=18)]
        reminded = []
        for _day in range(21):
            reminded.append(remind_due() + remind_due())
            clock.shift(timedelta(days=1))
        assert [day for day, count in enumerate(reminded) if count] == [10, 18]


def test_a_wave_closes_when_its_time_is_over_unless_it_was_given_more() -> None:
    with time_machine.travel(START, tick=False) as clock:
        version = make_version(question("a"))
        one, other = (make_wave(version, closes_at=START + timedelta(days=2)) for _ in range(2))
        for wave in (one, other):
            open_wave(wave=wave, people=make_people(5), actor=None)
        change_wave(wave=other, name=other.name, closes_at=START + timedelta(days=9), actor=None)
        assert close_due() == 0
        clock.shift(timedelta(days=3))
        assert close_due() == 1
    assert Wave.objects.get(pk=one.pk).closed_at
    assert Wave.objects.get(pk=other.pk).closed_at is None


def test_whom_a_choice_holds(unit: Unit, mia: User, otto: User, emil: User) -> None:
    below = Unit.objects.create(name="Below", parent=unit)
    Person.objects.filter(user=otto).update(unit=below)
    Person.objects.filter(user=emil).update(unit=unit, lead=Person.objects.get(user=otto))
    make_person(unit=below, left_on="2020-01-01")
    assert {p.name for p in Circle(whom=Whom.UNITS, units=[unit.pk]).people()} == {otto.name, emil.name}
    assert {p.name for p in Circle(whom=Whom.UNITS, units=[below.pk]).people()} == {otto.name}
    assert [p.name for p in Circle(whom=Whom.EVERYBODY).leaders()] == [otto.name]
    assert [p.name for p in Circle(whom=Whom.ROLES, roles=mia.roles).people()] == [mia.name]
    chosen = Circle(leading=Leading.CHOSEN, emails=[mia.email])
    assert [p.name for p in chosen.leaders()] == [mia.name]
    assert not Circle(whom=Whom.NOBODY).people().exists()
    found = counted(Circle(whom=Whom.UNITS, units=[unit.pk]), 5)
    assert (found.people, found.leaders, found.employees, found.small) == (2, 1, 1, ("Below", unit.name))


def test_turnout_by_unit_after_closing_and_never_of_a_few() -> None:
    house = Unit.objects.create(name="House")
    large, small = (Unit.objects.create(name=name, parent=house) for name in ("Large", "Small"))
    wave, invited = opened(
        make_version(question("a")), make_people(9, unit=large) + make_people(3, unit=small) + make_people(20)
    )
    for one in invited[:5]:
        answer(one, a=3)
    assert by_unit(wave) == []
    wave = close_wave(wave=wave, actor=None)
    # Large by itself would tell of Small by what is left of House.
    assert [(line.unit.name, line.invited, line.completed) for line in by_unit(wave)] == [("House", 12, 5)]
    found = reached(wave)
    assert (found.invited, found.started, found.completed, found.declined) == (32, 5, 5, 0)


def test_a_new_link_for_many_ends_the_old_one(mia: User) -> None:
    wave, _invited = opened(make_version(question("a"), identity=Identity.CONFIDENTIAL), [])
    old = make_link(wave=wave, actor=mia)
    new = make_link(wave=wave, actor=mia)
    assert Client().get(reverse("filling:survey", args=[old])).status_code == 404
    assert Client().get(reverse("filling:survey", args=[new])).status_code == 200
    close_wave(wave=wave, actor=None)
    with pytest.raises(ValidationError):
        make_link(wave=wave, actor=mia)
