"""What follows from a weak spot: a task for somebody, until a day."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.kit.history import track_history
from cxm.organisation.models import Person
from surveys.assessment.choices import TaskState
from surveys.assessment.permissions import VIEW
from surveys.questionnaires.models import Concept, Wave


class TaskQuerySet(models.QuerySet["Task"]):
    """Reads of tasks."""

    def visible_to(self, user: User) -> Self:
        """All for those who see results; else those that are one's own."""
        if not user.is_active:
            return self.none()
        return self.all() if user.may(VIEW) else self.of(user)

    def of(self, user: User) -> Self:
        """Those that were given to this user."""
        return self.filter(person__user=user)

    def open(self) -> Self:
        """Neither done nor dropped, the most urgent first."""
        return self.filter(state=TaskState.OPEN).order_by("due_on", "id")


@track_history("revision")
class Task(models.Model):
    """Something that somebody does about a weak spot."""

    title = models.CharField(_("What is to be done"), max_length=200)
    note = models.TextField(_("More about it"), blank=True, max_length=4000)
    # PROTECT: why it was given stays known.
    concept = models.ForeignKey(Concept, models.PROTECT, related_name="+")
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="tasks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assessment_tasks", verbose_name=_("Who"))
    due_on = models.DateField(_("Until"))
    state = models.CharField(_("State"), max_length=8, choices=TaskState, default=TaskState.OPEN)
    outcome = models.CharField(_("What came of it"), max_length=300, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state=TaskState.OPEN, ended_at=None)
                | (~models.Q(state=TaskState.OPEN) & models.Q(ended_at__isnull=False)),
                name="assessment_task_ended",
            ),
            # A second click gives no second task.
            models.UniqueConstraint(
                fields=["wave", "concept", "person", "title"],
                condition=models.Q(state=TaskState.OPEN),
                name="assessment_task_once",
                violation_error_message=_("This person has this task already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assessment:task", args=[self.pk])

    def is_overdue(self, at: date | None = None) -> bool:
        """Open though its day is over."""
        return self.state == TaskState.OPEN and self.due_on < (at or timezone.localdate())
