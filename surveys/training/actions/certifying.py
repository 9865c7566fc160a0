"""Certificates, and what follows from them: who is qualified for a touchpoint, and when its staff was trained."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.actions import record
from surveys.training.choices import CERTIFIED, Reason
from surveys.training.models import Assignment, Attempt, Certificate, CertifiedStandard, LessonDone
from surveys.training.models.evidence import digest_of
from surveys.training.standing import qualified, standards_of, workers
from surveys.training.validity import valid_until
from touchpoints.inventory.actions.touchpoints import change_touchpoint
from touchpoints.inventory.models import Standard, Touchpoint


@transaction.atomic
def certify(
    *, attempt: Attempt, assignment: Assignment, actor: User | None, at: date | None = None
) -> Certificate:
    """Issue the certificate of a passed attempt and close the assignment. The caller has locked the assignment."""
    day = at or timezone.localdate()
    course = assignment.course
    before = None
    if (
        assignment.reason == Reason.REFRESHER
    ):  # whoever is early loses nothing; after a change the old end says nothing
        ends = Certificate.objects.filter(person=assignment.person_id, course=course)
        before = ends.aggregate(last=Max("valid_until"))["last"]
    until = valid_until(day, months=course.refresh_months, month=course.refresh_month, before=before)
    done = list(
        LessonDone.objects.filter(assignment=assignment)
        .select_related("lesson", "standard__touchpoint")
        .order_by("lesson__position", "pk")
    )
    standards = {row.standard.touchpoint_id: row.standard for row in done if row.standard}
    certificate = Certificate(
        id=uuid4(), attempt=attempt, assignment=assignment, person_id=assignment.person_id, course=course,
        issued_on=day, valid_until=until, evidence={}, sha256="",
    )  # fmt: skip
    certificate.evidence = evidence_of(certificate, assignment, attempt, done, list(standards.values()))
    certificate.sha256 = digest_of(certificate.evidence)
    certificate.save(force_insert=True)
    CertifiedStandard.objects.bulk_create(
        CertifiedStandard(
            certificate=certificate, touchpoint_id=touchpoint, standard=standard, number=standard.version,
            digest=standard.digest,
        )
        for touchpoint, standard in standards.items()
    )  # fmt: skip
    assignment.passed_on = day
    assignment.save(update_fields=["passed_on"])
    data = {
        "person": assignment.person.name, "person_id": assignment.person_id, "certificate": str(certificate.pk),
        "touchpoints": sorted(standards),
    }  # fmt: skip
    record(CERTIFIED, actor=actor, target=course, data=data)
    note_trained(standards, at=day)
    return certificate


def evidence_of(
    certificate: Certificate,
    assignment: Assignment,
    attempt: Attempt,
    done: Iterable[LessonDone],
    standards: Iterable[Standard],
) -> dict[str, Any]:
    """All that the certificate stands on, as texts and whole numbers only, so that it is always written the same."""
    version = assignment.version
    return {
        "certificate": str(certificate.pk),
        "person": assignment.person.name,
        "person_id": assignment.person_id,
        "course": assignment.course.name,
        "course_id": assignment.course_id,
        "course_version": version.number,
        "cycle": assignment.cycle,
        "lessons": [
            {
                "title": row.lesson.title,
                "done_at": row.done_at.isoformat(),
                "standard": row.standard.digest if row.standard else "",
            }
            for row in done
        ],
        "standards": [
            {"touchpoint": one.touchpoint.name, "version": one.version, "digest": one.digest}
            for one in standards
        ],
        "quiz": {
            "digest": version.quiz_version.digest if version.quiz_version else "",
            "attempt": attempt.number,
            "score": str(attempt.score),
            "pass_mark": version.quiz_version.pass_mark if version.quiz_version else None,
            "answers": attempt.answers,
            "finished_at": attempt.finished_at.isoformat() if attempt.finished_at else "",
        },
        "issued_on": certificate.issued_on.isoformat(),
        "valid_until": certificate.valid_until.isoformat() if certificate.valid_until else None,
    }


@transaction.atomic
def note_trained(touchpoints: Iterable[int], *, at: date | None = None) -> int:
    """Tell the inventory that the staff of a touchpoint is trained, once everybody who works there is qualified for
    the standard that is valid now; says of how many touchpoints (ids) that was news."""
    day = at or timezone.localdate()
    ids = sorted(set(touchpoints))
    able, people = qualified(ids, day), workers(ids, day)
    whole = [pk for pk in ids if people.get(pk) and all(one.pk in able[pk] for one in people[pk])]
    valid, material = standards_of(whole)
    count = 0
    for touchpoint in Touchpoint.objects.filter(pk__in=whole).order_by("pk"):
        learnt = [one for one in valid.values() if one.touchpoint_id == touchpoint.pk]
        since = (
            learnt[0].published_at if learnt and learnt[0].version == material.get(touchpoint.pk) else None
        )
        newest = timezone.localdate(since) if since else None
        if touchpoint.trained_on is None or (newest is not None and touchpoint.trained_on < newest):
            change_touchpoint(touchpoint=touchpoint, fields={"trained_on": day}, actor=None)
            count += 1
    return count
