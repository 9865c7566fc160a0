"""What is forgotten when: drafts thirty days after closing, names and addresses of customers twelve months after."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxm.accounts.models import User
from cxm.audit.models import Entry
from surveys.questionnaires.actions.answering import begin, save_answers
from surveys.questionnaires.actions.inviting import Invited, make_link
from surveys.questionnaires.actions.retention import erase_customers, forget_drafts
from surveys.questionnaires.actions.waves import close_wave, open_wave
from surveys.questionnaires.choices import Identity, Turnout, Use
from surveys.questionnaires.customers import Customer
from surveys.questionnaires.models import Draft, Invitation, Version, Wave
from surveys.questionnaires.tasks import forget
from surveys.questionnaires.turnout import reached
from tests.surveys.makers import answer, make_people, make_version, make_wave, question

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def version() -> Version:
    pages = question("a"), question("b", page=2)
    return make_version(*pages, use=Use.CUSTOMER, identity=Identity.CONFIDENTIAL)


def opened(number: int) -> tuple[Wave, list[Invited]]:
    wave = make_wave(version())
    customers = [Customer(f"c{place}@shop.example", f"Ann {place}") for place in range(number)]
    invited = open_wave(wave=wave, customers=customers, people=make_people(1, name="Emil"), actor=None)
    return Wave.objects.select_related("version", "questionnaire").get(pk=wave.pk), invited


def write(one: Invited) -> Draft:
    draft = begin(invitation=one.invitation, token=one.token, language="en")
    return save_answers(draft=draft, answers={"a": 4}, page=2, language="en")


def test_drafts_are_kept_for_thirty_days_after_closing_and_can_be_read() -> None:
    with time_machine.travel(START, tick=False) as clock:
        wave, invited = opened(3)
        answer(invited[1], a=3, b=3)
        write(invited[2])
        clock.shift(timedelta(days=90))
        assert forget_drafts() == 0  # while the wave is open nothing is unfinished for good
        close_wave(wave=wave, actor=None)
        url = reverse("filling:answer", args=[invited[2].token])
        clock.shift(timedelta(days=30))
        assert forget_drafts() == 0
        page = Client().get(url + "?language=en")
        assert page.status_code == 410
        assert "What you wrote" in page.content.decode()
        assert "You can read it here by the same link until 30 Jun 2026; then it is deleted." in (
            page.content.decode()
        )
        clock.shift(timedelta(seconds=1))
        with CaptureQueriesContext(connection) as captured:
            assert forget_drafts() == 1
        assert len([q for q in captured if "questionnaires_draft" in q["sql"]]) == 1
        assert not Draft.objects.exists()
        page = Client().get(url + "?language=en")
        assert page.status_code == 410
        assert "What you wrote" not in page.content.decode()
        found = reached(wave)
        assert (found.invited, found.started, found.completed) == (4, 2, 1)


def test_drafts_of_other_waves_stay() -> None:
    with time_machine.travel(START, tick=False) as clock:
        old, from_old = opened(1)
        write(from_old[1])
        close_wave(wave=old, actor=None)
        clock.shift(timedelta(days=20))
        young, from_young = opened(1)
        kept = [write(from_young[1])]
        close_wave(wave=young, actor=None)
        _running, from_running = opened(1)
        kept.append(write(from_running[1]))
        clock.shift(timedelta(days=11))
        assert forget_drafts() == 1
    assert set(Draft.objects.values_list("pk", flat=True)) == {draft.pk for draft in kept}


def test_what_is_sent_after_drafts_are_forgotten_is_not_kept() -> None:
    with time_machine.travel(START, tick=False) as clock:
        wave, invited = opened(2)
        close_wave(wave=wave, actor=None)
        clock.shift(timedelta(days=29))
        assert begin(invitation=invited[1].invitation, token="x", language="de", is_late=True)
        clock.shift(timedelta(days=1))
        with pytest.raises(ValidationError) as refused:
            begin(invitation=invited[2].invitation, token="y", language="de", is_late=True)
        assert refused.value.code == "closed"


def test_a_browser_whose_draft_was_forgotten_is_not_thanked_for_an_answer(mia: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        wave, _invited = opened(1)
        url = reverse("filling:survey", args=[make_link(wave=wave, actor=mia)])
        client = Client()
        begun = client.post(url)
        client.post(begun.headers["Location"], {"asked": "a", "q-a": "4", "to": "back"})
        close_wave(wave=wave, actor=None)
        clock.shift(timedelta(days=31))
        assert forget_drafts() == 1
        page = client.get(url + "?language=en").content.decode()
        assert "It takes no answers any more." in page
        assert "Your answers have arrived" not in page


def test_names_and_addresses_of_customers_are_erased_twelve_months_after_closing() -> None:
    with time_machine.travel(START, tick=False) as clock:
        wave, invited = opened(3)
        answer(invited[1], a=3, b=3)
        close_wave(wave=wave, actor=None)
        young, _invited = opened(2)
        clock.shift(timedelta(days=365))
        assert erase_customers() == 0
        clock.shift(timedelta(seconds=1))
        assert erase_customers() == 3
        assert erase_customers() == 0
    assert set(wave.invitations.filter(is_customer=True).values_list("email", "name")) == {("", "")}
    assert wave.invitations.get(is_customer=False).name == "Emil"
    assert wave.invitations.get(status=Turnout.COMPLETED).email == ""
    assert reached(wave).invited == 4
    assert not Invitation.objects.filter(wave=young, email="", is_customer=True).exists()
    entry = Entry.objects.get(verb="questionnaires.wave.erased")
    assert (entry.target_id, entry.data, entry.actor) == (wave.pk, {"count": 3}, None)
    assert "@shop.example" not in str(list(Entry.objects.values("label", "data")))


def test_erasing_costs_the_same_queries_for_many() -> None:
    counts = []
    for number in (2, 40):
        with time_machine.travel(START, tick=False) as clock:
            wave, _invited = opened(number)
            close_wave(wave=wave, actor=None)
            clock.shift(timedelta(days=366))
            with CaptureQueriesContext(connection) as captured:
                assert erase_customers() == number
            counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_night_does_both() -> None:
    with time_machine.travel(START, tick=False) as clock:
        wave, invited = opened(2)
        write(invited[1])
        close_wave(wave=wave, actor=None)
        clock.shift(timedelta(days=400))
        assert forget() == {"drafts": 1, "customers": 2}
        assert forget() == {"drafts": 0, "customers": 0}
