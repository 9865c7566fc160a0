"""Many rows in one statement."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from cxm.kit import rows
from surveys.questionnaires.choices import Identity
from surveys.questionnaires.models import Answer, Response
from surveys.training.models import Course
from tests.surveys.makers import make_people, make_version, opened, question

pytestmark = pytest.mark.django_db
COURSE = ("name", "summary", "language", "days_to_learn")
NASTY = 'Zeile\n"zwei", {drei}\\ NULL \' 🚚'


def test_values_of_each_kind_arrive_as_they_are() -> None:
    version = make_version(
        question("t", "long"), question("n", "number"), question("d", "date"), identity=Identity.NAMED
    )
    wave, _invited = opened(version, make_people(1))
    response = Response.objects.create(wave=wave, version=version, identity=Identity.NAMED, edition=1)
    text, number, day = version.questions.order_by("position").values_list("pk", flat=True)
    names = ("response_id", "version_id", "question_id", "item", "text", "decimal", "day", "is_unknown")
    rows.insert(
        Answer,
        names,
        [
            (response.pk, version.pk, text, 0, NASTY, None, None, False),
            (response.pk, version.pk, number, 0, None, Decimal("-1234.5678"), None, False),
            (response.pk, version.pk, day, 0, None, None, date(2026, 2, 3), False),
        ],
    )
    found = Answer.objects.order_by("question__position").values_list("text", "decimal", "day")
    assert list(found) == [
        (NASTY, None, None), (None, Decimal("-1234.5678"), None), (None, None, date(2026, 2, 3)),
    ]  # fmt: skip


def test_batches_and_defaults_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BATCH", 2)
    with CaptureQueriesContext(connection) as seen:
        rows.insert(Course, COURSE, ((f"C{n}", "", "de", 30) for n in range(5)))
    assert len(seen) == 3
    assert [course.name for course in Course.objects.all()] == ["C0", "C1", "C2", "C3", "C4"]
    assert all(course.created_at for course in Course.objects.all())


def test_nothing_to_insert_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as seen:
        rows.insert(Course, COURSE, [])
    assert not len(seen)


def test_the_database_refuses_what_does_not_fit() -> None:
    with pytest.raises(IntegrityError):
        rows.insert(Response, ("id",), [("00000000-0000-0000-0000-000000000000",)])
