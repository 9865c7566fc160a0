"""Courses and their versions: begun as drafts, written, published for good, retired."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.kit.files import ATTACHMENTS, CAPTIONS, VIDEOS, CheckedFile, Kind, check_upload
from surveys.questionnaires.actions.versions import (
    create_questionnaire,
    discard_draft,
    draft_version,
    publish_version,
)
from surveys.questionnaires.actions.waves import open_wave, plan_wave
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.content import load
from surveys.questionnaires.models import Label, Question, Questionnaire
from surveys.questionnaires.models import Version as QuizVersion
from surveys.questionnaires.sheet import read
from surveys.training.actions.assigning import assign_due
from surveys.training.choices import (
    COURSE_ARCHIVED,
    COURSE_CHANGED,
    COURSE_CREATED,
    COURSE_RESTORED,
    LESSON_ADDED,
    LESSON_CHANGED,
    LESSON_REMOVED,
    LESSONS_ORDERED,
    QUIZ_WRITTEN,
    VERSION_DISCARDED,
    VERSION_DRAFTED,
    VERSION_PUBLISHED,
    WAIVED,
    LessonKind,
    Status,
)
from surveys.training.models import Assignment, Attempt, Course, CourseVersion, Lesson, LessonDone
from surveys.training.quizzes import MOST_QUESTIONS, Written, content_of, latest_version
from surveys.training.standing import standards_of

VIDEO_MAX, CAPTIONS_MAX, FILE_MAX = 500 * 1024**2, 1024**2, 20 * 1024**2  # bytes
MOST_LESSONS = 60
FIELDS = ("name", "summary", "language", "days_to_learn", "refresh_months", "refresh_month")


@transaction.atomic
def create_course(*, actor: User | None, **fields: Any) -> Course:
    """A course with the draft of its first version. Raises ValidationError by field."""
    course = Course(**fields)
    course.full_clean()
    course.save()
    CourseVersion.objects.create(course=course, number=1)
    record(COURSE_CREATED, actor=actor, target=course)
    return course


@transaction.atomic
def change_course(*, course: Course, actor: User, **fields: Any) -> Course:
    """Another name, another rhythm. Certificates that were issued keep their end. Locks the course."""
    locked = Course.objects.select_for_update().get(pk=course.pk)
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    if changed:
        if "language" in changed and locked.quiz_id:
            raise ValidationError({"language": _("The quiz is written already; its language stays.")})
        for name in changed:
            setattr(locked, name, fields[name])
        locked.full_clean()
        locked.save(update_fields=changed)
        record(COURSE_CHANGED, actor=actor, target=locked, data={"fields": sorted(changed)})
    return locked


@transaction.atomic
def archive_course(*, course: Course, actor: User) -> None:
    """Nobody has to take it any more; certificates stay and go on holding. Locks the course."""
    locked = Course.objects.select_for_update().get(pk=course.pk)
    if locked.archived_at is not None:
        return
    locked.archived_at = timezone.now()
    locked.save(update_fields=["archived_at"])
    for one in Assignment.objects.open().filter(course=locked).select_related("person"):
        one.waived_on, one.waived_by, one.waived_reason = (
            timezone.localdate(),
            actor,
            _("The course was archived"),
        )
        one.save(update_fields=["waived_on", "waived_by", "waived_reason"])
        data = {"person": one.person.name, "person_id": one.person_id, "reason": one.waived_reason}
        record(WAIVED, actor=actor, target=locked, data=data)
    record(COURSE_ARCHIVED, actor=actor, target=locked)


@transaction.atomic
def restore_course(*, course: Course, actor: User) -> None:
    """Take it out of the archive; its rules hold again. Locks the course."""
    if Course.objects.filter(pk=course.pk).exclude(archived_at=None).update(archived_at=None):
        record(COURSE_RESTORED, actor=actor, target=course)
        assign_due(courses=[course.pk])


@transaction.atomic
def draft_course(*, course: Course, actor: User | None) -> CourseVersion:
    """The draft of a course: the open one, else a new one with the lessons of the valid version. Locks the course."""
    locked = Course.objects.select_for_update().get(pk=course.pk)
    if found := locked.versions.draft().first():
        return found
    newest = locked.versions.order_by("-number").first()
    draft = CourseVersion.objects.create(course=locked, number=newest.number + 1 if newest else 1)
    lessons = list(newest.lessons.all()) if newest else []
    for lesson in lessons:
        lesson.pk, lesson.version = None, draft
        lesson._state.adding = True
    Lesson.objects.bulk_create(lessons)
    record(VERSION_DRAFTED, actor=actor, target=locked, data={"version": draft.number})
    return draft


@transaction.atomic
def discard_course_draft(*, version: CourseVersion, actor: User) -> None:
    """Throw the draft away, with what was written of its quiz; the field history keeps the texts. Locks the draft."""
    draft = locked_draft(version)
    course = draft.course
    if course.quiz and (quiz := course.quiz.versions.draft().first()):
        discard_draft(version=quiz, actor=actor)
    number = draft.number
    draft.delete()
    record(VERSION_DISCARDED, actor=actor, target=course, data={"version": number})


@transaction.atomic
def write_lesson(
    *,
    version: CourseVersion,
    lesson: Lesson | None = None,
    fields: dict[str, Any],
    media: "UploadedFile[Any] | None" = None,
    captions: "UploadedFile[Any] | None" = None,
    actor: User | None,
) -> Lesson:
    """Add a lesson at the end, or change one. Uploads are told by their content. Locks the draft.

    Raises ValidationError by field. Files that were replaced stay on the disk: older versions may show them.
    """
    draft = locked_draft(version)
    row = Lesson.objects.get(pk=lesson.pk, version=draft) if lesson else _new_lesson(draft)
    for name, value in fields.items():
        setattr(row, name, value)
    if row.kind != LessonKind.STANDARD:
        row.touchpoint = None
    if row.kind not in (LessonKind.VIDEO, LessonKind.FILE):
        row.media, row.media_name, row.media_type = "", "", ""
    if row.kind != LessonKind.VIDEO:
        row.captions = ""
    _take_files(row, media, captions)
    _refuse_half(row)
    row.full_clean(exclude={"version", "position"})
    row.save()
    verb = LESSON_CHANGED if lesson else LESSON_ADDED
    record(verb, actor=actor, target=draft.course, data={"lesson": row.title, "version": draft.number})
    return row


def _new_lesson(draft: CourseVersion) -> Lesson:
    positions = list(draft.lessons.values_list("position", flat=True))
    if len(positions) >= MOST_LESSONS:
        raise ValidationError(_("At most %(n)s lessons.") % {"n": MOST_LESSONS})
    return Lesson(version=draft, position=max(positions, default=0) + 1)


def _take_files(row: Lesson, media: "UploadedFile[Any] | None", captions: "UploadedFile[Any] | None") -> None:
    """Put the uploads that belong to the kind into the lesson; all are checked before one is kept."""
    is_video = row.kind == LessonKind.VIDEO
    film = words = None
    if media is not None and row.kind in (LessonKind.VIDEO, LessonKind.FILE):
        film = _checked(
            "file", media, VIDEOS if is_video else ATTACHMENTS, VIDEO_MAX if is_video else FILE_MAX
        )
    if captions is not None and is_video:
        words = _checked("captions", captions, CAPTIONS, CAPTIONS_MAX)
    if film and media is not None:
        row.media.save(film.storage_name, media, save=False)
        row.media_name, row.media_type = film.name, film.kind.media_type
    if words and captions is not None:
        row.captions.save(words.storage_name, captions, save=False)


def _checked(name: str, file: "UploadedFile[Any]", allow: frozenset[Kind], most: int) -> CheckedFile:
    """The checked upload; what is wrong with it is said at its field."""
    try:
        return check_upload(file, allow=allow, max_bytes=most)
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from None


def _refuse_half(row: Lesson) -> None:
    """What a kind needs, said at its field."""
    wrong = {}
    if row.kind == LessonKind.TEXT and not row.body.strip():
        wrong["body"] = _("Write the text.")
    if row.kind == LessonKind.VIDEO and not row.media:
        wrong["file"] = _("Choose a video file (MP4 or WebM).")
    if row.kind == LessonKind.VIDEO and not row.captions:
        wrong["captions"] = _("A video needs captions (WebVTT), so that everybody can follow it.")
    if row.kind == LessonKind.FILE and not row.media:
        wrong["file"] = _("Choose a file.")
    if row.kind == LessonKind.STANDARD and row.touchpoint is None:
        wrong["touchpoint"] = _("Choose the touchpoint whose standard is taught.")
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def remove_lesson(*, lesson: Lesson, actor: User) -> None:
    """Take a lesson out of the draft. Locks the draft."""
    draft = locked_draft(lesson.version)
    title = lesson.title
    lesson.delete()
    for position, row in enumerate(draft.lessons.order_by("position"), 1):
        Lesson.objects.filter(pk=row.pk).exclude(position=position).update(position=position)
    record(LESSON_REMOVED, actor=actor, target=draft.course, data={"lesson": title, "version": draft.number})


@transaction.atomic
def order_lessons(*, version: CourseVersion, ids: Sequence[int], actor: User) -> None:
    """A new order; refused if it does not name exactly the lessons that there are. Locks the draft."""
    draft = locked_draft(version)
    rows = {row.pk: row for row in draft.lessons.all()}
    if sorted(ids) != sorted(rows):
        raise ValidationError(
            _("Somebody has changed the lessons meanwhile. Please try again."), code="changed"
        )
    moved = []
    for position, pk in enumerate(ids, 1):
        if rows[pk].position != position:
            rows[pk].position = position
            moved.append(rows[pk])
    if moved:
        Lesson.objects.bulk_update(moved, ["position"])
        record(LESSONS_ORDERED, actor=actor, target=draft.course, data={"version": draft.number})


@transaction.atomic
def write_quiz(
    *, version: CourseVersion, questions: Sequence[Written], pass_mark: int, actor: User | None
) -> QuizVersion:
    """Write the draft of the quiz anew. Raises ValidationError. Locks the draft of the course."""
    draft = locked_draft(version)
    course = draft.course
    asked = [one for one in questions if not one.says_nothing]
    if not asked:
        raise ValidationError(_("A quiz needs at least one question."))
    if len(asked) > MOST_QUESTIONS:
        raise ValidationError(_("At most %(n)s questions.") % {"n": MOST_QUESTIONS})
    content = content_of(course.name, course.language, asked)
    if course.quiz is None:
        quiz = create_questionnaire(
            code=f"course-{course.pk}", name=course.name, use=Use.QUIZ, identity=Identity.NAMED,
            languages=[course.language], content=content, actor=actor,
        )  # fmt: skip
        course.quiz = Questionnaire.objects.get(pk=quiz.questionnaire_id)
        course.save(update_fields=["quiz"])
    else:
        quiz = draft_version(questionnaire=course.quiz, actor=actor)
        Question.objects.filter(version=quiz).delete()
        Label.objects.filter(version=quiz).delete()
        load(quiz, content)
    quiz.pass_mark = pass_mark
    quiz.full_clean(exclude={"questionnaire", "published_by"})
    quiz.save(update_fields=["pass_mark"])
    record(QUIZ_WRITTEN, actor=actor, target=course, data={"version": draft.number, "questions": len(asked)})
    return quiz


def obstacles(lessons: Sequence[Lesson], quiz: QuizVersion | None) -> list[str]:
    """What stands between a draft with these lessons and this quiz and its publication, in sentences. One query."""
    found = []
    if not lessons:
        found.append(_("Add a first lesson."))
    valid = standards_of([lesson.touchpoint_id for lesson in lessons if lesson.touchpoint_id])[0]
    for lesson in lessons:
        if lesson.touchpoint and lesson.touchpoint_id not in valid:
            found.append(_("%(name)s has no published standard yet.") % {"name": lesson.touchpoint.name})
    if quiz is None or quiz.pass_mark is None:
        found.append(_("Write the quiz."))
    return found


@transaction.atomic
def publish_course(
    *,
    version: CourseVersion,
    actor: User | None,
    change_note: str = "",
    is_material: bool = False,
    at: datetime | None = None,
) -> CourseVersion:
    """Make the draft valid for good; who has to take it is assigned at once. Locks the course.

    Whoever has begun an older version finishes that; whoever has not begun takes the new one. Raises ValidationError.
    """
    Course.objects.select_for_update().get(pk=version.course_id)
    draft = locked_draft(version)
    course = draft.course
    lessons = list(draft.lessons.select_related("touchpoint"))
    if found := obstacles(lessons, latest_version(course.quiz)):
        raise ValidationError(found)
    quiz = _published_quiz(course, actor, at)
    wave = plan_wave(questionnaire=quiz.questionnaire, name=f"v{draft.number}", actor=actor)
    open_wave(wave=wave, actor=actor)
    CourseVersion.objects.published().filter(course=course).update(status=Status.RETIRED)
    draft.status, draft.wave, draft.quiz_version = Status.PUBLISHED, wave, quiz
    draft.change_note, draft.is_material = change_note.strip(), is_material and draft.number > 1
    draft.published_at, draft.published_by = at or timezone.now(), actor
    draft.save()
    record(
        VERSION_PUBLISHED,
        actor=actor,
        target=course,
        data={"version": draft.number, "material": draft.is_material},
    )
    begun = Exists(LessonDone.objects.filter(assignment=OuterRef("pk")))
    tried = Exists(Attempt.objects.filter(assignment=OuterRef("pk")))
    Assignment.objects.open().filter(~begun, ~tried, course=course).update(version=draft)
    assign_due(courses=[course.pk])
    return draft


def _published_quiz(course: Course, actor: User | None, at: datetime | None) -> QuizVersion:
    """The valid version of the quiz; a draft of it becomes valid first, unless it says the same."""
    assert course.quiz is not None  # noqa: S101 - `obstacles` has looked
    valid, draft = course.quiz.versions.published().first(), course.quiz.versions.draft().first()
    if draft is None or (valid is not None and read(draft).digest == valid.digest):
        if draft is not None:
            discard_draft(version=draft, actor=actor)
        assert valid is not None  # noqa: S101 - it has a version with a pass mark
        return valid
    return publish_version(version=draft, actor=actor, at=at)


def locked_draft(version: CourseVersion) -> CourseVersion:
    """The draft as it is now, locked; a ValidationError if it is none any more."""
    drafts = CourseVersion.objects.draft().select_related("course__quiz").select_for_update(of=("self",))
    draft = drafts.filter(pk=version.pk).first()
    if draft is None:
        raise ValidationError(_("This draft was published or discarded meanwhile."), code="changed")
    return draft
