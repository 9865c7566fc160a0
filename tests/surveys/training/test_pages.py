"""The pages: learning, certificates, media, writing a course, who is how far."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from cxm.accounts.models import User
from cxm.organisation.models import Person
from surveys.training.actions.assigning import add_rule
from surveys.training.actions.courses import create_course, write_lesson
from surveys.training.choices import LessonKind, RuleKind
from surveys.training.models import Assignment, Attempt, Certificate, Course, Lesson
from surveys.training.standing import steps_of
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.surveys.school import WRONG, make_course, owner, publish_text, read_all, take
from touchpoints.inventory.models import Touchpoint

pytestmark = pytest.mark.django_db
FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40
WORDS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nGuten Tag\n"


@pytest.fixture
def touchpoint(mia: User) -> Touchpoint:
    """A touchpoint with a standard."""
    made = make_touchpoint(name="Telefon")
    publish_text(made, mia, text="Freundlich sein")
    return made


@pytest.fixture
def assignment(mia: User, emil: User, touchpoint: Touchpoint) -> Assignment:
    """Emil has to learn it."""
    course = make_course(actor=mia, touchpoint=touchpoint, name="Telefon kurz")
    add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=emil.person)
    return Assignment.objects.get()


def test_somebody_learns_passes_and_downloads(assignment: Assignment, emil: User) -> None:
    client, page = signed_in(emil), reverse("training:learn", args=[assignment.pk])
    assert "Telefon kurz" in client.get(reverse("training:mine")).content.decode()
    quiz = reverse("training:quiz", args=[assignment.pk])
    assert client.get(quiz).headers["Location"] == page
    url = re.search(rf'href="({page}lessons/\d+/)"', client.get(page).content.decode())
    assert url
    here = url[1]
    shown = client.get(here).content.decode()
    assert "<strong>Wichtig</strong>" in shown
    here = client.post(here).headers["Location"]
    shown = client.get(here).content.decode()
    assert "Freundlich sein" in shown
    seen = re.search(r'name="standard" value="(\d+)"', shown)
    assert seen
    assert client.post(here, {"standard": "1"}).headers["Location"] == here
    assert client.post(here, {"standard": seen[1]}).headers["Location"] == quiz
    assert "Begin the quiz" in client.get(quiz).content.decode()
    client.post(quiz, {"begin": "1"})
    half = {"asked": ["q1", "q2"], "q-q1": "a1"}
    assert client.post(quiz, half | {"to": "send"}).status_code == 422
    client.post(quiz, half | {"to": "later"})
    assert re.search(r'value="a1"\s+checked', client.get(quiz).content.decode())
    done = client.post(quiz, half | {"q-q2": ["a1", "a2"], "to": "send"})
    result = client.get(done.headers["Location"]).content.decode()
    assert "so steht es im Standard" in result
    proof = Certificate.objects.get()
    assert str(proof.pk) in client.get(reverse("training:mine")).content.decode()
    verified = Client().get(proof.get_absolute_url()).content.decode()
    assert "This certificate is genuine" in verified or "Dieses Zertifikat ist echt" in verified
    assert proof.sha256 in verified


def test_the_pdf_says_what_the_certificate_says(
    assignment: Assignment, emil: User, otto: User, mia: User
) -> None:
    take(assignment, emil)
    proof = Certificate.objects.get()
    url = reverse("training:certificate_pdf", args=[proof.pk])
    answer = signed_in(emil).get(url)
    assert answer.headers["Content-Type"] == "application/pdf"
    paper = PdfReader(BytesIO(answer.content))
    text = paper.pages[0].extract_text()
    assert len(paper.pages) == 1
    assert all(part in text for part in ("Emil Ernst", "Telefon kurz", proof.sha256[:20], str(proof.pk)[:8]))
    assert signed_in(otto).get(url).status_code == 404


def test_an_unknown_or_touched_certificate_is_not_confirmed(assignment: Assignment, emil: User) -> None:
    take(assignment, emil)
    proof = Certificate.objects.get()
    other = proof.get_absolute_url().replace(str(proof.pk)[:8], "00000000")
    assert Client().get(other).status_code == 404
    proof.sha256 = "0" * 64
    assert not proof.is_genuine


def test_nobody_learns_for_somebody_else(assignment: Assignment, emil: User, otto: User, mia: User) -> None:
    read_all(assignment, emil)
    take(assignment, emil, WRONG)
    for name, more in (
        ("learn", ()),
        ("quiz", ()),
        ("result", (1,)),
        ("lesson", (Lesson.objects.earliest("pk").pk,)),
    ):
        url = reverse(f"training:{name}", args=[assignment.pk, *more])
        assert signed_in(otto).get(url).status_code == 404, name
        assert signed_in(otto).post(url, {"begin": "1"}).status_code in {404, 405}, name
    page = signed_in(mia).get(reverse("training:learn", args=[assignment.pk])).content.decode()
    assert "Emil Ernst" in page
    assert signed_in(mia).post(reverse("training:quiz", args=[assignment.pk])).status_code == 404
    assert Attempt.objects.count() == 1


@pytest.fixture
def film(mia: User, tmp_path: Path, settings: Any) -> Lesson:
    """A lesson with a video, in a draft."""
    settings.MEDIA_ROOT = tmp_path
    version = create_course(name="Film", actor=mia).versions.get()
    return write_lesson(
        version=version, fields={"kind": LessonKind.VIDEO, "title": "Film"}, actor=mia,
        media=SimpleUploadedFile("film.mp4", FILM), captions=SimpleUploadedFile("film.vtt", WORDS),
    )  # fmt: skip


def test_a_video_comes_in_parts_and_to_nobody_else(film: Lesson, mia: User, emil: User) -> None:
    client, url = signed_in(mia), reverse("training:media", args=[film.pk])
    whole: Any = client.get(url)
    assert (whole.status_code, b"".join(whole.streaming_content)) == (200, FILM)
    for asked, part, said in (
        ("bytes=0-9", FILM[:10], f"bytes 0-9/{len(FILM)}"),
        ("bytes=100-", FILM[100:], f"bytes 100-{len(FILM) - 1}/{len(FILM)}"),
        ("bytes=-5", FILM[-5:], f"bytes {len(FILM) - 5}-{len(FILM) - 1}/{len(FILM)}"),
    ):
        answer: Any = client.get(url, headers={"Range": asked})
        assert (answer.status_code, b"".join(answer.streaming_content)) == (206, part)
        assert answer.headers["Content-Range"] == said
    assert client.get(url, headers={"Range": "bytes=999999-"}).status_code == 416
    assert (
        client.get(reverse("training:captions", args=[film.pk]))
        .headers["Content-Type"]
        .startswith("text/vtt")
    )
    for name in ("media", "captions"):
        assert signed_in(emil).get(reverse(f"training:{name}", args=[film.pk])).status_code == 404
    shown = client.get(reverse("training:lesson_preview", args=[film.pk])).content.decode()
    assert "<track" in shown


def test_a_manager_writes_publishes_and_assigns(mia: User, emil: User, touchpoint: Touchpoint) -> None:
    client = signed_in(mia)
    assert "No course yet" in client.get(reverse("training:courses")).content.decode()
    begun = client.post(
        reverse("training:course_new"), {"name": "Neu", "language": "de", "days_to_learn": "30"}
    )
    page = begun.headers["Location"]
    course = Course.objects.get()
    wrong = client.post(reverse("training:lesson_new", args=[course.pk]), {"kind": "text", "title": "A"})
    assert wrong.status_code == 422
    for title in ("A", "B"):
        given = {"kind": "text", "title": title, "body": "Hallo"}
        assert client.post(reverse("training:lesson_new", args=[course.pk]), given).status_code == 302
    given = {"kind": "standard", "title": "C", "touchpoint": str(touchpoint.pk)}
    client.post(reverse("training:lesson_new", args=[course.pk]), given)
    first, second, third = Lesson.objects.order_by("position")
    ids = [first.pk, second.pk, third.pk]
    client.post(reverse("training:lesson_order", args=[course.pk]), {"ids": ids, "down": first.pk})
    assert [one.title for one in Lesson.objects.order_by("position")] == ["B", "A", "C"]
    client.post(reverse("training:lesson_remove", args=[second.pk]))
    assert [one.position for one in Lesson.objects.order_by("position")] == [1, 2]
    quiz = reverse("training:quiz_write", args=[course.pk])
    bad = {"pass_mark": "80", "text": ["Was?", ""], "answers": ["nur eine", ""], "code": ["", ""]}
    refused = client.post(quiz, bad)
    assert refused.status_code == 422
    assert "nur eine" in refused.content.decode()
    client.post(quiz, bad | {"answers": ["* ja | gut\nnein", ""]})
    assert "* ja | gut" in client.get(quiz).content.decode()
    assert "Publish version 1" in client.get(page).content.decode()
    client.post(reverse("training:course_publish", args=[course.pk]))
    rule = reverse("training:rule_new", args=[course.pk])
    assert client.post(rule, {"kind": "person"}).status_code == 422
    client.post(rule, {"kind": "person", "person": emil.person.pk, "touchpoint": touchpoint.pk})
    assert Assignment.objects.get().person == emil.person
    assert "Emil Ernst" in client.get(reverse("training:assignments")).content.decode()
    client.post(reverse("training:course_draft", args=[course.pk]))
    client.post(reverse("training:lesson_edit", args=[third.pk]), given)
    assert Lesson.objects.filter(version__number=1).count() == 2
    again = client.get(page).content.decode()
    assert "Publish version 2" in again
    client.post(reverse("training:course_discard", args=[course.pk]))
    assert course.versions.count() == 1


def test_the_panel_and_the_matrix_show_who_is_qualified(
    assignment: Assignment, emil: User, otto: User, mia: User, touchpoint: Touchpoint
) -> None:
    owner(touchpoint, emil.person, assignment.assigned_on, mia)
    panel, matrix = reverse("training:touchpoint_panel", args=[touchpoint.pk]), reverse("training:matrix")
    assert "0 of 1" in signed_in(otto).get(panel).content.decode()
    take(assignment, emil)
    assert "1 of 1" in signed_in(otto).get(panel).content.decode()
    shown = signed_in(mia).get(matrix).content.decode()
    assert "1 of 1 qualified" in shown
    csv: Any = signed_in(mia).get(f"{matrix}?export=csv")
    assert "Emil Ernst" in b"".join(csv.streaming_content).decode("utf-8-sig")
    assert signed_in(otto).get(matrix).status_code == 403


def test_a_lead_sees_whether_not_how_well(assignment: Assignment, emil: User, otto: User) -> None:
    Person.objects.filter(pk=emil.person.pk).update(lead=otto.person)
    take(assignment, emil, WRONG)
    team = reverse("training:team")
    assert team in signed_in(otto).get(reverse("training:mine")).content.decode()
    assert team not in signed_in(emil).get(reverse("training:mine")).content.decode()
    page = signed_in(otto).get(team).content.decode()
    assert "Emil Ernst" in page
    assert "under way" in page
    assert "%" not in re.sub(r"(?s)<head.*?</head>|<script.*?</script>", "", page).split("<main", 1)[1]


def test_pages_cost_the_same_for_any_number(
    mia: User, emil: User, touchpoint: Touchpoint, django_assert_max_num_queries: Any
) -> None:
    for _number in range(4):
        course = make_course(actor=mia, touchpoint=touchpoint)
        for person in (emil.person, make_person(), make_person()):
            add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=person)
    for one in Assignment.objects.filter(person=emil.person)[:2]:
        take(one, emil)
    open_one = Assignment.objects.open().filter(person=emil.person).first()
    assert open_one
    read_all(open_one, emil)
    own, manager = signed_in(emil), signed_in(mia)
    lesson = steps_of(open_one)[1].lesson
    for client, name, places in (
        (own, "mine", []), (own, "learn", [open_one.pk]), (own, "lesson", [open_one.pk, lesson.pk]),
        (own, "quiz", [open_one.pk]), (own, "team", []), (own, "touchpoint_panel", [touchpoint.pk]),
        (manager, "courses", []), (manager, "course", [course.pk]), (manager, "assignments", []),
        (manager, "matrix", []), (manager, "quiz_write", [course.pk]), (manager, "rule_new", [course.pk]),
    ):  # fmt: skip
        with django_assert_max_num_queries(12):
            assert client.get(reverse(f"training:{name}", args=places)).status_code in {200, 404}, name
