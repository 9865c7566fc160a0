"""Awareness and Consideration: do customers know us, and do they find what they need?"""

from django.utils.translation import gettext_lazy as _

from touchpoints.kpis.choices import Aim, Aspect, Kpi, Shape, Unit

AWARENESS = (
    Kpi(
        code="AW1", name=_("Aided awareness"), phase="awareness", aspect=Aspect.EXPERIENCE,
        shape=Shape.SHARE, unit=Unit.PERCENT,
        formula=_("People asked who know the brand from a list / all people asked × 100"),
        numerator=_("People who know the brand from a list"), denominator=_("All people asked"),
        source=_("Brand survey"), stale_after=200,
    ),
    Kpi(
        code="AW2", name=_("Share of voice"), phase="awareness", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True,
        formula=_("Own mentions / (own mentions + mentions of the named competitors) × 100"),
        numerator=_("Own mentions"), denominator=_("Own mentions and those of named competitors"),
        source=_("Media monitoring"), hint=_("Keep the list of competitors the same, else start a new version."),
    ),
    Kpi(
        code="AW3", name=_("New visitor rate"), phase="awareness", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, aim=Aim.AMBIVALENT, census=True,
        formula=_("First-time visitors / all visitors × 100"),
        numerator=_("First-time visitors"), denominator=_("All visitors"), source=_("Web analytics"),
        hint=_("High means that many find us, or that few come back: read it with the return visit rate."),
    ),
    Kpi(
        code="AW4", name=_("Cost per lead"), phase="awareness", aspect=Aspect.MONEY,
        shape=Shape.QUOTIENT, unit=Unit.MONEY, aim=Aim.LOWER, census=True,
        formula=_("Cost of campaigns / new leads with consent"),
        numerator=_("Cost of campaigns"), denominator=_("New leads with consent"),
        source=_("Cost accounting, CRM"),
    ),
)  # fmt: skip

CONSIDERATION = (
    Kpi(
        code="CO1", name=_("Engagement rate"), phase="consideration", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True,
        formula=_("Different people who opened or clicked / messages sent × 100"),
        numerator=_("Different people who opened or clicked"), denominator=_("Messages sent"),
        source=_("Marketing automation"),
        hint=_("Divided by messages sent, not delivered: a bad address list is part of the result."),
    ),
    Kpi(
        code="CO2", name=_("Visitor to lead"), phase="consideration", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True,
        formula=_("New leads / different visitors × 100"),
        numerator=_("New leads"), denominator=_("Different visitors"), source=_("Web analytics, CRM"),
    ),
    Kpi(
        code="CO3", name=_("Return visit rate"), phase="consideration", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, settles_after=30,
        formula=_("Visitors with two or more visits in 30 days / visitors × 100"),
        numerator=_("Visitors with two or more visits in 30 days"), denominator=_("Visitors"),
        source=_("Web analytics"),
    ),
    Kpi(
        code="CO4", name=_("Effort to inform oneself (CES)"), phase="consideration", aspect=Aspect.EXPERIENCE,
        shape=Shape.TOP_BOX, unit=Unit.PERCENT, scale=(1, 7), box=3,
        formula=_("Answers 5 to 7 / all answers × 100 to “… made it easy to find the right information”, 1 to 7"),
        numerator=_("Answers 5, 6 and 7"), denominator=_("All answers"), source=_("Survey"),
        hint=_("Others report the mean of the answers; do not compare the two."),
    ),
)  # fmt: skip

KPIS = (*AWARENESS, *CONSIDERATION)
