"""Decision and Closing: do customers decide for us, and is buying easy?"""

from django.utils.translation import gettext_lazy as _

from touchpoints.kpis.choices import Aim, Aspect, Kpi, Shape, Unit

DECISION = (
    Kpi(
        code="DE1", name=_("Lead to opportunity"), phase="decision", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, settles_after=90,
        formula=_("Leads that became opportunities / leads of the same cohort × 100"),
        numerator=_("Leads that became opportunities"), denominator=_("Leads of the cohort"), source=_("CRM"),
        hint=_("The cohort is the month in which the lead came in."),
    ),
    Kpi(
        code="DE2", name=_("Win rate"), phase="decision", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True,
        formula=_("Deals won / (won + lost) that were closed in the period × 100"),
        numerator=_("Deals won"), denominator=_("Deals won and lost"), source=_("CRM"),
        hint=_("Open deals are left out."),
    ),
    Kpi(
        code="DE3", name=_("Cart abandonment"), phase="decision", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, aim=Aim.LOWER, census=True,
        formula=_("(Carts created − carts ordered) / carts created × 100"),
        numerator=_("Carts that were not ordered"), denominator=_("Carts created"), source=_("Shop"),
    ),
    Kpi(
        code="DE4", name=_("Time to decision"), phase="decision", aspect=Aspect.EXPERIENCE,
        shape=Shape.PERCENTILE, unit=Unit.DAYS, aim=Aim.LOWER,
        formula=_("Median of days from the first qualified contact to the decision"),
        numerator=_("Days from first qualified contact to decision"), source=_("CRM"),
        hint=_("Median and P90, not the mean: few very long ones would hide the rest."),
    ),
)  # fmt: skip

CLOSING = (
    Kpi(
        code="CL1", name=_("Order conversion"), phase="closing", aspect=Aspect.BEHAVIOUR,
        shape=Shape.RATE, unit=Unit.PERCENT, factor=100, census=True,
        formula=_("Orders / sessions × 100 (shop), or orders / offers sent × 100 (B2B)"),
        numerator=_("Orders"), denominator=_("Sessions or offers sent"), source=_("Shop, ERP"),
        hint=_("Say in the note of a version which denominator you use."),
    ),
    Kpi(
        code="CL2", name=_("Effort to buy (CES)"), phase="closing", aspect=Aspect.EXPERIENCE,
        shape=Shape.TOP_BOX, unit=Unit.PERCENT, scale=(1, 7), box=3,
        formula=_("Answers 5 to 7 / all answers × 100 to “… made it easy to buy”, 1 to 7"),
        numerator=_("Answers 5, 6 and 7"), denominator=_("All answers"), source=_("Survey"),
        hint=_("Others report the mean of the answers; do not compare the two."),
    ),
    Kpi(
        code="CL3", name=_("On-time delivery"), phase="closing", aspect=Aspect.EXPERIENCE,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True,
        formula=_("Deliveries on or before the promised day / deliveries × 100"),
        numerator=_("Deliveries on or before the promised day"), denominator=_("Deliveries"), source=_("ERP"),
    ),
    Kpi(
        code="CL4", name=_("Return rate"), phase="closing", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, aim=Aim.LOWER, census=True, settles_after=30,
        formula=_("Order lines sent back / order lines delivered × 100"),
        numerator=_("Order lines sent back"), denominator=_("Order lines delivered"), source=_("ERP"),
        hint=_("A return counts in the month of its delivery."),
    ),
    Kpi(
        code="ORD", name=_("Orders"), phase="closing", aspect=Aspect.BEHAVIOUR,
        shape=Shape.COUNT, unit=Unit.COUNT, census=True,
        formula=_("Number of orders"), numerator=_("Orders"), source=_("Shop, ERP"),
    ),
    Kpi(
        code="REV", name=_("Revenue"), phase="closing", aspect=Aspect.MONEY,
        shape=Shape.SUM, unit=Unit.MONEY, census=True,
        formula=_("Sum of the order values"), numerator=_("Order value"), source=_("Shop, ERP"),
    ),
)  # fmt: skip

KPIS = (*DECISION, *CLOSING)
