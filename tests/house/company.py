"""The demo company on a fixed day, with one of each thing that the demo lacks; somebody who may do everything.

The demo depends on the day: on the real one a test would change its meaning at the edge of each quarter.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import override_settings

from cxm.accounts.actions import create_api_key, invite, save_view, send_password_link
from cxm.accounts.models import Scope, User
from cxm.imports import jobs
from cxm.imports.actions import assign_columns, start_import, upload_list
from cxm.imports.models import ImportRun
from cxm.kit.access import Role
from cxm.kit.importers import IMPORTERS
from cxm.notices.actions import notify
from cxm.notices.choices import ROLES_CHANGED
from cxm.notices.models import OutgoingMail
from cxm.organisation.actions import draft_brand, record_absence
from cxm.organisation.models import Person
from surveys.questionnaires.actions.versions import draft_version
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.models import Invitation, Wave, digest_of
from surveys.training.actions.assigning import add_rule
from surveys.training.actions.courses import (
    create_course,
    draft_course,
    publish_course,
    write_lesson,
    write_quiz,
)
from surveys.training.actions.learning import begin_attempt, finish_attempt, finish_lesson
from surveys.training.choices import LessonKind, RuleKind
from surveys.training.models import Assignment
from surveys.training.quizzes import Written
from surveys.training.standing import steps_of
from tests.surveys.makers import make_version, opened, question
from touchpoints.inventory.actions.standards import draft_standard
from touchpoints.inventory.actions.talk import attach, comment
from touchpoints.inventory.models import Standard, Touchpoint
from touchpoints.kpis.actions import add_note, measure
from touchpoints.kpis.choices import BY_HAND
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import KpiDefinition

OWN_LINK, LINK_FOR_MANY = "a" * 43, "s" * 43
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0"
NOON = "2026-08-20 10:00+00:00"
OUTBOX = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}
STAGES = ("columns", "busy", "preview", "done")
LISTS = {  # short: with faults and open questions; very long ones are read in another way
    "touchpoints": "Name;Phase;Kanal;Verantwortlich;Kontakte\n"
    "A;Awarness;Web;N.N.;viele\nB;Decision;Post;Neu, Petra;5\n",
    "measurements": "Kennzahl;Datum;Wert\nAD1;2026-01-02;9\nAD1;2026-01-03;99\nXX;2026-01-04;9\n",
}


@contextmanager
def on_that_day(media: Path) -> Iterator[None]:
    """The clock goes on from noon of the day; files lie in `media`, mails in the app's own outbox."""
    with time_machine.travel(NOON, tick=True), override_settings(MEDIA_ROOT=media, MAILERS=OUTBOX):
        yield


def load() -> User:
    """Mia of the demo with all roles, and what people leave behind where they work."""
    call_command("demo", verbosity=0)
    mia: User = User.objects.get(email__startswith="mia@")
    mia.roles = [*Role]
    mia.save()
    leave_traces(mia)
    for kind in LISTS:
        for stage in STAGES:
            bring(mia, kind, stage)
    return mia


def leave_traces(mia: User) -> None:
    """Invitation and new password with their mails, a key, a view, a notice, an absence; at a touchpoint words and
    a file; a note and a measurement."""
    invite(actor=mia, email="new@example.org", name="Nora Neu", roles=[Role.EMPLOYEE])
    send_password_link(actor=mia, user=User.objects.get(email__startswith="emil@"))
    create_api_key(actor=mia, user=mia, name="Kasse", scope=Scope.READ)
    save_view(user=mia, page="inventory.touchpoints", name="Chat", query="q=chat", shared=True)
    notify(user=mia, kind=ROLES_CHANGED, text="Ihre Rollen sind geändert", key="roles:1", url="/help/")
    person = Person.objects.get(user=mia)
    record_absence(actor=mia, person=person, since=date(2026, 9, 7), until=date(2026, 9, 18))
    touchpoint = described()
    comment(touchpoint=touchpoint, text="Wer pflegt das?", actor=mia)
    attach(touchpoint=touchpoint, file=SimpleUploadedFile("notiz.txt", b"Montags zu"), actor=mia)
    draft_standard(touchpoint=touchpoint, actor=mia)
    kpi = KpiDefinition.objects.get(code="AD1")
    add_note(day=date(2026, 8, 3), text="Neue Umfrage", actor=mia, kpi=kpi)
    by_hand = Fact(kpi=kpi, day=date(2026, 8, 3), given=Given(value=Decimal(9)), source=BY_HAND, note="Anruf")
    measure(facts=[by_hand], actor=mia)
    asked(mia, person)
    draft_brand(actor=mia)
    learning(mia)


def asked(mia: User, person: Person) -> None:
    """An open survey of customers, with a link of Mia's own and one for many."""
    version = make_version(question("nps", "nps"), use=Use.CUSTOMER, identity=Identity.CONFIDENTIAL)
    wave, invited = opened(version, [person])
    Invitation.objects.filter(pk=invited[0].invitation.pk).update(token_digest=digest_of(OWN_LINK))
    Wave.objects.filter(pk=wave.pk).update(link_digest=digest_of(LINK_FOR_MANY))
    draft_version(questionnaire=version.questionnaire, actor=mia)


def learning(mia: User) -> None:
    """A course of Mia's own with a video and a file, its lessons done and one attempt failed; a draft of another."""
    course = create_course(name="Filmkurs", actor=mia)
    version = course.versions.get()
    film, words = SimpleUploadedFile("film.mp4", FILM), SimpleUploadedFile("film.vtt", b"WEBVTT\n\n")
    given = {"kind": LessonKind.VIDEO, "title": "Film"}
    write_lesson(version=version, fields=given, media=film, captions=words, actor=mia)
    write_quiz(version=version, questions=[Written("Gut?", "* ja | Fein.\nnein")], pass_mark=80, actor=mia)
    version.refresh_from_db()
    publish_course(version=version, actor=mia)
    add_rule(course=course, kind=RuleKind.PERSON, person=Person.objects.get(user=mia), actor=mia)
    assignment = Assignment.objects.get(course=course)
    for step in steps_of(assignment):
        finish_lesson(assignment=assignment, lesson=step.lesson, actor=mia)
    attempt = begin_attempt(assignment=assignment, actor=mia)
    finish_attempt(attempt=attempt, answers={"q1": "a2"}, actor=mia)
    draft_course(course=course, actor=mia)


def described() -> Touchpoint:
    """The first touchpoint with a published standard and without a draft: the one that most can be shown of."""
    drafts = Standard.objects.filter(published_at=None).values("touchpoint")
    found = Touchpoint.objects.filter(standards__published_at__isnull=False).exclude(pk__in=drafts)
    return found.earliest("pk")


def secret_in_mail(path: str) -> str:
    """What stands behind this path in the newest mail that holds it: a secret is known to its reader alone."""
    mail = OutgoingMail.objects.filter(body__contains=path).latest("pk")
    return mail.body.split(path, 1)[1].split("/", 1)[0]


def bring(user: User, kind: str, stage: str) -> ImportRun:
    """A list on its way in, as far as that stage."""
    file = SimpleUploadedFile(f"{stage}.csv", LISTS[kind].encode())
    run = upload_list(actor=user, importer=IMPORTERS[kind], file=file)
    if stage == "columns":
        return run
    form = run.kind.form
    answers = {name: own.initial for name, own in form.base_fields.items()} if form else {}
    answers = {name: str(value) for name, value in answers.items() if value is not None}
    assign_columns(run=run, mapping=run.mapping, settings=answers, clear_empty=False)
    if stage != "busy":
        jobs.check(run.pk)
    if stage == "done":
        start_import(actor=user, run=run, only_good=True)
        jobs.execute(run.pk)
    return ImportRun.objects.get(pk=run.pk)
