"""What the reader of a KPI's page has chosen in the address."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Value
from django.http import QueryDict

from cxm.accounts.models import User
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis.choices import BY_SUBJECT, Grain, Split
from touchpoints.kpis.grains import COUNTED_GRAINS
from touchpoints.kpis.models import KpiDefinition, Segment
from touchpoints.kpis.periods import Period, asked_period, own_period, usual_period
from touchpoints.kpis.reads import Where

MODELS: dict[Split, Any] = {
    Split.PHASE: Phase, Split.CHANNEL: Channel, Split.TOUCHPOINT: Touchpoint, Split.SEGMENT: Segment,
}  # fmt: skip
NAMES = {
    Split.PHASE: ("name_de", "name_en"),
    Split.CHANNEL: ("name_de", "name_en"),
    Split.TOUCHPOINT: ("name",),
    Split.SEGMENT: ("name",),
}
"""The columns of a place's name."""
ORDERS = ("value", "-value", "name", "-name", "n", "-n")
"""How the table of a split may be sorted; the best first, if nothing is asked."""
LAST_PAGE = 100_000


@dataclass(frozen=True)
class Choice:
    """Period, grain of the trend, how to split, order and page of the split's table, where."""

    period: Period
    grain: Grain
    split: Split | None
    where: Where
    query: dict[str, str]
    order: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict, user: User, kpi: KpiDefinition) -> "Choice":
        """From the query string; what makes no sense, or none for this KPI, is as if it were not there.

        A KPI with a period of its own is shown in no other. `kpi` carries `has_past` (see `reads`). One query if a
        place is named, none else.
        """
        asked = {key: str(value) for key, value in query.dict().items()}
        usual = usual_period(has_past=kpi.has_past)  # type: ignore[attr-defined]  # annotated
        period = asked_period(asked.get("period", "")) or usual
        grain = Grain(asked["grain"]) if asked.get("grain") in Grain.values else Grain.MONTH
        if kpi.shape in BY_SUBJECT:  # known for all customers together, and for some grains
            period = period if period.grain in COUNTED_GRAINS else usual
            grain = grain if grain in COUNTED_GRAINS else Grain.MONTH
        period = own_period(period, kpi.own_grain, kpi.settles_after)
        grain = kpi.own_grain or grain
        if kpi.shape in BY_SUBJECT:
            kept = {"period": period.code, "grain": grain.value}
            return cls(period, grain, None, Where(), kept)
        split = Split(asked["split"]) if asked.get("split") in Split.values else None
        order = asked["order"] if asked.get("order") in ORDERS else ""
        page = number_in(asked.get("page", "")) or 1
        where = Where(**places_of(asked, user))
        return cls(period, grain, split, where, asked, order, min(page, LAST_PAGE))

    def url(self, **changes: str | None) -> str:
        """This page with some of it changed (None removes); the table of a split begins anew."""
        kept = {key: value for key, value in (self.query | {"page": None} | changes).items() if value}
        return f"?{urlencode(kept)}"


def number_in(text: str) -> int | None:
    """A whole number that a database can hold; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def places_of(asked: dict[str, str], user: User) -> dict[str, Any]:
    """The phase, channel, touchpoint and segment of these ids, as far as the user may see them: with name only.

    One query, none if nothing is named.
    """
    parts = []
    for split in Split:
        if pk := number_in(asked.get(split.value, "")):
            rows = MODELS[split].objects
            rows = rows.visible_to(user) if hasattr(rows, "visible_to") else rows.all()
            names = NAMES[split]
            parts.append(
                rows.filter(pk=pk)
                .order_by()
                .annotate(_kind=Value(split.value), _first=F(names[0]), _second=F(names[-1]))
                .values_list("_kind", "pk", "_first", "_second")
            )
    found = parts[0].union(*parts[1:], all=True).order_by() if parts else ()
    return {kind: named(Split(kind), pk, (first, second)) for kind, pk, first, second in found}


def named(split: Split, pk: int, names: tuple[str, ...]) -> Any:
    """A place of which nothing but its name is known."""
    return MODELS[split](pk=pk, **dict(zip(NAMES[split], names, strict=False)))
