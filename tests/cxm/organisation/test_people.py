"""People: found, changed, moved, invited, gone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone, translation

from cxm.accounts.actions import invite
from cxm.accounts.models import Invitation, User
from cxm.audit.models import Entry
from cxm.organisation.actions import (
    change_person,
    create_person,
    link_account,
    move_people,
    name_sponsor,
    record_absence,
    record_leaving,
    withdraw_leaving,
)
from cxm.organisation.models import Absence, Person, Unit
from cxm.organisation.tasks import close_accounts
from tests.cast import signed_in
from tests.makers import make_person

PEOPLE = "/organisation/people/"


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """The product's own mailer, in place of that of the test runner."""
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}


def names(page: Any) -> list[str]:
    """Who stands in the list, in order."""
    return [person.name for person in page.context["page"].rows]


def test_the_list_shows_who_works_here_and_on_wish_who_has_left(mia: User, otto: User) -> None:
    make_person(name="Ärmel, Anton")
    make_person(name="Gone", left_on=timezone.localdate())
    make_person(name="Leaving", left_on=timezone.localdate() + timedelta(days=1))
    client = signed_in(mia)
    assert names(client.get(PEOPLE)) == ["Ärmel, Anton", "Leaving", "Mia Meyer", "Otto Özdemir"]
    assert names(client.get(f"{PEOPLE}?state=gone")) == ["Gone"]
    assert names(client.get(f"{PEOPLE}?state=leaving")) == ["Leaving"]
    assert len(names(client.get(f"{PEOPLE}?state=all"))) == 5


def test_an_export_speaks_the_readers_language_in_his_time_zone(ada: User, otto: User) -> None:
    ada.time_zone = "America/New_York"
    ada.save()
    User.objects.update(last_login=datetime(2026, 7, 1, 2, 30, tzinfo=UTC))
    client = signed_in(ada)
    people: Any = client.get(f"{PEOPLE}?export=csv&cols=state&q=otto")
    with translation.override("de"):  # the server's own, while it sends
        lines = b"".join(people.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["Name,State", "Otto Özdemir,Works here"]
    users: Any = client.get("/accounts/users/?export=csv&cols=last_login&q=otto")
    with translation.override("de"), timezone.override("Europe/Berlin"):
        lines = b"".join(users.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["Otto Özdemir,2026-06-30 22:30:00-04:00"]


def test_a_saved_view_of_a_dissolved_unit_moves_nobody(mia: User, unit: Unit) -> None:
    one = make_person(name="Anna", unit=unit)
    other = Unit.objects.create(name="Vertrieb")
    query = f"unit={unit.pk}"
    Person.objects.update(unit=None)
    unit.delete()
    client = signed_in(mia)
    page = client.get(f"{PEOPLE}?{query}")
    assert names(page) == []
    assert "A filter cannot be applied" in page.content.decode()
    data = {"all": "1", "query": query, "list": PEOPLE, "go": "1", "into": other.pk}
    answer: Any = client.post(f"{PEOPLE}move/", data)
    assert answer.url == f"{PEOPLE}?{query}"
    one.refresh_from_db()
    assert one.unit is None
    assert "Nothing was done" in client.get(answer.url).content.decode()
    export: Any = client.get(f"{PEOPLE}?{query}&export=xlsx")
    assert (export.status_code, export.url) == (302, f"{PEOPLE}?{query}")


def test_the_list_is_narrowed_by_unit_role_absence_and_words(mia: User, otto: User, unit: Unit) -> None:
    team = Unit.objects.create(name="Team", parent=unit)
    Person.objects.filter(user=otto).update(unit=team, position="Verkäufer")
    record_absence(actor=mia, person=otto.person, since=timezone.localdate(), until=None)
    client = signed_in(mia)
    for query in (f"unit={unit.pk}", "role=owner", "state=absent", "q=verkaufer", "q=OZDEMIR otto"):
        assert names(client.get(f"{PEOPLE}?{query}")) == ["Otto Özdemir"], query


def test_a_person_is_added_and_changed_in_place(mia: User, unit: Unit) -> None:
    client = signed_in(mia)
    data = {"name": " Nora Neu ", "email": "NORA@example.org", "unit": unit.pk, "lead": mia.person.pk}
    answer: Any = client.post(f"{PEOPLE}new/", data)
    nora = Person.objects.get(name="Nora Neu")
    assert answer.url == nora.get_absolute_url()
    assert (nora.email, nora.unit, nora.lead) == ("nora@example.org", unit, mia.person)
    url = f"{nora.get_absolute_url()}edit/"
    form = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in form
    part = client.post(url, data | {"position": "Agent"}, headers={"HX-Request": "true"})
    assert "Agent" in part.content.decode()
    assert "toast" in part.headers["HX-Trigger"]
    assert Entry.objects.about(nora).first().data == {"fields": ["position"]}  # type: ignore[union-attr]


def test_an_email_belongs_to_one_person(mia: User, otto: User) -> None:
    answer = signed_in(mia).post(f"{PEOPLE}new/", {"name": "X", "email": "OTTO@example.org"})
    assert answer.status_code == 422
    assert "email" in answer.context["form"].errors
    with pytest.raises(ValidationError):
        create_person(actor=mia, name="X", email="otto@example.org")


def test_nobody_leads_who_leads_him(mia: User, otto: User, emil: User) -> None:
    change_person(actor=mia, person=otto.person, lead=mia.person)
    change_person(actor=mia, person=emil.person, lead=otto.person)
    with pytest.raises(ValidationError, match="is led"):
        change_person(actor=mia, person=mia.person, lead=emil.person)
    with pytest.raises(ValidationError):
        change_person(actor=mia, person=mia.person, lead=mia.person)


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Do these at the same time, each on a connection of its own; says what went wrong."""
    start = Barrier(len(acts))
    refused: list[Exception] = []

    def run(act: Callable[[], object]) -> None:
        start.wait(10)
        try:
            act()
        except Exception as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_make_no_circle_of_leads(mia: User, otto: User, emil: User) -> None:
    one, two = otto.person, emil.person
    [error] = at_once(
        lambda: change_person(actor=mia, person=one, lead=two),
        lambda: change_person(actor=mia, person=two, lead=one),
    )
    assert isinstance(error, ValidationError)
    assert "is led" in error.messages[0]
    assert Person.objects.exclude(lead=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_refuses_a_circle_of_leads(otto: User, emil: User) -> None:
    one, two = otto.person, emil.person
    [error] = at_once(
        lambda: Person.objects.filter(pk=one.pk).update(lead=two),
        lambda: Person.objects.filter(pk=two.pk).update(lead=one),
    )
    assert isinstance(error, IntegrityError)
    assert Person.objects.exclude(lead=None).count() == 1


def test_a_line_of_leads_may_be_turned_round_in_one_statement(otto: User, emil: User) -> None:
    Person.objects.filter(pk=emil.person.pk).update(lead=otto.person)
    turned = [Person(pk=emil.person.pk, lead=None), Person(pk=otto.person.pk, lead=emil.person)]
    Person.objects.bulk_update(turned, ["lead"])
    assert Person.objects.get(user=otto).lead == emil.person


@pytest.mark.django_db(transaction=True)
def test_an_account_linked_twice_at_once_goes_to_one_person(ada: User) -> None:
    user = User.objects.create_user("nora@example.org", name="Nora Neu", roles=["employee"])
    one, two = make_person(), make_person()
    [error] = at_once(
        lambda: link_account(actor=ada, person=one, user=user),
        lambda: link_account(actor=ada, person=two, user=user),
    )
    assert isinstance(error, ValidationError)
    assert "somebody else" in error.messages[0]
    assert Person.objects.filter(user=user).count() == 1


def test_who_takes_the_list_of_people_out_is_recorded(mia: User, otto: User) -> None:
    client = signed_in(mia)
    client.get(PEOPLE)
    assert not Entry.objects.filter(is_read=True).exists()
    client.get(f"{PEOPLE}?q=otto&export=csv")
    entry = Entry.objects.get(is_read=True)
    assert (entry.verb, entry.actor, entry.data["count"]) == ("organisation.people.exported", mia, 1)
    assert signed_in(otto).get(f"{PEOPLE}?export=xlsx").status_code == 403
    assert Entry.objects.filter(is_read=True).count() == 1


def test_that_somebody_opened_an_entry_is_recorded_but_not_ones_own(mia: User, otto: User) -> None:
    signed_in(otto).get(otto.person.get_absolute_url())
    assert not Entry.objects.filter(is_read=True).exists()
    signed_in(mia).get(otto.person.get_absolute_url())
    entry = Entry.objects.get(is_read=True)
    assert (entry.verb, entry.actor, entry.target_id) == ("organisation.person.read", mia, otto.person.pk)


def test_many_people_move_at_once(mia: User, unit: Unit) -> None:
    people = [make_person() for _number in range(3)]
    client = signed_in(mia)
    data: dict[str, Any] = {"ids": [p.pk for p in people[:2]]}
    asked = client.post(f"{PEOPLE}move/", data)
    assert "Move 2 people" in asked.content.decode()
    assert client.post(f"{PEOPLE}move/", data | {"go": "1", "into": unit.pk}).status_code == 302
    assert Person.objects.filter(unit=unit).count() == 2
    assert move_people(actor=mia, people=people, unit=unit) == 1  # two are there already
    assert Entry.objects.filter(verb="organisation.person.moved").count() == 3


def told(answer: Any) -> list[str]:
    """The messages that the next page shows."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_ticked_people_who_have_left_meanwhile_are_named(mia: User, unit: Unit) -> None:
    here, gone = Person.objects.create(name="Anna Hier"), Person.objects.create(name="Berta Weg")
    Person.objects.filter(pk=gone.pk).update(left_on=timezone.localdate())
    answer = signed_in(mia).post(f"{PEOPLE}move/", {"ids": [here.pk, gone.pk], "go": "1", "into": unit.pk})
    assert told(answer) == ["Left out, because they have left the company: Berta Weg.", "1 person moved."]
    assert list(unit.people.all()) == [here]


def test_who_was_left_out_is_said_once_before_it_is_done(mia: User, unit: Unit) -> None:
    here, gone = Person.objects.create(name="Anna Hier"), Person.objects.create(name="Berta Weg")
    Person.objects.filter(pk=gone.pk).update(left_on=timezone.localdate())
    page = signed_in(mia).post(f"{PEOPLE}move/", {"ids": [here.pk, gone.pk]}).content.decode()
    assert "Berta Weg" in page
    assert f'name="ids" value="{here.pk}"' in page
    assert f'name="ids" value="{gone.pk}"' not in page


def test_all_that_match_move_not_only_the_ticked(mia: User, unit: Unit) -> None:
    for name in ("Zed One", "Zed Two", "Other"):
        make_person(name=name)
    data = {"all": "1", "query": "q=zed", "go": "1", "into": unit.pk}
    signed_in(mia).post(f"{PEOPLE}move/", data)
    assert set(Person.objects.filter(unit=unit).values_list("name", flat=True)) == {"Zed One", "Zed Two"}


def test_many_people_are_invited_but_for_those_without_email(ada: User, otto: User) -> None:
    ready = make_person(name="Ready", email="ready@example.org")
    without = make_person(name="Without")
    data: dict[str, Any] = {"ids": [ready.pk, without.pk, otto.person.pk]}
    client = signed_in(ada)
    page = client.post(f"{PEOPLE}invite/", data).content.decode()
    assert "ready@example.org" in page
    assert "otto@example.org" not in page
    for _twice in range(2):
        client.post(f"{PEOPLE}invite/", data | {"go": "1", "role": "employee"})
    assert [(i.email, i.roles) for i in Invitation.objects.all()] == [("ready@example.org", ["employee"])]


def test_a_cx_manager_invites_as_owner_but_never_as_administrator(mia: User) -> None:
    ready = make_person(name="Ready", email="ready@example.org")
    client, data = signed_in(mia), {"ids": [ready.pk], "go": "1"}
    assert 'name="ids" value="' in client.get(ready.get_absolute_url()).content.decode()
    assert client.post(f"{PEOPLE}invite/", data | {"role": "admin"}).status_code == 422
    with pytest.raises(ValidationError, match="Only administrators"):
        invite(actor=mia, email=ready.email, name=ready.name, roles=["employee", "admin"])
    assert not Invitation.objects.exists()
    client.post(f"{PEOPLE}invite/", data | {"role": "owner"})
    assert [(i.email, i.roles) for i in Invitation.objects.all()] == [("ready@example.org", ["owner"])]


def test_an_employee_invites_nobody(emil: User) -> None:
    ready = make_person(name="Ready", email="ready@example.org")
    answer = signed_in(emil).post(f"{PEOPLE}invite/", {"ids": [ready.pk], "go": "1", "role": "employee"})
    assert answer.status_code == 403
    assert not Invitation.objects.exists()


def test_leaving_is_noted_and_told(mia: User, otto: User) -> None:
    day = timezone.localdate() + timedelta(days=30)
    answer = signed_in(mia).post(f"{otto.person.get_absolute_url()}leave/", {"last_day": day.isoformat()})
    assert answer.status_code == 302
    person = Person.objects.get(user=otto)
    assert person.left_on == day + timedelta(days=1)
    assert person.is_present(day)
    entry = Entry.objects.about(person).events().first()
    assert entry is not None
    assert (entry.verb, entry.data) == (
        "organisation.person.leaves",
        {"left_on": (day + timedelta(days=1)).isoformat()},
    )
    withdraw_leaving(actor=mia, person=person)
    person.refresh_from_db()
    assert person.left_on is None


def test_the_account_closes_on_the_day_after_the_last(mia: User, otto: User) -> None:
    today = timezone.localdate()
    record_leaving(actor=mia, person=otto.person, left_on=today + timedelta(days=2))
    assert close_accounts() == 0
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert (close_accounts(), close_accounts()) == (1, 0)
    otto.refresh_from_db()
    assert not otto.is_active


def test_the_account_of_who_has_left_closes_at_once_with_its_sessions(mia: User, otto: User) -> None:
    client = signed_in(otto)
    assert client.get(PEOPLE).status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    signed_in(mia).post(f"{otto.person.get_absolute_url()}leave/", {"last_day": yesterday.isoformat()})
    otto.refresh_from_db()
    assert not otto.is_active
    assert client.get(PEOPLE).status_code == 302


def test_the_last_administrator_keeps_his_account(ada: User) -> None:
    record_leaving(actor=None, person=ada.person, left_on=timezone.localdate())
    assert close_accounts() == 0
    ada.refresh_from_db()
    assert ada.is_active


def test_nobody_leaves_before_he_came(mia: User) -> None:
    person = make_person(joined_on=date(2026, 5, 1))
    with pytest.raises(ValidationError, match="before the first"):
        record_leaving(actor=mia, person=person, left_on=date(2026, 4, 1))


def test_there_is_one_sponsor(mia: User, sofia: User, otto: User) -> None:
    name_sponsor(actor=mia, person=otto.person)
    assert list(Person.objects.filter(is_sponsor=True)) == [otto.person]
    client = signed_in(mia)
    client.post("/organisation/sponsor/", {"person": sofia.person.pk})
    assert list(Person.objects.filter(is_sponsor=True)) == [sofia.person]
    client.post("/organisation/sponsor/dismiss/")
    assert not Person.objects.filter(is_sponsor=True).exists()
    with pytest.raises(ValidationError):
        name_sponsor(actor=mia, person=make_person(left_on=date(2020, 1, 1)))


@pytest.mark.parametrize("days", [0, -1, -400])
def test_who_has_left_is_sponsor_no_longer(mia: User, sofia: User, days: int) -> None:
    record_leaving(actor=mia, person=sofia.person, left_on=timezone.localdate() + timedelta(days=days))
    assert not Person.objects.filter(is_sponsor=True).exists()
    assert Entry.objects.filter(verb="organisation.sponsor.gone").count() == 1


def test_who_leaves_is_sponsor_until_the_last_day(mia: User, sofia: User) -> None:
    record_leaving(actor=mia, person=sofia.person, left_on=timezone.localdate() + timedelta(days=2))
    for day, is_sponsor in ((1, True), (2, False), (3, False)):
        with time_machine.travel(timezone.now() + timedelta(days=day)):
            close_accounts()
        assert Person.objects.filter(is_sponsor=True).exists() == is_sponsor, day
    assert Entry.objects.filter(verb="organisation.sponsor.gone").count() == 1


def test_a_sponsor_without_an_account_is_dismissed_by_the_clock_too(mia: User) -> None:
    make_person(is_sponsor=True, left_on=timezone.localdate())
    assert close_accounts() == 0
    assert not Person.objects.filter(is_sponsor=True).exists()


def test_cx_managers_find_the_way_to_the_sponsor(mia: User, otto: User) -> None:
    assert 'href="/organisation/sponsor/"' in signed_in(mia).get(PEOPLE).content.decode()
    assert 'href="/organisation/sponsor/"' not in signed_in(otto).get(PEOPLE).content.decode()


def test_an_account_belongs_to_one_person(ada: User, otto: User) -> None:
    other = make_person()
    with pytest.raises(ValidationError, match="somebody else"):
        link_account(actor=ada, person=other, user=otto)
    client = signed_in(ada)
    client.post(f"{otto.person.get_absolute_url()}account/unlink/")
    client.post(f"{other.get_absolute_url()}account/", {"user": otto.pk})
    other.refresh_from_db()
    assert other.user == otto


def test_an_absence_has_first_and_last_day_and_a_deputy(mia: User, otto: User) -> None:
    client = signed_in(otto)
    url = f"{otto.person.get_absolute_url()}absences/new/"
    data = {"since": "2026-12-01", "until": "2026-12-05", "deputy": mia.person.pk, "note": "Holiday"}
    assert client.post(url, data).status_code == 302
    absence = Absence.objects.get()
    assert (absence.during.lower, absence.last_day) == (date(2026, 12, 1), date(2026, 12, 5))
    assert list(Person.objects.absent(date(2026, 12, 5))) == [otto.person]
    assert not Person.objects.absent(date(2026, 12, 6)).exists()
    assert client.post(url, data | {"since": "2026-12-05"}).status_code == 422  # overlaps
    assert client.post(url, data | {"since": "2026-12-20", "until": "2026-12-10"}).status_code == 422
    assert (
        client.post(url, data | {"since": "2026-12-20", "until": "", "deputy": otto.person.pk}).status_code
        == 422
    )
    assert client.post(f"/organisation/absences/{absence.pk}/remove/").status_code == 302
    assert not Absence.objects.exists()


def test_absences_of_others_are_for_who_maintains_people(mia: User, otto: User) -> None:
    absence = record_absence(actor=mia, person=mia.person, since=date(2026, 12, 1), until=None)
    client = signed_in(otto)
    assert (
        client.post(f"{mia.person.get_absolute_url()}absences/new/", {"since": "2027-01-01"}).status_code
        == 404
    )
    assert client.post(f"/organisation/absences/{absence.pk}/remove/").status_code == 404
    assert Absence.objects.count() == 1


@pytest.mark.parametrize(
    "path", ["new/", "move/", "invite/", "{}/edit/", "{}/leave/", "{}/stay/", "{}/account/"]
)
def test_others_change_nothing(otto: User, mia: User, path: str) -> None:
    url = PEOPLE + path.format(mia.person.pk)
    assert signed_in(otto).post(url, {"name": "X", "last_day": "2026-12-01", "go": "1"}).status_code == 403
    assert Person.objects.filter(left_on=None).count() == 2


def test_the_company_has_a_name(ada: User) -> None:
    client = signed_in(ada)
    assert client.get("/organisation/company/").status_code == 200
    client.post("/organisation/company/", {"name": "Holzwerk Süd", "language": "en"})
    assert "Holzwerk Süd" in client.get("/accounts/profile/").content.decode()
    assert client.post("/organisation/company/", {"name": "", "language": "en"}).status_code == 422


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_that_nobody_means_are_refused(mia: User, day: str) -> None:
    person, client = make_person(name="Anna Ahlers"), signed_in(mia)
    page = f"{PEOPLE}{person.pk}/"
    assert client.post(f"{page}leave/", {"last_day": day}).status_code == 422
    assert client.post(f"{page}absences/new/", {"since": day}).status_code == 422
    assert client.post(f"{page}absences/new/", {"since": "2026-01-01", "until": day}).status_code == 422
    assert client.post(f"{page}edit/", {"name": "Anna Ahlers", "joined_on": day}).status_code == 422
    with pytest.raises(ValidationError) as refused:
        record_leaving(actor=mia, person=person, left_on=date.fromisoformat(day))
    assert set(refused.value.message_dict) == {"left_on"}
    person.refresh_from_db()
    assert (person.left_on, person.joined_on, person.absences.count()) == (None, None, 0)
