"""Everybody reads and confirms; units show their support without exposing anybody; the CX manager reminds."""

import csv
import io
from datetime import timedelta
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User
from cxm.audit.actions import deliver_next
from cxm.audit.models import Entry
from cxm.notices.models import Notice
from cxm.organisation.actions import (
    change_brand_draft,
    confirm_brand,
    draft_brand,
    publish_brand,
    record_absence,
    remind_readers,
)
from cxm.organisation.models import BrandConfirmation, BrandReminder, BrandVersion, Person, Unit
from cxm.organisation.support import LEAST, Branch, disclosed, share_text, support_of
from tests.cast import make_member, signed_in
from tests.cxm.organisation.brand import PAGE, published, worded

READERS = f"{PAGE}readers/"
REMIND = f"{READERS}remind/"


def replaced(user: User) -> BrandVersion:
    """A second version in place of the first."""
    draft = draft_brand(actor=user)
    change_brand_draft(actor=user, version=draft, fields={"core_en": "Honest, too"}, promises=worded()[1])
    return publish_brand(actor=user, version=draft)


def test_an_employee_reads_and_confirms(sofia: User, emil: User) -> None:
    published(sofia)
    client = signed_in(emil)
    assert "Read and understood" in client.get(PAGE).content.decode()
    answer: Any = client.post(f"{PAGE}confirm/", {"version": 1})
    assert answer.url == PAGE
    assert BrandConfirmation.objects.get().person == emil.person
    assert "You confirmed this version on" in client.get(PAGE).content.decode()


def test_a_second_click_changes_nothing(sofia: User, emil: User) -> None:
    version = published(sofia)
    client = signed_in(emil)
    for _click in range(2):
        client.post(f"{PAGE}confirm/", {"version": 1})
    first = BrandConfirmation.objects.get().confirmed_at
    assert confirm_brand(actor=emil, version=version) is False
    assert BrandConfirmation.objects.get().confirmed_at == first
    assert Entry.objects.filter(verb="organisation.brand.confirmed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_confirm_once(sofia: User, emil: User) -> None:
    version = published(sofia)
    start, said = Barrier(2), []

    def click() -> None:
        start.wait(10)
        try:
            said.append(confirm_brand(actor=emil, version=version))
        finally:
            connection.close()

    threads = [Thread(target=click) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [False, True]
    assert Entry.objects.filter(verb="organisation.brand.confirmed").count() == 1


def test_who_confirms_an_old_page_is_led_to_the_new_version(sofia: User, emil: User) -> None:
    published(sofia)
    replaced(sofia)
    client = signed_in(emil)
    page = client.post(f"{PAGE}confirm/", {"version": 1}, follow=True).content.decode()
    assert "There is a newer version by now" in page
    assert not BrandConfirmation.objects.exists()
    for odd in ("", "x", "99", "²", "-1", "9" * 30):
        assert client.post(f"{PAGE}confirm/", {"version": odd}).status_code == 404
    assert client.get(f"{PAGE}confirm/").status_code == 405


def test_an_account_without_a_person_is_told(sofia: User, emil: User) -> None:
    version = published(sofia)
    Person.objects.filter(user=emil).update(user=None)
    with pytest.raises(ValidationError, match="belongs to nobody"):
        confirm_brand(actor=emil, version=version)
    page = signed_in(emil).post(f"{PAGE}confirm/", {"version": 1}, follow=True).content.decode()
    assert "belongs to nobody" in page


def test_a_new_version_asks_everybody_again_and_keeps_the_old_confirmations(sofia: User, emil: User) -> None:
    confirm_brand(actor=emil, version=published(sofia))
    replaced(sofia)
    client = signed_in(emil)
    assert "You confirm that you have read" in client.get(PAGE).content.decode()
    assert "You confirmed this version on" in client.get(f"{PAGE}versions/1/").content.decode()


def test_who_confirmed_stands_in_no_history_but_that_of_the_person(
    sofia: User, emil: User, otto: User, mia: User
) -> None:
    version = published(sofia)
    confirm_brand(actor=emil, version=version)
    history = f"/history/about/organisation.brandversion/{version.pk}/"
    page = signed_in(otto).get(history).content.decode()
    assert "published version 1" in page
    assert "Emil" not in page
    person = f"/history/about/organisation.person/{emil.person.pk}/"
    assert signed_in(otto).get(person).status_code == 404
    assert "has read and confirmed" in signed_in(mia).get(person).content.decode()


@pytest.fixture
def house(sofia: User, mia: User) -> dict[str, Unit]:
    """Sales (6) with Hamburg (6) and Bremen (5); service (5) with chat (3): 25 people, 11 of whom confirmed."""
    sales = Unit.objects.create(name="Sales")
    units = {"sales": sales, "hamburg": Unit.objects.create(name="Hamburg", parent=sales)}
    units["bremen"] = Unit.objects.create(name="Bremen", parent=sales)
    units["service"] = Unit.objects.create(name="Service")
    units["chat"] = Unit.objects.create(name="Chat", parent=units["service"])
    Person.objects.filter(user=sofia).update(unit=sales)
    Person.objects.filter(user=mia).update(unit=units["service"], lead=sofia.person)
    version = published(sofia)
    heads = {"sales": sofia.person, "service": mia.person}
    counts = {"sales": (5, 1), "hamburg": (6, 3), "bremen": (5, 2), "service": (4, 4), "chat": (3, 1)}
    for name, (n, confirmed) in counts.items():
        head = heads.get(name) or Person.objects.create(
            name=f"Head {name}", unit=units[name], lead=sofia.person
        )
        made = [head] if name not in heads else []
        made += [
            Person.objects.create(name=f"{name} {number}", unit=units[name], lead=head)
            for number in range(n - len(made))
        ]
        BrandConfirmation.objects.bulk_create(
            BrandConfirmation(version=version, person=person) for person in made[:confirmed]
        )
    gone = Person.objects.create(name="Gone", unit=units["hamburg"], left_on=timezone.localdate())
    BrandConfirmation.objects.create(version=version, person=gone)
    return units


def shown(version: BrandVersion) -> list[tuple[str, str, int, int, int]]:
    """The lines of the support: unit, lead, confirmed, people, percent."""
    return [
        (
            line.unit.name if line.unit else "",
            line.lead.name if line.lead else "",
            line.confirmed,
            line.n,
            line.percent,
        )
        for line in support_of(version).lines
    ]


def test_the_support_of_each_unit_is_counted_with_those_below(house: dict[str, Unit], sofia: User) -> None:
    version = BrandVersion.objects.get()
    assert shown(version) == [
        ("", "", 11, 25, 44),
        ("Sales", "Sofia Sander", 6, 17, 35),
        ("Bremen", "Head bremen", 2, 5, 40),
        ("Hamburg", "Head hamburg", 3, 6, 50),
        ("Service", "Mia Meyer", 5, 8, 62),
    ]
    assert share_text(version) == "44 % of 25 people have confirmed it"


def test_everybody_sees_the_support_and_no_small_unit(
    house: dict[str, Unit], emil: User, sofia: User
) -> None:
    Person.objects.filter(user=emil).update(unit=house["sales"])
    page = signed_in(emil).get(f"{PAGE}support/").content.decode()
    assert "6 of 18" in page
    assert "Hamburg" in page
    assert "Chat" not in page
    assert "nobody shall be recognisable" in page
    assert "44 %" not in signed_in(emil).get("/organisation/units/").content.decode()  # 11 of 26
    assert "42 % of 26 people" in signed_in(emil).get("/organisation/units/").content.decode()


def test_a_small_rest_takes_the_smallest_unit_with_it(house: dict[str, Unit], sofia: User) -> None:
    few = Person.objects.filter(unit=house["sales"]).exclude(user=sofia).order_by("pk")[:3]
    Person.objects.filter(pk__in=[one.pk for one in few]).update(unit=house["hamburg"])
    names = [line[0] for line in shown(BrandVersion.objects.get())]
    # 3 are left directly in sales: beside Hamburg (9) and Bremen (5) they could be computed.
    assert names == ["", "Sales", "Hamburg", "Service"]


def test_no_group_smaller_than_five_can_be_computed_in_any_company() -> None:
    chance = Random(8)

    def grow(depth: int) -> Branch:
        branch = Branch(None, depth)
        branch.children = [grow(depth + 1) for _n in range(chance.randrange(4) if depth < 4 else 0)]
        branch.n = chance.randrange(8) + sum(child.n for child in branch.children)
        return branch

    withheld = 0
    for _company in range(500):
        lines = list(disclosed(company := grow(0)))
        for line in lines:
            below = [child for child in line.children if any(child is one for one in lines)]
            rest = line.n - sum(child.n for child in below)
            assert rest == 0 or rest >= LEAST or line is company
            assert line.n >= LEAST or line is company
            withheld += len(line.children) - len(below)
    assert withheld > 100


def test_a_company_of_four_has_no_figure(sofia: User, mia: User, emil: User, otto: User) -> None:
    version = published(sofia)
    assert support_of(version).lines == []
    assert share_text(version) == ""
    assert "Too few people" in signed_in(emil).get(f"{PAGE}support/").content.decode()


@pytest.mark.parametrize("who", ["sofia", "otto", "emil", "ada"])
def test_only_the_cx_manager_sees_who_has_not_read(who: str, sofia: User, request: Any) -> None:
    published(sofia)
    client = signed_in(request.getfixturevalue(who))
    assert client.get(READERS).status_code == 403
    assert client.get(f"{READERS}?export=csv").status_code == 403
    assert client.post(REMIND, {"all": "1", "go": "1"}).status_code == 403
    assert "Who has read it" not in client.get(PAGE).content.decode()
    assert not BrandReminder.objects.exists()


def test_the_cx_manager_sees_and_exports_who_has_confirmed(mia: User, sofia: User, emil: User) -> None:
    confirm_brand(actor=emil, version=published(sofia))
    client = signed_in(mia)

    def names(query: str) -> list[str]:
        return [person.name for person in client.get(f"{READERS}?{query}").context["page"].rows]

    assert names("read=open") == ["Mia Meyer", "Sofia Sander"]
    assert names("read=confirmed") == ["Emil Ernst"]
    assert names("sort=-confirmed_at")[0] == "Emil Ernst"
    file: Any = client.get(f"{READERS}?export=csv&sort=name")
    rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["Emil Ernst", "Mia Meyer", "Sofia Sander"]
    assert [bool(row[rows[0].index("Confirmed on")]) for row in rows[1:]] == [True, False, False]
    assert client.get(f"{READERS}?export=xlsx").headers["Content-Type"].startswith("application/vnd.openxml")


def test_reminders_go_to_who_can_read_and_has_not(
    mia: User, sofia: User, emil: User, otto: User, karla: User
) -> None:
    confirm_brand(actor=karla, version=published(sofia))
    record_absence(actor=mia, person=otto.person, since=timezone.localdate(), until=None)
    Person.objects.create(name="Without account")
    client = signed_in(mia)
    ask = client.post(REMIND, {"all": "1", "query": ""}).content.decode()
    assert "3 people are reminded" in ask
    assert "3 people are left out" in ask
    assert not BrandReminder.objects.exists()
    client.post(REMIND, {"all": "1", "query": "", "go": "1"})
    client.post(REMIND, {"all": "1", "query": "", "go": "1"})  # the second click of a double click
    assert set(BrandReminder.objects.values_list("person__user", "number")) == {
        (user.pk, 1) for user in (mia, sofia, emil)
    }
    while deliver_next():
        pass
    told = Notice.objects.filter(kind="organisation.brand_reminder")
    assert set(told.values_list("user", flat=True)) == {mia.pk, sofia.pk, emil.pk}


def test_nobody_is_reminded_more_than_twice(mia: User, sofia: User, emil: User) -> None:
    published(sofia)
    sent = []
    for days in (0, 1, 4, 8, 12):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            sent.append(remind_readers(actor=mia, people=[emil.person]).sent)
    assert sent == [1, 0, 1, 0, 0]
    assert list(BrandReminder.objects.values_list("number", flat=True)) == [1, 2]


def test_without_a_published_version_every_page_says_what_to_do(mia: User, emil: User) -> None:
    assert "Write vision and brand" in signed_in(mia).get(PAGE).content.decode()
    for page in (PAGE, f"{PAGE}support/"):
        answer = signed_in(emil).get(page)
        assert (answer.status_code, "sponsor has published" in answer.content.decode()) == (200, True)
    assert "Nothing is published yet" in signed_in(mia).get(READERS).content.decode()
    assert signed_in(mia).post(REMIND, {"all": "1", "go": "1"}).status_code == 302
    assert not BrandReminder.objects.exists()


@pytest.mark.parametrize("page", ["", "versions/2/", "support/", "readers/", "draft/", "../units/"])
def test_few_queries_whatever_the_rows(
    page: str, house: dict[str, Unit], mia: User, sofia: User, django_assert_max_num_queries: Any
) -> None:
    replaced(sofia)
    draft_brand(actor=mia)
    for number in range(30):
        Person.objects.create(name=f"More {number}", unit=house["chat"])
    client = signed_in(mia)
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        assert client.get(f"{PAGE}{page}" if ".." not in page else "/organisation/units/").status_code == 200


def test_other_systems_read_the_brand_and_its_support(
    house: dict[str, Unit], emil: User, sofia: User
) -> None:
    _key, secret = create_api_key(actor=emil, user=emil, name="Test", scope=Scope.READ)
    Person.objects.filter(user=emil).update(unit=house["sales"])
    draft_brand(actor=sofia)

    def read(path: str) -> Any:
        headers = {"Authorization": f"Bearer {secret}"}
        return Client().get(f"/api/v1/organisation/brand{path}", headers=headers)

    brand = read("").json()
    assert (brand["version"], brand["vision_en"]) == (1, "Living better")
    assert [(p["code"], p["text_de"]) for p in brand["promises"]] == [
        ("P1", "Wir kommen pünktlich."),
        ("P2", "Wir hören zu."),
    ]
    assert [one["version"] for one in read("/versions").json()["items"]] == [1]
    assert read("/versions/1").json() == brand
    assert read("/versions/2").status_code == 404
    lines = [
        (one["unit"] and one["unit"]["name"], one["confirmed"], one["people"])
        for one in read("/support").json()
    ]
    assert lines == [(None, 11, 26), ("Sales", 6, 18), ("Bremen", 2, 5), ("Hamburg", 3, 6), ("Service", 5, 8)]


def test_a_person_who_has_confirmed_cannot_be_deleted(sofia: User, mia: User) -> None:
    version = published(sofia)
    member = make_member("Nora Neu")
    confirm_brand(actor=member, version=version)
    with pytest.raises(Exception, match="protected"):
        member.person.delete()
