"""Filling in as somebody who is signed in: one's own questionnaires, a trial of a version, a form on paper."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from cxm.accounts.models import User
from cxm.audit.models import Entry
from surveys.questionnaires import visits
from surveys.questionnaires.actions.answering import begin, save_answers
from surveys.questionnaires.actions.versions import create_questionnaire
from surveys.questionnaires.actions.waves import close_wave
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.models import Answer, Draft, Invitation, Response
from tests.surveys.makers import make_people, make_version, opened, question

pytestmark = pytest.mark.django_db


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- My questionnaires --------------------------------------------------------------------------------------------


def test_my_questionnaires_lead_to_the_same_draft_as_the_letter(emil: User) -> None:
    version = make_version(question("a"), question("t", "long"))
    _wave, invited = opened(version, [emil.person, *make_people(5)])
    [mine] = [one for one in invited if one.invitation.person == emil.person]
    client = of(emil)
    page = client.get(reverse("questionnaires:mine")).content.decode()
    assert "Title" in page
    opening = client.post(reverse("questionnaires:mine_open", args=[mine.invitation.pk]))
    link = opening.headers["Location"]
    started = client.post(link)
    client.post(started.headers["Location"], {"asked": ["a", "t"], "q-a": "3", "q-t": "hier", "to": "back"})
    letter = Client()
    assert "hier" in letter.get(reverse("filling:answer_page", args=[mine.token, 1])).content.decode()
    assert Draft.objects.get().invitation == mine.invitation
    letter.post(reverse("filling:answer_check", args=[mine.token]))
    assert client.get(link).status_code == 410
    assert "mine_open" not in client.get(reverse("questionnaires:mine")).content.decode()


def test_nobody_opens_the_form_of_somebody_else(emil: User, otto: User) -> None:
    _wave, invited = opened(make_version(question("a")), [emil.person, *make_people(5)])
    pk = next(one.invitation.pk for one in invited if one.invitation.person == emil.person)
    assert of(otto).post(reverse("questionnaires:mine_open", args=[pk])).status_code == 404
    assert "Title" not in of(otto).get(reverse("questionnaires:mine")).content.decode()


def test_a_link_of_yesterday_says_where_to_find_a_new_one(
    emil: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _wave, [one, *_others] = opened(make_version(question("a")), make_people(5))
    link = reverse("filling:answer", args=[visits.own_token(one.invitation)])
    assert Client().get(link).status_code == 200
    monkeypatch.setattr(visits, "OWN_LINK_AGE", -1)
    assert Client().get(link).status_code == 410


def test_my_questionnaires_cost_the_same_for_any_number(
    emil: User, django_assert_max_num_queries: object
) -> None:
    for _number in range(4):
        opened(make_version(question("a"), identity=Identity.NAMED), [emil.person])
    client = of(emil)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page = client.get(reverse("questionnaires:mine")).content.decode()
    assert page.count("mine/") >= 4


def test_what_closed_without_me_is_named(emil: User) -> None:
    wave, _invited = opened(make_version(question("a"), identity=Identity.NAMED), [emil.person])
    close_wave(wave=wave, actor=None)
    page = of(emil).get(reverse("questionnaires:mine")).content.decode()
    assert "Closed without your answer" in page
    assert wave.name in page


# --- Trial --------------------------------------------------------------------------------------------------------


def typed(page: str) -> str:
    found = re.search(r'name="typed" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_a_draft_is_tried_out_in_both_languages_and_nothing_is_stored(mia: User) -> None:
    version = make_version(
        question("n", "number", required=True), question("b", page=2), published=False, use=Use.CUSTOMER
    )
    client, url = of(mia), reverse("questionnaires:preview", args=[version.pk])
    assert "Titel" in client.get(url, {"shown_in": "de"}).content.decode()
    page = client.post(url, {"place": "0", "shown_in": "de", "to": "next"}).content.decode()
    assert "q-n" in page
    assert client.post(url, {"place": "1", "shown_in": "de", "asked": ["n"]}).status_code == 422
    first = {"place": "1", "shown_in": "de", "asked": ["n"], "q-n": "1,5"}
    english = client.post(url, {**first, "language": "en"}).content.decode()
    assert 'value="1.5"' in english
    assert '<div lang="en">' in english
    second = client.post(url, first).content.decode()
    assert "q-b" in second
    last = {"place": "2", "shown_in": "de", "asked": ["b"], "q-b": "3", "typed": typed(second)}
    back = client.post(url, {**last, "to": "back"}).content.decode()
    assert 'value="1,5"' in back
    over = client.post(url, last).content.decode()
    assert "1,5" in over
    assert not Draft.objects.exists()
    assert not Response.objects.exists()


@pytest.mark.parametrize("nonsense", ["{", "[]", '{"n": 1}', '{"n": [1], "x": ["y"]}', "x" * 10])
def test_nonsense_in_the_hidden_fields_begins_anew(mia: User, nonsense: str) -> None:
    version = make_version(question("n", "number"), published=False)
    url = reverse("questionnaires:preview", args=[version.pk])
    sent = {"place": "-7", "shown_in": "xx", "typed": nonsense, "asked": ["zz"], "language": "xx"}
    assert of(mia).post(url, sent).status_code == 200


def test_an_empty_draft_says_what_to_do(mia: User) -> None:
    version = create_questionnaire(code="e", name="e", use=Use.CUSTOMER, languages=["de"], actor=None)
    response = of(mia).get(reverse("questionnaires:preview", args=[version.pk]))
    assert response.status_code == 200
    assert b"nothing to try out yet" in response.content


def test_a_broken_condition_is_said_and_is_no_error(mia: User) -> None:
    version = make_version(question("a"), question("b", show_if=[{"of": "a"}]), published=False)
    response = of(mia).get(reverse("questionnaires:preview", args=[version.pk]))
    assert response.status_code == 200
    assert b"cannot be tried out yet" in response.content


def test_only_who_manages_tries_out(emil: User) -> None:
    version = make_version(question("a"), published=False)
    assert of(emil).get(reverse("questionnaires:preview", args=[version.pk])).status_code == 403


# --- Paper --------------------------------------------------------------------------------------------------------


def key(page: str) -> str:
    found = re.search(r'name="form_key" value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_form_on_paper_counts_once_and_is_marked(mia: User) -> None:
    asked = [question("a", required=True), question("why", "long", show_if=[{"of": "a", "to": 2}])]
    wave, _invited = opened(make_version(*asked, identity=Identity.CONFIDENTIAL), make_people(1))
    client, url = of(mia), reverse("questionnaires:paper", args=[wave.pk])
    sent = {"form_key": key(client.get(url).content.decode()), "shown_in": "de"}
    assert client.post(url, sent | {"asked": ["a"]}).status_code == 422
    grown = client.post(url, sent | {"asked": ["a"], "q-a": "1"})
    assert grown.status_code == 422
    assert b"q-why" in grown.content
    for _time in range(2):
        whole = {"asked": ["a", "why"], "q-a": "1", "q-why": "teuer"}
        assert client.post(url, sent | whole).status_code == 302
    response = Response.objects.get()
    assert (response.is_paper, response.invitation) == (True, None)
    assert set(Answer.objects.values_list("text", flat=True)) == {None, "teuer"}
    entry = Entry.objects.get(verb="questionnaires.paper")
    assert entry.actor == mia


def test_an_empty_form_on_paper_is_refused(mia: User) -> None:
    wave, _invited = opened(make_version(question("a")), make_people(5))
    url = reverse("questionnaires:paper", args=[wave.pk])
    assert of(mia).post(url, {"asked": ["a"], "form_key": "k"}).status_code == 422
    assert not Draft.objects.exists()


def test_a_closed_wave_takes_no_paper_and_loses_nothing(mia: User) -> None:
    wave, _invited = opened(make_version(question("t", "long"), identity=Identity.NAMED), make_people(1))
    url = reverse("questionnaires:paper", args=[wave.pk])
    close_wave(wave=wave, actor=None)
    assert b"takes no answers" in of(mia).get(url).content
    response = of(mia).post(url, {"asked": ["t"], "q-t": "lang geschrieben", "form_key": "k"})
    assert response.status_code == 422
    assert "lang geschrieben" in response.content.decode()
    assert not Invitation.objects.filter(status="completed").exists()


def test_an_anonymous_wave_keeps_paper_in_the_ballot_box(mia: User) -> None:
    wave, [one, *_more] = opened(make_version(question("a")), make_people(5))
    url = reverse("questionnaires:paper", args=[wave.pk])
    assert of(mia).post(url, {"asked": ["a"], "q-a": "1", "form_key": "k"}).status_code == 302
    draft = begin(invitation=one.invitation, token=one.token, language="de")
    save_answers(draft=draft, answers={"a": 1}, page=1, language="de")
    assert Draft.objects.filter(is_paper=True, is_finished=True).count() == 1
    assert not Response.objects.exists()
