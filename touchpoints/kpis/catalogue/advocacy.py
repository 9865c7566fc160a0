"""Advocacy: do customers recommend us?"""

from django.utils.translation import gettext_lazy as _

from touchpoints.kpis.choices import Aspect, Grain, Kpi, Shape, Unit

KPIS = (
    Kpi(
        code="AD1", name=_("Net Promoter Score"), phase="advocacy", aspect=Aspect.EXPERIENCE, headline=True,
        shape=Shape.NPS, unit=Unit.POINTS, scale=(0, 10),
        formula=_("100 × (promoters − detractors) / answers; promoters answer 9 or 10, detractors 0 to 6"),
        numerator=_("Promoters − detractors"), denominator=_("All answers"), source=_("Survey, 0 to 10"),
        hint=_("Scores of touchpoints are pooled, never averaged."),
    ),
    Kpi(
        code="AD2", name=_("Referral rate"), phase="advocacy", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, grain=Grain.MONTH,
        formula=_("Customers with at least one tracked referral / active customers × 100"),
        numerator=_("Customers with at least one tracked referral"), denominator=_("Active customers"),
        source=_("Referral codes"),
    ),
    Kpi(
        code="AD3", name=_("Referral conversion"), phase="advocacy", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True,
        formula=_("Referred people who bought / referred people × 100"),
        numerator=_("Referred people who bought"), denominator=_("Referred people"),
        source=_("Referral codes, orders"),
    ),
    Kpi(
        code="AD4", name=_("New customers by referral"), phase="advocacy", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True,
        formula=_("New customers by referral / new customers × 100"),
        numerator=_("New customers by referral"), denominator=_("New customers"), source=_("CRM"),
    ),
    Kpi(
        code="AD5", name=_("Mean of reviews"), phase="advocacy", aspect=Aspect.EXPERIENCE,
        shape=Shape.MEAN, unit=Unit.STARS, scale=(1, 5),
        formula=_("Sum of stars / number of reviews"),
        numerator=_("Stars"), denominator=_("Reviews"), source=_("Review sites"),
        hint=_("Without single reviews the interval is the widest that the scale allows."),
    ),
    Kpi(
        code="AD5S", name=_("Orders with a review"), phase="advocacy", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, settles_after=30,
        formula=_("Orders that were reviewed / orders × 100"),
        numerator=_("Orders that were reviewed"), denominator=_("Orders"), source=_("Review sites, shop"),
    ),
)  # fmt: skip
