"""Retention: do customers stay and come back?"""

from django.utils.translation import gettext_lazy as _

from touchpoints.kpis.choices import Aim, Aspect, Grain, Kpi, Shape, Unit

KPIS = (
    Kpi(
        code="RE1", name=_("Customer retention rate"), phase="retention", aspect=Aspect.BEHAVIOUR, headline=True,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, grain=Grain.MONTH,
        formula=_("(E − N) / S × 100; S customers at the start, E at the end, N new in the period"),
        numerator=_("Customers at the end without the new ones (E − N)"), denominator=_("Customers at the start (S)"),
        source=_("Customer list"),
        hint=_("96 % a month are 61 % a year: it is a rate of its own period, a month by default, and never pooled."),
    ),
    Kpi(
        code="RE2", name=_("Churn"), phase="retention", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, aim=Aim.LOWER, census=True, grain=Grain.MONTH,
        formula=_("Customers lost in the period / customers at the start × 100"),
        numerator=_("Customers lost"), denominator=_("Customers at the start"), source=_("CRM"),
        hint=_("Without contracts: lost is who has not bought within a fixed multiple of his usual interval."),
    ),
    Kpi(
        code="RE3", name=_("Repurchase rate"), phase="retention", aspect=Aspect.BEHAVIOUR,
        shape=Shape.REPEAT, unit=Unit.PERCENT, census=True, grain=Grain.QUARTER,
        formula=_("Customers with two or more orders / customers with one or more × 100, in its own period"),
        numerator=_("Customers with two or more orders"), denominator=_("Customers with at least one order"),
        source=_("Orders with a customer number"),
        hint=_("A longer window always shows more: so it is fixed, its own period, a quarter by default."),
    ),
    Kpi(
        code="CUS", name=_("Buying customers"), phase="retention", aspect=Aspect.BEHAVIOUR,
        shape=Shape.DISTINCT, unit=Unit.COUNT, census=True,
        formula=_("Number of different customers with at least one order"),
        numerator=_("Different customers"), source=_("Orders with a customer number"),
        hint=_("Months do not add up to the year: who buys in two months is one customer."),
    ),
    Kpi(
        code="RE4", name=_("Active members of the loyalty programme"), phase="retention", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, grain=Grain.MONTH,
        formula=_("Members who earned, redeemed or signed in within 90 days / enrolled members × 100"),
        numerator=_("Active members"), denominator=_("Enrolled members"), source=_("Points ledger"),
    ),
    Kpi(
        code="RE5", name=_("Redemption rate of points"), phase="retention", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, settles_after=365,
        formula=_("Points redeemed / points issued × 100"),
        numerator=_("Points redeemed"), denominator=_("Points issued"), source=_("Points ledger"),
        hint=_("Redeemed points count in the month in which they were issued."),
    ),
    Kpi(
        code="RE6", name=_("Redemption rate of members"), phase="retention", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, grain=Grain.MONTH,
        formula=_("Members with at least one redemption / members × 100"),
        numerator=_("Members with at least one redemption"), denominator=_("Members"), source=_("Points ledger"),
    ),
)  # fmt: skip
