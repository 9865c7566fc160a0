"""The figure that this room declares."""

from django.utils.translation import gettext_lazy as _

from touchpoints.kpis.choices import Aspect, Kpi, Shape, Unit, declare

declare(
    Kpi(
        code="TR1", name=_("Qualified people"), phase="after_sales", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, stale_after=7, min_n=5,
        formula=_("People with a valid certificate on the standard of today / people who work at the touchpoint × 100"),
        numerator=_("People with a valid certificate on the standard of today"),
        denominator=_("Who is accountable, responsible or a deputy"), source=_("Training"),
        hint=_("Counted every night: a period shows its average. A material change of the standard lowers it at once."),
    )
)  # fmt: skip
