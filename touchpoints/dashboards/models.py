"""What is asked of the sponsor, and who gets his page by mail."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.kit.history import track_history
from touchpoints.dashboards.choices import Answer, Rhythm
from touchpoints.inventory.models import Phase


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Reads of decisions."""

    def visible_to(self, user: User) -> Self:
        """Everybody who sees the page sees what is asked there."""
        return self.all() if user.is_active else self.none()

    def open(self) -> Self:
        """Not answered yet, the most urgent first."""
        return self.filter(answer=Answer.OPEN).order_by(models.F("due_on").asc(nulls_last=True), "id")


@track_history()
class Decision(models.Model):
    """A question to the sponsor that he answers on his page."""

    question = models.CharField(_("What is to be decided"), max_length=200)
    reason = models.TextField(_("Why now"), blank=True, max_length=2000)
    # SET_NULL: the decision outlives the cut of the phases.
    phase = models.ForeignKey(
        Phase, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Phase"),
        limit_choices_to={"model__is_default": True},
    )  # fmt: skip
    due_on = models.DateField(_("Needed by"), null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    answer = models.CharField(_("Answer"), max_length=6, choices=Answer, default=Answer.OPEN)
    note = models.CharField(_("Remark"), max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(answer=Answer.OPEN, decided_by=None, decided_at=None)
                | (
                    ~models.Q(answer=Answer.OPEN)
                    & models.Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
                name="dashboards_decision_who",
            )
        ]

    def __str__(self) -> str:
        return self.question


class Report(models.Model):
    """Somebody gets the sponsor's page as PDF by mail."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sponsor_report")
    rhythm = models.CharField(_("How often"), max_length=10, choices=Rhythm, default=Rhythm.MONTHLY)
    sent_for = models.DateField(null=True, editable=False)  # the day it was last due, so that it is sent once

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.user)
