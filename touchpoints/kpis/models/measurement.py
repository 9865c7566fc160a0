"""What was measured: the source rows from which every figure can be counted again."""

from datetime import date
from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.imports.models import ImportRun
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis.models.definition import KpiDefinition, Segment

MOST = 10**15
"""Bound of every amount; it also keeps NaN and infinity out, which numeric columns could hold."""


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    """Reads of measurements."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees measurements; customers are known in them by a key only."""
        return self.all() if user.is_active else self.none()

    def between(self, start: date, end: date) -> Self:
        """Of the days from `start` to before `end`."""
        return self.filter(day__gte=start, day__lt=end)

    def with_names(self) -> Self:
        """With everything that a list shows beside the numbers; no further query per row."""
        return self.select_related("kpi", "touchpoint", "phase", "channel", "segment", "run", "entered_by")


def _to[M: models.Model](model: type[M], label: Any, *, null: bool = True) -> "models.ForeignKey[M, M]":
    """A reference without constraint and index of its own: the cells of the measurement hold it fast (see `cells`).

    Checked row by row it makes a long import twice as long. Imports and people are never deleted.
    """
    return models.ForeignKey(
        model, models.DO_NOTHING, null=null, related_name="+", verbose_name=label, db_constraint=False,
        db_index=False,
    )  # fmt: skip


class Measurement(models.Model):
    """One observation, or a sum of many as another system delivered it. Added to, never changed.

    What counts is `n, total, squares, bucket`, coded by the KPI's shape (`touchpoints.kpis.coding`): a promoter is
    +1, a detractor -1, a hit 1. Exact decimals, so that taking an import back leaves no rounding behind.
    """

    kpi = _to(KpiDefinition, _("KPI"), null=False)
    day = models.DateField(_("Day"))
    at = models.DateTimeField(_("Time"), null=True)
    touchpoint = _to(Touchpoint, _("Touchpoint"))
    # The phase and channel of that day: moving the touchpoint later does not rewrite the past.
    phase = _to(Phase, _("Phase"))
    channel = _to(Channel, _("Channel"))
    segment = _to(Segment, _("Segment"))
    subject = models.CharField(_("Customer"), max_length=80, null=True)
    value = models.DecimalField(_("Value"), null=True)
    n = models.BigIntegerField(_("Number"))
    total = models.DecimalField(_("Total"))
    squares = models.DecimalField(_("Sum of squares"))
    bucket = models.SmallIntegerField(_("Bucket"))

    # Where it comes from
    run = _to(ImportRun, _("Import"))
    source = models.CharField(_("Source"), max_length=60, blank=True)
    external_id = models.CharField(_("Number in the source"), max_length=120, null=True)
    # The same thing twice is known by its key: of the number in the source, else of the content. `nth` tells equal
    # rows of one file apart, so that two equal purchases both count and the same file again adds nothing.
    key = models.UUIDField(editable=False)
    nth = models.PositiveIntegerField(default=1, editable=False)
    entered_by = _to(User, _("Entered by"))
    note = models.CharField(_("Note"), max_length=300, null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-id")
        indexes: ClassVar = [
            models.Index(fields=["kpi", "day", "id"], name="kpis_measurement_kpi_day"),
            models.Index(
                fields=["touchpoint", "kpi", "day"],
                condition=models.Q(touchpoint__isnull=False),
                name="kpis_measurement_touchpoint",
            ),
            models.Index(fields=["run"], condition=models.Q(run__isnull=False), name="kpis_measurement_run"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "nth"], name="kpis_measurement_once"),
            models.CheckConstraint(
                condition=models.Q(n__gte=0, n__lte=10**12, total__gte=-MOST, total__lte=MOST, squares__gte=0)
                & models.Q(squares__lte=MOST * MOST)
                & (models.Q(value=None) | models.Q(value__gte=-MOST, value__lte=MOST)),
                name="kpis_measurement_finite",
            ),
        ]
        triggers: ClassVar = [
            # Rows come and, with their import or by hand, go; nothing rewrites them. A touchpoint that was merged into
            # another one keeps its rows, too: reads count them for the one that stayed.
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.day} {self.value if self.value is not None else self.total}"

    def get_absolute_url(self) -> str:
        return reverse("kpis:row", args=[self.pk])

    @property
    def can_be_removed(self) -> bool:
        """Entered by hand or sent singly: what came with a list goes with the whole list."""
        return self.run_id is None and self.entered_by_id is not None
