"""What the system itself shows beside what people say: shares of our own records, and what customers say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.organisation.models import BrandConfirmation, BrandVersion, Person
from touchpoints.inventory.choices import Evidence, Kind, Maturity
from touchpoints.inventory.models import ContentItem, Phase, Responsibility, System, Touchpoint
from touchpoints.inventory.models.landscape import InterfaceState, SystemKind
from touchpoints.kpis.figures import Figure, figures
from touchpoints.kpis.freshness import with_newest
from touchpoints.kpis.models import KpiDefinition, Target
from touchpoints.kpis.periods import usual_period

SHARES = (0.25, 0.6, 0.9)
"""Shares from which the third to the fifth step begin; the second begins with the first case."""
FLATTERING = 2
"""Steps by which we think better of ourselves than the system shows, from which it is marked."""
EVIDENCE_AGE = timedelta(days=365)
"""How long something that was found out about customers counts as known."""


@dataclass(frozen=True)
class Counted:
    """A share of our own records."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where there is nothing to count."""
        return self.part / self.whole if self.whole else None

    @property
    def step(self) -> int | None:
        """The step of the scale such a share stands for: 0 none, 1 below a quarter, 2 below 60 %, 3 below 90 %, 4."""
        if self.share is None:
            return None
        return (self.part > 0) + sum(self.share >= bound for bound in SHARES)


@dataclass(frozen=True)
class Mirror:
    """What is counted, where its rows are (name of a url and query), and the figure of `counted()` that says it."""

    figure: str
    label: str | Promise
    url_name: str
    query: str = ""

    @property
    def url(self) -> str:
        """The page with the rows behind it."""
        return reverse(self.url_name) + (f"?{self.query}" if self.query else "")


SYSTEM: Mapping[str, Mirror] = {
    "service": Mirror(
        "standards", _("Touchpoints with a standard that holds"), "inventory:list", "gap=no_standard"
    ),
    "personal": Mirror(
        "personal",
        _("Personal touchpoints with owner, standard and training"),
        "inventory:list",
        "kind=personal",
    ),
    "digital": Mirror(
        "digital", _("Digital touchpoints with owner and a figure"), "inventory:list", "kind=digital"
    ),
    "delight": Mirror("judged", _("Touchpoints whose verdict is known"), "inventory:list"),
    "verification": Mirror(
        "known", _("Touchpoints with evidence of the last twelve months"), "inventory:list"
    ),
    "crm": Mirror("crm", _("Touchpoints that the CRM serves"), "inventory:systems"),
    "figures": Mirror("steered", _("Phases with KPI, target and current value"), "kpis:list"),
    "leadership": Mirror("vision", _("People who have confirmed the vision"), "organisation:brand"),
    "employees": Mirror("trained", _("Touchpoints whose people are trained"), "inventory:list"),
    "processes": Mirror("processes", _("Touchpoints with a described process"), "inventory:list"),
    "technology": Mirror("connected", _("Systems with a working interface"), "inventory:systems"),
    "content": Mirror("content", _("Content with an owner that has not expired"), "inventory:contents"),
    "data": Mirror("fresh", _("KPIs whose data are current"), "kpis:list", "is_shown=true&data=overdue"),
    "touchpoints": Mirror("owned", _("Touchpoints with an owner"), "inventory:orphans"),
    "journey": Mirror("steered", _("Phases with KPI, target and current value"), "kpis:list"),
    "persona": Mirror("audience", _("Touchpoints that say for whom they are"), "inventory:list"),
    "experience": Mirror("measured", _("Touchpoints that are measured"), "inventory:list", "measured=true"),
}
"""By the code of the question's concept."""

CUSTOMERS: Mapping[str, str] = {
    "bond": "AD1", "service": "AS2", "appreciation": "RE4", "digital": "CL2", "delight": "AS1", "deepening": "RE1",
    "processes": "AS5S", "experience": "AD1", "lifecycle": "RE3",
}  # fmt: skip
"""The KPI in which customers answer the same question, by the code of its concept."""


ROWS = ("connected", "content", "vision", "steered", "fresh")
"""Figures that are no shares of the touchpoints."""


def is_flattering(said: float | None, counted: Counted | None) -> bool:
    """Whether we think at least two steps better of ourselves than the system shows."""
    step = counted.step if counted else None
    return said is not None and step is not None and said - step >= FLATTERING


def customers(user: User, *codes: str, at: date | None = None) -> dict[str, Figure]:
    """What customers said in the last quarter that is over, by code of the KPI, of those that the reader may see;
    with codes of questions, what stands beside these."""
    wanted = {kpi for code, kpi in CUSTOMERS.items() if not codes or code in codes}
    kpis = list(KpiDefinition.objects.visible_to(user).shown().filter(code__in=wanted)) if wanted else []
    found = figures(kpis, usual_period(has_past=True, at=at), history=0, targets=())
    return {figure.kpi.code: figure for figure in found.values()}


def counted(at: date | None = None) -> dict[str, Counted]:
    """All shares of our own records on that day, by their name. Two queries."""
    day = at or timezone.localdate()
    return _touchpoints(day) | _rows(day)


def counted_for(code: str, at: date | None = None) -> dict[str, Counted]:
    """What is counted beside one question, and what comes along with it. One query, none without a mirror."""
    mirror = SYSTEM.get(code)
    if mirror is None:
        return {}
    day = at or timezone.localdate()
    return _rows(day) if mirror.figure in ROWS else _touchpoints(day)


def _touchpoints(day: date) -> dict[str, Counted]:
    """One query over all live touchpoints."""
    answered = (
        Responsibility.objects.on(day)
        .by_present_people(day)
        .filter(touchpoint=OuterRef("pk"), part="accountable")
    )
    crm = System.objects.filter(touchpoints=OuterRef("pk"), kind=SystemKind.CRM, is_archived=False)
    owned, described = Q(_owned=True), Q(maturity__gte=Maturity.DESCRIBED)
    trained, measured = Q(trained_on__isnull=False), Q(measured_on__isnull=False)
    kinds = {kind: Q(kind=kind) | Q(kind="", channel__kind=kind) for kind in (Kind.PERSONAL, Kind.DIGITAL)}
    parts = {
        "owned": owned, "standards": described, "trained": trained, "measured": measured,
        "judged": ~Q(verdict=""), "processes": ~Q(process_url="") | described, "crm": Q(_crm=True),
        "audience": ~Q(audience=""),
        "known": Q(evidence__gte=Evidence.QUALITATIVE, evidence_on__gte=day - EVIDENCE_AGE),
    }  # fmt: skip
    wholes = {
        "personal": (kinds[Kind.PERSONAL], owned & described & trained),
        "digital": (kinds[Kind.DIGITAL], owned & measured),
    }
    sums = {f"n_{name}": Count("pk", filter=part) for name, part in parts.items()}
    for name, (whole, part) in wholes.items():
        sums |= {f"w_{name}": Count("pk", filter=whole), f"n_{name}": Count("pk", filter=whole & part)}
    rows = Touchpoint.objects.live().order_by().annotate(_owned=Exists(answered), _crm=Exists(crm))
    found = rows.aggregate(whole=Count("pk"), **sums)
    return {name: Counted(found[f"n_{name}"], found["whole"]) for name in parts} | {
        name: Counted(found[f"n_{name}"], found[f"w_{name}"]) for name in wholes
    }


def _rows(day: date) -> dict[str, Counted]:
    """Systems, content, people, phases and KPIs (see `ROWS`): one query of five."""
    works = Q(sends__state=InterfaceState.WORKS) | Q(receives__state=InterfaceState.WORKS)
    valid = Q(owner__isnull=False) & (Q(expires_on=None) | Q(expires_on__gt=day))
    vision = BrandVersion.objects.published().values("pk")[:1]
    confirmed = BrandConfirmation.objects.filter(version=vision, person=OuterRef("pk"))
    aimed = Target.objects.filter(kpi=OuterRef("pk"), during__contains=day)
    ready = fresh(KpiDefinition.objects.shown().filter(Exists(aimed), phase=OuterRef("pk")), day)
    parts = (
        _share("connected", System.objects.filter(is_archived=False), works),
        _share("content", ContentItem.objects.filter(is_archived=False), valid),
        _share("vision", Person.objects.present(day), Q(Exists(confirmed))),
        _share("steered", Phase.objects.default(), Q(Exists(ready))),
        _share(
            "fresh",
            KpiDefinition.objects.shown(),
            Q(Exists(fresh(KpiDefinition.objects.filter(pk=OuterRef("pk")), day))),
        ),
    )
    first, *others = parts
    rows = first.union(*others, all=True).order_by()  # else by the order of the first model
    return {name: Counted(part, whole) for name, part, whole in rows}


def fresh(kpis: Any, day: date) -> Any:
    """KPIs whose newest value is not older than they allow."""
    allowed = ExpressionWrapper(F("stale_after") * Value(timedelta(days=1)), DurationField())
    age = ExpressionWrapper(Value(day, DateField()) - F("newest"), DurationField())
    return with_newest(kpis).annotate(_age=age, _allowed=allowed).filter(_age__lte=F("_allowed"))


def _share(name: str, rows: QuerySet[Any], part: Q) -> QuerySet[Any, tuple[str, int, int]]:
    """One row: the name, how many of the rows are so, how many there are."""
    grouped = rows.order_by().annotate(_name=Value(name)).values("_name")
    counted = grouped.annotate(
        _part=Count("pk", filter=part, distinct=True), _whole=Count("pk", distinct=True)
    )
    found: QuerySet[Any, tuple[str, int, int]] = counted.values_list("_name", "_part", "_whole")
    return found
