"""Courses, assignments, certificates and qualification for other systems."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pgtrigger
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User
from cxm.audit.models import Entry
from cxm.organisation.models import Unit
from surveys.training.actions.assigning import add_rule
from surveys.training.choices import RuleKind
from surveys.training.models import Assignment, Certificate, Course, Rule
from tests.makers import make_person, make_touchpoint
from tests.surveys.school import make_course, owner, publish_text, take
from touchpoints.inventory.models import Touchpoint

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/training"


def program(user: User, scope: Scope = Scope.WRITE) -> Client:
    """A program that acts for somebody."""
    _key, secret = create_api_key(actor=user, user=user, name=scope, scope=scope)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def mias(mia: User) -> Client:
    return program(mia)


@pytest.fixture
def touchpoint(mia: User) -> Touchpoint:
    """One with a standard."""
    found = make_touchpoint(name="Telefon")
    publish_text(found, mia)
    return found


@pytest.fixture
def course(mia: User, touchpoint: Touchpoint) -> Course:
    """A course that teaches the standard and holds for a year."""
    return make_course(actor=mia, touchpoint=touchpoint, name="Am Telefon", refresh_months=12)


def has_to(course: Course, *users: User) -> None:
    """These have to take it."""
    for user in users:
        add_rule(course=course, actor=None, kind=RuleKind.PERSON, person=user.person)  # type: ignore[arg-type]


def names(answer: Any) -> list[str]:
    """Whose rows a list has."""
    return [row["person"]["name"] for row in answer.json()["items"]]


def fields(answer: Any) -> list[str]:
    """At which fields a request was refused."""
    assert answer.status_code == 422, answer.content
    return [error["field"] for error in answer.json()["errors"]]


def test_a_course_is_listed_with_its_versions_and_numbers(
    mias: Client, course: Course, emil: User, otto: User
) -> None:
    has_to(course, emil, otto)
    take(Assignment.objects.get(person=otto.person), otto)
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        (row,) = mias.get(f"{ROOT}/courses").json()["items"]
        assert mias.get(f"{ROOT}/courses/{course.pk}").json() == row
        assert names(mias.get(f"{ROOT}/assignments", {"state": "overdue"})) == [emil.person.name]
    assert (row["id"], row["name"], row["version"], row["is_archived"]) == (course.pk, "Am Telefon", 1, False)
    assert (row["open"], row["overdue"], row["passed"]) == (1, 1, 1)
    assert [(one["number"], one["status"]) for one in row["versions"]] == [(1, "published")]
    assert [(one["kind"], one["person"]["name"], one["role"], one["unit"]) for one in row["rules"]] == [
        ("person", emil.person.name, None, None),
        ("person", otto.person.name, None, None),
    ]


def test_assignments_are_narrowed_and_that_they_were_read_is_recorded(
    mias: Client, mia: User, course: Course, emil: User, otto: User
) -> None:
    other = make_course(actor=mia)
    has_to(course, emil, otto)
    has_to(other, emil)
    take(Assignment.objects.get(person=otto.person), otto)
    Assignment.objects.filter(course=other).update(due_on=timezone.localdate())
    emils, ottos = emil.person.name, otto.person.name
    assert names(mias.get(f"{ROOT}/assignments")) == [emils, ottos, emils]
    assert names(mias.get(f"{ROOT}/assignments", {"course": course.pk})) == [emils, ottos]
    assert names(mias.get(f"{ROOT}/assignments", {"person": otto.person.pk})) == [ottos]
    assert names(mias.get(f"{ROOT}/assignments", {"state": "passed"})) == [ottos]
    assert names(mias.get(f"{ROOT}/assignments", {"state": "overdue"})) == []
    soon = timezone.localdate() + timedelta(days=1)
    (row,) = mias.get(f"{ROOT}/assignments", {"due_before": soon.isoformat()}).json()["items"]
    assert (row["course"]["name"], row["state"], row["reason"], row["cycle"]) == (
        other.name,
        "open",
        "person",
        1,
    )
    reads = Entry.objects.filter(verb="training.listed", actor=mia, is_read=True).order_by("pk")
    assert [entry.data["count"] for entry in reads] == [3, 2, 1, 1, 0, 1]


def test_pages_follow_one_another_whatever_comes_between(mias: Client, course: Course) -> None:
    people = [make_person() for _ in range(5)]
    for person in people:
        add_rule(course=course, actor=None, kind=RuleKind.PERSON, person=person)  # type: ignore[arg-type]
    first = mias.get(f"{ROOT}/assignments", {"limit": 2})
    add_rule(course=course, actor=None, kind=RuleKind.PERSON, person=make_person(name="Neu"))  # type: ignore[arg-type]
    second = mias.get(f"{ROOT}/assignments", {"limit": 2, "cursor": first.json()["next"]})
    third = mias.get(f"{ROOT}/assignments", {"limit": 9, "cursor": second.json()["next"]})
    assert [*names(first), *names(second), *names(third)] == [*(one.name for one in people), "Neu"]
    assert third.json()["next"] is None
    assert fields(mias.get(f"{ROOT}/assignments", {"cursor": "made up"})) == ["cursor"]


def test_certificates_are_paged_in_the_order_of_their_attempts(
    mias: Client, course: Course, emil: User, otto: User
) -> None:
    has_to(course, emil, otto)
    for user in (otto, emil):
        take(Assignment.objects.get(person=user.person), user)
    first = mias.get(f"{ROOT}/certificates", {"limit": 1})
    second = mias.get(f"{ROOT}/certificates", {"limit": 1, "cursor": first.json()["next"]})
    assert names(first) + names(second) == [otto.person.name, emil.person.name]
    assert second.json()["next"] is None


def test_certificates_are_narrowed_to_those_that_hold(mias: Client, course: Course, emil: User) -> None:
    has_to(course, emil)
    take(Assignment.objects.get(), emil)
    proof = Certificate.objects.get()
    day, end = proof.issued_on, proof.valid_until
    assert end is not None
    for query, count in (
        ({"valid_on": day.isoformat()}, 1),
        ({"valid_on": (day - timedelta(days=1)).isoformat()}, 0),
        ({"valid_on": end.isoformat()}, 1),
        ({"valid_on": (end + timedelta(days=1)).isoformat()}, 0),
        ({"course": str(course.pk), "person": str(emil.person.pk)}, 1),
        ({"course": str(course.pk + 1)}, 0),
    ):
        assert len(mias.get(f"{ROOT}/certificates", query).json()["items"]) == count, query


def test_a_certificate_tells_what_was_taught_and_whether_it_is_genuine(
    mias: Client, mia: User, course: Course, emil: User, touchpoint: Touchpoint
) -> None:
    has_to(course, emil)
    take(Assignment.objects.get(), emil)
    proof = Certificate.objects.get()
    said = mias.get(f"{ROOT}/certificates/{proof.pk}").json()
    assert (said["id"], said["sha256"], said["is_genuine"], said["is_valid"]) == (
        str(proof.pk), proof.sha256, True, True,
    )  # fmt: skip
    assert said["standards"] == [
        {
            "touchpoint": {"id": touchpoint.pk, "name": "Telefon"},
            "version": 1,
            "digest": touchpoint.standards.get().digest,
        }
    ]
    assert mias.get(said["address"]).status_code == 200
    entry = Entry.objects.get(verb="training.certificate.read")
    assert (entry.actor, entry.is_read, entry.data["person_id"]) == (mia, True, emil.person.pk)


def test_a_certificate_that_was_forged_says_so(mias: Client, course: Course, emil: User) -> None:
    has_to(course, emil)
    take(Assignment.objects.get(), emil)
    proof = Certificate.objects.get()
    with pgtrigger.ignore("training.Certificate:append_only"):
        Certificate.objects.update(valid_until=None)
    assert mias.get(f"{ROOT}/certificates/{proof.pk}").json()["is_genuine"] is False


def test_who_learns_reads_the_own_certificates_only(course: Course, emil: User, otto: User) -> None:
    has_to(course, emil, otto)
    for user in (emil, otto):
        take(Assignment.objects.get(person=user.person), user)
    emils = program(emil, Scope.READ)
    assert names(emils.get(f"{ROOT}/certificates")) == [emil.person.name]
    own, other = (Certificate.objects.get(person=user.person) for user in (emil, otto))
    assert emils.get(f"{ROOT}/certificates/{own.pk}").status_code == 200
    assert emils.get(f"{ROOT}/certificates/{other.pk}").status_code == 404
    assert not Entry.objects.filter(verb__startswith="training.certificate", is_read=True).exists()


def test_a_rule_that_is_added_assigns_at_once_and_ends_again(
    mias: Client, mia: User, course: Course, touchpoint: Touchpoint, emil: User
) -> None:
    owner(touchpoint, emil.person, timezone.localdate(), mia)
    made = mias.post(
        f"{ROOT}/courses/{course.pk}/rules",
        {"kind": "accountable", "touchpoint": touchpoint.pk},
        content_type="application/json",
    )
    assert made.status_code == 201
    assert made.json() == {
        "id": Rule.objects.get().pk, "kind": "accountable", "role": None, "unit": None, "person": None,
        "touchpoint": {"id": touchpoint.pk, "name": "Telefon"},
    }  # fmt: skip
    assert Assignment.objects.get().person == emil.person
    ended = mias.post(f"{ROOT}/rules/{made.json()['id']}/end")
    assert (ended.status_code, ended.json()["rules"], ended.json()["open"]) == (200, [], 0)
    assert Assignment.objects.get().waived_on
    assert mias.post(f"{ROOT}/rules/{made.json()['id']}/end").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "nobody"}, "kind"),
        ({"kind": "role"}, "role"),
        ({"kind": "role", "role": "king"}, "role"),
        ({"kind": "person", "person": 0}, "person"),
        ({"kind": "person", "person": 2**63}, "person"),
        ({"kind": "person", "person": 999_999}, "person"),
        ({"kind": "unit", "role": "employee"}, "unit"),
        ({"kind": "role", "role": "employee", "unit": 999_999}, "unit"),
        ({"kind": "role", "role": "employee", "whom": "all"}, "whom"),
    ],
)
def test_a_rule_that_says_nothing_clear_is_refused_at_its_field(
    mias: Client, course: Course, body: dict[str, Any], field: str
) -> None:
    answer = mias.post(f"{ROOT}/courses/{course.pk}/rules", body, content_type="application/json")
    assert fields(answer) == [field]
    assert not Rule.objects.exists()


def test_a_rule_names_one_thing_and_is_there_once(mias: Client, course: Course) -> None:
    body = {"kind": "role", "role": "employee"}
    both = body | {"unit": Unit.objects.create(name="Vertrieb").pk}
    assert fields(mias.post(f"{ROOT}/courses/{course.pk}/rules", both, content_type="application/json")) == [
        ""
    ]
    codes = [
        mias.post(f"{ROOT}/courses/{course.pk}/rules", body, content_type="application/json").status_code
        for _ in range(2)
    ]
    assert (codes, Rule.objects.count()) == ([201, 422], 1)


def test_a_repeated_request_adds_one_rule_and_is_answered_alike(mias: Client, course: Course) -> None:
    answers = [
        mias.post(
            f"{ROOT}/courses/{course.pk}/rules", {"kind": "role", "role": "employee"},
            content_type="application/json", headers={"Idempotency-Key": "once"},
        )
        for _ in range(2)
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (Rule.objects.count(), Entry.objects.filter(verb="training.rule.added").count()) == (1, 1)


def test_an_assignment_is_waived_with_a_reason_and_once(mias: Client, course: Course, emil: User) -> None:
    has_to(course, emil)
    address = f"{ROOT}/assignments/{Assignment.objects.get().pk}/waive"
    for body, field in (({}, "reason"), ({"reason": ""}, "reason"), ({"reason": "  "}, "reason")):
        assert fields(mias.post(address, body, content_type="application/json")) == [field]
    assert fields(mias.post(address, {"reason": "x", "by": 1}, content_type="application/json")) == ["by"]
    assert Assignment.objects.get().is_open
    body = {"reason": "Hat den Kurs gehalten."}
    said = mias.post(address, body, content_type="application/json").json()
    assert (said["state"], said["waived_reason"]) == ("waived", "Hat den Kurs gehalten.")
    assert said["waived_on"] == timezone.localdate().isoformat()
    assert fields(mias.post(address, body, content_type="application/json")) == [""]


def test_qualification_says_of_how_many_as_the_matrix_does(
    mias: Client, mia: User, course: Course, touchpoint: Touchpoint, emil: User
) -> None:
    row = {"touchpoint": {"id": touchpoint.pk, "name": "Telefon"}}
    assert mias.get(f"{ROOT}/qualification").json() == [row | {"qualified": 0, "n": 0, "share": None}]
    owner(touchpoint, emil.person, timezone.localdate(), mia)
    assert mias.get(f"{ROOT}/qualification").json() == [row | {"qualified": 0, "n": 1, "share": 0.0}]
    has_to(course, emil)
    take(Assignment.objects.get(), emil)
    assert mias.get(f"{ROOT}/qualification").json() == [row | {"qualified": 1, "n": 1, "share": 1.0}]
    elsewhere = mias.get(f"{ROOT}/qualification", {"unit": Unit.objects.create(name="Vertrieb").pk}).json()
    assert elsewhere == [row | {"qualified": 0, "n": 0, "share": None}]
    assert fields(mias.get(f"{ROOT}/qualification", {"unit": 999_999})) == ["unit"]


READS = ("courses", "courses/{pk}", "assignments", "qualification")
WRITES = ("courses/{pk}/rules", "rules/{pk}/end", "assignments/{pk}/waive")


def test_who_does_not_manage_training_reads_and_writes_none_of_it(course: Course, emil: User) -> None:
    emils = program(emil)
    assert [emils.get(f"{ROOT}/{path.format(pk=course.pk)}").status_code for path in READS] == [403] * 4
    assert [emils.post(f"{ROOT}/{path.format(pk=course.pk)}").status_code for path in WRITES] == [403] * 3


def test_a_key_that_only_reads_writes_nothing(mia: User, course: Course) -> None:
    reader = program(mia, Scope.READ)
    assert [reader.get(f"{ROOT}/{path.format(pk=course.pk)}").status_code for path in READS] == [200] * 4
    body = {"kind": "role", "role": "employee"}
    answer = reader.post(f"{ROOT}/courses/{course.pk}/rules", body, content_type="application/json")
    assert (answer.status_code, Rule.objects.count()) == (403, 0)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("courses/999999", 404), ("courses/0", 422), (f"courses/{2**63}", 422), ("courses/x", 404),
        (f"certificates/{UUID(int=7)}", 404), ("certificates/7", 404), ("certificates/not-a-uuid", 404),
        ("assignments?course=x", 422), ("assignments?state=late", 422), ("assignments?due_before=soon", 422),
        ("certificates?valid_on=2026-13-01", 422), ("certificates?person=-1", 422), ("qualification?unit=0", 422),
    ],
)  # fmt: skip
def test_what_there_is_not_is_refused_as_a_problem(mias: Client, path: str, code: int) -> None:
    answer = mias.get(f"{ROOT}/{path}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (code, "application/problem+json")


def test_lists_cost_the_same_whatever_their_length(mias: Client, mia: User, course: Course) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert mias.get(f"{ROOT}/{path}").status_code == 200
        return len(queries)

    def more() -> None:
        for person in [make_person() for _ in range(3)]:
            add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=person)

    more()
    cost("courses")  # the first one of a key costs more
    before = [cost(path) for path in ("courses", "assignments")]
    more()
    make_course(actor=mia)
    assert [cost(path) for path in ("courses", "assignments")] == before
