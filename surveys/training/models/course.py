"""Courses and their versions. What is published never changes, and the database refuses it."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import Language, User
from cxm.kit import versions
from cxm.kit.fields import SortKey
from cxm.kit.history import track_history
from surveys.questionnaires.models import Questionnaire, Wave
from surveys.questionnaires.models import Version as QuizVersion
from surveys.training.choices import LessonKind, Status
from surveys.training.permissions import MANAGE
from touchpoints.inventory.models import Touchpoint

DAYS_TO_LEARN = 30
MONTHS = {
    1: _("January"), 2: _("February"), 3: _("March"), 4: _("April"), 5: _("May"), 6: _("June"), 7: _("July"),
    8: _("August"), 9: _("September"), 10: _("October"), 11: _("November"), 12: _("December"),
}  # fmt: skip


class CourseQuerySet(models.QuerySet["Course"]):
    """Reads of courses."""

    def visible_to(self, user: User) -> Self:
        """Whoever manages training sees them all; learners see them by their assignments."""
        return self.all() if user.is_active and user.may(MANAGE) else self.none()

    def live(self) -> Self:
        """Without the archived ones."""
        return self.filter(archived_at=None)

    def with_numbers(self, at: date | None = None) -> Self:
        """With the number of the valid version, and how many assignments are open, overdue on that day and passed."""
        is_open = models.Q(
            assignments__isnull=False, assignments__passed_on=None, assignments__waived_on=None
        )
        overdue = is_open & models.Q(assignments__due_on__lt=at or timezone.localdate())
        passed = models.Q(assignments__passed_on__isnull=False)
        return self.annotate(
            valid=models.Max("versions__number", filter=models.Q(versions__status=Status.PUBLISHED)),
            n_open=models.Count("assignments", filter=is_open, distinct=True),
            n_overdue=models.Count("assignments", filter=overdue, distinct=True),
            n_passed=models.Count("assignments", filter=passed, distinct=True),
        )


@track_history()
class Course(models.Model):
    """Something people learn, over all its versions."""

    name = models.CharField(
        _("Name"),
        max_length=150,
        unique=True,
        error_messages={"unique": _("There is a course of this name.")},
    )
    summary = models.TextField(_("What one can do afterwards"), blank=True, max_length=1_000)
    language = models.CharField(_("Language"), max_length=2, choices=Language, default=Language.DE)
    days_to_learn = models.PositiveSmallIntegerField(
        _("Days to complete it"), default=DAYS_TO_LEARN,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
    )  # fmt: skip
    refresh_months = models.PositiveSmallIntegerField(
        _("Valid for … months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    refresh_month = models.PositiveSmallIntegerField(
        _("Or: once a year, by the end of"), null=True, blank=True, choices=MONTHS
    )
    # PROTECT: the quiz is part of the evidence.
    quiz = models.OneToOneField(
        Questionnaire, models.PROTECT, null=True, related_name="course", editable=False
    )
    archived_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    name_sort = SortKey("name")

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ("name_sort", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(refresh_months=None) | models.Q(refresh_month=None),
                name="training_course_one_refresh",
                violation_error_message=_("Choose a number of months or a fixed month, not both."),
            ),
            models.CheckConstraint(
                condition=models.Q(refresh_month=None) | models.Q(refresh_month__range=(1, 12)),
                name="training_course_month",
            ),
            models.CheckConstraint(
                condition=models.Q(refresh_months=None) | models.Q(refresh_months__range=(1, 120)),
                name="training_course_months",
            ),
            models.CheckConstraint(
                condition=models.Q(days_to_learn__range=(1, 730)), name="training_course_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("training:course", args=[self.pk])


class CourseVersionQuerySet(models.QuerySet["CourseVersion"]):
    """Reads of versions."""

    def draft(self) -> Self:
        """The one being written, at most one for each course."""
        return self.filter(status=Status.DRAFT)

    def published(self) -> Self:
        """The one that is valid, at most one for each course."""
        return self.filter(status=Status.PUBLISHED)


@track_history()
class CourseVersion(models.Model):
    """One version of a course: a draft until published, then the same for ever."""

    # PROTECT: a course with versions is archived, not deleted.
    course = models.ForeignKey(Course, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    change_note = models.CharField(_("What is new"), max_length=200, blank=True)
    is_material = models.BooleanField(
        _("Whoever has passed an older version has to take it again"), default=False
    )
    # PROTECT, both: what was asked stays.
    quiz_version = models.ForeignKey(QuizVersion, models.PROTECT, null=True, related_name="+", editable=False)
    wave = models.OneToOneField(Wave, models.PROTECT, null=True, related_name="+", editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CourseVersionQuerySet.as_manager()

    class Meta:
        ordering = ("course", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "number"], name="training_version_number"),
            models.UniqueConstraint(fields=["id", "course"], name="training_version_of"),
            models.UniqueConstraint(
                fields=["course"], condition=models.Q(status=Status.DRAFT), name="training_one_draft"
            ),
            models.UniqueConstraint(
                fields=["course"], condition=models.Q(status=Status.PUBLISHED), name="training_one_published"
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.DRAFT, published_at=None, wave=None)
                | (
                    ~models.Q(status=Status.DRAFT)
                    & models.Q(published_at__isnull=False, wave__isnull=False, quiz_version__isnull=False)
                ),
                name="training_published_whole",
            ),
        ]
        triggers: ClassVar = versions.of_versions("training_version")

    def __str__(self) -> str:
        return f"{self.course} v{self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it can still change."""
        return self.status == Status.DRAFT


@track_history()
class Lesson(models.Model):
    """One step of a version: a text, and with it a video, a file, or the standard of a touchpoint as it is today."""

    version = models.ForeignKey(CourseVersion, models.CASCADE, related_name="lessons")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("Kind"), max_length=10, choices=LessonKind, default=LessonKind.TEXT)
    title = models.CharField(_("Title"), max_length=150)
    body = models.TextField(_("Text"), blank=True, max_length=50_000)
    # PROTECT: what was taught stays; touchpoints are archived, not deleted.
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lessons",
        verbose_name=_("Touchpoint"),
    )
    media = models.FileField(upload_to="training/%Y/%m", blank=True)  # the video or the file
    media_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    captions = models.FileField(upload_to="training/%Y/%m", blank=True)

    class Meta:
        ordering = ("version", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "position"],
                name="training_lesson_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["id", "version"], name="training_lesson_of"),
            models.CheckConstraint(
                condition=models.Q(kind=LessonKind.STANDARD, touchpoint__isnull=False)
                | (~models.Q(kind=LessonKind.STANDARD) & models.Q(touchpoint=None)),
                name="training_lesson_touchpoint",
                violation_error_message=_("Choose the touchpoint whose standard is taught."),
            ),
            # WCAG 1.2.2: no video without captions.
            models.CheckConstraint(
                condition=~models.Q(kind=LessonKind.VIDEO) | (~models.Q(media="") & ~models.Q(captions="")),
                name="training_video_has_captions",
                violation_error_message=_("A video needs captions."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=LessonKind.FILE) | ~models.Q(media=""), name="training_file_is_there"
            ),
        ]
        triggers: ClassVar = versions.of_parts("training_courseversion", "training_version")

    def __str__(self) -> str:
        return self.title
