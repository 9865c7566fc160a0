"""After sales: is there help when something is wrong, and was it worth it?"""

from django.utils.translation import gettext_lazy as _

from touchpoints.kpis.choices import Aim, Aspect, Kpi, Shape, Unit

SERVICE = (
    Kpi(
        code="AS1", name=_("Satisfaction (CSAT)"), phase="after_sales", aspect=Aspect.EXPERIENCE,
        shape=Shape.TOP_BOX, unit=Unit.PERCENT, scale=(1, 5), box=2,
        formula=_("Answers 4 and 5 / all valid answers × 100, on 1 to 5"),
        numerator=_("Answers 4 and 5"), denominator=_("All valid answers"), source=_("Survey"),
        hint=_("The share of satisfied customers, not the mean."),
    ),
    Kpi(
        code="AS2", name=_("First contact resolution"), phase="after_sales", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, settles_after=7,
        formula=_("Cases solved at the first contact, not reopened for 7 days / cases × 100"),
        numerator=_("Cases solved at the first contact"), denominator=_("Cases"), source=_("Tickets"),
        hint=_("Divided by cases, not by contacts."),
    ),
    Kpi(
        code="AS2N", name=_("First contact resolution, net"), phase="after_sales", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True, settles_after=7, shown=False,
        formula=_("Cases solved at the first contact, not reopened for 7 days / cases of the first level × 100"),
        numerator=_("Cases solved at the first contact"), denominator=_("Cases that the first level can solve"),
        source=_("Tickets"), hint=_("Without cases that the first level cannot solve."),
    ),
    Kpi(
        code="AS5R", name=_("Time to first answer"), phase="after_sales", aspect=Aspect.EXPERIENCE,
        shape=Shape.PERCENTILE, unit=Unit.HOURS, aim=Aim.LOWER,
        formula=_("Median of hours from receipt to the first answer"),
        numerator=_("Hours to the first answer"), source=_("Tickets"), hint=_("Shown with P90."),
    ),
    Kpi(
        code="AS5L", name=_("Time to solution"), phase="after_sales", aspect=Aspect.EXPERIENCE,
        shape=Shape.PERCENTILE, unit=Unit.HOURS, aim=Aim.LOWER,
        formula=_("Median of hours from receipt to closure"),
        numerator=_("Hours to closure"), source=_("Tickets"), hint=_("Shown with P90."),
    ),
    Kpi(
        code="AS5S", name=_("Answered in time"), phase="after_sales", aspect=Aspect.EXPERIENCE,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True,
        formula=_("Cases within the agreed time / cases × 100"),
        numerator=_("Cases within the agreed time"), denominator=_("Cases"), source=_("Tickets"),
    ),
)  # fmt: skip

COMPLAINTS = (
    Kpi(
        code="AS3", name=_("Complaint rate"), phase="after_sales", aspect=Aspect.BEHAVIOUR, headline=True,
        shape=Shape.RATE, unit=Unit.PER_1000, factor=1000, aim=Aim.AMBIVALENT, census=True,
        formula=_("Complaints / contacts (or orders) × 1,000"),
        numerator=_("Complaints"), denominator=_("Contacts or orders"), source=_("Cases, contact volume"),
        hint=_("Low does not mean satisfied: read it with the articulation rate."),
    ),
    Kpi(
        code="AS4", name=_("Articulation rate"), phase="after_sales", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT,
        formula=_("Dissatisfied customers who complained / all dissatisfied customers × 100"),
        numerator=_("Dissatisfied customers who complained"), denominator=_("All dissatisfied customers"),
        source=_("Survey: answers 1 and 2, and “Did you complain?”"),
    ),
    Kpi(
        code="AS6", name=_("Satisfaction with complaint handling"), phase="after_sales", aspect=Aspect.EXPERIENCE,
        shape=Shape.TOP_BOX, unit=Unit.PERCENT, scale=(1, 5), box=2,
        formula=_("Answers 4 and 5 after the case was closed / answers × 100"),
        numerator=_("Answers 4 and 5"), denominator=_("All valid answers"), source=_("Survey after the case"),
    ),
    Kpi(
        code="AS7Q", name=_("Goodwill rate"), phase="after_sales", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, aim=Aim.AMBIVALENT, census=True, shown=False,
        formula=_("Cases with goodwill / closed cases × 100"),
        numerator=_("Cases with goodwill"), denominator=_("Closed cases"), source=_("Cases"),
        hint=_("Goodwill is given without a legal duty; a warranty claim is none."),
    ),
    Kpi(
        code="AS7C", name=_("Goodwill per case"), phase="after_sales", aspect=Aspect.MONEY,
        shape=Shape.QUOTIENT, unit=Unit.MONEY, aim=Aim.AMBIVALENT, census=True,
        formula=_("Goodwill in euros / cases with goodwill"),
        numerator=_("Goodwill in euros"), denominator=_("Cases with goodwill"), source=_("Cases"),
    ),
)  # fmt: skip

VALUE = (
    Kpi(
        code="AS8", name=_("Acceptance of additional offers"), phase="after_sales", aspect=Aspect.BEHAVIOUR,
        shape=Shape.SHARE, unit=Unit.PERCENT, census=True,
        formula=_("Accepted additional offers / additional offers made × 100"),
        numerator=_("Accepted additional offers"), denominator=_("Additional offers made"), source=_("CRM"),
    ),
    Kpi(
        code="AS9", name=_("Customer lifetime value"), phase="after_sales", aspect=Aspect.MONEY,
        shape=Shape.MEAN, unit=Unit.MONEY, stale_after=400,
        formula=_("Mean of m × r / (1 + i − r) over customers; m margin a year, r retention rate, i discount rate"),
        numerator=_("Lifetime value of a customer"), source=_("ERP"),
        hint=_("Example: m = 100 €, r = 0.8, i = 0.1 gives 266.67 €. After Gupta and Lehmann."),
    ),
)  # fmt: skip

KPIS = (*SERVICE, *VALUE, *COMPLAINTS)
