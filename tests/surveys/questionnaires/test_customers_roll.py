"""Customers on the roll: letters, reminders, who is left out, and the pages on which they are asked."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.notices.models import OutgoingMail
from surveys.questionnaires.actions.answering import decline
from surveys.questionnaires.actions.customers import add_customers, sift
from surveys.questionnaires.actions.inviting import Invited, remind
from surveys.questionnaires.actions.waves import close_wave, open_wave
from surveys.questionnaires.choices import Identity, Turnout, Use
from surveys.questionnaires.customers import Customer
from surveys.questionnaires.models import Invitation, Version, Wave
from tests.makers import make_person
from tests.surveys.makers import answer, make_version, make_wave, question

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def survey(identity: Identity = Identity.CONFIDENTIAL, use: Use = Use.CUSTOMER) -> Version:
    return make_version(question("nps", "nps"), use=use, identity=identity)


def some(number: int, prefix: str = "c") -> list[Customer]:
    return [Customer(f"{prefix}{place}@shop.example") for place in range(number)]


def opened(version: Version, customers: list[Customer]) -> tuple[Wave, list[Invited]]:
    wave = make_wave(version)
    invited = open_wave(wave=wave, customers=customers, actor=None)
    return Wave.objects.select_related("version", "questionnaire").get(pk=wave.pk), invited


def letter_to(address: str) -> OutgoingMail:
    [letter] = [mail for mail in OutgoingMail.objects.all() if mail.recipients == [address]]
    return letter


@pytest.fixture
def client(mia: User) -> Client:
    found = Client()
    found.force_login(mia)
    return found


@pytest.mark.parametrize("use", [Use.CUSTOMER, Use.SATISFACTION])
def test_each_customer_gets_a_letter_in_his_language_that_alone_knows_the_link(use: Use) -> None:
    customers = [Customer("Ann@shop.example", "Ann", "en"), Customer("bo@shop.example")]
    wave, invited = opened(survey(use=use), customers)
    english, german = letter_to("Ann@shop.example"), letter_to("bo@shop.example")
    assert english.body.startswith("Hello Ann,")
    assert "Ann" not in german.body
    assert "\x01" not in german.body
    assert f"/answer/{invited[0].token}/" in english.body
    assert f"/answer/{invited[0].token}/decline/" in english.body
    assert english.is_secret
    assert invited[0].token not in str(list(Invitation.objects.values()))
    rows = wave.invitations.order_by("pk").values_list("email", "name", "language", "status", "is_customer")
    assert list(rows) == [
        ("Ann@shop.example", "Ann", "en", Turnout.SENT, True),
        ("bo@shop.example", "", "de", Turnout.SENT, True),
    ]


def test_the_link_of_a_letter_counts_once() -> None:
    wave, [one] = opened(survey(), some(1))
    url = reverse("filling:answer_page", args=[one.token, 1])
    client = Client()
    for _ in range(2):
        sent = client.post(url, {"asked": "nps", "q-nps": "9", "to": "send"})
        assert sent.headers["Location"].endswith("/done/")
    assert wave.invitations.get().status == Turnout.COMPLETED
    assert Entry.objects.filter(verb="questionnaires.completed").count() == 1


def test_customers_are_reminded_twice_and_never_after_completion() -> None:
    with time_machine.travel(START, tick=False) as clock:
        wave, invited = opened(survey(), some(3))
        answer(invited[0], nps=9)
        decline(invitation=invited[1].invitation)
        reminded = []
        for _day in range(4):
            reminded.append(remind(wave=wave, actor=None))
            clock.shift(timedelta(days=1))
    assert reminded == [1, 1, 0, 0]
    assert OutgoingMail.objects.count() == 5


def test_ten_thousand_customers_cost_as_many_queries_as_ten() -> None:
    version, counts = survey(), []
    opened(version, some(1, "first"))  # reads the version into memory
    for number in (10, 1_500):
        with CaptureQueriesContext(connection) as captured:
            wave, _invited = opened(version, some(number, f"n{number}-"))
        with CaptureQueriesContext(connection) as added:
            add_customers(wave=wave, customers=some(number, f"m{number}-"), actor=None)
        counts.append((len(captured), len(added)))
    assert counts[0] == counts[1]
    assert Invitation.objects.filter(wave=wave).count() == 3_000


def test_more_are_added_to_an_open_wave_and_who_is_there_is_skipped(mia: User) -> None:
    wave, _invited = opened(survey(), some(3))
    added = add_customers(wave=wave, customers=[Customer("C1@SHOP.example"), *some(4)], actor=mia)
    assert [one.invitation.email for one in added.invited] == ["c3@shop.example"]
    assert (added.known, added.declined) == (3, 0)
    assert letter_to("c3@shop.example").is_secret
    assert Entry.objects.get(verb="questionnaires.wave.customers").data == {"count": 1}
    assert add_customers(wave=wave, customers=some(4), actor=mia).invited == []
    assert Entry.objects.filter(verb="questionnaires.wave.customers").count() == 1


def test_nobody_is_added_before_a_wave_opens_or_after_it_has_closed() -> None:
    planned = make_wave(survey())
    with pytest.raises(ValidationError) as refused:
        add_customers(wave=planned, customers=some(1), actor=None)
    assert refused.value.code == "not_open"
    wave, _invited = opened(survey(), some(1))
    close_wave(wave=wave, actor=None)
    with pytest.raises(ValidationError) as refused:
        add_customers(wave=wave, customers=some(2), actor=None)
    assert refused.value.code == "not_open"
    assert Invitation.objects.count() == 1


def test_employees_are_not_asked_like_customers() -> None:
    wave = make_wave(make_version(question("a"), identity=Identity.CONFIDENTIAL))
    with pytest.raises(ValidationError) as refused:
        open_wave(wave=wave, customers=some(1), actor=None)
    assert refused.value.code == "use"
    wave.refresh_from_db()
    assert (wave.opened_at, Invitation.objects.count()) == (None, 0)


def test_a_person_on_the_roll_is_not_asked_a_second_time_as_a_customer() -> None:
    wave = make_wave(survey())
    people = [make_person(email="c0@shop.example")]
    open_wave(wave=wave, people=people, customers=some(2), actor=None)
    assert sorted(wave.invitations.values_list("email", "is_customer")) == [
        ("c0@shop.example", False), ("c1@shop.example", True),
    ]  # fmt: skip


def test_the_database_invites_an_address_once_in_each_wave() -> None:
    version = survey()
    wave, _invited = opened(version, some(1))
    other, _invited = opened(version, some(1))
    assert other.invitations.count() == 1
    with pytest.raises(IntegrityError, match="questionnaires_customer_once"), transaction.atomic():
        Invitation.objects.create(wave=wave, is_customer=True, email="C0@Shop.Example", token_digest="x")
    for place in range(2):  # erased ones stay for the count
        Invitation.objects.create(wave=wave, is_customer=True, token_digest=f"erased {place}")
    with pytest.raises(IntegrityError, match="questionnaires_customer_outside"), transaction.atomic():
        Invitation.objects.create(wave=wave, is_customer=True, person=make_person(), token_digest="y")


def test_anonymous_customers_need_others_to_hide_among() -> None:
    wave = make_wave(survey(Identity.ANONYMOUS))
    with pytest.raises(ValidationError, match="mindestens 5 Personen"):
        open_wave(wave=wave, customers=some(4), actor=None)
    open_wave(wave=wave, actor=None)
    with pytest.raises(ValidationError, match="mindestens 5 Personen"):
        add_customers(wave=wave, customers=some(4), actor=None)
    assert len(add_customers(wave=wave, customers=some(5), actor=None).invited) == 5
    assert len(add_customers(wave=wave, customers=some(6), actor=None).invited) == 1


def test_who_declined_is_asked_again_twelve_months_after_that_wave_has_closed() -> None:
    version = survey()
    with time_machine.travel(START, tick=False) as clock:
        first, invited = opened(version, some(3))
        decline(invitation=invited[0].invitation)
        second = make_wave(version)
        again = [Customer("C0@shop.example"), *some(2)[1:]]
        sifted = sift(second, again)
        assert ([one.email for one in sifted.fresh], sifted.known, sifted.declined) == (
            ["c1@shop.example"], 0, 1,
        )  # fmt: skip
        close_wave(wave=first, actor=None)
        clock.shift(timedelta(days=364))
        assert sift(second, again).declined == 1
        opened_for = open_wave(wave=second, customers=again, actor=None)
        assert [one.invitation.email for one in opened_for] == ["c1@shop.example"]
        another = survey()
        assert sift(make_wave(another), again).declined == 0  # of another questionnaire
        clock.shift(timedelta(days=2))
        assert sift(make_wave(version), again).declined == 0


def test_a_wave_does_not_open_for_nobody_but_those_who_declined() -> None:
    version = survey()
    _wave, invited = opened(version, some(1))
    decline(invitation=invited[0].invitation)
    with pytest.raises(ValidationError) as refused:
        opened(version, some(1))
    assert refused.value.code == "nobody"


def test_a_customer_can_decline_by_his_letter_also_after_the_wave_has_closed() -> None:
    version = survey()
    wave, invited = opened(version, some(2))
    answer(invited[1], nps=9)
    close_wave(wave=wave, actor=None)
    url = reverse("filling:answer_decline", args=[invited[0].token])
    client = Client(headers={"accept-language": "en"})
    page = client.get(url + "?language=en").content.decode()
    assert "For the next twelve months we do not write to you about it again." in page
    assert "This is noted." in client.post(url + "?language=en").content.decode()
    assert wave.invitations.get(email="c0@shop.example").status == Turnout.OPTED_OUT
    assert sift(make_wave(version), some(2)).declined == 1
    used = client.post(reverse("filling:answer_decline", args=[invited[1].token]))
    assert used.status_code == 410
    assert wave.invitations.get(email="c1@shop.example").status == Turnout.COMPLETED


def test_a_list_is_looked_over_then_the_wave_opens(client: Client) -> None:
    version = survey()
    _wave, invited = opened(version, some(1))
    decline(invitation=invited[0].invitation)
    wave = make_wave(version)
    url = reverse("questionnaires:wave_open", args=[wave.pk])
    text = "c0@shop.example\nann@shop.example; Ann; en\nANN@shop.example\n"
    page = client.post(url, {"whom": "customers", "customers": text, "look": "1"}).content.decode()
    assert re.search(r"Customers that are asked</dt><dd>1<", page)
    assert re.search(r"counted once</dt><dd>1<", page)
    assert re.search(r"declined within twelve months, left out</dt><dd>1<", page)
    assert not wave.invitations.exists()
    response = client.post(url, {"whom": "customers", "customers": text, "open": "1"}, follow=True)
    assert "1 person is asked." in response.content.decode()
    assert wave.invitations.get().name == "Ann"


def test_a_file_stands_in_the_text_when_it_was_read(client: Client) -> None:
    wave = make_wave(survey())
    url = reverse("questionnaires:wave_open", args=[wave.pk])
    file = SimpleUploadedFile("list.csv", b"E-Mail;Name\nbo@shop.example;Bo\nANN@shop.example;\n")
    sent = {"whom": "customers", "customers": "ann@shop.example", "file": file, "look": "1"}
    page = client.post(url, sent)
    assert page.status_code == 200
    form = page.context["form"]
    assert form["customers"].value() == "ann@shop.example\nbo@shop.example;Bo\n"
    assert form.listed.again == 1
    client.post(url, {"whom": "customers", "customers": form["customers"].value(), "open": "1"})
    assert sorted(wave.invitations.values_list("email", flat=True)) == ["ann@shop.example", "bo@shop.example"]


def test_mistakes_lose_nothing_that_was_typed_or_sent(client: Client) -> None:
    wave, _invited = opened(survey(), some(1))
    url = reverse("questionnaires:wave_customers", args=[wave.pk])
    file = SimpleUploadedFile("list.csv", b"bo@shop.example;Bo\n")
    response = client.post(url, {"customers": "\nnonsense;Ann", "file": file, "ask": "1"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Line 2, E-mail: “nonsense” is no e-mail address" in page
    assert response.context["form"]["customers"].value() == "\nnonsense;Ann\nbo@shop.example;Bo\n"
    wrong = SimpleUploadedFile("list.csv", b"E-Mail;Sprache\nbo@shop.example;fr\n")
    response = client.post(url, {"customers": "ann@shop.example", "file": wrong, "ask": "1"})
    assert "Line 2, Language: “fr” is neither de nor en" in response.content.decode()
    assert response.context["form"]["customers"].value() == "ann@shop.example"
    assert wave.invitations.count() == 1


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"customers": ""}, "Give at least one address."),
        ({"customers": "\n".join(f"c{n}@shop.example" for n in range(10_001))}, "At most 10,000 customers"),
        ({"customers": "a\x00@b.example"}, "Null characters are not allowed."),
    ],
    ids=["none", "too many", "nul"],
)
def test_what_cannot_be_asked_is_said_at_the_list(client: Client, sent: dict[str, str], error: str) -> None:
    wave, _invited = opened(survey(), some(1))
    for url in ("wave_open", "wave_customers"):
        target = make_wave(survey()) if url == "wave_open" else wave
        response = client.post(
            reverse(f"questionnaires:{url}", args=[target.pk]), sent | {"whom": "customers", "look": "1"}
        )
        assert response.status_code == 422
        assert error in response.content.decode()


def test_more_customers_are_asked_on_the_page_of_an_open_wave(client: Client) -> None:
    wave, _invited = opened(survey(), some(2))
    url = reverse("questionnaires:wave_customers", args=[wave.pk])
    assert url in client.get(wave.get_absolute_url()).content.decode()
    page = client.post(url, {"customers": "c0@shop.example\nnew@shop.example", "look": "1"}).content.decode()
    assert re.search(r"Customers that are asked</dt><dd>1<", page)
    assert re.search(r"invited already, left out</dt><dd>1<", page)
    response = client.post(url, {"customers": "c0@shop.example\nnew@shop.example", "ask": "1"}, follow=True)
    assert "1 customer is asked. 1 was left out" in response.content.decode()
    assert "@shop.example" not in response.content.decode()
    close_wave(wave=wave, actor=None)
    assert "This wave is not open" in client.get(url).content.decode()
    late = client.post(url, {"customers": "late@shop.example", "ask": "1"})
    assert late.status_code == 422
    assert wave.invitations.count() == 3


def test_a_survey_of_employees_has_no_list_of_customers(client: Client) -> None:
    wave = make_wave(make_version(question("a")))
    assert client.get(reverse("questionnaires:wave_customers", args=[wave.pk])).status_code == 404
    page = client.get(reverse("questionnaires:wave_open", args=[wave.pk])).content.decode()
    assert 'name="customers"' not in page
    sent = {"whom": "customers", "leading": "nobody", "customers": "a@b.example", "open": "1"}
    assert client.post(reverse("questionnaires:wave_open", args=[wave.pk]), sent).status_code == 422


def test_addresses_are_shown_to_nobody_who_only_looks(sofia: User) -> None:
    wave, _invited = opened(survey(), some(2))
    client = Client()
    client.force_login(sofia)
    assert "@shop.example" not in client.get(wave.get_absolute_url()).content.decode()
    assert client.get(reverse("questionnaires:wave_customers", args=[wave.pk])).status_code == 403
