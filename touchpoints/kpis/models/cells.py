"""The sums of measurements: rows that add up by plain SQL, kept in the transaction that writes the measurements.

Four grains, so that no page's cost grows with the number of measurements; `touchpoints.kpis.rollup` keeps them.
`bucket` is the histogram: the answer on a scale, or the number of the log-scaled bucket. Only MonthCell keeps it for
every KPI; the other grains keep it for percentiles and 0 for the rest, whose figures need just the sums.
"""

from typing import ClassVar

from django.db import models

from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis.choices import Grain
from touchpoints.kpis.models.definition import KpiDefinition, Segment


def _of[M: models.Model](model: type[M], *, null: bool = True) -> "models.ForeignKey[M, M]":
    """A reference that another grain holds fast: the same thing need not be checked four times."""
    return models.ForeignKey(
        model, models.DO_NOTHING, null=null, related_name="+", db_constraint=False, db_index=False
    )


def _holding[M: models.Model](model: type[M], *, null: bool = True) -> "models.ForeignKey[M, M]":
    """The reference by which the database keeps what has been measured from being deleted.

    Each measurement has its cells, written in the same statement, and there are a hundred times fewer of them: so
    they carry the constraint for the measurements, whose import it would make twice as long.
    """
    return models.ForeignKey(model, models.PROTECT, null=null, related_name="+", db_index=False)


class Cell(models.Model):
    """Sums of some measurements; `rows` says of how many, and a cell without rows is deleted."""

    kpi: "models.ForeignKey[KpiDefinition, KpiDefinition]"
    bucket = models.SmallIntegerField(default=0)
    rows = models.BigIntegerField()
    n = models.BigIntegerField()
    total = models.DecimalField()
    squares = models.DecimalField()

    KEYS: ClassVar[tuple[str, ...]] = ()
    """The columns that tell cells of this grain apart, in the order of the unique index."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return " ".join(str(getattr(self, name)) for name in self.KEYS)


class DayCell(Cell):
    """Day by phase, channel and segment: trends by day and week, and periods that are no whole months."""

    kpi = _of(KpiDefinition, null=False)
    day = models.DateField()
    phase = _of(Phase)
    channel = _of(Channel)
    segment = _of(Segment)
    KEYS = ("kpi_id", "day", "phase_id", "channel_id", "segment_id", "bucket")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kpi", "day", "phase", "channel", "segment", "bucket"],
                name="kpis_daycell_once", nulls_distinct=False,
            )
        ]  # fmt: skip


class MonthCell(Cell):
    """Month by phase, channel and segment with the full histogram: splits, filters and distributions."""

    kpi = _of(KpiDefinition, null=False)
    month = models.DateField()  # its first day
    phase = _of(Phase)
    channel = _holding(Channel)
    segment = _holding(Segment)
    KEYS = ("kpi_id", "month", "phase_id", "channel_id", "segment_id", "bucket")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kpi", "month", "phase", "channel", "segment", "bucket"],
                name="kpis_monthcell_once", nulls_distinct=False,
            )
        ]  # fmt: skip


class PhaseCell(Cell):
    """Month by phase: what the sponsor's page reads; as small with ten million measurements as with ten thousand."""

    kpi = _holding(KpiDefinition, null=False)
    month = models.DateField()
    phase = _holding(Phase)
    KEYS = ("kpi_id", "month", "phase_id", "bucket")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kpi", "month", "phase", "bucket"], name="kpis_phasecell_once", nulls_distinct=False
            )
        ]


class TouchpointCell(Cell):
    """Month by touchpoint: the touchpoint's page and rankings. Its single days are read from the measurements."""

    kpi = _of(KpiDefinition, null=False)
    month = models.DateField()
    touchpoint = _holding(Touchpoint)
    KEYS = ("kpi_id", "month", "touchpoint_id", "bucket")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kpi", "month", "touchpoint", "bucket"],
                name="kpis_touchpointcell_once",
                nulls_distinct=False,
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["touchpoint", "kpi", "month"], name="kpis_touchpointcell_page")
        ]


class SubjectCell(models.Model):
    """How often one customer was seen in a month, quarter or year: from it the different customers are counted."""

    pk = models.CompositePrimaryKey("kpi_id", "grain", "start", "subject")
    kpi = _of(KpiDefinition, null=False)
    grain = models.CharField(max_length=7, choices=Grain)
    start = models.DateField()
    subject = models.CharField(max_length=80)
    n = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.subject} {self.grain} {self.start}: {self.n}"


class DistinctCell(models.Model):
    """Different customers of a month, quarter or year, and how many of them came at least twice. Not additive."""

    pk = models.CompositePrimaryKey("kpi_id", "grain", "start")
    kpi = _of(KpiDefinition, null=False)
    grain = models.CharField(max_length=7, choices=Grain)
    start = models.DateField()
    subjects = models.BigIntegerField()
    again = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.grain} {self.start}: {self.subjects}"
