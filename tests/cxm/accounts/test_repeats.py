"""A form that is sent twice adds one thing: double clicks, the page before, answers that were lost."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.urls import reverse

from cxm.accounts.models import User
from cxm.organisation.models import Person
from surveys.questionnaires.models import Questionnaire
from surveys.training.actions.courses import create_course
from tests.cast import signed_in
from tests.makers import make_touchpoint
from tests.surveys.makers import make_version, question
from touchpoints.dashboards.models import Decision
from touchpoints.inventory.actions.phases import create_phase_model
from touchpoints.inventory.models import (
    Comment,
    ContentItem,
    Interface,
    PhaseModel,
    System,
    Touchpoint,
)

FORM = {"csrfmiddlewaretoken": "a" * 64}  # as a page was drawn once
NEW: list[tuple[str, dict[str, Any], Callable[[], int]]] = [
    ("/touchpoints/new/", {"name": "Messe"}, Touchpoint.objects.count),
    (
        "/touchpoints/contents/new/",
        {"title": "AGB", "kind": "text", "language": "de"},
        ContentItem.objects.count,
    ),
    ("/organisation/people/new/", {"name": "Anna Neu"}, Person.objects.filter(name="Anna Neu").count),
    ("/dashboards/decisions/new/", {"question": "Hire somebody?"}, Decision.objects.count),
    (
        "/touchpoints/phases/new/",
        {"name_de": "Unser Weg"},
        PhaseModel.objects.filter(name_de="Unser Weg").count,
    ),
    (
        "/questionnaires/new/",
        {"name": "Umfrage", "use": "customer", "identity": "named", "languages": ["de"], "min_cell": "5"},
        Questionnaire.objects.count,
    ),
]


def phase(mia: User) -> tuple[str, dict[str, str], Callable[[], int]]:
    model = create_phase_model(actor=mia, name_de="Unser Weg")
    return reverse("inventory:phase_add", args=[model.pk]), {"name_de": "Wählen"}, model.phases.count


def interface(mia: User) -> tuple[str, dict[str, str], Callable[[], int]]:
    one, other = System.objects.create(name="CRM"), System.objects.create(name="Shop")
    data = {"direction": "out", "other": str(other.pk), "carries": "Aufträge", "state": "works"}
    return reverse("inventory:interface_add", args=[one.pk]), data, Interface.objects.count


def asked(mia: User) -> tuple[str, dict[str, str], Callable[[], int]]:
    draft = make_version(published=False)
    url = reverse("questionnaires:question_add", args=[draft.pk])
    return url, {"kind": "nps", "text_de": "Wie?"}, draft.questions.count


def duplicated(mia: User) -> tuple[str, dict[str, str], Callable[[], int]]:
    draft = make_version(question("a"), published=False)
    url = reverse("questionnaires:duplicate", args=[draft.questions.get().pk])
    return url, {}, lambda: draft.questions.count() - 1


def lesson(mia: User) -> tuple[str, dict[str, str], Callable[[], int]]:
    course = create_course(actor=mia, name="Kurs")
    data = {"kind": "text", "title": "Los", "body": "Wichtig"}
    return reverse("training:lesson_new", args=[course.pk]), data, course.versions.get().lessons.count


@pytest.mark.parametrize(("path", "data", "count"), NEW, ids=[one[0] for one in NEW])
def test_the_same_form_again_adds_nothing_and_leads_where_it_led(
    mia: User, path: str, data: dict[str, Any], count: Callable[[], int]
) -> None:
    client = signed_in(mia)
    first = client.post(path, data | FORM)
    again = client.post(path, data | FORM)
    assert (first.status_code, again.status_code) == (302, 302)
    assert again.headers["Location"] == first.headers["Location"]
    assert "This form was sent before; it counts once." in [str(m) for m in get_messages(again.wsgi_request)]
    assert count() == 1


@pytest.mark.parametrize("part", [phase, interface, asked, duplicated, lesson])
def test_a_part_of_something_is_added_once(
    mia: User, part: Callable[[User], tuple[str, dict[str, str], Callable[[], int]]]
) -> None:
    url, data, count = part(mia)
    client = signed_in(mia)
    answers = [client.post(url, data | FORM) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert count() == 1
    client.post(url, data | {"csrfmiddlewaretoken": "b" * 64})
    assert count() == 2, "a form that was drawn anew is meant"


def test_a_form_that_was_drawn_anew_counts_and_so_does_another_content(mia: User) -> None:
    client, path = signed_in(mia), "/organisation/people/new/"
    client.post(path, {"name": "Anna Neu"} | FORM)
    client.post(path, {"name": "Anna Neu", "csrfmiddlewaretoken": "b" * 64})
    client.post(path, {"name": "Anna Neumann"} | FORM)
    assert Person.objects.filter(name__startswith="Anna Neu").count() == 3


def test_another_person_is_another_sender(mia: User, ada: User) -> None:
    for user in (mia, ada):
        signed_in(user).post("/organisation/people/new/", {"name": "Anna Neu"} | FORM)
    assert Person.objects.filter(name="Anna Neu").count() == 2


def test_what_was_refused_may_be_sent_again(mia: User) -> None:
    client = signed_in(mia)
    for _time in range(2):
        assert client.post("/touchpoints/new/", {"name": ""} | FORM).status_code == 422


def test_a_comment_that_is_sent_twice_stands_there_once(mia: User) -> None:
    url = f"/touchpoints/{make_touchpoint().pk}/comments/"
    for _time in range(2):
        signed_in(mia).post(url, {"text": "Too slow."} | FORM)
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_add_one(mia: User) -> None:
    clients, start = [signed_in(mia), signed_in(mia)], Barrier(2)
    led: list[str] = []

    def click(client: Any) -> None:
        start.wait()
        try:
            led.append(client.post("/touchpoints/new/", {"name": "Messe"} | FORM).headers["Location"])
        finally:
            connection.close()

    threads = [Thread(target=click, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(led) == 2
    assert len(set(led)) == 1
    assert Touchpoint.objects.count() == 1
