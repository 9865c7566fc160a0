"""The pages of waves: planning, opening, reminding, closing, and what they refuse."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from cxm.accounts.models import User
from surveys.questionnaires.choices import Identity, Step, Use
from surveys.questionnaires.models import Invitation, Wave
from tests.makers import make_person, make_touchpoint
from tests.surveys.makers import answer, make_people, make_version, make_wave, opened, question

pytestmark = pytest.mark.django_db
NEW = reverse("questionnaires:wave_new")


@pytest.fixture
def client(mia: User) -> Client:
    found = Client()
    found.force_login(mia)
    return found


def test_an_empty_list_says_what_to_do_first(client: Client) -> None:
    assert "No wave yet" in client.get(reverse("questionnaires:waves")).content.decode()
    assert "No questionnaire is published yet" in client.get(NEW).content.decode()


def test_a_wave_is_planned_with_the_weights_of_its_themes(client: Client) -> None:
    version = make_version(question("a", theme="bond"), question("b", theme="care"))
    url = f"{NEW}?questionnaire={version.questionnaire_id}"
    assert "bond" in client.get(url).content.decode()
    response = client.post(url, {"name": "Autumn", "weight_bond": "2.50", "weight_care": "1"})
    wave = Wave.objects.get()
    assert response.headers["Location"] == wave.get_absolute_url()
    assert (wave.name, wave.weights, wave.step) == ("Autumn", {"bond": "2.5", "care": "1"}, Step.PLANNED)
    assert "Autumn" in client.get(reverse("questionnaires:waves")).content.decode()


def test_a_wave_at_a_touchpoint_is_found_by_code_or_name(client: Client) -> None:
    version = make_version(question("n", "nps"), use=Use.CUSTOMER, identity=Identity.CONFIDENTIAL)
    touchpoint = make_touchpoint(name="Counter")
    url = f"{NEW}?questionnaire={version.questionnaire_id}"
    refused = client.post(url, {"name": "One", "touchpoint": "nowhere"})
    assert refused.status_code == 422
    assert "There is no touchpoint of this code or name." in refused.content.decode()
    client.post(url, {"name": "One", "touchpoint": "counter"})
    assert Wave.objects.get().touchpoint == touchpoint


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x", "closes_at": "2001-01-01T00:00"}, "This moment is over."),
        ({"name": "x", "closes_at": "2999-01-01T00:00"}, "At most five years from now."),
        ({"name": "x", "closes_at": "soon"}, "Enter a valid date"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"name": "\x00"}, "Null characters are not allowed."),
        ({"name": "Taken"}, "There is a wave of this name already."),
    ],
)
def test_what_cannot_be_planned_is_said_at_its_field(
    client: Client, sent: dict[str, str], error: str
) -> None:
    version = make_version(question("a"))
    make_wave(version)
    Wave.objects.update(name="Taken")
    response = client.post(f"{NEW}?questionnaire={version.questionnaire_id}", sent)
    assert (response.status_code, Wave.objects.count()) == (422, 1)
    assert error in response.content.decode()


def test_people_are_counted_before_the_wave_opens(client: Client) -> None:
    wave = make_wave(make_version(question("a")))
    lead = make_person(name="Lea")
    for _ in range(6):
        make_person(lead=lead)
    url = reverse("questionnaires:wave_open", args=[wave.pk])
    choice = {"whom": "everybody", "leading": "leads"}
    page = client.post(url, choice | {"look": "1"}).content.decode()
    assert re.search(r"of them leaders</dt><dd>1<", page)
    assert re.search(r"People</dt><dd>8<", page)  # with Mia
    assert not Invitation.objects.exists()
    client.post(url, choice | {"open": "1"})
    assert Invitation.objects.filter(wave=wave, group="leaders").get().person == lead
    assert Invitation.objects.count() == 8
    assert "open already" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"whom": "units", "leading": "leads"}, "Choose at least one unit."),
        ({"whom": "roles", "leading": "leads"}, "Choose at least one role."),
        ({"whom": "everybody", "leading": "chosen"}, "Give at least one address."),
        ({"whom": "everybody", "leading": "chosen", "emails": "a@b.example"}, "Nobody here has this address"),
        ({"whom": "everybody", "leading": "chosen", "emails": "nonsense"}, "Enter a valid email address."),
        ({"whom": "roles", "roles": ["agent"], "leading": "nobody", "open": "1"}, "This choice holds nobody."),
        ({"whom": "everybody", "leading": "nobody", "open": "1"}, "Anonymous answers need at least 5 people"),
    ],
)  # fmt: skip
def test_a_wave_does_not_open_for_a_choice_that_means_nothing(
    client: Client, sent: dict[str, str], error: str
) -> None:
    wave = make_wave(make_version(question("a")))
    response = client.post(reverse("questionnaires:wave_open", args=[wave.pk]), sent)
    assert response.status_code == 422
    assert error in response.content.decode()
    assert Wave.objects.get().opened_at is None


def test_a_wave_is_closed_and_says_so_when_asked_again(client: Client) -> None:
    wave, invited = opened(make_version(question("a")), make_people(6))
    for one in invited:
        answer(one, a=3)
    page = client.get(wave.get_absolute_url()).content.decode()
    assert "6 of 6 have finished" in page
    url = reverse("questionnaires:wave_close", args=[wave.pk])
    assert "is closed" in client.post(url, follow=True).content.decode()
    assert "This wave is closed." in client.post(url, follow=True).content.decode()
    edit = client.post(reverse("questionnaires:wave_edit", args=[wave.pk]), {"name": "Later"})
    assert edit.status_code == 422
    assert "This wave is closed." in edit.content.decode()


def test_the_link_for_many_is_shown_once_with_its_code(client: Client) -> None:
    wave, _invited = opened(make_version(question("a"), identity=Identity.CONFIDENTIAL), [])
    page = client.post(reverse("questionnaires:wave_link", args=[wave.pk])).content.decode()
    link = re.search(r"/survey/([\w-]{43})/", page)
    assert link
    assert "data:image/svg+xml" in page
    assert Client().get(f"/survey/{link[1]}/").status_code == 200
    assert link[1] not in client.get(wave.get_absolute_url()).content.decode()


def test_a_page_of_waves_costs_the_same_queries_for_many(
    client: Client, django_assert_max_num_queries: object
) -> None:
    version = make_version(question("a"))
    for _ in range(30):
        make_wave(version)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get(reverse("questionnaires:waves")).status_code == 200
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get(Wave.objects.latest("pk").get_absolute_url()).status_code == 200


def test_quizzes_are_looked_at_with_their_courses(client: Client) -> None:
    for use in (Use.QUIZ, Use.CUSTOMER):
        make_wave(make_version(question("a"), use=use, identity=Identity.NAMED))
    quiz, survey = Wave.objects.order_by("pk")
    text = client.get(reverse("questionnaires:waves")).content.decode()
    assert (quiz.get_absolute_url() in text, survey.get_absolute_url() in text) == (False, True)
