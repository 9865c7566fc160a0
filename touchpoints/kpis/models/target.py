"""What is wanted of a figure, what is said about it, and what went wrong with it."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.kit.history import track_history
from touchpoints.kpis.choices import AlarmState, Grain, Reason
from touchpoints.kpis.models.definition import KpiDefinition


class TargetQuerySet(models.QuerySet["Target"]):
    """Reads of targets."""

    def on(self, at: date | None = None) -> Self:
        """Valid on that day (today by default)."""
        return self.filter(during__contains=at or timezone.localdate())


@track_history()
class Target(models.Model):
    """What a KPI should reach during a time, in its own unit; the past is judged by the target of its time.

    Of a KPI that adds up (counts, sums) the target is per month. `tolerance` is how far beside it is still good.
    """

    kpi = models.ForeignKey(KpiDefinition, models.CASCADE, related_name="targets")
    during = DateRangeField(_("From – to"))
    value = models.DecimalField(_("Target"), max_digits=18, decimal_places=4)
    tolerance = models.DecimalField(_("Tolerance"), max_digits=18, decimal_places=4, default=0)
    note = models.CharField(_("Reason"), max_length=200, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ("kpi", "-during")
        constraints: ClassVar = [
            # One target a day: two would make the light ambiguous.
            ExclusionConstraint(
                name="kpis_target_one_a_day",
                expressions=[("kpi", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                violation_error_message=_("There is a target for this time already."),
            ),
            models.CheckConstraint(
                condition=models.Q(tolerance__gte=0), name="kpis_target_tolerance",
                violation_error_message=_("A tolerance is not negative."),
            ),
            models.CheckConstraint(
                condition=models.Q(during__isempty=False, during__startswith__isnull=False), name="kpis_target_starts",
                violation_error_message=_("A target starts on a day and lasts at least one."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kpi.code}: {self.value}"


class KpiNote(models.Model):
    """A remark on the time line: what happened that day which the figures may show. Without KPI it is on all."""

    kpi = models.ForeignKey(KpiDefinition, models.CASCADE, null=True, related_name="notes")
    day = models.DateField(_("Day"))
    text = models.CharField(_("Note"), max_length=300)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-day", "-id")

    def __str__(self) -> str:
        return self.text


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """Reads of alarms."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees alarms, as he sees the figures."""
        return self.all() if user.is_active else self.none()

    def open(self) -> Self:
        """Not closed yet, the newest first."""
        return self.exclude(state=AlarmState.CLOSED).order_by("-start", "-id")


class Alarm(models.Model):
    """A figure asks for attention; raised once for a KPI, reason and period, however often the nightly task runs."""

    kpi = models.ForeignKey(KpiDefinition, models.CASCADE, related_name="alarms")
    reason = models.CharField(_("Reason"), max_length=8, choices=Reason)
    grain = models.CharField(max_length=7, choices=Grain)
    start = models.DateField()  # first day of the period
    data = models.JSONField(default=dict)  # the numbers of the sentence: value, low, high, target, days
    state = models.CharField(_("State"), max_length=6, choices=AlarmState, default=AlarmState.OPEN)
    raised_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_note = models.CharField(_("What was found"), max_length=300, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ("-start", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kpi", "reason", "grain", "start"], name="kpis_alarm_once"),
            models.CheckConstraint(
                condition=models.Q(state=AlarmState.CLOSED, closed_at__isnull=False)
                | (~models.Q(state=AlarmState.CLOSED) & models.Q(closed_at=None)),
                name="kpis_alarm_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi.code} {self.reason} {self.start}"

    def get_absolute_url(self) -> str:
        return reverse("kpis:alarm", args=[self.pk])
