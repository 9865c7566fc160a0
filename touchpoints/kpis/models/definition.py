"""What a figure means: declared by a room or defined by the manager."""

from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.kit.fields import SortKey
from cxm.kit.history import track_history
from cxm.organisation.models import Person
from touchpoints.inventory.models import Phase
from touchpoints.kpis.choices import (
    FITTING,
    KPIS,
    MIN_N,
    OWN_GRAINS,
    Aim,
    Aspect,
    Grain,
    Kpi,
    Shape,
    Status,
    Unit,
    Words,
    fitting_factor,
)


def fits(shape: Shape, unit: Unit) -> models.Q:
    """The condition that a KPI has this shape and unit, and the "per how many" that goes with them."""
    factor = fitting_factor(shape, unit)
    return models.Q(shape=shape, unit=unit) & (models.Q() if factor is None else models.Q(factor=factor))


FITS = reduce(or_, (fits(shape, unit) for shape, units in FITTING.items() for unit in units))


class KpiQuerySet(models.QuerySet["KpiDefinition"]):
    """Reads of KPI definitions."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees all KPIs; drafts too, since they carry no secret."""
        return self.all() if user.is_active else self.none()

    def shown(self) -> Self:
        """Those that the manager has chosen and that are not retired."""
        return self.filter(is_shown=True).exclude(status=Status.RETIRED)

    def in_order(self) -> Self:
        """By phase, then by the manager's order; the first of a phase and aspect is its headline."""
        return self.select_related("phase").order_by(
            models.F("phase__position").asc(nulls_last=True), "position", "id"
        )


@track_history()
class KpiDefinition(models.Model):
    """A KPI. What a room has declared is written by `sync_catalogue()`; the manager decides what is shown."""

    code = models.CharField(
        _("Code"), max_length=20, unique=True,
        validators=[RegexValidator(r"^[A-Za-z][A-Za-z0-9_.-]*$", _("Letters, digits, and . - _ after a letter."))],
        error_messages={"unique": _("There is a KPI with this code already.")},
    )  # fmt: skip
    name_de = models.CharField(_("Name (German)"), max_length=120)
    name_en = models.CharField(_("Name (English)"), max_length=120, blank=True)
    is_declared = models.BooleanField(default=False, editable=False)
    is_shown = models.BooleanField(_("Shown on the pages"), default=True)
    is_headline = models.BooleanField(
        _("Headline of the sponsor page"), default=False,
        help_text=_("Stands at its top, for the whole company; the first four in the order of the phases."),
    )  # fmt: skip
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.ACTIVE)
    # SET_NULL: a figure outlives the phase model that it stood in, and the person who kept it.
    phase = models.ForeignKey(
        Phase, models.SET_NULL, null=True, blank=True, related_name="kpis", verbose_name=_("Phase"),
        limit_choices_to={"model__is_default": True},
    )  # fmt: skip
    aspect = models.CharField(_("Aspect"), max_length=12, choices=Aspect, default=Aspect.EXPERIENCE)
    position = models.PositiveSmallIntegerField(_("Position"), default=100)
    owner = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="kpis", verbose_name=_("Owner")
    )

    # What it means, in words. Those of a declared KPI are in the code, in both languages.
    formula = models.TextField(_("Formula"), blank=True)
    numerator = models.CharField(_("Numerator"), max_length=200, blank=True)
    denominator = models.CharField(_("Denominator"), max_length=200, blank=True)
    source = models.CharField(_("Where the data come from"), max_length=200, blank=True)
    hint = models.TextField(_("What to bear in mind"), blank=True)

    # How it is counted
    shape = models.CharField(_("Shape"), max_length=10, choices=Shape)
    unit = models.CharField(_("Unit"), max_length=10, choices=Unit)
    aim = models.CharField(_("Direction"), max_length=10, choices=Aim, default=Aim.HIGHER)
    is_census = models.BooleanField(_("Counted over everybody (no sample)"), default=False)
    scale_low = models.SmallIntegerField(_("Lowest answer"), null=True, blank=True)
    scale_high = models.SmallIntegerField(_("Highest answer"), null=True, blank=True)
    box = models.PositiveSmallIntegerField(_("How many of the best answers count"), default=0)
    q = models.FloatField(
        _("Percentile (0.5 is the median)"), default=0.5,
        validators=[MinValueValidator(0.01), MaxValueValidator(0.99)],
    )  # fmt: skip
    factor = models.PositiveIntegerField(_("Per how many"), default=1, validators=[MinValueValidator(1)])
    min_n = models.PositiveIntegerField(
        _("Fewest observations shown"), default=MIN_N, validators=[MinValueValidator(MIN_N)]
    )
    settles_after = models.PositiveSmallIntegerField(_("Provisional for … days"), default=0)
    stale_after = models.PositiveSmallIntegerField(
        _("Stale after … days"), default=62, validators=[MinValueValidator(1)]
    )
    grain = models.CharField(
        _("Own period"), max_length=7, blank=True, choices=[(grain.value, grain.label) for grain in OWN_GRAINS],
        help_text=_(
            "For figures that mean something over one length only, such as a retention rate or the stock of members. "
            "Empty: it is pooled over any period."
        ),
    )  # fmt: skip
    formula_version = models.PositiveSmallIntegerField(default=1, editable=False)

    name_de_sort = SortKey("name_de")
    name_en_sort = SortKey("name_en")
    search_key = SortKey("code", "name_de", "name_en")

    objects = KpiQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(scale_low=None, scale_high=None) | models.Q(scale_low__lt=models.F("scale_high")),
                name="kpis_kpi_scale", violation_error_message=_("The lowest answer lies below the highest."),
            ),
            models.CheckConstraint(
                condition=~models.Q(shape=Shape.TOP_BOX) | models.Q(scale_low__isnull=False, box__gt=0),
                name="kpis_kpi_box",
                violation_error_message=_("A top box needs a scale and the number of answers that count."),
            ),
            models.CheckConstraint(
                condition=models.Q(q__gt=0, q__lt=1), name="kpis_kpi_quantile",
                violation_error_message=_("A percentile lies between 0 and 1."),
            ),
            # What does not fit is computed all the same, and wrong: so the database refuses it, too.
            models.CheckConstraint(
                condition=FITS, name="kpis_kpi_fits",
                violation_error_message=_("This unit does not fit the shape."),
            ),
            models.CheckConstraint(condition=models.Q(factor__gt=0, min_n__gte=MIN_N), name="kpis_kpi_positive"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("kpis:kpi", args=[self.pk])

    def clean(self) -> None:
        """Unit and "per how many" fit the shape, and what needs a period of its own keeps one; said at the field."""
        if not self.grain and self.declared and self.declared.grain:
            raise ValidationError({"grain": _("This figure means something over one length of period only.")})
        if self.shape not in Shape.values or self.unit not in Unit.values:
            return
        units = FITTING[Shape(self.shape)]
        if self.unit not in units:
            text = _("This shape is shown in: %(units)s.") % {
                "units": ", ".join(str(unit.label) for unit in units)
            }
            raise ValidationError({"unit": text})
        factor = fitting_factor(self.shape, self.unit)
        if factor is not None and self.factor != factor:
            raise ValidationError(
                {"factor": _("With this shape and unit it is %(factor)s.") % {"factor": factor}}
            )

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_de if get_language() == "de" else self.name_en or self.name_de

    @property
    def declared(self) -> Kpi | None:
        """The declaration that this KPI comes from; None for an own one, or one that a newer version dropped."""
        return KPIS.get(self.code) if self.is_declared else None

    def words(self, part: str) -> Words:
        """`formula`, `numerator`, `denominator`, `source` or `hint`; of a declared KPI in the reader's language."""
        said: Words = getattr(self.declared or self, part)
        return said

    @property
    def caution(self) -> str:
        """Why its figures are to be read with care: drafted only, or its source is broken; empty if neither."""
        return str(self.get_status_display()) if self.status in (Status.DRAFT, Status.BROKEN) else ""

    @property
    def scale(self) -> tuple[int, int] | None:
        """Lowest and highest answer, if it is asked on a scale."""
        if self.shape == Shape.NPS:
            return (0, 10)
        return (
            None if self.scale_low is None or self.scale_high is None else (self.scale_low, self.scale_high)
        )

    @property
    def own_grain(self) -> Grain | None:
        """The only length of period in which it is shown and judged; None if any will do."""
        return Grain(self.grain) if self.grain else None

    @property
    def is_bucketed(self) -> bool:
        """Whether the small rollups keep a histogram, without which the figure cannot be read."""
        return self.shape == Shape.PERCENTILE


@track_history()
class KpiVersion(models.Model):
    """From this day a KPI is counted in another way: wording, scale or source changed. The chart's line breaks."""

    kpi = models.ForeignKey(KpiDefinition, models.CASCADE, related_name="versions")
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField(_("Valid from"))
    note = models.CharField(_("What is different"), max_length=300)
    formula = models.TextField(_("New formula"), blank=True)

    class Meta:
        ordering = ("kpi", "valid_from")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kpi", "version"], name="kpis_version_number"),
            models.UniqueConstraint(
                fields=["kpi", "valid_from"], name="kpis_version_day",
                violation_error_message=_("Another version starts on this day already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kpi.code} v{self.version}"


class SegmentQuerySet(models.QuerySet["Segment"]):
    """Reads of segments."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees the names of segments."""
        return self.all() if user.is_active else self.none()


class Segment(models.Model):
    """A group of customers by which figures arrive already cut, e.g. "B2B" or "new customers"."""

    code = models.CharField(_("Code"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=120)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
