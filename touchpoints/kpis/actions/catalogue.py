"""The declared KPIs on their way into the database."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import override

from touchpoints.inventory.models import Phase
from touchpoints.kpis.actions.managing import COUNTING
from touchpoints.kpis.choices import KPIS, Kpi, Shape
from touchpoints.kpis.models import KpiDefinition, Measurement

STEP = 10  # between two positions, so that an own KPI can be put in between


class CountingChanged(ValueError):
    """A declaration counts measured KPIs in another way: what was kept would come to mean something else."""

    def __init__(self, changed: dict[str, list[str]]) -> None:
        named = "; ".join(f"{code} ({', '.join(fields)})" for code, fields in sorted(changed.items()))
        super().__init__(
            f"These KPIs were measured already, so how they are counted can no longer change: {named}. "
            "Declare the new way of counting under a new code."
        )


@transaction.atomic
def sync_catalogue() -> int:
    """Bring what rooms have declared into the database; returns how many KPIs were new or different.

    What the manager has decided (shown, headline, position, owner, fewest observations, own period, status) stays. A
    KPI that is no longer declared becomes an own one: its measurements are kept. No business event of its own: the
    code did it, and the field history has it. Raises CountingChanged, and changes nothing, where a declaration would
    count measured KPIs in another way: managers are refused the same.
    """
    phases = dict(Phase.objects.default().values_list("code", "pk"))
    known = {kpi.code: kpi for kpi in KpiDefinition.objects.select_for_update().order_by("pk")}
    wanted = {kpi.code: declared_fields(kpi, phases) for kpi in KPIS}
    refuse_recounting(known, wanted)
    new = [
        KpiDefinition(code=kpi.code, **wanted[kpi.code], is_shown=kpi.shown, is_headline=kpi.headline,
                      min_n=kpi.min_n, position=place * STEP, grain=kpi.grain or "")
        for place, kpi in enumerate(KPIS, 1)
        if kpi.code not in known
    ]  # fmt: skip
    KpiDefinition.objects.bulk_create(new)
    changed = [known[code] for code, fields in wanted.items() if code in known and put(known[code], fields)]
    dropped = [kpi for code, kpi in known.items() if code not in wanted and put(kpi, {"is_declared": False})]
    if changed or dropped:
        KpiDefinition.objects.bulk_update([*changed, *dropped], FIELDS)
    return len(new) + len(changed) + len(dropped)


FIELDS = [
    "name_de", "name_en", "is_declared", "phase_id", "aspect", "shape", "unit", "aim", "is_census", "scale_low",
    "scale_high", "box", "q", "factor", "settles_after", "stale_after",
]  # fmt: skip
"""What the declaration decides."""


def declared_fields(kpi: Kpi, phases: dict[str, int]) -> dict[str, Any]:
    """The columns of a declared KPI. Names in both languages, so that lists can sort and search by them."""
    names = {}
    for language in ("de", "en"):
        with override(language):
            names[language] = str(kpi.name)
    low, high = (None, None) if kpi.scale is None or kpi.shape == Shape.NPS else kpi.scale
    return {
        "name_de": names["de"], "name_en": names["en"], "is_declared": True, "phase_id": phases.get(kpi.phase),
        "aspect": kpi.aspect, "shape": kpi.shape, "unit": kpi.unit, "aim": kpi.aim, "is_census": kpi.census,
        "scale_low": low, "scale_high": high, "box": kpi.box, "q": kpi.q, "factor": kpi.factor,
        "settles_after": kpi.settles_after, "stale_after": kpi.stale_after,
    }  # fmt: skip


def refuse_recounting(known: dict[str, KpiDefinition], wanted: dict[str, dict[str, Any]]) -> None:
    """Refuse to change how a KPI is counted of which there are measurements. One query, none if nothing changed."""
    changed = {
        code: fields
        for code, kpi in known.items()
        if (
            fields := [
                name
                for name in COUNTING
                if name in wanted.get(code, {}) and getattr(kpi, name) != wanted[code][name]
            ]
        )
    }
    if changed:
        measured = KpiDefinition.objects.filter(code__in=changed).filter(
            Exists(Measurement.objects.filter(kpi=OuterRef("pk")))
        )
        if codes := set(measured.values_list("code", flat=True)):
            raise CountingChanged({code: fields for code, fields in changed.items() if code in codes})


def put(kpi: KpiDefinition, fields: dict[str, Any]) -> bool:
    """Set the fields on the instance; whether one of them was different."""
    different = [name for name, value in fields.items() if getattr(kpi, name) != value]
    for name in different:
        setattr(kpi, name, fields[name])
    return bool(different)
