"""What is too large is refused before anything reads it."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cxm.accounts.models import User
from cxm.kit.http import MOST_BODY
from surveys.questionnaires.choices import Identity
from surveys.training.actions.courses import create_course
from tests.makers import make_touchpoint
from tests.surveys.makers import make_people, make_version, opened, question

pytestmark = pytest.mark.django_db
GIGABYTE = 1024**3


class Untouched(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *_args: object) -> bytes:
        raise AssertionError("The body was read.")


def sent(client: Client, url: str, size: int, **more: Any) -> HttpResponse:
    announced: dict[str, Any] = {"CONTENT_LENGTH": str(size), "wsgi.input": Untouched()}
    answer: HttpResponse = client.generic(  # type: ignore[assignment]  # a test's response
        "POST", url, content_type="multipart/form-data; boundary=x", **announced, **more
    )
    return answer


@pytest.fixture
def desk(mia: User) -> Client:
    found = Client(enforce_csrf_checks=True)
    found.force_login(mia)
    return found


def test_a_video_of_two_gigabytes_is_not_read(desk: Client, mia: User) -> None:
    course = create_course(name="K", actor=mia)
    answer = sent(desk, reverse("training:lesson_new", args=[course.pk]), 2 * GIGABYTE)
    assert answer.status_code == 413
    assert "525 MB" in answer.content.decode()


def test_other_forms_take_less(desk: Client) -> None:
    url = reverse("inventory:files", args=[make_touchpoint().pk])
    assert sent(desk, url, MOST_BODY + 1).status_code == 413
    assert sent(desk, url, MOST_BODY).status_code == 403  # goes on to the look at the form's secret


def test_a_part_of_a_page_says_it_in_a_toast(desk: Client) -> None:
    url = reverse("inventory:files", args=[make_touchpoint().pk])
    answer = sent(desk, url, GIGABYTE, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (413, b"")
    assert "larger than 25 MB" in answer.headers["HX-Trigger"]


def test_the_public_form_reads_no_file(client: Client) -> None:
    _wave, [one] = opened(make_version(question("a"), identity=Identity.NAMED), make_people(1))
    answer = sent(client, reverse("filling:answer_page", args=[one.token, 1]), 2 * GIGABYTE)
    assert answer.status_code == 413
    assert "egabyte" in answer.content.decode()


def test_a_questionnaire_file_that_is_too_large_is_said_at_its_field(mia: User) -> None:
    client = Client()
    client.force_login(mia)
    file = SimpleUploadedFile("q.json", b" " * (2 * 1024**2 + 1))
    answer = client.post(reverse("questionnaires:import"), {"file": file})
    assert answer.status_code == 422
    assert "2 MB" in answer.content.decode()
